"""A small, valid set of partitions of every stage, in memory, made without the platform's code.

Only the schemas are the platform's: the gates repeat them by hand, and a valid world is how the two
are compared. Everything else is worked out here by plain counting.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import md5

import numpy as np
import pyarrow as pa

from clio_assets.clusters import schema as clusters_schema
from clio_assets.conversations import schema as conversations_schema
from clio_assets.embeddings.schema import EMBEDDINGS_SET_ASIDE, embeddings_schema
from clio_assets.facets import schema as facets_schema
from clio_assets.hierarchy.schema import NODES
from clio_assets.summaries import schema as summaries_schema
from privacy_checks.policy import PrivacyPolicy
from tests.gates.world import INPUTS, Row, World

WINDOW = "2026-09-28"
DAYS = ("2026-09-28", "2026-09-29")
DIMENSION = 4
#: A noun for each base cluster; the last one is too small to be kept.
TOPICS = ("garden", "piano", "recipe", "castle", "rocket", "camera", "river", "bakery", "violin")
KEPT = len(TOPICS) - 1
#: Conversations of a kept cluster, half of them a day, and of the small one.
MEMBERS, FEW = 8, 3
#: Parent of each base cluster, and of each cluster above the base.
MIDDLE, TOP = (0, 0, 1, 1, 2, 2, 3, 3), (0, 0, 1, 1)
#: The base cluster whose text failed its audit, and the middle one whose text is withheld.
FAILED, WITHHELD = 7, 1
POLICY = PrivacyPolicy(
    min_users=3,
    min_conversations=5,
    min_cell_conversations=3,
    min_cell_users=2,
    min_vocabulary_users=2,
)


def pseudonym(prefix: str, number: int) -> str:
    """A well-formed pseudonym."""
    return f"{prefix}_{md5(f'{prefix} {number}'.encode()).hexdigest()}"


@dataclass(frozen=True)
class Talk:
    """One conversation of the world."""

    number: int
    topic: int
    day: int
    user: int
    nth: int  # within its topic

    @property
    def id(self) -> str:
        return pseudonym("c", self.number)

    @property
    def facets(self) -> Row:
        return {
            "conversation": self.id,
            "user": pseudonym("u", self.user),
            "started_at": datetime.fromisoformat(DAYS[self.day]).replace(
                hour=self.nth % 24, tzinfo=UTC
            ),
            "flagged": (True, False, None)[self.nth // 3],
            "request": f"Describe the {TOPICS[self.topic]} politely",
            "task": f"Describe a {TOPICS[self.topic]}",
            "language": "French" if self.nth == 0 else "English",
            "concern": 1 + self.nth % 4 // 2,
            "turns": 1 if self.nth % 4 in (0, 3) else 4,
        }


def talks() -> list[Talk]:
    """Every conversation that ends in a cluster, kept or not."""
    found: list[Talk] = []
    for topic in range(len(TOPICS)):
        for nth in range(MEMBERS if topic < KEPT else FEW):
            user = (topic * 3 + nth) % 12 if topic < KEPT else 1
            found.append(Talk(len(found), topic, nth % 2, user, nth))
    return found


#: Conversations that leave the way: without a request, quarantined, not sampled, superseded.
SILENT, QUARANTINED, NOT_SAMPLED, SUPERSEDED = 900, 901, 902, 0


def daily(world: World, day: int) -> None:
    """Conversations, facets and embeddings of a day."""
    key, of_day = DAYS[day], [talk for talk in talks() if talk.day == day]
    rows = [talk.facets for talk in of_day]
    if day == 0:
        rows.append({**rows[0], "conversation": pseudonym("c", SILENT), "request": "", "task": ""})
    quarantined = [{**rows[0], "conversation": pseudonym("c", QUARANTINED)}] if day == 0 else []
    aside = [
        {"conversation": pseudonym("c", NOT_SAMPLED), "reason": "not_sampled"},
        {"conversation": pseudonym("c", SUPERSEDED), "reason": "superseded"},
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


def landing(world: World) -> None:
    """The landed source: an id a pseudonym, and the records that were left out."""
    tables = {}
    for day, key in enumerate(DAYS):
        kept = world.rows("conversations", key, "conversations")
        ids = [(row["conversation"], row["user"]) for row in kept]
        if day == 0:
            ids += [
                (pseudonym("c", NOT_SAMPLED), ids[0][1]),
                (pseudonym("c", SUPERSEDED), ids[0][1]),
            ]
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
        tables[f"landed_{key}"] = _table(rows, conversations_schema.LANDED)
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
              "size": len(groups[topic]), "users": users[topic]}
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
        "set_aside": _table(
            [{"facet": "request", "conversation": talk.id, "reason": "below_min_users"}
             for talk in talks() if talk.topic >= KEPT],
            clusters_schema.CLUSTERS_SET_ASIDE,
        ),
    }  # fmt: skip


def lines() -> dict[tuple[int, int], set[int]]:
    """(level, cluster) -> the topics in it."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for topic, middle in enumerate(MIDDLE):
        for node in ((0, topic), (1, middle), (2, TOP[middle])):
            found[node].add(topic)
    return dict(sorted(found.items()))


