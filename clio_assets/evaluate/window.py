"""One published window as a measure sees it: who is in which published cluster of which level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.clusters.bridge import moved, stored_map
from clio_assets.clusters.source_space import source_places
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.types import Vector
from clio_assets.ground.vectors import from_column
from clio_assets.ground.windows import listed_by_map, map_of
from clio_assets.lake.lake import Lake
from clio_assets.stages import SLICES
from clio_assets.summaries.identifiers import cluster_id

#: What is published, value for value; a release that is held back for its figures is in it too.
AUDITED: Final = "audited_summaries"


@dataclass(frozen=True)
class Level:
    """The published clusters of one level, and which of them each base cluster lies in."""

    level: int
    texts: Mapping[int, ClusterText]
    of_leaf: Mapping[int, int]


@dataclass(frozen=True)
class MeasuredMap:
    """One facet of one published window.

    `leaf_of`: conversation (pseudonym) -> its base cluster, published or not. `held`: every
    conversation that was landed for the window, whatever became of it. `levels` from the leaves up.
    """

    window: str
    facet: str
    analyst: str
    held: frozenset[str]
    leaf_of: Mapping[str, int]
    levels: Sequence[Level]

    @property
    def leaves(self) -> Level:
        """The published base clusters."""
        return self.levels[0]

    def cluster_of(self, conversation: str, level: Level) -> int | None:
        """Its published cluster of that level, None where it is in none."""
        leaf = self.leaf_of.get(conversation)
        return None if leaf is None else level.of_leaf.get(leaf)


def choose_window(lake: Lake, wanted: str | None) -> str:
    """The key that is wanted, by default the newest window of all conversations, of those whose
    audited texts are sealed."""
    sealed = [key for key in lake.keys(AUDITED) if lake.seal(AUDITED, key) is not None]
    if not sealed:
        raise HomeError("no map of this home is sealed; run `clio run` first")
    if wanted not in (None, *sealed):
        raise UsageError(f"there is no such window; there are: {listed_by_map(sealed)}")
    return wanted or next((key for key in reversed(sealed) if not map_of(key)), sealed[-1])


def choose_facet(definitions: Sequence[FacetDefinition], wanted: str | None) -> str:
    """The wanted clustered facet, by default the first."""
    clustered = [facet.name for facet in definitions if facet.clustered]
    if not clustered or wanted not in (None, *clustered):
        raise UsageError(f"no such facet is clustered; there are: {', '.join(clustered) or 'none'}")
    return wanted or clustered[0]


def read_map(lake: Lake, window: str, facet: str, days: Sequence[str]) -> MeasuredMap:
    """The window's map, from sealed partitions alone. HomeError where nothing is published."""
    released = _of_facet(lake.read(AUDITED, window, "clusters"), facet)
    text_of = {
        row["id"]: ClusterText(row["name"], row["description"])
        for row in released.select(["id", "name", "description"]).to_pylist()
    }
    if not text_of:
        raise HomeError(
            f"window {window} publishes no cluster of {facet}, so there is nothing to measure: "
            "more conversations, or users, are needed"
        )
    members = _of_facet(lake.read("clusters", window, "members"), facet)
    columns = (members[name].to_pylist() for name in ("conversation", "cluster"))
    windows = _of_facet(lake.read(AUDITED, window, "windows"), facet)
    return MeasuredMap(
        window,
        facet,
        windows["analyst"][0].as_py(),
        frozenset(_held(lake, window, days)),
        dict(zip(*columns, strict=True)),
        _levels(_of_facet(lake.read("hierarchy", window, "nodes"), facet), text_of, window),
    )


def values_of(lake: Lake, days: Sequence[str], facet: str) -> dict[str, str]:
    """Conversation -> value of a facet, over the window's days."""
    found: dict[str, str] = {}
    for day in days:
        facets = lake.read("facets", day, "facets")
        found.update(
            zip(facets["conversation"].to_pylist(), facets[facet].to_pylist(), strict=True)
        )
    return found


