"""Calls of the Claude analyst per base cluster: naming, hierarchy and audit, by verb.

    .venv/bin/python -m benchmarks.claude_calls [--clusters 100 1000 10000]

The product's own naming, hierarchizer and audit ask a server double that answers sensibly from the
words it is shown, but spoils one first reply in twenty, which is then asked for again. Base
clusters are made up: their members' texts share words of a field, a subject and a topic. Every size
has a new home; calls are counted by the server, verbs by the ledger. Takes a few minutes.
Prints rows for RESULTS.md.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa

from clio_assets.analyst.claude.analyst import ClaudeAnalyst
from clio_assets.analyst.claude.build import HomeOffice, build_claude
from clio_assets.analyst.protocol import ClusterToName
from clio_assets.clusters.name import Group, clusters_to_name, name_clusters
from clio_assets.clusters.schema import CLUSTERS, MEMBERS, TERMS, centroids_schema
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.vectors import to_column
from clio_assets.hierarchy.build import BaseClusters, HierarchyRules, build_hierarchy
from clio_assets.home.home import Home
from clio_assets.home.settings import ClaudeSettings, HierarchySettings
from clio_assets.summaries.audit import audit_nodes
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes import sensible_answers
from tests.fakes.analyst import FakeEmbedder
from tests.fakes.messages_server import MessagesServer

FACET = DEFAULT_FACETS[0]
POLICY = PrivacyPolicy()
#: Enough for words to have the support that names need.
MEMBERS_EACH = 2 * POLICY.min_vocabulary_users
DIMENSION = 64
#: In every request that asks again.
SECOND = "An earlier answer to this could not be used"
DELIMITER = re.compile(r"(?:conversation|texts)-[0-9a-f]{16}")
#: One first reply in so many is no JSON.
SPOILT = 20
PER_FIELD, PER_SUBJECT = 900, 30  # base clusters
MOST = 2.5  # calls per base cluster
VERBS = ("name_clusters", "propose", "deduplicate", "assign", "rename", "audit")


@dataclass(frozen=True)
class Invented:
    """Base clusters before they have names: the questions, and the tables around them."""

    questions: list[ClusterToName]
    members: pa.Table
    centroids: pa.Table
    facets: pa.Table


def main() -> None:
    """Measure every size; exits with 1 where a cluster takes more calls than it should."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clusters", type=int, nargs="+", default=[100, 1_000, 10_000])
    sizes = parser.parse_args().clusters
    print(f"| base clusters | {' | '.join(VERBS)} | calls | per base cluster | nodes | seconds |")
    print(f"|{'---|' * (len(VERBS) + 5)}", flush=True)
    worst = max(measure(size) for size in sizes)
    sys.exit(int(worst > MOST))


