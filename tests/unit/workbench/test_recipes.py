"""What makes a partition stale: its inputs, its settings, its seal; nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import UnsealedError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.settings import Settings
from clio_assets.lake.lake import Lake
from clio_assets.lake.writer import Accounts
from clio_assets.workbench.recipes import Currency, making
from clio_assets.workbench.workbench import Workbench
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import Verdict

DAY = "2026-09-28"
OWN = FacetDefinition("mood", "scale", "How well did it go?")


@dataclass
class FakeBench:
    """As much of a workbench as recipes look at."""

    lake: Lake
    settings: Settings = field(default_factory=Settings)
    policy: PrivacyPolicy = field(default_factory=PrivacyPolicy)
    facets: Any = DEFAULT_FACETS
    embedder: Any = field(default_factory=lambda: SimpleNamespace(identity="model 1"))
    analyst: Any = field(
        default_factory=lambda: SimpleNamespace(name="fake", models={"extract": "1"}, prompts={})
    )
    home: Any = field(default_factory=lambda: SimpleNamespace(pseudonym_key=b"k" * 32))

    top_level: Any = ()

    def days_of(self, window: str) -> list[str]:
        return [DAY]


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(Lake(tmp_path, PrivacyPolicy()))


def make(
    bench: FakeBench, stage: str, rows: Mapping[str, pa.Table], *, passed: bool = True
) -> None:
    lake = bench.lake
    lake.write(making(cast(Workbench, bench), stage, DAY), rows, Accounts(1, 1))
    lake.judge(lake.stored(stage, DAY), [Verdict("columns", passed)], "run")


def make_days(bench: FakeBench, value: int = 1) -> None:
    for stage in ("conversations", "facets", "embeddings"):
        make(bench, stage, {stage: pa.table({"n": [value]})})


def current(bench: FakeBench, stage: str) -> bool:
    return Currency(cast(Workbench, bench)).holds(stage, DAY)


def test_partition_is_current_when_nothing_changed(bench: FakeBench) -> None:
    make_days(bench)
    assert current(bench, "embeddings")


def test_partition_is_stale_when_it_was_never_made(bench: FakeBench) -> None:
    assert not current(bench, "embeddings")


def test_partition_is_stale_when_its_gate_refused_it(bench: FakeBench) -> None:
    make_days(bench)
    make(bench, "embeddings", {"embeddings": pa.table({"n": [1]})}, passed=False)
    assert current(bench, "facets")
    assert not current(bench, "embeddings")


def test_partition_is_stale_when_an_earlier_stage_is(bench: FakeBench) -> None:
    make_days(bench)
    (bench.lake.folder("conversations", DAY) / "seal.json").unlink()
    assert not current(bench, "embeddings")


def test_partition_is_stale_when_an_input_has_other_rows(bench: FakeBench) -> None:
    make_days(bench)
    make(bench, "facets", {"facets": pa.table({"n": [2]})})
    assert current(bench, "facets")
    assert not current(bench, "embeddings")


def test_later_stage_stays_current_when_an_earlier_one_comes_out_the_same(
    bench: FakeBench,
) -> None:
    make_days(bench)
    make(bench, "conversations", {"conversations": pa.table({"n": [1]})})
    assert current(bench, "embeddings")


@pytest.mark.parametrize(
    ("changed", "stage", "stays"),
    [
        (
            {"analyst": SimpleNamespace(name="other", models={}, prompts={})},
            "facets",
            "conversations",
        ),
        ({"embedder": SimpleNamespace(identity="model 2")}, "embeddings", "facets"),
        ({"settings": Settings(seed=9)}, "conversations", None),
        ({"facets": (*DEFAULT_FACETS, OWN)}, "facets", "conversations"),
    ],
    ids=["analyst", "model", "seed", "facets"],
)
def test_only_what_depends_on_it_is_stale_when_something_changes(
    bench: FakeBench, changed: dict[str, Any], stage: str, stays: str | None
) -> None:
    make_days(bench)
    other = FakeBench(bench.lake, **changed)
    assert not current(other, stage)
    assert stays is None or current(other, stays)


def test_making_is_refused_when_an_input_is_not_sealed(bench: FakeBench) -> None:
    make_days(bench)
    (bench.lake.folder("facets", DAY) / "seal.json").unlink()
    with pytest.raises(UnsealedError, match=f"facets {DAY} is not sealed"):
        making(cast(Workbench, bench), "embeddings", DAY)


def recipes(bench: FakeBench) -> dict[str, str]:
    """Recipe of every stage that days and windows are made by, all made from the same inputs."""
    found = {}
    for stage in ("conversations", "facets", "embeddings", "clusters", "hierarchy"):
        found[stage] = making(cast(Workbench, bench), stage, DAY).recipe
        make(bench, stage, {stage: pa.table({"n": [1]})})
    return found


@pytest.mark.parametrize(
    ("changed", "stages"),
    [
        ({"settings": Settings(hierarchy={"top_level": "elsewhere.toml"})}, set()),
        ({"top_level": (ClusterText("Bake", "About bread."),)}, {"hierarchy"}),
        (
            {"facets": (replace(DEFAULT_FACETS[0], criteria="a noun"), *DEFAULT_FACETS[1:])},
            {"facets", "clusters", "hierarchy"},
        ),
    ],
    ids=["path of the categories", "categories", "criteria"],
)
def test_recipes_change_where_facets_or_categories_do(
    bench: FakeBench, tmp_path: Path, changed: dict[str, Any], stages: set[str]
) -> None:
    before = recipes(bench)
    after = recipes(FakeBench(Lake(tmp_path / "other", PrivacyPolicy()), **changed))
    assert {stage for stage in before if before[stage] != after[stage]} == stages
