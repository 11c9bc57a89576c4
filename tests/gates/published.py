"""The numbers that the valid world publishes, counted plainly, under any policy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256

from privacy_checks.policy.model import PrivacyPolicy
from tests.gates.talks import (
    FAILED,
    FEW,
    KEPT,
    MEMBERS,
    MIDDLE,
    TOP,
    TOPICS,
    WINDOW,
    attributes,
    lines,
    node_id,
    talks,
)
from tests.gates.world import Row

POLICY = PrivacyPolicy(
    min_users=3,
    min_conversations=5,
    min_cell_conversations=3,
    min_cell_users=2,
    min_vocabulary_users=2,
    rounding=2,
)
#: A node of the hierarchy by level and number, None for the whole window.
Place = tuple[int, int] | None
#: Below this one every cell is hidden, so that what is in no cluster cannot be worked out.
SCREEN = 1
#: Attributes that only the window shows: some of their cells in the base clusters are small.
OF_THE_WINDOW = ("flagged", "language")


def down(number: int) -> int:
    """The multiple of the rounding at or below a number."""
    return number // POLICY.rounding * POLICY.rounding


def up(number: int) -> int:
    """The multiple of the rounding at or above a number."""
    return -down(-number)


def shift(topic: int) -> int:
    """The public offset of a topic's conversations."""
    leaf = topic if topic < KEPT else -1
    return int(sha256(f"{WINDOW}|request|{leaf}".encode()).hexdigest(), 16) % POLICY.rounding


def topic_size(topic: int) -> int:
    """Published number of conversations of a topic."""
    if topic >= KEPT:
        return down(FEW + shift(topic))
    return max(down(MEMBERS + shift(topic)), up(POLICY.min_conversations + shift(topic)))


@cache
def topic_cells(topic: int, attribute: str) -> dict[str | None, int]:
    """Published numbers of a topic's values."""
    inside = [attributes(talk).get(attribute) for talk in talks() if talk.topic == topic]
    reached, found = 0, {}
    values = [*sorted({value for value in inside if value}), None]
    for value in values:
        before, reached = reached, reached + inside.count(value)
        found[value] = down(reached + shift(topic)) - (down(before + shift(topic)) if before else 0)
    largest = max(values, key=inside.count)
    found[largest] += topic_size(topic) - sum(found.values())
    return found


def topics_of(place: Place) -> Sequence[int]:
    """The topics that a place holds."""
    return range(len(TOPICS)) if place is None else sorted(lines()[place])


def size_of(place: Place) -> int:
    """Published number of conversations."""
    return sum(map(topic_size, topics_of(place)))


def users_of(place: Place) -> int:
    """Published number of users: the nearest multiple, as far as there is room."""
    inside = topics_of(place)
    people = len({talk.user for talk in talks() if talk.topic in inside})
    half = POLICY.rounding // 2
    near = down(people + half)
    if place is None:
        return min(near, sum(map(users_of, [(2, 0), (2, 1)])) + room(KEPT))
    near = max(near, up(POLICY.min_users + half))
    if place[0] == 0:
        return min(near, room(place[1]))
    above = (MIDDLE, TOP)[place[0] - 1]
    below = [(place[0] - 1, at) for at, parent in enumerate(above) if parent == place[1]]
    return min(near, sum(room(at) if (level, at) == (0, FAILED) else users_of((level, at))
                         for level, at in below))  # fmt: skip


def room(topic: int) -> int:
    """How many users a topic's published size has room for."""
    return max(0, down(topic_size(topic) - shift(topic) + POLICY.rounding // 2))


@contextmanager
def in_force(policy: PrivacyPolicy) -> Iterator[None]:
    """Work everything out under another policy."""
    global POLICY  # noqa: PLW0603 - the world is made by plain functions of it
    before, POLICY = POLICY, policy
    topic_cells.cache_clear()
    try:
        yield
    finally:
        POLICY = before
        topic_cells.cache_clear()


def cell(place: Place, attribute: str, value: str) -> int:
    """Published number of a cell."""
    return sum(topic_cells(topic, attribute).get(value, 0) for topic in topics_of(place))


def cell_row(place: Place, attribute: str, value: str, *, shown: bool) -> Row:
    """A row of breakdowns."""
    size = cell(place, attribute, value)
    share, base = size / size_of(place), cell(None, attribute, value) / size_of(None)
    return {
        "window": WINDOW,
        "clustered_facet": "request",
        "cluster": place and node_id(*place),
        "facet": attribute,
        "value": value,
        "size": size if shown else None,
        "share": share if shown else None,
        "lift": share / base if shown else None,
        "suppressed": not shown,
    }


def passes(place: Place, attribute: str, value: str) -> bool:
    """Whether enough stands behind a cell, truly and as published."""
    inside = topics_of(place)
    behind = [t for t in talks() if t.topic in inside and attributes(t).get(attribute) == value]
    users = {talk.user for talk in behind}
    enough = len(behind) >= POLICY.min_cell_conversations and len(users) >= POLICY.min_cell_users
    return enough and (
        cell(place, attribute, value) >= POLICY.min_cell_conversations + POLICY.rounding - 1
    )


def shows(place: Place, attribute: str, value: str) -> bool:
    """Whether a cell is shown: it and all above it pass, and nothing needs to be screened."""
    if place is None:
        return passes(None, attribute, value)
    level, number = place
    above = None if level == 2 else (level + 1, (MIDDLE, TOP)[level][number])
    shown = passes(place, attribute, value) and shows(above, attribute, value)
    return shown and place != (2, SCREEN) and attribute not in OF_THE_WINDOW


def breakdowns() -> list[Row]:
    """All values that the window shows, in all published places."""
    everyone = sorted({item for talk in talks() for item in attributes(talk).items()})
    values = [item for item in everyone if shows(None, *item)]
    places: list[Place] = [None, *(at for at in lines() if at != (0, FAILED))]
    return [
        cell_row(place, attribute, value, shown=shows(place, attribute, value))
        for place in places
        for attribute, value in values
    ]


def accounts() -> list[Row]:
    """What each stage passed on and set aside. A single conversation rounds to none; of those in no
    cluster, one user is behind all.
    """
    everyone, few, failed = size_of(None), topic_size(KEPT), topic_size(FAILED)
    found: list[tuple[str, str | None, str | None, int]] = [
        ("conversations", None, None, everyone),
        ("conversations", None, "not_sampled", 6),
        ("conversations", None, "other", 2),
        ("facets", None, None, everyone),
        ("embeddings", "request", None, everyone),
        ("clusters", "request", None, everyone - few),
        ("clusters", "request", "other", few),
        ("audited_summaries", "request", None, everyone - few - failed),
        ("audited_summaries", "request", "text_failed", failed),
    ]
    names = ("stage", "facet", "reason", "conversations")
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return [{"window": WINDOW, **row} for row in rows if row["conversations"]]


def lineage_rows() -> dict[str, tuple[int, int]]:
    """Rows kept and set aside by each stage, as a release says it."""
    everyone, few = size_of(None), topic_size(KEPT)
    return {
        "conversations": (everyone, 8),
        "facets": (everyone, 0),
        "embeddings": (everyone, 0),
        "clusters": (everyone - few, few),
        "hierarchy": (14, 0),
        "audited_summaries": (12, 2),
    }
