"""A source that is landed again while a day is made of it: nothing stale may be sealed as new."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from clio_assets.conversations import asset
from clio_assets.conversations.asset import make_conversations
from clio_assets.errors import LakeError
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE
from clio_assets.home.settings import Settings, SourceSettings
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.landing.duplicates import Duplicates
from clio_assets.landing.source import land_source
from clio_assets.workbench.recipes import Currency
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.conversations import judge
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared

DAY = "2026-09-28"


class Landing:
    """A home with one source of three conversations, whose text can be written anew and landed."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.home.prepare()
        self.lake = Lake(LocalStorage(self.home.private), PrivacyPolicy(), Declared())
        self._file = folder / "source.jsonl"
        self._source = SourceSettings(paths=(str(self._file),))

    def land(self, text: str) -> None:
        """The same conversations of the same users, saying something else."""
        rows = [
            {
                "conversation_id": f"talk-{n}",
                "user_id": f"user-{n}",
                "started_at": f"{DAY}T10:00:00Z",
                "messages": [{"role": "user", "content": f"{text} {n}"}],
            }
            for n in range(3)
        ]
        self._file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        land_source(self.home, self.lake, self._source)

    def land_days(self, days: Mapping[str, Sequence[str]]) -> None:
        """Conversations of each day by name, each of a user of its own, who says one thing."""
        rows = [
            {
                "conversation_id": name,
                "user_id": f"user of {name}",
                "started_at": f"{day}T10:00:00Z",
                "messages": [{"role": "user", "content": f"words of {name}"}],
            }
            for day, names in days.items()
            for name in names
        ]
        self._file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        land_source(self.home, self.lake, self._source)

    def bench(self) -> Workbench:
        """As much of a workbench as the stage looks at."""
        analyst = SimpleNamespace(name="none", usage={})
        analyst.working_on = lambda stage, key: analyst
        return cast(
            Workbench,
            SimpleNamespace(
                home=self.home,
                lake=self.lake,
                engine=Engine(in_memory),
                duplicates=Duplicates(self.lake, Engine(in_memory)),
                analyst=analyst,
                settings=Settings(),
                policy=self.lake.policy,
                attributes=(),
                source_vectors=None,
            ),
        )

    def gate(self) -> bool:
        """Judge the day's partition; whether it is sealed now."""
        stored = self.lake.stored("conversations", DAY)
        return self.lake.judge(stored, judge(stored, self.lake.policy), "run").sealed

    def texts(self) -> str:
        table = self.lake.load(self.lake.stored("conversations", DAY).manifest, "conversations")
        return str(table["transcript"].to_pylist())


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Landing:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    made = Landing(tmp_path)
    made.land("first words")
    return made


def then_land(landing: Landing, step: Callable[..., Any]) -> Callable[..., Any]:
    """The step, and a landing of other words right after it."""

    def both(*arguments: Any, **named: Any) -> Any:
        result = step(*arguments, **named)
        landing.land("second words")
        return result

    return both


def test_day_is_sealed_when_nothing_was_landed_meanwhile(landing: Landing) -> None:
    make_conversations(landing.bench(), DAY)
    assert landing.gate()
    assert Currency(landing.bench()).holds("conversations", DAY)


def test_stale_text_is_not_sealed_when_the_source_was_landed_after_it_was_read(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset, "build", then_land(landing, asset.build))
    make_conversations(landing.bench(), DAY)
    assert "first words" in landing.texts()
    with pytest.raises(LakeError, match="was made from an older landing"):
        landing.gate()
    assert landing.lake.standing("conversations", DAY).state == "not_judged"
    assert not Currency(landing.bench()).holds("conversations", DAY)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("making", "landed again meanwhile; run again"),
        ("landed_for", "lacks the file of table"),
        ("landed_rows", "landed again meanwhile; run again"),
    ],
)
def test_nothing_is_made_when_the_source_was_landed_before_all_was_read(
    step: str, says: str, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset, step, then_land(landing, getattr(asset, step)))
    with pytest.raises(LakeError, match=says):
        make_conversations(landing.bench(), DAY)
    assert landing.lake.keys("conversations") == []
    monkeypatch.undo()
    make_conversations(landing.bench(), DAY)
    assert landing.gate()
    assert "second words" in landing.texts()


def test_only_the_days_that_change_are_stale_when_a_source_is_landed_again(
    landing: Landing,
) -> None:
    days = ("2026-09-28", "2026-09-29")
    landing.land_days({days[0]: ("a", "b"), days[1]: ("c", "d")})
    for day in days:
        make_conversations(landing.bench(), day)
        stored = landing.lake.stored("conversations", day)
        assert landing.lake.judge(stored, judge(stored, landing.lake.policy), "run").sealed
    landing.land_days({days[0]: ("a", "b"), days[1]: ("c", "d", "e")})
    assert [Currency(landing.bench()).holds("conversations", day) for day in days] == [True, False]
    landing.land_days({days[0]: ("a", "b"), days[1]: ("c", "d"), "2026-10-01": ("e",)})
    assert [Currency(landing.bench()).holds("conversations", day) for day in days] == [True, True]


def test_day_is_stale_when_a_record_of_another_day_supersedes_one_of_it(landing: Landing) -> None:
    landing.land_days({DAY: ("a", "b")})
    make_conversations(landing.bench(), DAY)
    assert landing.gate()
    landing.land_days({DAY: ("a", "b"), "2026-09-30": ("a",)})
    assert not Currency(landing.bench()).holds("conversations", DAY)
