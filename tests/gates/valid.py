"""A small, valid set of partitions of every stage, in memory, made without the platform's code.

Only the schemas are the platform's: the gates repeat them by hand, and a valid world is how the two
are compared. Everything else is worked out here by plain counting.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from clio_assets.clusters import schema as clusters_schema
from clio_assets.conversations import schema as conversations_schema
from clio_assets.embeddings.schema import (
    EMBEDDINGS_SET_ASIDE,
    MULTILINGUAL,
    MULTILINGUAL_DIMENSION,
    embeddings_schema,
)
from clio_assets.facets import schema as facets_schema
from clio_assets.hierarchy.schema import NODES
from clio_assets.landing import schema as landing_schema
from clio_assets.summaries import schema as summaries_schema
from tests.gates.published import (
    POLICY,
    accounts,
    breakdowns,
    lineage_rows,
    size_of,
    topic_size,
    users_of,
)
from tests.gates.talks import (
    DAYS,
    FAILED,
    KEPT,
    MIDDLE,
    TOP,
    TOPICS,
    WINDOW,
    WITHHELD,
    Talk,
    lines,
    node_id,
    pseudonym,
    talks,
)
from tests.gates.world import INPUTS, Row, World

DIMENSION = 4
#: The operator's bound of coherence, and the thresholds that a release states: those of its policy.
BOUND, MIN_USERS, MIN_CONVERSATIONS = 0.95, POLICY.min_users, POLICY.min_conversations
#: Conversations that leave the way: without a request, quarantined, not sampled, superseded.
SILENT, QUARANTINED, NOT_SAMPLED, SUPERSEDED = 900, 901, range(902, 908), (0, 0)
#: What a group whose text is withheld is described with: no word of it is anyone's.
STAND_IN = (
    "The audit withheld the name and description of this group. "
    "The groups below it show what it holds."
)


def daily(world: World, day: int) -> None:
    """Conversations, facets and embeddings of a day."""
    key, of_day = DAYS[day], [talk for talk in talks() if talk.day == day]
    rows = [talk.facets for talk in of_day]
    if day == 0:
        rows.append({**rows[0], "conversation": pseudonym("c", SILENT), "request": "", "task": ""})
    quarantined = [{**rows[0], "conversation": pseudonym("c", QUARANTINED)}] if day == 0 else []
    aside = [
        {"conversation": pseudonym("c", number), "reason": reason}
        for reason, numbers in (("not_sampled", NOT_SAMPLED), ("superseded", SUPERSEDED))
        for number in numbers
    ]
    kept = [
        {name: row[name] for name in ("conversation", "user", "started_at", "turns", "flagged")}
        | {"transcript": "<user>...</user>"}
        for row in rows + quarantined
    ]
    world.stored["conversations", key] = {
        "conversations": _table(kept, conversations_schema.CONVERSATIONS),
        "set_aside": _table(aside * (day == 0), conversations_schema.CONVERSATIONS_SET_ASIDE),
    }
    world.stored["facets", key] = {
        "facets": _table(rows, facets_schema.FACETS),
        "set_aside": _table(
            [{"conversation": row["conversation"], "reason": "personal_data"}
             for row in quarantined],
            facets_schema.FACETS_SET_ASIDE,
        ),
    }  # fmt: skip
    world.stored["embeddings", key] = {
        "embeddings": _table(
            [{"conversation": talk.id, "facet": "request", "vector": vector(talk)}
             for talk in of_day],
            embeddings_schema(DIMENSION),
        ),
        "multilingual": _table(
            [{"conversation": row["conversation"], "facet": "request",
              "language": row["language"], "vector": other_vector(talk)}
             for talk, row in zip(of_day, rows, strict=False)],
            MULTILINGUAL,
        ),
        "set_aside": _table(
            [{"conversation": row["conversation"], "facet": "request", "reason": "empty_text"}
             for row in rows if not row["request"]],
            EMBEDDINGS_SET_ASIDE,
        ),
    }  # fmt: skip


def vector(talk: Talk) -> list[float]:
    """Near the other vectors of its topic."""
    found = np.random.default_rng(talk.topic).normal(size=DIMENSION)
    found += np.random.default_rng(1000 + talk.number).normal(size=DIMENSION) * 0.1
    return list(map(float, found / np.linalg.norm(found)))


def other_vector(talk: Talk) -> list[float]:
    """By the multilingual encoder: the map of the world leaves out all but the first entries."""
    return [*vector(talk), *[0.0] * (MULTILINGUAL_DIMENSION - DIMENSION)]


def coherence(group: Sequence[Talk], mean: "np.typing.NDArray[np.float64]") -> float:
    """Mean cosine of a group's vectors to their mean."""
    return float(np.mean([vector(talk) for talk in group], axis=0) @ mean / np.linalg.norm(mean))


