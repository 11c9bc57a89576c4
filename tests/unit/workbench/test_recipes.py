"""What makes a partition stale: its inputs, its settings, its seal; nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest

from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.facets import FacetDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.domain.source_vectors import SourceVectors
from clio_assets.errors import UnsealedError
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.windows import key_of
from clio_assets.home.settings import Settings
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts
from clio_assets.stages import STAGES
from clio_assets.workbench.recipes import Currency, making
from clio_assets.workbench.workbench import Workbench
from privacy_checks.policy.fields import NOTES, fields_that_change
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared, DeclaredAttribute
from privacy_checks.stored.protocol import Verdict
from tests.fakes.bench import DAY, FakeBench
from tests.fakes.lake import folder_of

MODEL = AttributeDefinition("model", "model", "category", top=3)
OWN = FacetDefinition("mood", "scale", "How well did it go?")


@pytest.fixture
def bench(tmp_path: Path) -> FakeBench:
    return FakeBench(Lake(LocalStorage(tmp_path), PrivacyPolicy(), Declared()))


def make(
    bench: FakeBench,
    stage: str,
    rows: Mapping[str, pa.Table],
    *,
    passed: bool = True,
    key: str = DAY,
) -> None:
    lake = bench.lake
    lake.write(making(cast(Workbench, bench), stage, key), rows, Accounts(1, 1))
    lake.judge(lake.stored(stage, key), [Verdict("columns", passed)], "run")


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
    (folder_of(bench.lake, "conversations", DAY) / "seal.json").unlink()
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
            {"analyst": SimpleNamespace(name="other", models={}, prompts={}, extractive=True)},
            "facets",
            "conversations",
        ),
        ({"embedder": SimpleNamespace(identity="model 2")}, "embeddings", "facets"),
        ({"multilingual": SimpleNamespace(identity="model 3")}, "embeddings", "facets"),
        ({"phrases": SimpleNamespace(digest="2")}, "clusters", "embeddings"),
        ({"shipped_bridge": "2"}, "clusters", "embeddings"),
        ({"settings": Settings(seed=9)}, "conversations", None),
        ({"facets": (*DEFAULT_FACETS, OWN)}, "facets", "conversations"),
    ],
    ids=["analyst", "model", "encoder", "phrases", "bridge", "seed", "facets"],
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
    (folder_of(bench.lake, "facets", DAY) / "seal.json").unlink()
    with pytest.raises(UnsealedError, match=f"facets {DAY} is not sealed"):
        making(cast(Workbench, bench), "embeddings", DAY)


def recipes(bench: FakeBench, named: str = "") -> dict[str, str]:
    """Recipe of every stage, all made from the same inputs; of windows those of a map."""
    found = {}
    for name, stage in STAGES.items():
        key = DAY if stage.cadence == "day" else key_of(named, DAY)
        found[name] = making(cast(Workbench, bench), name, key).recipe
        make(bench, name, {name: pa.table({"n": [1]})}, key=key)
    return found


@pytest.mark.parametrize(
    ("changed", "stages"),
    [
        ({"settings": Settings(hierarchy={"top_level": "elsewhere.toml"})}, set()),
        ({"top_level": (ClusterText("Bake", "About bread."),)}, {"hierarchy"}),
        (
            {"facets": (replace(DEFAULT_FACETS[0], criteria="a noun"), *DEFAULT_FACETS[1:])},
            {"facets", "slices", "clusters", "hierarchy", "audited_summaries"},
        ),
        ({"attributes": (MODEL,)}, {"conversations", "audited_summaries"}),
    ],
    ids=["path of the categories", "categories", "criteria", "attributes"],
)
def test_recipes_change_where_facets_or_categories_do(
    bench: FakeBench, tmp_path: Path, changed: dict[str, Any], stages: set[str]
) -> None:
    before = recipes(bench)
    after = recipes(
        FakeBench(Lake(LocalStorage(tmp_path / "other"), PrivacyPolicy(), Declared()), **changed)
    )
    assert {stage for stage in before if before[stage] != after[stage]} == stages


GERMAN = MapDefinition("german", (("language", ("German",)),), ("request", "language"))
MOBILE = MapDefinition("mobile", (("client", ("ios",)),), ("request", "language"))


@pytest.mark.parametrize(
    ("maps", "stages"),
    [
        ((GERMAN,), set()),
        ((GERMAN, MOBILE), set()),
        ((MOBILE, GERMAN), {"slices", "audited_summaries"}),
        ((replace(GERMAN, where=(("language", ("French",)),)),), {"slices", "audited_summaries"}),
        ((replace(GERMAN, kind="all"),), set()),
        (
            (replace(GERMAN, facets=("request",)),),
            {"slices", "audited_summaries"},
        ),
    ],
    ids=["same", "one behind it", "one before it", "other labels", "cadence", "fewer facets"],
)
def test_recipes_of_a_map_change_where_it_or_those_before_it_do(
    bench: FakeBench, tmp_path: Path, maps: tuple[MapDefinition, ...], stages: set[str]
) -> None:
    before = recipes(replace(bench, maps=(GERMAN,)), "german")
    other = Lake(LocalStorage(tmp_path / "other"), PrivacyPolicy(), Declared())
    after = recipes(FakeBench(other, maps=maps), "german")
    assert {stage for stage in before if before[stage] != after[stage]} == stages


def test_recipes_of_the_own_map_stay_when_a_named_one_is_declared(
    bench: FakeBench, tmp_path: Path
) -> None:
    other = Lake(LocalStorage(tmp_path / "other"), PrivacyPolicy(), Declared())
    own = [name for name in STAGES if name != "slices"]
    before, after = recipes(bench), recipes(FakeBench(other, maps=(GERMAN,)))
    assert [before[name] for name in own] == [after[name] for name in own]


def test_a_maps_windows_are_stale_when_its_slice_comes_out_otherwise(bench: FakeBench) -> None:
    bench = replace(bench, maps=(GERMAN,))
    recipes(bench, "german")
    recipes(bench)
    key = key_of("german", DAY)
    currency = Currency(cast(Workbench, bench))
    assert currency.holds("audited_summaries", key)
    make(bench, "slices", {"slices": pa.table({"n": [2]})}, key=key)
    currency = Currency(cast(Workbench, bench))
    assert not currency.holds("clusters", key)
    assert currency.holds("audited_summaries", DAY)


@pytest.mark.parametrize(
    ("changed", "policy", "stages"),
    [
        (replace(MODEL, top=4), PrivacyPolicy(), {"audited_summaries"}),
        (replace(MODEL, source="metadata.m"), PrivacyPolicy(), {"conversations"}),
        (MODEL, PrivacyPolicy(detectors_off=("phone",)), {"conversations"}),
        (MODEL, PrivacyPolicy(max_shared_words=6), set()),
    ],
    ids=["how many values", "source", "detectors", "another field"],
)
def test_recipes_change_where_labels_or_their_breakdowns_do(
    bench: FakeBench,
    tmp_path: Path,
    changed: AttributeDefinition,
    policy: PrivacyPolicy,
    stages: set[str],
) -> None:
    before = recipes(replace(bench, attributes=(MODEL,)))
    lake = Lake(LocalStorage(tmp_path / "other"), policy, Declared())
    after = recipes(FakeBench(lake, attributes=(changed,), policy=policy))
    differ = {stage for stage in before if before[stage] != after[stage]}
    assert differ & {"conversations"} == stages & {"conversations"}
    assert stages <= differ


def test_only_summaries_are_stale_when_labels_alone_come_out_otherwise(bench: FakeBench) -> None:
    talks = pa.table({"n": [1]})
    labels = pa.table({"model": ["swift"]})
    make(bench, "conversations", {"conversations": talks, "attributes": labels})
    for stage in [stage for stage in STAGES if stage != "conversations"]:
        make(bench, stage, {stage: pa.table({"n": [1]})})
    assert current(bench, "facets")
    assert current(bench, "audited_summaries")
    other = pa.table({"model": ["owl"]})
    make(bench, "conversations", {"conversations": talks, "attributes": other})
    assert current(bench, "hierarchy")
    assert not current(bench, "audited_summaries")
    make(bench, "conversations", {"conversations": pa.table({"n": [2]}), "attributes": other})
    assert not current(bench, "facets")


def test_digests_are_those_of_before_when_no_attribute_is_declared() -> None:
    model = DeclaredAttribute("model", "model", "category", top=3)
    none, one = Declared(), Declared(attributes=(model,))
    other = Declared(attributes=(replace(model, top=4),))
    assert none.digest_for("conversations") == none.digest_for("a stage that declares nothing")
    for stage in STAGES:
        changes = stage in ("conversations", "slices", "audited_summaries", "published_insights")
        assert (none.digest_for(stage) != one.digest_for(stage)) == changes
        counts = stage == "audited_summaries"
        assert (one.digest_for(stage) != other.digest_for(stage)) == counts


def test_digests_change_where_numbers_are_looked_at_when_one_can_be_averaged() -> None:
    cost = DeclaredAttribute("cost", "cost_usd", "number", bins=(1.0,))
    without, with_mean = (
        Declared(attributes=(one,)) for one in (cost, replace(cost, bins=(1.0, 2.0)))
    )
    for stage in ("conversations", "slices", "audited_summaries"):
        assert without.digest_for(stage) != with_mean.digest_for(stage)


#: Stage -> the fields of the policy that its recipe holds; stages that are not named hold none.
DETECTION = {"detectors_off", "min_detector_score", "extra_detectors"}
SUPPORT = {"min_vocabulary_users", "vocabulary", "extractive_analysts", "allowed_names"}
FIELDS_OF_STAGE = {
    "facets": {"max_facet_characters", "max_shared_words", "extractive_analysts"} | DETECTION,
    "slices": {"min_cell_conversations", "min_cell_users"},
    "clusters": {"min_users", "min_conversations"} | SUPPORT | DETECTION,
    "hierarchy": SUPPORT | DETECTION,
    "audited_summaries": {
        "min_users",
        "min_conversations",
        "min_cell_conversations",
        "min_cell_users",
        "max_quarantine_share",
        "min_audit_rating",
        "max_facet_characters",
        "max_shared_words",
        "rounding",
    }
    | SUPPORT
    | DETECTION,
    "published_insights": {"rounding"},
}


def test_recipes_hold_the_same_fields_of_the_policy_when_notes_are_rewritten() -> None:
    named = {stage for note in NOTES.values() for stage in note.changes}
    assert named <= set(STAGES)
    assert {stage: set(fields_that_change(stage)) for stage in named} == FIELDS_OF_STAGE


OTHER_POLICY = PrivacyPolicy(
    version=2,
    min_users=11,
    min_conversations=21,
    min_cell_conversations=16,
    min_cell_users=6,
    min_vocabulary_users=6,
    max_quarantine_share=0.1,
    min_audit_rating=4,
    max_facet_characters=500,
    max_shared_words=6,
    extractive_analysts=(),
    vocabulary="all",
    rounding=10,
    detectors_off=("phone",),
    min_detector_score=0.5,
    extra_detectors=("mine:staff",),
    allowed_names=("Paris",),
    retention_days=9,
    example_conversations=3,
)


@pytest.mark.parametrize("field", PrivacyPolicy.model_fields)
def test_recipes_change_for_the_stages_of_a_field_when_the_policy_does(
    bench: FakeBench, tmp_path: Path, field: str
) -> None:
    before = recipes(bench)
    changed = PrivacyPolicy().model_copy(update={field: getattr(OTHER_POLICY, field)})
    after = recipes(
        FakeBench(Lake(LocalStorage(tmp_path / "other"), changed, Declared()), policy=changed)
    )
    expected = {stage for stage, fields in FIELDS_OF_STAGE.items() if field in fields}
    assert {stage for stage in before if before[stage] != after[stage]} == expected


def test_embeddings_read_conversations_only_when_the_source_has_vectors(bench: FakeBench) -> None:
    make_days(bench)
    assert set(making(cast(Workbench, bench), "embeddings", DAY).inputs) == {"facets"}
    bench.source_vectors = SourceVectors("embedding", "some-model", 3, "request")
    rows = pa.table({"n": [1]})
    make(bench, "conversations", {"conversations": rows, "vectors": rows})
    make(bench, "facets", {"facets": rows})
    plan = making(cast(Workbench, bench), "embeddings", DAY)
    assert set(plan.inputs) == {"facets", "conversations"}
    assert plan.provenance.models["source_vectors"] == "some-model (declared, 3 numbers)"


def test_only_embeddings_are_stale_when_a_vector_of_the_source_alone_came_out_otherwise(
    bench: FakeBench,
) -> None:
    bench.source_vectors = SourceVectors("embedding", "some-model", 3, "request")
    rows, other = pa.table({"n": [1]}), pa.table({"n": [2]})
    make(bench, "conversations", {"conversations": rows, "vectors": rows})
    for stage in ("facets", "embeddings"):
        make(bench, stage, {stage: rows})
    make(bench, "conversations", {"conversations": rows, "vectors": other})
    assert current(bench, "facets")
    assert not current(bench, "embeddings")
    make(bench, "embeddings", {"embeddings": rows})
    make(bench, "conversations", {"conversations": rows, "vectors": other, "attributes": other})
    assert current(bench, "embeddings")


@pytest.mark.parametrize(
    ("declared", "stale"),
    [
        (None, {"conversations", "embeddings"}),
        (SourceVectors("embedding", "other-model", 3, "request"), {"embeddings"}),
        (SourceVectors("embedding", "some-model", 4, "request"), {"conversations", "embeddings"}),
        (SourceVectors("embedding", "some-model", 3, "task"), {"embeddings"}),
    ],
    ids=["none", "model", "dimension", "facet"],
)
def test_recipes_change_where_other_vectors_of_the_source_are_declared(
    bench: FakeBench, declared: SourceVectors | None, stale: set[str]
) -> None:
    bench.source_vectors = SourceVectors("embedding", "some-model", 3, "request")
    make_days(bench)

    def recipes() -> dict[str, str]:
        return {
            stage: making(cast(Workbench, bench), stage, DAY).recipe
            for stage in ("conversations", "facets", "embeddings")
        }

    before = recipes()
    bench.source_vectors = declared
    assert {stage for stage, recipe in recipes().items() if recipe != before[stage]} == stale