def hierarchy(world: World) -> None:
    """Eight, four, two."""
    rows = []
    base = world.rows("clusters", WINDOW, "clusters")
    for (level, cluster), topics in lines().items():
        inside = [talk for talk in talks() if talk.topic in topics]
        own = {name: base[cluster][name] for name in ("name", "description")} if not level else {
            "name": f"Describe things of kind {'abcd'[cluster]}{level}",
            "description": f"Users asked to describe {' and '.join(TOPICS[t] for t in topics)}.",
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


def node_id(level: int, cluster: int) -> str:
    """Published id of a cluster."""
    return f"{WINDOW}:request:{level}:{cluster}"


def summaries(world: World) -> None:
    """Everything but the failed leaf is published, one text is withheld."""
    total = len(talks())
    rows, aside = [], []
    for node in world.rows("hierarchy", WINDOW, "nodes"):
        at = (node["level"], node["cluster"])
        if at == (0, FAILED):
            aside.append({"id": node_id(*at), "reason": "audit_failed", "size": node["size"]})
            continue
        text = {"name": node["name"], "description": node["description"]}
        if at == (1, WITHHELD):
            aside.append({"id": node_id(*at), "reason": "text_withheld", "size": node["size"]})
            text = {"name": "Unnamed group", "description": "The text was withheld."}
        above = None if node["parent"] is None else node_id(node["level"] + 1, node["parent"])
        rows.append(
            {
                "id": node_id(*at),
                "window": WINDOW,
                "facet": "request",
                "level": node["level"],
                "parent": above,
                **text,
                "size": node["size"],
                "users": node["users"],
                "share": node["size"] / total,
                "audit": 5,
                "x": 0.25,
                "y": 1.0,
            }
        )
    window = {
        "window": WINDOW,
        "kind": "week",
        "first_day": date.fromisoformat(DAYS[0]),
        "last_day": date.fromisoformat(DAYS[1]),
        "facet": "request",
        "conversations": total,
        "users": len({talk.user for talk in talks()}),
        "clusters": len(rows),
        "unpublished": total - MEMBERS * (KEPT - 1),
        "analyst": "local",
    }
    world.stored["audited_summaries", WINDOW] = {
        "windows": _table([window], summaries_schema.WINDOWS),
        "clusters": _table(rows, summaries_schema.CLUSTERS),
        "breakdowns": _table(breakdowns(), summaries_schema.BREAKDOWNS),
        "set_aside": _table(aside, summaries_schema.SUMMARIES_SET_ASIDE),
    }


def attributes(talk: Talk) -> dict[str, str]:
    """What breakdowns are by, of one conversation."""
    facets = talk.facets
    found = {
        "language": facets["language"],
        "concern": str(facets["concern"]),
        "turns": {1: "1", 4: "3-5"}[facets["turns"]],
        "time": DAYS[talk.day],
    }
    if facets["flagged"] is not None:
        found["flagged"] = str(facets["flagged"]).lower()
    return found


def breakdowns() -> list[Row]:
    """All cells, counted one by one; attributes with a small cell are hidden altogether."""
    everyone = talks()
    places: dict[str | None, list[Talk]] = {None: everyone}
    for at, topics in lines().items():
        if at != (0, FAILED):
            places[node_id(*at)] = [talk for talk in everyone if talk.topic in topics]
    cells = [
        (place, attribute, value, [t for t in inside if attributes(t).get(attribute) == value])
        for place, inside in places.items()
        for attribute, value in sorted({item for t in inside for item in attributes(t).items()})
    ]
    small = {
        attribute
        for _, attribute, _, behind in cells
        if len(behind) < POLICY.min_cell_conversations
        or len({talk.user for talk in behind}) < POLICY.min_cell_users
    }
    assert small == {"language"}
    base = Counter(item for talk in everyone for item in attributes(talk).items())
    rows = []
    for place, attribute, value, behind in cells:
        share = len(behind) / len(places[place])
        hidden = attribute in small
        rows.append(
            {
                "window": WINDOW,
                "clustered_facet": "request",
                "cluster": place,
                "facet": attribute,
                "value": value,
                "size": None if hidden else len(behind),
                "share": None if hidden else share,
                "lift": None if hidden else share / (base[attribute, value] / len(everyone)),
                "suppressed": hidden,
            }
        )
    return rows


def release(world: World) -> None:
    """The audited tables, with where they come from and who judged."""
    audited = world.stored["audited_summaries", WINDOW]
    stages = [stage for stage in INPUTS if stage not in ("landing", "published_insights")]
    lineage = [
        {
            "cluster": cluster,
            "stage": stage,
            "partitions": 1,
            "data_digest": "d" * 64,
            "runs": '["run"]',
            "code_version": "1",
            "analyst": "local",
            "models": "{}",
            "prompts": "{}",
            "policy_version": 1,
            "policy_digest": POLICY.digest,
            "rows_in": 1,
            "rows_kept": 1,
            "rows_set_aside": 0,
        }
        for cluster in audited["clusters"]["id"].to_pylist()
        for stage in stages
    ]
    verdicts = [
        {
            "window": WINDOW,
            "stage": stage,
            "check": "columns",
            "partitions": 2,
            "passed": 2,
            "policy_digest": POLICY.digest,
            "sealed_at": datetime(2026, 10, 6, tzinfo=UTC),
        }
        for stage in stages
    ]
    trend = {
        "cluster": node_id(0, 0),
        "period": date.fromisoformat(DAYS[0]),
        "size": 4,
        "suppressed": False,
    }
    hidden = {**trend, "period": trend["period"] + timedelta(days=1), "size": None}
    world.stored["published_insights", WINDOW] = {
        **{name: audited[name] for name in ("windows", "clusters", "breakdowns")},
        "trends": _table([trend, {**hidden, "suppressed": True}], summaries_schema.TRENDS),
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
