"""An operator's own facets and fixed top level, made by every stage and judged by every gate."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from clio_assets.analyst.protocol import Extraction
from clio_assets.clusters.build import ClusterRules, DayTables, build_clusters
from clio_assets.conversations.schema import (
    CONVERSATIONS,
    CONVERSATIONS_SET_ASIDE,
    attributes_schema,
    numbers_schema,
)
from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.embeddings.embed import embed_facets
from clio_assets.embeddings.schema import MULTILINGUAL
from clio_assets.facets.extract import extract_facets
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.schema import facets_schema
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.home.settings import ClusterSettings, HierarchySettings, Settings, SummarySettings
from clio_assets.judging.lineage import StageLineage, StageVerdict
from clio_assets.lake.engine import Engine, in_memory
from clio_assets.summaries import build as summaries_build
from clio_assets.summaries.build import SummaryRules, WindowTables, summarise
from clio_assets.summaries.publish import publish
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.rules import summary_evidence
from privacy_checks.stored.declared import (
    Declared,
    DeclaredAttribute,
    DeclaredCategory,
    DeclaredFacet,
)
from tests.fakes.analyst import FakeAnalyst, FakeEmbedder
from tests.gates.talks import pseudonym
from tests.gates.world import INPUTS, World

WINDOW, DAYS = "2026-09-28", ("2026-09-28", "2026-09-29")
POLICY = PrivacyPolicy(
    min_users=5, min_conversations=8, min_cell_conversations=5, extractive_analysts=("own",)
)
SETTINGS = Settings(
    without_facets=["task", "language"],
    facets=[
        {
            "name": "obstacle",
            "kind": "text",
            "question": "What stood in the way?",
            "clustered": True,
            "criteria": "a short phrase",
        },
        {"name": "mood", "kind": "category", "question": "How?", "values": ["calm", "cross"]},
        {"name": "effort", "kind": "scale", "question": "How much?"},
        {"name": "spoken", "kind": "languages", "question": "Which language is it about?"},
        {"name": "length", "kind": "computed"},
    ],
)
DEFINITIONS = facets_in_force(SETTINGS, POLICY)
ATTRIBUTES = (
    AttributeDefinition("model", "model", "category", top=2),
    AttributeDefinition("plan", "metadata.plan", "category", ("free", "paid")),
    AttributeDefinition("seconds", "latency_seconds", "number", bins=(2, 10, 40)),
)
RARE = "a model of one user"


class SECONDS:
    """How long an answer took: each topic's are its own, and one in seven says nothing."""

    @staticmethod
    def of(at: int) -> float | None:
        return None if at % 7 == 0 else min(2.0 + at % 8 * 5 + at % 3, 40.0)

    @staticmethod
    def label(at: int) -> str | None:
        said = SECONDS.of(at)
        labels = ATTRIBUTES[-1].labels
        return None if said is None else labels[bisect_right(ATTRIBUTES[-1].bins, said)]


CATEGORIES = (
    ClusterText("Ask about cooking", "Users asked about ovens and bread."),
    ClusterText("Ask about travel", "Users asked about trains and tents."),
    ClusterText("Anything else", "Requests that fit nowhere."),
)
TOPICS = ("bread", "oven", "train", "tent", "piano", "violin", "rocket", "camera")
OBSTACLES = ("price", "noise", "distance", "weather")


class Own(FakeAnalyst):
    """Reads the facets off the transcript: topic, obstacle and number of the conversation."""

    def extract(
        self, conversations: Sequence[Conversation], facets: Sequence[FacetDefinition]
    ) -> Iterator[Extraction]:
        for conversation in conversations:
            topic, obstacle, number = conversation.transcript.split()[:3]
            at = len(number)
            values = {
                "request": f"please explain {topic}",
                "obstacle": f"troubled by {obstacle}" if at % 10 else "",
                "concern": 1,
                "mood": "cross" if at % 3 == 0 else "calm",
                "effort": 1 + at % 2,
                "spoken": "Danish" if at % 4 == 0 else "Welsh",
            }
            yield Extraction({facet.name: values[facet.name] for facet in facets})


