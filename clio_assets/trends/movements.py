"""How the topics of a window moved since the window before, by what is published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clio_assets.errors import UsageError
from clio_assets.ground.windows import by_map, map_of, window_in

if TYPE_CHECKING:
    from clio_assets.lake.public import PublicDatabase

#: Events of topics that were not in the window before, and of those that are in it no more.
APPEARED = ("new", "split", "back")
VANISHED = ("gone", "merged")


@dataclass(frozen=True)
class Movement:
    """A topic in a window: `name` is that of its cluster there, else of its last one.

    `shares` are those of all windows up to this one, the oldest first; None where it is not there.
    """

    topic: str
    name: str
    event: str
    related: str | None  # name of the topic that it split from or merged into
    size: int | None
    share: float | None
    share_before: float | None
    shares: tuple[float | None, ...]

    @property
    def change(self) -> float:
        """Share now less share before; nothing counts as 0."""
        return (self.share or 0.0) - (self.share_before or 0.0)

    @property
    def growth(self) -> float | None:
        """Share over share before; None where it was or is not there."""
        return self.share / self.share_before if self.share and self.share_before else None


@dataclass(frozen=True)
class Moved:
    """All leaves of a window's facet, as they moved; `before` is the window that they are compared
    with, None where there is none."""

    window: str
    facet: str
    before: str | None
    movements: Sequence[Movement]

    def of(self, *events: str) -> list[Movement]:
        """Those of an event, the largest change first."""
        found = [one for one in self.movements if one.event in events]
        return sorted(found, key=lambda one: (-abs(one.change), one.name, one.topic))

    @property
    def growing(self) -> list[Movement]:
        """Continued topics whose share rose, the fastest first."""
        return sorted(
            (one for one in self.of("continued") if one.change > 0),
            key=lambda one: -(one.growth or 0),
        )

    @property
    def shrinking(self) -> list[Movement]:
        """Continued topics whose share fell, the fastest first."""
        return sorted(
            (one for one in self.of("continued") if one.change < 0),
            key=lambda one: one.growth or 0,
        )


def read_moved(
    public: "PublicDatabase", named: str, window: str | None, facet: str | None
) -> Moved:
    """How a map's leaves moved in a window, the newest one where none is named, and in a facet, the
    first of the window. UsageError where that is not published.
    """
    with public.reading() as reader:
        heads = reader.rows('SELECT "window", facet FROM windows ORDER BY facet')
        trends = reader.rows("SELECT * FROM trends WHERE level = 0 AND topic IS NOT NULL")
        clusters = reader.rows("SELECT id, name FROM clusters WHERE level = 0")
        released = [row["window"] for row in reader.rows('SELECT "window" FROM releases')]
    of_map = [h for h in heads if map_of(h["window"]) == named]
    fitting = [
        head
        for head in of_map
        if window in (None, window_in(head["window"])) and facet in (None, head["facet"])
    ]
    if not fitting:
        raise UsageError("no such map is published; `clio tree` shows which are")
    key = by_map(head["window"] for head in fitting)[-1]
    chosen = next(head["facet"] for head in fitting if head["window"] == key)
    windows = [one for one in by_map(released) if map_of(one) == named]
    rows = [row for row in trends if row["facet"] == chosen and map_of(row["window"]) == named]
    return moved(windows[: windows.index(key) + 1], chosen, rows, clusters)


def moved(
    windows: Sequence[str],
    facet: str,
    trends: Iterable[Mapping[str, Any]],
    clusters: Iterable[Mapping[str, Any]],
) -> Moved:
    """The movements of the last of a map's windows; `trends` are rows of the map's facet."""
    names = {row["id"]: row["name"] for row in clusters}
    place = {window: at for at, window in enumerate(windows)}
    shares: dict[str, list[float | None]] = {}
    called: dict[str, str] = {}
    listed = [row for row in trends if row["window"] in place]
    for row in sorted(listed, key=lambda row: place[row["window"]]):
        series = shares.setdefault(row["topic"], [None] * len(windows))
        series[place[row["window"]]] = row["share"]
        if row["cluster"] is not None:
            called[row["topic"]] = names.get(row["cluster"], "")
    movements = [
        Movement(
            topic=row["topic"],
            name=called.get(row["topic"], ""),
            event=row["event"],
            related=called.get(row["related"]) if row["related"] else None,
            size=row["size"],
            share=row["share"],
            share_before=row["share_before"],
            shares=tuple(shares[row["topic"]]),
        )
        for row in listed
        if row["window"] == windows[-1]
    ]
    before = windows[-2] if len(windows) > 1 else None
    return Moved(windows[-1], facet, before, movements)
