"""A release says which topics its windows share, by what they publish."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.clusters.schema import centroids_schema
from clio_assets.errors import LakeError
from clio_assets.lake import trends as trends_module
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.lake.public import PublicDatabase
from clio_assets.lake.records import Provenance
from clio_assets.lake.release import release
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.withdraw import withdraw
from clio_assets.lake.writer import Accounts, Making
from clio_assets.stages import STAGES
from clio_assets.summaries.schema import PUBLISHED
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.trends import faults
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import Verdict

W1, W2, W3 = "2026-09-28", "2026-10-05", "2026-10-12"
TRIPS, POEMS, TAXES = "Plan a trip to the sea", "Write a poem about rain", "Work out taxes"


class Platform:
    """A lake and its public folder, with windows of leaves that have names and perhaps angles."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake(LocalStorage(folder / "private"), PrivacyPolicy(), Declared())
        self.folders = ReleaseFolders(folder / "public", folder / "private")

    def publish(
        self, window: str, leaves: Mapping[str, int], angles: tuple[float, ...] = ()
    ) -> None:
        """Seal a window with a leaf a name, of the size given, and release it."""
        if angles:
            self._centroids(window, angles)
        clusters = [
            {
                "id": f"{window}:request:0:{number}",
                "window": window,
                "facet": "request",
                "level": 0,
                "parent": None,
                "name": name,
                "description": "Users asked.",
                "size": size,
                "users": 10,
                "share": size / 100,
                "audit": 5,
                "coherence": 0.6,
                "x": 0.5,
                "y": 0.5,
            }
            for number, (name, size) in enumerate(leaves.items())
        ]
        tables = {name: schema.empty_table() for name, schema in PUBLISHED.items()}
        tables["clusters"] = pa.Table.from_pylist(clusters, schema=PUBLISHED["clusters"])
        self._seal("audited_summaries", window, {}, {"clusters"} if angles else set())
        self._seal("published_insights", window, tables, {"audited_summaries"})
        release(self.lake, self.folders, "published_insights", window)

    def _centroids(self, window: str, angles: tuple[float, ...]) -> None:
        self._seal("embeddings", window, {}, set(), {"embedding": "one"})
        turns = np.radians(angles)
        rows = [
            {"facet": "request", "cluster": number, "vector": [np.cos(turn), np.sin(turn)]}
            for number, turn in enumerate(turns)
        ]
        table = pa.Table.from_pylist(rows, schema=centroids_schema(2))
        self._seal("clusters", window, {"centroids": table}, {"embeddings"})

    def _seal(
        self,
        stage: str,
        window: str,
        tables: Mapping[str, pa.Table],
        reads: set[str],
        models: Mapping[str, str] | None = None,
    ) -> None:
        inputs = {
            name: {window: self.lake.sealed_manifest(name, window).content_for(stage, window)}
            for name in reads
        }
        made_by = Provenance(code_version=STAGES[stage].code_version, models=models or {})
        self.lake.write(Making(stage, window, "r", made_by, inputs), tables, Accounts(0, 0))
        self.lake.judge(self.lake.stored(stage, window), [Verdict("columns", passed=True)], "run")

    def rows(self) -> list[dict[str, Any]]:
        """The published trends with the names of clusters."""
        found = PublicDatabase(self.folders.database).query(
            "SELECT trends.*, name FROM trends LEFT JOIN clusters ON cluster = clusters.id "
            'ORDER BY trends."window", name, topic'
        )
        return found.to_pylist()

    def topics(self, window: str) -> dict[str, str]:
        """Name of a window's cluster -> its topic."""
        return {r["name"]: r["topic"] for r in self.rows() if r["window"] == window and r["name"]}

    def events(self, window: str) -> dict[str, str]:
        """Topic -> event of a window."""
        return {row["topic"]: row["event"] for row in self.rows() if row["window"] == window}


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


def test_topics_stay_when_the_next_window_has_them_again(platform: Platform) -> None:
    platform.publish(W1, {TRIPS: 40, POEMS: 20})
    platform.publish(W2, {TAXES: 30, TRIPS: 50})
    before, now = platform.topics(W1), platform.topics(W2)
    assert now[TRIPS] == before[TRIPS]
    assert set(platform.events(W1).values()) == {"first"}
    assert platform.events(W2) == {
        now[TRIPS]: "continued", now[TAXES]: "new", before[POEMS]: "gone",
    }  # fmt: skip
    told = next(row for row in platform.rows() if row["event"] == "continued")
    assert (told["size"], told["share"], told["share_before"]) == (50, 0.5, 0.4)


def test_topic_is_the_same_when_its_name_changed_and_its_centroid_did_not(
    platform: Platform,
) -> None:
    platform.publish(W1, {TRIPS: 40, POEMS: 20}, angles=(0, 90))
    platform.publish(W2, {POEMS: 40, TAXES: 20}, angles=(5, 88))
    assert platform.topics(W2)[POEMS] == platform.topics(W1)[TRIPS]
    assert platform.topics(W2)[TAXES] == platform.topics(W1)[POEMS]