def transcripts_of(lake: Lake, days: Sequence[str]) -> list[str]:
    """The transcripts of the window's days."""
    return [
        text
        for day in days
        for text in lake.read("conversations", day, "conversations")["transcript"].to_pylist()
    ]


def texts_of(lake: Lake, stage: str, window: str, table: str, facet: str) -> list[ClusterText]:
    """Names and descriptions of the facet's clusters in a sealed table."""
    rows = _of_facet(lake.read(stage, window, table), facet).select(["name", "description"])
    return [ClusterText(row["name"], row["description"]) for row in rows.to_pylist()]


def vectors_of(
    lake: Lake, window: str, days: Sequence[str], facet: str
) -> tuple[list[str], Vector]:
    """Conversations of the window's days and their facet's vectors, in the same order: those of
    their texts, which names are compared with, texts in other languages bridged."""
    own, other = (
        pa.concat_tables([_of_facet(lake.read("embeddings", day, table), facet) for day in days])
        for table in ("embeddings", "multilingual")
    )
    own = _on_map(lake, window, own)
    conversations = own["conversation"].combine_chunks()
    learnt = stored_map(lake.read("clusters", window, "bridge"), facet)
    vectors = from_column(own["vector"])
    if learnt is not None:
        vectors = moved(conversations, vectors, other, learnt)
    return conversations.to_pylist(), vectors


def grouping_vectors_of(
    lake: Lake, window: str, days: Sequence[str], facet: str, *, of_source: bool
) -> Vector:
    """The vectors that the window's conversations were grouped by: the source's own, else those of
    their texts."""
    conversations, vectors = vectors_of(lake, window, days, facet)
    if not of_source:
        return vectors
    table = pa.concat_tables([lake.read("embeddings", day, "source_vectors") for day in days])
    places = source_places(facet, pa.array(conversations, pa.string()), table)
    return vectors if places is None else places


def _of_facet(table: pa.Table, facet: str) -> pa.Table:
    return table.filter(pc.equal(table["facet"], facet))


def _held(lake: Lake, window: str, days: Sequence[str]) -> set[str]:
    """Every landed conversation ends in one of the stage's two tables; of a named map's window, as
    far as it is on the map."""
    found: set[str] = set()
    for day in days:
        for table in ("conversations", "set_aside"):
            rows = lake.read("conversations", day, table).select(["conversation"])
            found.update(_on_map(lake, window, rows)["conversation"].to_pylist())
    return found


def _on_map(lake: Lake, window: str, rows: pa.Table) -> pa.Table:
    """The rows of conversations that are on a window's map."""
    if not map_of(window):
        return rows
    within = lake.read(SLICES, window, "slices")["conversation"].combine_chunks()
    return rows.filter(pc.is_in(rows["conversation"], value_set=within))


def _levels(nodes: pa.Table, text_of: Mapping[str, ClusterText], window: str) -> list[Level]:
    """A leaf counts for a published cluster above it even where its own text was withheld."""
    rows = nodes.to_pylist()
    parent = {(row["level"], row["cluster"]): row["parent"] for row in rows}
    leaves = [number for level, number in parent if level == 0]
    above: dict[int, int | None] = {leaf: leaf for leaf in leaves}
    found: list[Level] = []
    for level in sorted({row["level"] for row in rows}):
        names = {row["cluster"]: row["facet"] for row in rows if row["level"] == level}
        texts = {
            number: text_of[key]
            for number, facet in names.items()
            if (key := cluster_id(window, facet, level, number)) in text_of
        }
        shown = {leaf: at for leaf, at in above.items() if at is not None and at in texts}
        if texts:
            found.append(Level(level, texts, shown))
        above = {
            leaf: None if at is None else parent.get((level, at)) for leaf, at in above.items()
        }
    return found