def landing(world: World) -> None:
    """The landed source: an id a pseudonym, and the records that were left out."""
    tables = {}
    for day, key in enumerate(DAYS):
        kept = world.rows("conversations", key, "conversations")
        ids = [(row["conversation"], row["user"]) for row in kept]
        if day == 0:
            ids += [(pseudonym("c", n), ids[0][1]) for n in (*NOT_SAMPLED, *SUPERSEDED)]
        rows = [
            {
                "line": line,
                "file": 0,
                "conversation_id": f"id of {conversation}",
                "user_id": f"id of {user}",
                "started_at": datetime.fromisoformat(key).replace(tzinfo=UTC),
                "latest_at": datetime.fromisoformat(key).replace(tzinfo=UTC),
                "messages": "[]",
                "flagged": None,
                "metadata": None,
            }
            for line, (conversation, user) in enumerate(ids, start=1)
        ]
        tables[f"landed_{key}"] = _table(rows, landing_schema.LANDED)
    world.stored["landing", "source"] = tables


def clusters(world: World) -> None:
    """Base clusters: one a topic, but for the small one."""
    kept = [talk for talk in talks() if talk.topic < KEPT]
    groups = [[talk for talk in kept if talk.topic == topic] for topic in range(KEPT)]
    means = [np.mean([vector(talk) for talk in group], axis=0) for group in groups]
    users = [len({talk.user for talk in group}) for group in groups]
    topic_rows = [{"facet": "request", "cluster": topic} for topic in range(KEPT)]
    world.stored["clusters", WINDOW] = {
        "members": _table(
            [{"facet": "request", "cluster": talk.topic, "conversation": talk.id,
              "user": pseudonym("u", talk.user)} for talk in kept],
            clusters_schema.MEMBERS,
        ),
        "clusters": _table(
            [{**row, "name": f"Describe the {TOPICS[topic]}",
              "description": f"Users asked to describe a {TOPICS[topic]}.",
              "size": len(groups[topic]), "users": users[topic],
              "coherence": coherence(groups[topic], means[topic])}
             for topic, row in enumerate(topic_rows)],
            clusters_schema.CLUSTERS,
        ),
        "centroids": _table(
            [{**row, "vector": list(map(float, mean / np.linalg.norm(mean)))}
             for row, mean in zip(topic_rows, means, strict=True)],
            clusters_schema.centroids_schema(DIMENSION),
        ),
        "terms": _table(
            [{**row, "lemma": TOPICS[topic], "surface": TOPICS[topic], "users": users[topic]}
             for topic, row in enumerate(topic_rows)],
            clusters_schema.TERMS,
        ),
        "bridge": _table(
            [{"facet": "request", "row": row, "weights": weights.tolist()}
             for row, weights in enumerate(np.eye(MULTILINGUAL_DIMENSION, DIMENSION))],
            clusters_schema.bridge_schema(DIMENSION),
        ),
        "set_aside": _table(
            [{"facet": "request", "conversation": talk.id, "reason": "below_min_users"}
             for talk in talks() if talk.topic >= KEPT],
            clusters_schema.CLUSTERS_SET_ASIDE,
        ),
    }  # fmt: skip


def coherence_of(world: World, place: tuple[int, int]) -> float:
    """Published coherence of a node: in twentieths, of published base clusters by their size."""
    base = world.rows("clusters", WINDOW, "clusters")
    topics = [topic for topic in lines()[place] if topic != FAILED]
    steps = [min(19, int(base[topic]["coherence"] * 20)) for topic in topics]
    sizes = [topic_size(topic) for topic in topics]
    mean = sum(n * step for n, step in zip(sizes, steps, strict=True)) // sum(sizes)
    return mean / 20


