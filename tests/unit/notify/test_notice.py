"""What a notice says, and that nothing but names, keys and counts can be in it."""

import json
import re
from datetime import UTC, datetime

import pytest

from clio_assets.notify.notice import Notice

NOW = datetime(2026, 10, 12, 5, tzinfo=UTC)


def test_notice_says_job_partitions_and_rules_when_a_run_failed() -> None:
    notice = Notice("failure", "daily", ("2026-10-01",), ("quarantine",), {"failed": 1}, "1f-2")
    assert notice.body(NOW) == {
        "source": "clio",
        "version": 1,
        "occasion": "failure",
        "text": "Clio, job daily: a run did not make all that it was asked for (2026-10-01); "
        "rules: quarantine",
        "job": "daily",
        "partitions": ["2026-10-01"],
        "more_partitions": 0,
        "rules": ["quarantine"],
        "counts": {"failed": 1},
        "run": "1f-2",
        "at": "2026-10-12T05:00:00+00:00",
    }


def test_partitions_are_counted_when_there_are_too_many_to_list() -> None:
    keys = tuple(f"map@{n}" for n in range(60))
    body = Notice("overdue", "window", keys).body(NOW)
    assert (len(body["partitions"]), body["more_partitions"]) == (50, 10)
    assert body["text"].endswith("(map@0, map@1, map@2 and 57 more)")


SAID = "my knee hurts, says Anna Muster"


def sent() -> str:
    notice = Notice("failure", SAID, (SAID,), (SAID,), {SAID: 1}, SAID)
    return json.dumps(notice.body(NOW))


def test_whatever_is_of_no_names_form_is_withheld_when_it_gets_into_a_notice() -> None:
    assert "knee" not in sent()
    assert "Clio, job withheld:" in sent()


def test_words_would_leave_when_names_were_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clio_assets.notify.notice._NAME", re.compile(".*"))
    assert "knee" in sent()
