"""A made-up, valid window of any size, as every stage would have written it, in Parquet.

Everything but the last two stages is counted here; those are made by the platform's own code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from privacy_checks.policy.model import PrivacyPolicy

WINDOW, DAYS, FIRST = "all", 28, datetime(2026, 9, 7, tzinfo=UTC)
DAY_STAGES = ("conversations", "facets", "embeddings")
WINDOW_STAGES = ("clusters", "hierarchy", "audited_summaries", "published_insights")
POLICY = PrivacyPolicy()
Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Talks:
    """Conversations by number: ids, base cluster, day, and the number of their user."""

    ids: pa.Array
    cluster: np.ndarray
    day: np.ndarray
    user: np.ndarray
    user_ids: pa.Array

    @property
    def users(self) -> pa.Array:
        return self.user_ids.take(pa.array(self.user))


def make(root: Path, rows: int, dimension: int) -> None:
    """Write a valid window of so many conversations."""
    random = np.random.default_rng(rows)
    clusters = max(12, min(rows // 50, int(rows**0.5)))
    users = max(20, rows // 4)
    talks = Talks(
        _ids("c", rows, random),
        np.sort(np.arange(rows) % clusters),
        random.integers(0, DAYS, rows),
        random.integers(0, users, rows),
        _ids("u", users, random),
    )
    words = _words(clusters + 1500, random)
    facets = _facets(talks, words[:clusters], words[clusters:], random)
    centres = random.normal(size=(clusters, dimension)).astype(np.float32)
    sums = np.zeros((clusters, dimension))
    landed: Tables = {}
    for day in range(DAYS):
        rows_of_day = np.flatnonzero(talks.day == day)
        key = f"{FIRST + timedelta(days=day):%Y-%m-%d}"
        vectors = centres[talks.cluster[rows_of_day]]
        vectors += random.normal(scale=0.3, size=vectors.shape).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        np.add.at(sums, talks.cluster[rows_of_day], vectors)
        _write_day(root, key, facets.take(pa.array(rows_of_day)), vectors)
        landed[f"landed_{key}"] = _landed(talks, rows_of_day, day)
    _write(root, "landing", "source", landed)
    window = _clusters(talks, words[:clusters], sums)
    _write(root, "clusters", WINDOW, window)
    nodes = _nodes(talks, window["clusters"])
    _write(root, "hierarchy", WINDOW, {"nodes": nodes})
    _write_summaries(root, facets, window, nodes)


def _ids(prefix: str, count: int, random: np.random.Generator) -> pa.Array:
    digits = random.bytes(16 * count).hex()
    return pa.array([f"{prefix}_{digits[at : at + 32]}" for at in range(0, 32 * count, 32)])


def _words(count: int, random: np.random.Generator) -> list[str]:
    """Words that are their own lemma and in which no detector sees anything."""
    from privacy_checks.detectors import has_hit
    from privacy_checks.language.lemmas import content_lemmas

    syllables = [consonant + vowel for consonant in "bdfgklmnprtvz" for vowel in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(random.choice(syllables, random.integers(3, 5))) + "n"
        if content_lemmas(word) == [word] and not has_hit(word):
            found[word] = None
    return list(found)


def _facets(
    talks: Talks, topics: list[str], words: list[str], random: np.random.Generator
) -> pa.Table:
    from clio_assets.facets.schema import FACETS

    rows = len(talks.ids)
    others = random.integers(0, len(words), (rows, 3))
    requests = [
        f"Describe the {topics[cluster]} with {words[a]} and {words[b]} for my {words[c]}"
        for cluster, (a, b, c) in zip(talks.cluster.tolist(), others.tolist(), strict=True)
    ]
    seconds = talks.day * 86_400 + random.integers(0, 86_400, rows)
    started = (int(FIRST.timestamp()) + seconds) * 1_000_000
    return pa.table(
        [
            talks.ids,
            talks.users,
            pa.array(started).cast(pa.timestamp("us", tz="UTC")),
            pa.array(random.random(rows) < 0.1),
            pa.array(requests),
            pa.array([f"Describe a {word}" for word in topics]).take(pa.array(talks.cluster)),
            pa.array(["English", "French", "Norwegian Bokmål"]).take(
                pa.array(random.choice(3, rows, p=[0.9, 0.08, 0.02]))
            ),
            pa.array(random.choice([1, 2, 3], rows, p=[0.9, 0.08, 0.02]), pa.int8()),
            pa.array(random.integers(1, 14, rows), pa.int32()),
        ],
        schema=FACETS,
    )


def _write_day(root: Path, key: str, facets: pa.Table, vectors: np.ndarray) -> None:
    from clio_assets.conversations.schema import CONVERSATIONS
    from clio_assets.embeddings.schema import MULTILINGUAL, embeddings_schema

    carried = facets.select([name for name in CONVERSATIONS.names if name != "transcript"])
    transcript = pa.repeat("<user>" + "word " * 150 + "</user>", len(facets))
    conversations = carried.append_column("transcript", transcript)
    embeddings = pa.table(
        [
            facets["conversation"],
            pa.repeat("request", len(facets)),
            _vector_column(vectors),
        ],
        schema=embeddings_schema(vectors.shape[1]),
    )
    made = {
        "conversations": conversations.select(CONVERSATIONS.names).cast(CONVERSATIONS),
        "facets": facets,
        "embeddings": embeddings,
    }
    for stage, table in made.items():
        tables = {stage: table, "set_aside": _set_aside()[stage]}
        others = {"multilingual": MULTILINGUAL.empty_table()} if stage == "embeddings" else {}
        _write(root, stage, key, tables | others)


def _set_aside() -> Tables:
    """What the stages of a day set aside: nothing."""
    from clio_assets.conversations.schema import CONVERSATIONS_SET_ASIDE
    from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE
    from clio_assets.facets.schema import FACETS_SET_ASIDE

    schemas = (CONVERSATIONS_SET_ASIDE, FACETS_SET_ASIDE, EMBEDDINGS_SET_ASIDE)
    return dict(zip(DAY_STAGES, (schema.empty_table() for schema in schemas), strict=True))


def _landed(talks: Talks, rows: np.ndarray, day: int) -> pa.Table:
    from clio_assets.landing.schema import LANDED

    times = pa.array([FIRST + timedelta(days=day)] * len(rows), LANDED.field("started_at").type)
    numbers = [pa.array([f"id {number}" for number in of[rows].tolist()]) for of in
               (np.arange(len(talks.ids)), talks.user)]  # fmt: skip
    return pa.table(
        [
            pa.array(rows, pa.int64()),
            pa.array(np.zeros(len(rows)), pa.int32()),
            *numbers,
            times,
            times,
            pa.repeat("[]", len(rows)),
            pa.nulls(len(rows), pa.bool_()),
            pa.nulls(len(rows), pa.string()),
        ],
        schema=LANDED,
    )


def _people(groups: np.ndarray, users: np.ndarray, count: int) -> np.ndarray:
    pairs = np.unique(groups.astype(np.int64) * (int(users.max()) + 1) + users)
    return np.bincount(pairs // (int(users.max()) + 1), minlength=count)


def _clusters(talks: Talks, topics: list[str], sums: np.ndarray) -> Tables:
    from clio_assets.clusters import schema

    count, rows = len(topics), len(talks.ids)
    number = pa.array(np.arange(count), pa.int32())
    facet = pa.repeat("request", count)
    people = pa.array(_people(talks.cluster, talks.user, count), pa.int32())
    lengths = np.linalg.norm(sums, axis=1)
    means = (sums / lengths[:, None]).astype(np.float32)
    topic = pa.array(topics)
    return {
        "members": pa.table(
            [pa.repeat("request", rows), pa.array(talks.cluster, pa.int32()), talks.ids,
             talks.users],
            schema=schema.MEMBERS,
        ),
        "clusters": pa.table(
            [
                facet,
                number,
                pa.array([f"Describe the {word}" for word in topics]),
                pa.array([f"Users asked to describe the {word}." for word in topics]),
                pa.array(np.bincount(talks.cluster, minlength=count), pa.int32()),
                people,
                pa.array(lengths / np.bincount(talks.cluster, minlength=count), pa.float32()),
            ],
            schema=schema.CLUSTERS,
        ),
        "centroids": pa.table(
            [facet, number, _vector_column(means)], schema=schema.centroids_schema(sums.shape[1])
        ),
        "terms": pa.concat_tables(
            pa.table([facet, number, lemma, lemma, people], schema=schema.TERMS)
            for lemma in (topic, pa.repeat("describe", count))
        ),
        "bridge": schema.bridge_schema(sums.shape[1]).empty_table(),
        "set_aside": schema.CLUSTERS_SET_ASIDE.empty_table(),
    }  # fmt: skip


def _nodes(talks: Talks, clusters: pa.Table) -> pa.Table:
    """The base clusters and two levels above them, each a quarter of the one below."""
    from clio_assets.hierarchy.schema import NODES

    node = np.arange(clusters.num_rows)
    names, texts = (clusters[name].to_pylist() for name in ("name", "description"))
    parts = []
    for level in range(3):
        count = int(node.max()) + 1
        of_talk = node[talks.cluster]
        firsts = np.searchsorted(node, np.arange(count))
        above = node // 4
        parent = above[firsts] if level < 2 else None
        parts.append(
            pa.table(
                [
                    pa.repeat("request", count),
                    pa.array(np.full(count, level), pa.int32()),
                    pa.array(np.arange(count), pa.int32()),
                    pa.nulls(count, pa.int32()) if parent is None else pa.array(parent, pa.int32()),
                    pa.array([names[first] for first in firsts.tolist()]),
                    pa.array([texts[first] for first in firsts.tolist()]),
                    pa.array(np.bincount(of_talk, minlength=count), pa.int32()),
                    pa.array(_people(of_talk, talks.user, count), pa.int32()),
                ],
                schema=NODES,
            )
        )
        node = above
    return pa.concat_tables(parts)


class _Auditor:
    """An analyst that lets every text pass; the summaries ask for nothing else."""

    name = "local"

    def audit(self, texts: Sequence[object]) -> list[int]:
        return [5] * len(texts)


def _write_summaries(root: Path, facets: pa.Table, window: Tables, nodes: pa.Table) -> None:
    """The last two stages, made by the platform's own code."""
    from clio_assets.analyst.protocol import Analyst
    from clio_assets.facets.schema import DEFAULT_FACETS
    from clio_assets.home.settings import SummarySettings
    from clio_assets.lake.engine import Engine, in_memory
    from clio_assets.summaries.build import SummaryRules, WindowTables, summarise

    tables = WindowTables(
        facets,
        *(window[name] for name in ("members", "clusters", "set_aside", "centroids")),
        nodes,
        _set_aside(),
    )
    settings = SummarySettings(layout="pca")
    rules = SummaryRules(WINDOW, "all", DEFAULT_FACETS, settings, POLICY, 0, 0.5)
    summaries = summarise(tables, cast(Analyst, _Auditor()), Engine(in_memory), rules).by_name()
    _write(root, "audited_summaries", WINDOW, summaries)
    _write_release(root, summaries, len(facets), len(nodes))


