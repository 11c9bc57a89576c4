"""What is planned instead of drawn, in fixed numbers whatever the size of the sample.

Topics that stay below the thresholds, one topic of few users, a coordinated group of accounts,
unusual but valid shapes, and exact duplicates. In a sample so small that these would be more than a
quarter of it, they are thinned out evenly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any, Literal

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.tree import ENGLISH, Topic, Tree, load_tree, read_toml, wording

Edge = Literal[
    "very_long", "emoji", "right_to_left", "empty_assistant", "consecutive_user", "single_user"
]

#: How many conversations of each unusual shape there are.
EDGES: Mapping[Edge, int] = {
    "very_long": 3,
    "emoji": 6,
    "right_to_left": 6,
    "empty_assistant": 5,
    "consecutive_user": 6,
    "single_user": 4,
}
#: Copies under an identifier of their own, as when somebody sends the same request again.
RESENT = 24
#: Copies that repeat the whole record, as when a log is delivered twice.
REPEATED = 12
_LARGEST_SHARE = 4  # specials are at most one in this many conversations
_DAY = 86_400


@dataclass(frozen=True)
class Special:
    """A planned conversation; copies of one label have the same content."""

    second: int  # from the beginning of the period
    label: str  # seeds everything about it
    topic: Topic
    account: int  # among the accounts outside the pools
    rare: bool = False
    coordinated: bool = False
    edge: Edge | None = None
    copy: Literal["resent", "repeated"] | None = None


@dataclass
class _Planner:
    """Hands out times and accounts that nobody else has."""

    settings: SampleSettings
    random: Random
    accounts: int = field(default=0)

    def new_accounts(self, count: int) -> range:
        self.accounts += count
        return range(self.accounts - count, self.accounts)

    def second(self, last_day_share: float = 1.0) -> int:
        """A moment in the waking hours of any day of the period."""
        days = max(1, int(self.settings.weeks * 7 * last_day_share))
        return self.random.randrange(days) * _DAY + self.random.randrange(7 * 3_600, 22 * 3_600)


def plan(settings: SampleSettings) -> list[Special]:
    """All planned conversations, in time order."""
    planner = _Planner(settings, Random(f"{settings.seed}:specials"))
    tree = load_tree()
    groups = [
        *_rare(planner),
        *_coordinated(planner),
        *_edges(planner, tree),
        *_duplicates(planner, tree),
    ]
    total = sum(map(len, groups))
    step = -(-total * _LARGEST_SHARE // settings.conversations)  # rounded up
    kept = [special for group in groups[:: max(1, step)] for special in group]
    return sorted(kept, key=lambda special: special.second)


@cache
def rare_topics() -> tuple[tuple[Topic, int, int], ...]:
    """Topics below the thresholds, with their numbers of conversations and users."""
    data = read_toml("special.toml")["rare"]
    return tuple(
        (_topic(key, table, "Unusual pursuits"), table["conversations"], table["users"])
        for key, table in data.items()
    )


@cache
def coordinated_topic() -> tuple[Topic, int, int]:
    """The script of the coordinated group, its accounts, and the conversations of each."""
    table = read_toml("special.toml")["coordinated"]
    topic = _topic("coordinated", table, table["domain"])
    return topic, table["accounts"], table["conversations_per_account"]


def _topic(key: str, table: Mapping[str, Any], domain: str) -> Topic:
    return Topic(
        key=key,
        name=table["name"],
        domain=domain,
        weight=0.0,
        rhythm="steady",
        trend="steady",
        concern=table.get("concern", 1),
        flag_rate=table.get("flag_rate", 0.01),
        refused=False,
        wordings={ENGLISH: wording(table, load_tree().languages[ENGLISH].slots, ENGLISH)},
    )


def _rare(planner: _Planner) -> Iterator[list[Special]]:
    for topic, conversations, users in rare_topics():
        accounts = planner.new_accounts(users)
        for i in range(conversations):
            label = f"rare:{topic.key}:{i}"
            yield [Special(planner.second(), label, topic, accounts[i % users], rare=True)]


def _coordinated(planner: _Planner) -> Iterator[list[Special]]:
    """All accounts write between two and four at night, on the days of the middle third."""
    topic, count, each = coordinated_topic()
    days = planner.settings.weeks * 7
    for account in planner.new_accounts(count):
        for i in range(each):
            day = days // 3 + planner.random.randrange(max(1, days // 3))
            second = day * _DAY + planner.random.randrange(2 * 3_600, 4 * 3_600)
            label = f"coordinated:{account}:{i}"
            yield [Special(second, label, topic, account, coordinated=True)]


def _edges(planner: _Planner, tree: Tree) -> Iterator[list[Special]]:
    topics = list(tree.topics.values())
    fixed: Mapping[Edge, Topic] = {
        "very_long": tree.topics["meetings"],  # a pasted protocol
        "right_to_left": tree.topics["translations"],  # its own texts replace the topic's
    }
    for edge, count in EDGES.items():
        for i in range(count):
            topic = fixed.get(edge) or planner.random.choice(topics)
            (account,) = planner.new_accounts(1)
            yield [Special(planner.second(), f"{edge}:{i}", topic, account, edge=edge)]


def _duplicates(planner: _Planner, tree: Tree) -> Iterator[list[Special]]:
    """Pairs of an original and its copy; what is sent again follows within half a day."""
    topics = list(tree.topics.values())
    for i in range(RESENT + REPEATED):
        (account,) = planner.new_accounts(1)
        topic = planner.random.choice(topics)
        original = Special(planner.second(0.9), f"duplicate:{i}", topic, account)
        if i < RESENT:
            later = original.second + planner.random.randrange(20, _DAY // 2)
            yield [original, replace(original, second=later, copy="resent")]
        else:
            yield [original, replace(original, copy="repeated")]