def test_split_and_merge_are_told_when_centroids_are_near(platform: Platform) -> None:
    platform.publish(W1, {TRIPS: 40}, angles=(0,))
    platform.publish(W2, {TRIPS: 20, POEMS: 20}, angles=(1, 20))
    platform.publish(W3, {TRIPS: 40}, angles=(1,))
    trips, poems = platform.topics(W2)[TRIPS], platform.topics(W2)[POEMS]
    told = [(r["window"], r["topic"], r["event"], r["related"]) for r in platform.rows()]
    assert (W2, poems, "split", trips) in told
    assert (W3, poems, "merged", trips) in told


def test_topic_comes_back_when_a_window_was_without_it(platform: Platform) -> None:
    platform.publish(W1, {TRIPS: 40, POEMS: 20})
    platform.publish(W2, {TRIPS: 40})
    platform.publish(W3, {TRIPS: 40, POEMS: 20})
    assert platform.topics(W3) == platform.topics(W1)
    assert platform.events(W3)[platform.topics(W1)[POEMS]] == "back"


@pytest.mark.parametrize("window", [W1, W2, W3])
def test_topics_stay_when_a_window_is_released_again(platform: Platform, window: str) -> None:
    for key in (W1, W2, W3):
        platform.publish(key, {TRIPS: 40, POEMS: 20})
    before = platform.topics(W1)
    platform.publish(window, {TAXES: 30, POEMS: 20, TRIPS: 40})
    assert {name: platform.topics(window)[name] for name in before} == before
    assert [platform.topics(key).items() >= before.items() for key in (W1, W2, W3)] == [True] * 3


def test_topics_are_those_of_the_later_window_when_an_earlier_one_is_filled_in(
    platform: Platform,
) -> None:
    platform.publish(W2, {TRIPS: 40})
    platform.publish(W1, {TRIPS: 40})
    assert platform.topics(W1) == platform.topics(W2)
    assert set(platform.events(W2).values()) == {"continued"}


def test_only_window_keeps_its_topics_when_it_is_made_again(platform: Platform) -> None:
    platform.publish("all", {TRIPS: 40, POEMS: 20})
    before = platform.topics("all")
    platform.publish("all", {POEMS: 30, TRIPS: 50})
    assert platform.topics("all") == before


def test_trends_go_on_when_a_window_between_is_withdrawn(platform: Platform) -> None:
    for key in (W1, W2, W3):
        platform.publish(key, {TRIPS: 40})
    assert withdraw(platform.folders, W2)
    assert {row["window"] for row in platform.rows()} == {W1, W3}
    assert platform.topics(W3) == platform.topics(W1)
    assert set(platform.events(W3).values()) == {"continued"}


def test_maps_have_topics_of_their_own_when_both_have_the_same_names(platform: Platform) -> None:
    platform.publish(W1, {TRIPS: 40})
    platform.publish(f"mobile@{W1}", {TRIPS: 40})
    assert platform.topics(W1) != platform.topics(f"mobile@{W1}")


#: What a broken producer would write, and the rule that it breaks.
POISONS: Mapping[str, Mapping[str, Any]] = {
    "numbers": {"size": 41},
    "form": {"topic": "someone"},
    "changed": {"topic": "0123456789ab"},
    "events": {"event": "new"},
    "before": {"share_before": 0.1},
    "related": {"related": "0123456789ab"},
    "gone": {"event": None},
    "clusters": {"cluster": None},
}


@pytest.mark.parametrize("rule", POISONS)
def test_nothing_is_released_when_trends_do_not_follow_from_the_clusters(
    platform: Platform, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.publish(W1, {TRIPS: 40, POEMS: 20})
    made, change = trends_module.trends_of, POISONS[rule]

    def poisoned(*given: Any) -> pa.Table:
        rows = made(*given).to_pylist()
        first = {**rows[0], **change}
        kept = rows[1:] if None in change.values() else [first, *rows[1:]]
        if rule == "gone":
            kept = [row for row in rows if row["event"] != "gone"]
        return pa.Table.from_pylist(kept, schema=made(*given).schema)

    monkeypatch.setattr(trends_module, "trends_of", poisoned)
    before = platform.folders.database.read_bytes()
    with pytest.raises(LakeError, match=rule):
        platform.publish(W2, {TRIPS: 40})
    assert platform.folders.database.read_bytes() == before
    monkeypatch.setattr(trends_module, "faults", lambda *given: {})  # the check switched off
    platform.publish(W2, {TRIPS: 40})
    assert platform.folders.database.read_bytes() != before


def test_recount_finds_a_topic_twice_when_a_window_has_it_twice() -> None:
    cluster = {"id": "a", "window": W1, "facet": "request", "level": 0, "size": 20, "share": 0.2}
    row = {
        **cluster, "cluster": "a", "topic": "0" * 12, "event": "first", "related": None,
        "share_before": None,
    }  # fmt: skip
    twin = {**cluster, "id": "b"}
    assert not any(faults([row], [cluster], [[W1]], {}).values())
    found = faults([row, {**row, "cluster": "b"}], [cluster, twin], [[W1]], {})
    assert found["twice"] == 1
