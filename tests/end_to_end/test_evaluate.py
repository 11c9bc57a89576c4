"""`clio evaluate` on generated data with known truth, and on real data where it is there."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clio_assets.cli.app import app
from clio_assets.errors import ShortfallError, UsageError
from tests.end_to_end.conftest import truth_of
from tests.forked.clio import ENVIRONMENT, ForkedClio

REAL = Path(__file__).parents[3] / "shared" / "data" / "clinc150.jsonl.gz"
LEVEL = {"level", "clusters", "purity", "v_measure", "ari", "coverage"}
SCORES = {"accuracy", "macro_f1", "weighted_f1", "per_language"}


def evaluate(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str | Path) -> Any:
    """`clio --home HOME evaluate ARGUMENTS` in this process."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    line = ["--home", str(home), "evaluate", *map(str, arguments)]
    return CliRunner().invoke(app, line, catch_exceptions=True)


def truth(sample: Path) -> Path:
    return sample.with_name("truth.jsonl.gz")


def private_words(sample: Path) -> set[str]:
    """Ids of the sample and its first requests: nothing of that may be in any output."""
    with gzip.open(sample, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = {turn["content"] for one in records for turn in one["messages"][:1]}
    ids = {one[name] for one in records for name in ("conversation_id", "user_id")}
    return ids | {text for text in texts if len(text) > 30}


def test_clusters_have_the_documented_form_when_a_home_is_evaluated(
    weekly_home: Path, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    labels = ("--labels", truth(sample), "--parents", truth(sample))
    done = evaluate(monkeypatch, weekly_home, "clusters", *labels, "--html", page, "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["window"] == "2026-10-05"
    assert all(set(level) >= LEVEL for level in document["levels"])
    assert document["levels"][0]["level"] == 0
    assert set(document["reconstruction"]) >= SCORES
    assert document["levels"][0]["coverage"] > 0.4  # small weeks, in eleven languages
    assert document["levels"][-1]["against"] in ("parents", "labels")
    labels_of_truth = {str(row["topic"]) for row in truth_of(sample)}
    counts = document["labels"]
    assert counts["given"] == counts["matched"] + counts["unmatched"]
    assert 0 < counts["matched"] < counts["given"]  # the other week's are in no map of this one
    assert set(document["reconstruction"]["labels"]) <= labels_of_truth
    shown = page.read_text("utf-8") + done.output
    assert page.stat().st_mode & 0o777 == 0o600
    assert [word for word in private_words(sample) if word in shown] == []
    assert "c_" not in done.stdout.replace("macro_", "")


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (("names",), {"hit_at_1", "mean_reciprocal_rank", "distinctness", "forms"}),
        (("languages", "--labels"), {"v_topic", "v_language", "truth_v_language", "joined"}),
        (("privacy", "--texts", "40"), {"layers", "limit"}),
        (("stability", "--runs", "2"), {"seeds", "resamples", "conversations"}),
    ],
)
def test_figures_are_shares_when_another_measure_is_taken(
    command: tuple[str, ...],
    keys: set[str],
    weekly_home: Path,
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = tmp_path / "page.html"
    if command[-1] == "--labels":
        command = (*command, str(truth(sample)))
    done = evaluate(monkeypatch, weekly_home, *command, "--json", "--html", page)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert set(document) >= keys
    assert all(0 <= value <= 1 for value in document.values() if isinstance(value, float))
    shown = page.read_text("utf-8") + done.output
    assert [word for word in private_words(sample) if word in shown] == []


def test_published_names_identify_less_when_layers_are_compared(
    weekly_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = evaluate(monkeypatch, weekly_home, "privacy", "--texts", "100", "--json")
    raw, facets, _, published = json.loads(done.stdout)["layers"]
    assert published["identifying"] == 0 < raw["identifying"]
    assert facets["identifying"] < raw["identifying"]


def test_auditor_is_tried_without_any_home_when_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = evaluate(monkeypatch, tmp_path / "none", "auditor", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["texts"] == 1260
    assert document["accuracy"] > 0.9
    assert not (tmp_path / "none").exists()


def test_existing_home_is_left_as_it_is_when_it_is_evaluated(
    weekly_home: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def state() -> dict[str, tuple[int, int]]:
        found = (path for path in weekly_home.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in found}

    before = state()
    evaluate(monkeypatch, weekly_home, "names", "--json")
    assert state() == before


def test_threshold_ends_the_command_when_a_figure_falls_short(
    weekly_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIO_EVALUATE__MIN_HIT_AT_1", "0.999")
    done = evaluate(monkeypatch, weekly_home, "names", "--json")
    assert isinstance(done.exception, ShortfallError)
    assert "below min_hit_at_1 = 0.999" in str(done.exception)
    assert json.loads(done.stdout)["shortfalls"] != []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("clusters", "--labels", "metadata.nothing"), "no record of the source has the field"),
        (("clusters", "--labels", "{other}"), "none of the 1 labels belongs"),
        (("clusters", "--labels", "{sample}"), "needs a conversation id .* FILE#field"),
        (("names", "--window", "2020-01-06"), "there is no such window; there are: 2026-09-28"),
        (("names", "--facet", "task"), "no such facet is clustered; there are: request"),
        (("names", "--encoder", "all-MiniLM-L6-v2"), "is the model that grouped"),
        (("names", "--html", "{public}"), "cannot go into the public folder"),
    ],
)
def test_wrong_use_says_what_to_do_when_a_home_is_evaluated(
    arguments: tuple[str, ...],
    message: str,
    weekly_home: Path,
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("id,label\nnobody,cards\n")
    places = {
        "other": other,
        "sample": sample,
        "public": weekly_home / "public" / "page.html",
    }
    given = (argument.format(**places) for argument in arguments)
    done = evaluate(monkeypatch, weekly_home, *given)
    assert isinstance(done.exception, UsageError)
    with pytest.raises(UsageError, match=message):
        raise done.exception


@pytest.mark.parametrize(
    ("analyst", "arguments", "message"),
    [
        ("local", ("names",), "name a SOURCE, or a home that exists"),
        ("claude", ("names", "{sample}"), "paid for each answer"),
        ("local", ("names", "{sample}", "--window", "all"), "--window is for a home that exists"),
    ],
)
def test_wrong_use_says_what_to_do_when_there_is_no_home(
    analyst: str,
    arguments: tuple[str, ...],
    message: str,
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLIO_ANALYST", analyst)
    given = (argument.format(sample=sample) for argument in arguments)
    done = evaluate(monkeypatch, tmp_path / "none", *given)
    assert isinstance(done.exception, UsageError)
    assert message in str(done.exception)


def test_nothing_is_left_behind_when_a_source_is_evaluated_without_a_home(
    clio: ForkedClio, sample: Path, tmp_path: Path
) -> None:
    (tmp_path / "scratch").mkdir()
    done = clio(
        "evaluate",
        "clusters",
        sample,
        *("--labels", truth(sample), "--parents", truth(sample), "--json"),
        home=tmp_path / "none",
        environment={"TMPDIR": str(tmp_path / "scratch"), "CLIO_EVALUATE__MIN_PURITY": "0.99"},
    )
    assert done.code == 3, done.err[-2000:]
    assert "purity is 0." in done.err
    assert "below min_purity = 0.99 (thresholds of [evaluate] in clio.toml)" in done.err
    document = json.loads(done.out)
    assert document["window"] == "all"
    assert document["labels"]["unmatched"] == 0
    assert list((tmp_path / "scratch").glob("clio-evaluate-*")) == []
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_clusters_follow_intents_when_real_requests_are_evaluated(
    clio: ForkedClio, tmp_path: Path
) -> None:
    if not REAL.exists():
        pytest.skip("the real data sets are not beside the checkout")
    intents = {"balance", "bill_due", "book_flight", "car_rental", "distance", "gas", "weather"}
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        chosen = [line for line in lines if json.loads(line)["metadata"]["intent"] in intents]
    source = tmp_path / "seven.jsonl"
    source.write_text("".join(chosen), "utf-8")
    fields = ("--labels", "metadata.intent", "--parents", "metadata.domain")
    done = clio("evaluate", "clusters", source, *fields, "--json", home=tmp_path / "none")
    assert done.code == 0, done.err[-2000:]
    document = json.loads(done.out)
    assert document["labels"]["matched"] == len(chosen) == 150 * len(intents)
    assert document["levels"][0]["purity"] > 0.85
    assert document["levels"][0]["coverage"] > 0.8  # clusters of 30 lose some to the thresholds
    assert document["reconstruction"]["accuracy"] > 0.7