def _write_release(root: Path, summaries: Tables, conversations: int, nodes: int) -> None:
    from clio_assets.judging.lineage import StageLineage, StageVerdict
    from clio_assets.summaries.publish import publish

    stages = (*DAY_STAGES, *WINDOW_STAGES[:-1])
    rows = {"hierarchy": nodes, "audited_summaries": nodes}
    lineage = [
        StageLineage(
            stage=stage,
            partitions=DAYS if stage in DAY_STAGES else 1,
            data_digest="d" * 64,
            runs=["run"],
            code_version="1",
            analyst="local",
            models={},
            prompts={},
            policy_version=POLICY.version,
            policy_digest=POLICY.digest,
            rows_in=rows.get(stage, conversations),
            rows_kept=rows.get(stage, conversations),
            rows_set_aside=0,
        )
        for stage in stages
    ]
    verdicts = [
        StageVerdict(
            stage=each.stage,
            check="columns",
            partitions=each.partitions,
            passed=each.partitions,
            policy_digest=POLICY.digest,
            sealed_at=FIRST,
        )
        for each in lineage
    ]
    _write(
        root,
        "published_insights",
        WINDOW,
        publish(WINDOW, summaries, lineage, verdicts, POLICY.rounding),
    )


def _vector_column(vectors: np.ndarray) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(
        pa.array(vectors.astype(np.float32).reshape(-1)), vectors.shape[1]
    )


def _write(root: Path, stage: str, key: str, tables: Tables) -> None:
    folder = root / stage / key
    folder.mkdir(parents=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