def measure(size: int) -> float:
    """Make a map of that many base clusters; the calls that each took."""
    invented = invent(size)
    with (
        MessagesServer(answer="benchmarks.claude_calls:answer", record=0) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.environ["CLAUDE_CALLS_KEY"] = server.key
        settings = ClaudeSettings(
            base_url=server.base_url, api_key_variable="CLAUDE_CALLS_KEY", mode="live"
        )
        home = Home(Path(folder) / "home")
        home.prepare()
        begun = time.monotonic()
        analyst = build_claude(settings, home)
        nodes = mapped(analyst, invented)
        seconds = time.monotonic() - begun
        counts = server.counts()
        mapped(build_claude(settings, home), invented)
        assert server.counts()["billed"] == counts["billed"], "the second time asked again"
        verbs = dict(by_verb(analyst))
    assert counts["billed"] == sum(verbs.values())
    assert counts["paid_twice"] == 0
    each = " | ".join(f"{verbs.get(verb, 0):,}" for verb in VERBS)
    calls = counts["billed"] / size
    print(
        f"| {size:,} | {each} | {counts['billed']:,} | {calls:.2f} | {nodes:,} | {seconds:.0f} |",
        flush=True,
    )
    return float(calls)


def answer(body: Mapping[str, Any]) -> Any:
    """What the server double says."""
    asked = body["messages"][-1]["content"]
    chosen = crc32(DELIMITER.sub("", asked).encode()) % SPOILT == 0  # the same for every home
    if chosen and SECOND not in asked:
        return "{"
    return sensible_answers.answer(body)


def mapped(analyst: ClaudeAnalyst, invented: Invented) -> int:
    """Name, organise and audit; the number of nodes."""
    embedder = FakeEmbedder(DIMENSION)
    named = name_clusters(analyst.working_on("clusters", "all"), invented.questions, POLICY).texts
    kept = [text for text in named if text is not None]
    assert len(kept) == len(named), "a cluster has no name"
    base = BaseClusters(
        pa.Table.from_pylist(
            [
                {
                    "facet": FACET.name,
                    "cluster": number,
                    "name": text.name,
                    "description": text.description,
                    "size": MEMBERS_EACH,
                    "users": MEMBERS_EACH,
                }
                for number, text in enumerate(kept)
            ],
            schema=CLUSTERS,
        ),
        invented.members,
        invented.centroids,
        terms_of(invented.questions),
        invented.facets,
    )
    rules = HierarchyRules(DEFAULT_FACETS, HierarchySettings(), 0, POLICY)
    found = build_hierarchy(base, analyst.working_on("hierarchy", "all"), embedder, rules)
    audited = audit_nodes(found.nodes, analyst.working_on("audited_summaries", "all"), POLICY)
    assert len(audited.clusters) > 0.9 * found.nodes.num_rows, "the audit let too little pass"
    print(f"   {dict(found.counts)}", file=sys.stderr)
    return int(found.nodes.num_rows)


def by_verb(analyst: ClaudeAnalyst) -> list[tuple[str, int]]:
    """Replies that were paid for, by verb."""
    assert isinstance(analyst.office, HomeOffice)
    query = "SELECT verb, count(*) FROM ledger GROUP BY verb"
    return analyst.office.store.read(lambda connection: connection.execute(query).fetchall())


# Made-up base clusters


def invent(size: int) -> Invented:
    """Base clusters whose members each say the words of the cluster and one of their own."""
    texts = [list(_said(number)) for number in range(size)]
    users = [f"u{at}" for at in range(MEMBERS_EACH)]
    vectors = FakeEmbedder(DIMENSION).embed([said[0] for said in texts])
    questions = clusters_to_name(FACET, [Group(said, users) for said in texts], vectors, POLICY, 0)
    rows = [(number, at) for number in range(size) for at in range(MEMBERS_EACH)]
    conversations = [f"c{number}-{at}" for number, at in rows]
    wrote = [users[at] for _, at in rows]
    members = {
        "facet": [FACET.name] * len(rows),
        "cluster": [number for number, _ in rows],
        "conversation": conversations,
        "user": wrote,
    }
    numbers = list(range(size))
    centroids = [pa.repeat(FACET.name, size), pa.array(numbers, pa.int32()), to_column(vectors)]
    return Invented(
        questions,
        pa.table(members, schema=MEMBERS),
        pa.table(centroids, schema=centroids_schema(DIMENSION)),
        pa.table(
            {
                "conversation": conversations,
                "user": wrote,
                FACET.name: [text for said in texts for text in said],
            }
        ),
    )


def _said(number: int) -> Iterator[str]:
    field = word("field", number // PER_FIELD)
    subject = word("subject", number // PER_SUBJECT)
    topic, detail = word("topic", number), word("detail", number)
    for at in range(MEMBERS_EACH):
        own = word("own", number * MEMBERS_EACH + at)
        yield f"The user asks for help about {field} {subject} {topic} {detail} and {own}."


def word(kind: str, number: int) -> str:
    """A word that can be spoken, the same for the same number."""
    drawn = random.Random(f"{kind} {number}")
    return "".join(drawn.choice("bdfgklmnprstvz") + drawn.choice("aeiou") for _ in range(4))


def terms_of(questions: Sequence[ClusterToName]) -> pa.Table:
    """The TERMS table of the clusters."""
    return pa.Table.from_pylist(
        [
            {"facet": FACET.name, "cluster": number, **vars(term)}
            for number, question in enumerate(questions)
            for term in question.terms
        ],
        schema=TERMS,
    )


if __name__ == "__main__":
    main()