def conversations(day: int) -> pa.Table:
    rows = []
    for at in range(len(TOPICS) * 24):
        if at % 2 == day:
            topic, obstacle = TOPICS[at % 8], OBSTACLES[at // 8 % 4]
            rows.append(
                {
                    "conversation": pseudonym("c", at),
                    "user": pseudonym("u", at % 40),
                    "started_at": datetime(2026, 9, 28 + day, tzinfo=UTC) + timedelta(minutes=at),
                    "turns": 1 + at % 4,
                    "flagged": None,
                    "transcript": f"{topic} {obstacle} {'i' * (at // 8 + 1)} {'.' * (at * 20)}",
                }
            )
    return pa.Table.from_pylist(rows, schema=CONVERSATIONS)


def labels(said: pa.Table) -> pa.Table:
    """Two models are common, a third is beyond the top, the fourth is one user's."""
    rows = []
    for row in said.to_pylist():
        at = numbers()[row["conversation"]]
        model = RARE if at % 40 == 7 else ("swift", "swift", "owl", "finch")[at // 8 % 4]
        plan = ("free", "paid", None, "other")[at // 2 % 4]
        said = {"model": model, "plan": plan, "seconds": SECONDS.label(at)}
        rows.append({"conversation": row["conversation"], **said})
    return pa.Table.from_pylist(rows, attributes_schema(ATTRIBUTES))


def seconds(said: pa.Table) -> pa.Table:
    """What is averaged of them."""
    at = [numbers()[one] for one in said["conversation"].to_pylist()]
    return pa.table(
        {"conversation": said["conversation"], "seconds": [SECONDS.of(one) for one in at]},
        schema=numbers_schema(ATTRIBUTES),
    )


def numbers() -> dict[str, int]:
    return {pseudonym("c", at): at for at in range(len(TOPICS) * 24)}


def made(categories: Sequence[ClusterText]) -> World:
    """Every stage from facets to the release, each made of the one before."""
    analyst, embedder, world = Own("own"), FakeEmbedder(48), World(analyst="own")
    world.declared = Declared(
        tuple(DeclaredFacet(f.name, f.kind, f.clustered, f.values) for f in DEFINITIONS),
        tuple(DeclaredCategory(**asdict(one)) for one in categories),
        attributes=tuple(DeclaredAttribute(**asdict(one)) for one in ATTRIBUTES),
    )
    for at, day in enumerate(DAYS):
        said = conversations(at)
        world.stored["conversations", day] = {
            "conversations": said,
            "set_aside": CONVERSATIONS_SET_ASIDE.empty_table(),
            "attributes": labels(said),
            "numbers": seconds(said),
        }
        facets = extract_facets(said, analyst, DEFINITIONS, POLICY)
        world.stored["facets", day] = {"facets": facets.facets, "set_aside": facets.set_aside}
        world.stored["embeddings", day] = {
            **vars(embed_facets(facets.facets, DEFINITIONS, embedder)),
            "multilingual": MULTILINGUAL.empty_table(),
        }
    facets, embeddings = (
        pa.concat_tables(world.stored[stage, day][stage] for day in DAYS)
        for stage in ("facets", "embeddings")
    )
    settings = ClusterSettings(conversations_per_cluster=20, small_window_factor=0)
    rules = ClusterRules(DEFINITIONS, settings, POLICY, seed=0)
    clusters = build_clusters(DayTables(facets, embeddings), analyst, rules).by_name()
    world.stored["clusters", WINDOW] = clusters
    base = BaseClusters(
        *(clusters[n] for n in ("clusters", "members", "centroids", "terms")), facets
    )
    above = HierarchyRules(DEFINITIONS, HierarchySettings(), 0, POLICY, categories)
    nodes = build_hierarchy(base, analyst, embedder, above).nodes
    world.stored["hierarchy", WINDOW] = {"nodes": nodes}
    audited = audited_of(world, clusters, facets, nodes)
    world.stored["audited_summaries", WINDOW] = audited
    world.stored["published_insights", WINDOW] = released(world, audited)
    return world


def audited_again(world: World) -> dict[str, pa.Table]:
    """The summaries, made once more of what is stored."""
    facets = pa.concat_tables(world.stored["facets", day]["facets"] for day in DAYS)
    nodes = world.stored["hierarchy", WINDOW]["nodes"]
    return audited_of(world, world.stored["clusters", WINDOW], facets, nodes)


def audited_of(
    world: World, clusters: dict[str, pa.Table], facets: pa.Table, nodes: pa.Table
) -> dict[str, pa.Table]:
    tables = WindowTables(
        facets,
        *(clusters[name] for name in ("members", "clusters", "set_aside", "centroids")),
        nodes,
        days={
            stage: set_aside(world, stage) for stage in ("conversations", "facets", "embeddings")
        },
        **{
            name: pa.concat_tables(world.stored["conversations", day][name] for day in DAYS)
            for name in ("attributes", "numbers")
        },
    )
    drawing = SummarySettings(layout="pca")
    summing = SummaryRules(WINDOW, "week", DEFINITIONS, drawing, POLICY, 0, 0.5, ATTRIBUTES)
    return summarise(tables, Own("own"), Engine(in_memory), summing).by_name()


def set_aside(world: World, stage: str) -> pa.Table:
    return pa.concat_tables(world.stored[stage, day]["set_aside"] for day in DAYS)


def released(world: World, audited: dict[str, pa.Table]) -> dict[str, pa.Table]:
    others = ("landing", "slices", "published_insights")
    stages = [stage for stage in INPUTS if stage not in others]
    lineage = [
        StageLineage(
            stage=stage,
            partitions=1,
            data_digest="d" * 64,
            runs=["run"],
            code_version="1",
            analyst="own",
            models={},
            prompts={},
            policy_version=1,
            policy_digest=POLICY.digest,
            rows_kept=(kept := rows_of(world, stage)),
            rows_set_aside=(aside := rows_of(world, stage, "set_aside")),
            rows_in=kept + aside,
        )
        for stage in stages
    ]
    now = datetime(2026, 10, 6, tzinfo=UTC)
    verdicts = [StageVerdict(stage, "columns", 1, 1, POLICY.digest, now) for stage in stages]
    return publish(WINDOW, audited, lineage, verdicts, POLICY.rounding)


def rows_of(world: World, stage: str, table: str = "") -> int:
    name = table or {"clusters": "members", "hierarchy": "nodes"}.get(stage, stage)
    name = "clusters" if stage == "audited_summaries" and not table else name
    return sum(
        tables[name].num_rows
        for (found, _), tables in world.stored.items()
        if found == stage and name in tables
    )


@pytest.fixture(scope="module", params=[(), CATEGORIES], ids=["found top", "fixed top"])
def world(request: pytest.FixtureRequest) -> World:
    return made(request.param)


@pytest.mark.parametrize(
    "stage", [stage for stage in INPUTS if stage not in ("landing", "conversations")]
)
def test_every_gate_seals_what_the_stages_make_of_an_operators_facets(
    world: World, stage: str
) -> None:
    judge = import_module(f"privacy_checks.gates.{stage}").judge
    for found, key in list(world.stored):
        if found == stage:
            verdicts = judge(world.at(stage, key), POLICY)
            assert [verdict.check for verdict in verdicts if not verdict.passed] == []


def test_two_facets_are_clustered_and_broken_down_by_all_others(world: World) -> None:
    assert world.stored["facets", DAYS[0]]["facets"].schema == facets_schema(DEFINITIONS)
    audited = world.stored["audited_summaries", WINDOW]
    assert audited["windows"]["facet"].to_pylist() == ["request", "obstacle"]
    rows = audited["breakdowns"]
    for facet in ("request", "obstacle"):
        own = rows.filter(pc.equal(rows["clustered_facet"], facet))
        assert set(own["facet"].to_pylist()) == {
            *("concern", "turns", "mood", "effort", "spoken", "length", "time"),
            *("model", "plan", "seconds"),
        }
    moods = rows.filter(pc.equal(rows["facet"], "mood"))["value"].to_pylist()
    assert set(moods) == {"calm", "cross"}
    models = rows.filter(pc.equal(rows["facet"], "model"))["value"].to_pylist()
    assert set(models) == {"swift", "finch", "other"}
    plans = rows.filter(pc.equal(rows["facet"], "plan"))["value"].to_pylist()
    assert set(plans) == {"free", "paid", "other"}
    lengths = rows.filter(pc.equal(rows["facet"], "length"))["value"].to_pylist()
    assert set(lengths) == {"under 1k", "1k-4k"}


def test_top_is_made_of_the_declared_categories_when_it_is_fixed(world: World) -> None:
    nodes = world.stored["hierarchy", WINDOW]["nodes"].to_pylist()
    tops = {
        facet: [row for row in nodes if row["facet"] == facet and row["parent"] is None]
        for facet in ("request", "obstacle")
    }
    texts = {(one.name, one.description) for one in CATEGORIES}
    for top in tops.values():
        found = {(row["name"], row["description"]) for row in top}
        if world.declared.top_level:
            assert found <= texts
            assert {row["level"] for row in top} == {1}
        else:
            assert not found & texts


def test_only_nesting_fails_when_one_facet_shows_what_the_other_hides(world: World) -> None:
    tables = world.stored["audited_summaries", WINDOW]
    rows = tables["breakdowns"]
    gone = pc.and_(pc.equal(rows["clustered_facet"], "obstacle"), pc.equal(rows["value"], "calm"))
    assert pc.any(gone).as_py()
    poisoned = World(dict(world.stored), "own", world.declared)
    poisoned.stored["audited_summaries", WINDOW] = {
        **tables,
        "breakdowns": rows.filter(pc.invert(gone)),
    }
    judge = import_module("privacy_checks.gates.audited_summaries").judge
    verdicts = judge(poisoned.at("audited_summaries", WINDOW), POLICY)
    assert [verdict.check for verdict in verdicts if not verdict.passed] == ["nesting"]


def test_only_breakdowns_fail_when_a_window_tells_too_many_values_apart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        summaries_build, "pooled", lambda told, attribute, policy: told[attribute.name]
    )
    poisoned = World(dict(world.stored), "own", world.declared)
    poisoned.stored["audited_summaries", WINDOW] = audited_again(world)
    judge = import_module("privacy_checks.gates.audited_summaries").judge
    verdicts = judge(poisoned.at("audited_summaries", WINDOW), POLICY)
    assert "breakdowns" in [verdict.check for verdict in verdicts if not verdict.passed]

    monkeypatch.setattr(
        summary_evidence, "put_together", lambda attribute, labels, users, policy: labels
    )
    verdicts = judge(poisoned.at("audited_summaries", WINDOW), POLICY)
    assert [verdict.check for verdict in verdicts if not verdict.passed] == []


def test_value_of_one_user_is_never_named_even_when_it_could_be_among_the_top(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        summaries_build, "pooled", lambda told, attribute, policy: told[attribute.name]
    )
    values = audited_again(world)["breakdowns"]["value"].to_pylist()
    assert "owl" in values
    assert RARE not in values
