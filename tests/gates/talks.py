"""The conversations of the valid world, and the tree of what they are about."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5

from tests.gates.world import Row

WINDOW = "2026-09-28"
DAYS = ("2026-09-28", "2026-09-29")
#: A noun for each base cluster; the last one is too small to be kept.
TOPICS = ("garden", "piano", "recipe", "castle", "rocket", "camera", "river", "bakery", "violin")
KEPT = len(TOPICS) - 1
#: Conversations of a kept cluster, half of them a day, and of the small one.
MEMBERS, FEW = 8, 3
#: Parent of each base cluster, and of each cluster above the base.
MIDDLE, TOP = (0, 0, 1, 1, 2, 2, 3, 3), (0, 0, 1, 1)
#: The base cluster whose text failed its audit, and the middle one whose text is withheld.
FAILED, WITHHELD = 7, 1


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


def lines() -> dict[tuple[int, int], set[int]]:
    """(level, cluster) -> the topics in it."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for topic, middle in enumerate(MIDDLE):
        for node in ((0, topic), (1, middle), (2, TOP[middle])):
            found[node].add(topic)
    return dict(sorted(found.items()))


def node_id(level: int, cluster: int) -> str:
    """Published id of a cluster."""
    return f"{WINDOW}:request:{level}:{cluster}"


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
