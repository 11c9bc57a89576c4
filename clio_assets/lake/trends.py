"""The `trends` table of a release: topics through all windows of a map.

It is made again with every release and withdrawal, of what the new file publishes; which topics
other windows have is taken over from the file before, so that an id that was published stays.
Numbers are those of published clusters: no others are read. That two clusters are the same topic is
decided by the centroids of sealed partitions while those are there, and by published names after.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from clio_assets.continuity.events import trends_of
from clio_assets.continuity.match import Side
from clio_assets.continuity.schema import TRENDS
from clio_assets.continuity.topics import Known, Topics, topics_of
from clio_assets.errors import LakeError
from clio_assets.ground.windows import by_map, map_of
from clio_assets.lake.centroids import Centroids
from privacy_checks.recount.trends import faults

TABLE: Final = "trends"
#: How many windows before the last one are searched for a topic that comes back.
_LOOK_BACK: Final = 4
_CLUSTERS = 'SELECT id, "window", facet, level, parent, name, size, share FROM {} ORDER BY id'

Row = dict[str, Any]


@dataclass(frozen=True)
class Earlier:
    """What the release before says of topics, and which clusters it has of the window to come."""

    topics: Mapping[str, str]  # cluster id -> topic
    related: Mapping[tuple[str, str], str]
    replaced: Sequence[Row]  # its clusters of the window

    @classmethod
    def none(cls) -> "Earlier":
        """Of no release, or one of an earlier version."""
        return cls({}, {}, ())


def read_earlier(connection: duckdb.DuckDBPyConnection, window: str) -> Earlier:
    """The topics of the attached database `before`."""
    columns = {
        str(name)
        for (name,) in connection.execute(
            "SELECT column_name FROM duckdb_columns() "
            "WHERE database_name = 'before' AND table_name = 'trends'"
        ).fetchall()
    }
    if not columns.issuperset(TRENDS.names):
        return Earlier.none()
    rows = _rows(connection, 'SELECT "window", topic, cluster, related FROM before.trends')
    topics = {row["cluster"]: row["topic"] for row in rows if row["cluster"]}
    clusters = _rows(connection, _CLUSTERS.format("before.clusters"))
    return Earlier(
        topics,
        {(row["window"], row["topic"]): row["related"] for row in rows if row["related"]},
        [row for row in clusters if row["window"] == window and row["id"] in topics],
    )


def write_trends(
    connection: duckdb.DuckDBPyConnection, window: str, earlier: Earlier, centroids: Centroids
) -> None:
    """Add the table to a database that holds all others.

    LakeError where it does not follow from them, by another way of counting.
    """
    clusters = _rows(connection, _CLUSTERS.format("clusters"))
    released = [row["window"] for row in _rows(connection, 'SELECT "window" FROM releases')]
    series: dict[str, list[str]] = {}
    for key in by_map(released):
        series.setdefault(map_of(key), []).append(key)
    kept = {row["id"]: earlier.topics[row["id"]] for row in clusters
            if row["window"] != window and row["id"] in earlier.topics}  # fmt: skip
    topics, related = dict(kept), dict(earlier.related)
    for key in [window, *(key for keys in series.values() for key in keys if key != window)]:
        # a release of an earlier version has no topics: those are given in the order of windows
        of_map = series.get(map_of(key), [])
        own = [row for row in clusters if row["window"] == key and row["id"] not in topics]
        if own or key == window:
            related = {at: other for at, other in related.items() if at[0] != key}
            given = _Giving(clusters, topics, of_map, earlier, centroids).give(key)
            topics |= given.topics
            related |= {(key, topic): other for topic, other in given.related.items()}
    tables = [
        trends_of(keys, [r for r in clusters if r["window"] in keys], topics, related)
        for keys in series.values()
    ]
    trends = pa.concat_tables([TRENDS.empty_table(), *tables])
    connection.register("found", trends)
    connection.execute(f'CREATE TABLE "{TABLE}" AS SELECT * FROM found')
    connection.unregister("found")
    _check(connection, series, kept)


def _check(
    connection: duckdb.DuckDBPyConnection,
    series: Mapping[str, Sequence[str]],
    kept: Mapping[str, str],
) -> None:
    """Read what was written, and count it again."""
    written = _rows(connection, f'SELECT * FROM "{TABLE}"')
    clusters = _rows(connection, _CLUSTERS.format("clusters"))
    found = faults(written, clusters, list(series.values()), kept)
    if any(found.values()):
        told = ", ".join(f"{name} {count}" for name, count in sorted(found.items()) if count)
        raise LakeError(
            f"the trends of the release do not follow from its clusters ({told}); nothing is "
            "released: run `clio run` again, and report it if it stays"
        )


@dataclass(frozen=True)
class _Giving:
    """Gives topics to the clusters of one window, level by level from the leaves."""

    clusters: Sequence[Row]
    topics: Mapping[str, str]
    series: Sequence[str]
    earlier: Earlier
    centroids: Centroids

    def give(self, window: str) -> Topics:
        """The topics of a window's clusters and what is near to what."""
        own = [row for row in self.clusters if row["window"] == window]
        topics: dict[str, str] = {}
        related: dict[str, str] = {}
        for facet, level in sorted({(row["facet"], row["level"]) for row in own}):
            rows = [row for row in own if (row["facet"], row["level"]) == (facet, level)]
            new = self._side(rows, own, topics)
            place = self.series.index(window)
            before = self._nearest(self.series[:place][::-1], facet, level)
            after = self._nearest(self.series[place + 1 :], facet, level)
            replaced = [
                r for r in self.earlier.replaced
                if r["window"] == window and (r["facet"], r["level"]) == (facet, level)
            ]  # fmt: skip
            others = [*before[1:], *after[:1]]
            if replaced:
                others.insert(0, self._replaced(replaced))
            found = topics_of(
                new,
                before[0] if before and place and before[0].side.ids else None,
                others,
                {*self.topics.values(), *self.earlier.topics.values(), *topics.values()},
            )
            topics |= found.topics
            related |= found.related
        return Topics(topics, related)

    def _nearest(self, windows: Sequence[str], facet: str, level: int) -> list[Known]:
        """The nearest windows that have clusters with topics of the facet and level, in order."""
        found = []
        for window in windows:
            inside = [r for r in self.clusters if r["window"] == window and r["id"] in self.topics]
            rows = [r for r in inside if (r["facet"], r["level"]) == (facet, level)]
            if rows:
                found.append(Known(self._side(rows, inside, self.topics), self.topics))
            if len(found) == _LOOK_BACK:
                break
        return found

    def _side(self, rows: Sequence[Row], inside: Sequence[Row], topics: Mapping[str, str]) -> Side:
        ids, names = [row["id"] for row in rows], {row["id"]: row["name"] for row in rows}
        if rows[0]["level"]:
            return Side(ids, names, below=_below(inside, topics))
        space, vectors = self.centroids.of(rows[0]["window"])
        return Side(ids, names, {i: vectors[i] for i in ids if i in vectors}, space)

    def _replaced(self, rows: Sequence[Row]) -> Known:
        """The clusters that the window had before it was made again; what they were is gone."""
        ids, names = [row["id"] for row in rows], {row["id"]: row["name"] for row in rows}
        return Known(Side(ids, names), self.earlier.topics)


def _below(rows: Iterable[Row], topics: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Cluster -> the topics of the leaves below it, with their sizes."""
    listed = list(rows)
    parents = {row["id"]: row["parent"] for row in listed}
    found: dict[str, dict[str, int]] = {}
    for row in listed:
        if row["level"] == 0 and row["id"] in topics:
            above = row["parent"]
            while above is not None:
                found.setdefault(above, {})[topics[row["id"]]] = row["size"]
                above = parents.get(above)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