def hierarchy(world: World) -> None:
    """Eight, four, two."""
    rows = []
    base = world.rows("clusters", WINDOW, "clusters")
    for (level, cluster), topics in lines().items():
        inside = [talk for talk in talks() if talk.topic in topics]
        own = {name: base[cluster][name] for name in ("name", "description")} if not level else {
            "name": f"Describe {' and '.join(TOPICS[t] for t in topics)}",
            "description": f"Users asked to describe {' or '.join(TOPICS[t] for t in topics)}.",
        }  # fmt: skip
        rows.append(
            {
                "facet": "request",
                "level": level,
                "cluster": cluster,
                "parent": (MIDDLE[cluster], TOP[cluster % 4], None)[level],
                "size": len(inside),
                "users": len({talk.user for talk in inside}),
                **own,
            }
        )
    world.stored["hierarchy", WINDOW] = {"nodes": _table(rows, NODES)}


def summaries(world: World) -> None:
    """Everything but the failed leaf is published, one text is withheld."""
    total = size_of(None)
    rows, aside = [], []
    for node in world.rows("hierarchy", WINDOW, "nodes"):
        at = (node["level"], node["cluster"])
        if at == (0, FAILED):
            aside.append({"id": node_id(*at), "reason": "audit_failed", "size": node["size"]})
            continue
        text = {"name": node["name"], "description": node["description"]}
        if at == (1, WITHHELD):
            aside.append({"id": node_id(*at), "reason": "text_withheld", "size": node["size"]})
            text = {"name": "Unnamed group", "description": STAND_IN}
        above = None if node["parent"] is None else node_id(node["level"] + 1, node["parent"])
        rows.append(
            {
                "id": node_id(*at),
                "window": WINDOW,
                "facet": "request",
                "level": node["level"],
                "parent": above,
                **text,
                "size": size_of(at),
                "users": users_of(at),
                "share": size_of(at) / total,
                "audit": 5,
                "coherence": coherence_of(world, at),
                "x": 0.25,
                "y": 1.0,
            }
        )
    window = {
        "window": WINDOW,
        "kind": "week",
        "first_day": date.fromisoformat(DAYS[0]),
        "last_day": date(2026, 10, 4),
        "facet": "request",
        "conversations": total,
        "users": users_of(None),
        "clusters": len(rows),
        "unpublished": topic_size(FAILED) + topic_size(KEPT),
        "coherent": sum(
            row["size"] for row in rows if row["level"] == 0 and row["coherence"] >= BOUND
        ),
        "min_coherence": BOUND,
        "min_users": MIN_USERS,
        "min_conversations": MIN_CONVERSATIONS,
        "analyst": "local",
    }
    world.stored["audited_summaries", WINDOW] = {
        "windows": _table([window], summaries_schema.WINDOWS),
        "clusters": _table(rows, summaries_schema.CLUSTERS),
        "breakdowns": _table(breakdowns(), summaries_schema.BREAKDOWNS),
        "accounts": _table(accounts(), summaries_schema.ACCOUNTS),
        "set_aside": _table(aside, summaries_schema.SUMMARIES_SET_ASIDE),
    }


def release(world: World) -> None:
    """The audited tables, with where they come from and who judged."""
    audited = world.stored["audited_summaries", WINDOW]
    stages = [stage for stage in INPUTS if stage not in ("landing", "slices", "published_insights")]
    lineage = [
        {
            "cluster": cluster,
            "stage": stage,
            "data_digest": "d" * 64,
            "runs": '["run"]',
            "code_version": "1",
            "analyst": "local",
            "models": "{}",
            "prompts": "{}",
            "policy_version": 1,
            "policy_digest": POLICY.digest,
            "rows_in": sum(lineage_rows()[stage]),
            "rows_kept": lineage_rows()[stage][0],
            "rows_set_aside": lineage_rows()[stage][1],
            "input_tokens": 130_000,
            "output_tokens": 9_100,
            "usd": 0.013,
        }
        for cluster in audited["clusters"]["id"].to_pylist()
        for stage in stages
    ]
    verdicts = [
        {
            "window": WINDOW,
            "stage": stage,
            "check": "columns",
            "passed": True,
            "policy_digest": POLICY.digest,
            "sealed_at": datetime(2026, 10, 6, tzinfo=UTC),
        }
        for stage in stages
    ]
    world.stored["published_insights", WINDOW] = {
        **{name: audited[name] for name in ("windows", "clusters", "breakdowns", "accounts")},
        "lineage": _table(lineage, summaries_schema.LINEAGE),
        "verdicts": _table(verdicts, summaries_schema.VERDICTS),
    }


def _table(rows: Iterable[Row], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)


def build_world() -> World:
    """All partitions, valid."""
    world = World()
    for day in range(len(DAYS)):
        daily(world, day)
    for stage in (landing, clusters, hierarchy, summaries, release):
        stage(world)
    return world
