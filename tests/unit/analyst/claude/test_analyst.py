"""The Claude analyst as a whole, without a server."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from clio_assets.analyst.claude.analyst import ClaudeAnalyst
from clio_assets.analyst.claude.exchange import Purpose
from clio_assets.analyst.protocol import ClusterToName
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.conversation import Conversation
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.vectors import to_column
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.home.settings import ClaudeSettings, HierarchySettings, ModelSettings
from tests.fakes.analyst import FakeEmbedder
from tests.fakes.desk import ScriptedAsker
from tests.fakes.sensible_answers import answer


class CountedAsker(ScriptedAsker):
    """Counts its requests as an account."""

    @property
    def usage(self) -> Mapping[str, int]:
        return {"model_calls": len(self.requests)}


@dataclass
class Office:
    """Makes askers that a sensible model answers."""

    key: bytes = b"k" * 32
    askers: dict[Purpose, CountedAsker] = field(default_factory=dict)

    def asker(self, purpose: Purpose) -> CountedAsker:
        asker = CountedAsker(lambda request: json.dumps(answer(request.parameters)))
        self.askers[purpose] = asker
        return asker


def analyst(**settings: Any) -> tuple[ClaudeAnalyst, Office]:
    office = Office()
    return ClaudeAnalyst(ClaudeSettings(**settings), office), office


def test_models_are_told_by_role() -> None:
    claude, _ = analyst(audit=ModelSettings(model="another", max_tokens=5))
    assert claude.models == {
        "extract": "claude-haiku-5-5",
        "name": "claude-sonnet-5-5",
        "hierarchy": "claude-haiku-5-5",
        "audit": "another",
    }


def test_prompts_change_for_the_verbs_of_a_role_when_its_settings_do() -> None:
    before = analyst()[0].prompts
    role = ModelSettings(model="claude-sonnet-5-5", max_tokens=16_000, effort="low")
    after = analyst(hierarchy=role)[0].prompts
    changed = {verb for verb in before if before[verb] != after[verb]}
    assert changed == {"deduplicate", "assign"}


def test_prompts_say_nothing_of_where_and_how_requests_are_sent() -> None:
    claude = analyst(base_url="http://localhost:1", mode="batch", max_concurrent=3)[0]
    assert claude.prompts == analyst()[0].prompts


def test_nothing_is_opened_when_nothing_is_asked() -> None:
    claude, office = analyst()
    assert list(claude.extract([], DEFAULT_FACETS)) == []
    assert claude.screen([], "?") == []
    assert claude.audit([]) == []
    assert claude.usage == dict.fromkeys(
        ("model_calls", "input_tokens", "output_tokens", "microdollars"), 0
    )
    assert not office.askers


def test_each_partition_has_an_account_of_its_own() -> None:
    claude, office = analyst()
    monday, tuesday = (claude.working_on("facets", day) for day in ("2026-09-28", "2026-09-29"))
    conversation = Conversation("<user>hello there</user>", 1)
    list(monday.extract([conversation] * 2, DEFAULT_FACETS))
    list(tuesday.extract([conversation], DEFAULT_FACETS))
    assert (monday.usage["model_calls"], tuesday.usage["model_calls"]) == (2, 1)
    assert claude.usage["model_calls"] == 0
    assert set(office.askers) == {
        Purpose("facets", "2026-09-28"),
        Purpose("facets", "2026-09-29"),
    }


def base_clusters(number: int) -> BaseClusters:
    """Clusters whose names are words of a hundred subjects, with made-up members."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(number, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    rows = [
        {
            "facet": "request",
            "cluster": at,
            "name": f"Ask about subject{at % 97:02d} of kind{at}",
            "description": f"Users asked about subject{at % 97:02d}. They wanted help.",
            "size": 20,
            "users": 10,
        }
        for at in range(number)
    ]
    members = [
        {"facet": "request", "cluster": at, "conversation": f"c{at}", "user": f"u{at}"}
        for at in range(number)
    ]
    terms = [
        {"facet": "request", "cluster": at, "lemma": "help", "surface": "help", "users": 9}
        for at in range(number)
    ]
    centroids = pa.table(
        {
            "facet": ["request"] * number,
            "cluster": list(range(number)),
            "vector": to_column(vectors),
        }
    )
    return BaseClusters(
        pa.Table.from_pylist(rows),
        pa.Table.from_pylist(members),
        centroids,
        pa.Table.from_pylist(terms),
    )


@pytest.mark.parametrize("number", [100, 400])
def test_a_base_cluster_takes_at_most_two_and_a_half_calls(number: int) -> None:
    claude, office = analyst()
    facet = DEFAULT_FACETS[0]
    claude.name_clusters([ClusterToName(facet, ["please bake bread"], ["u"], [0], [], [])] * number)
    rules = HierarchyRules(DEFAULT_FACETS, HierarchySettings(), seed=0)
    nodes = build_hierarchy(base_clusters(number), claude, FakeEmbedder(32), rules).nodes
    claude.audit([ClusterText(row["name"], row["description"]) for row in nodes.to_pylist()])
    (asker,) = office.askers.values()
    calls = Counter(request.verb for request in asker.requests)
    assert set(calls) >= {"name_clusters", "propose", "assign", "rename", "audit"}
    assert sum(calls.values()) <= 2.5 * number, dict(calls)
