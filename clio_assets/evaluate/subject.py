"""What an evaluation looks at: one facet's map in one window, with the tools of its home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.errors import UsageError
from clio_assets.evaluate.labels import Labels
from clio_assets.evaluate.window import MeasuredMap, grouping_vectors_of, values_of
from clio_assets.ground.types import Vector
from clio_assets.landing.landed import landed_ids
from clio_assets.workbench.workbench import Workbench


@dataclass(frozen=True)
class Subject:
    """One window's map, the tools of its home, and the keys of its days."""

    bench: Workbench
    map: MeasuredMap
    days: Sequence[str]

    def labelled(self, known: Labels) -> dict[str, str]:
        """As `pseudonymous`; UsageError where the window holds none of the conversations."""
        labels = self.pseudonymous(known.of_conversation)
        if not labels:
            raise UsageError(
                f"none of the {len(known.of_conversation):,} labels belongs to a conversation of "
                "the window: labels need the conversation ids of the source"
            )
        return labels

    def pseudonymous(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Conversation (pseudonym) -> label, of the labels whose conversation the window holds.

        Where a source uses an id for several conversations, the label is that of each.
        """
        key = self.bench.home.pseudonym_key
        found: dict[str, str] = {}
        for day in map(date.fromisoformat, self.days):
            rows = landed_ids(self.bench.lake, self.bench.lake.landed(), day)
            for source_id, identity in zip(
                rows["source_id"].to_pylist(), rows["conversation_id"].to_pylist(), strict=True
            ):
                if source_id in labels:
                    found[pseudonym(key, "conversation", identity)] = labels[source_id]
        return {name: label for name, label in found.items() if name in self.map.held}

    @property
    def grouping_vectors(self) -> Vector:
        """The vectors that the window's conversations were grouped by."""
        declared, bench = self.bench.source_vectors, self.bench
        of_source = declared is not None and declared.facet == self.map.facet
        return grouping_vectors_of(
            bench.lake, self.map.window, self.days, self.map.facet, of_source=of_source
        )

    @property
    def languages(self) -> dict[str, str]:
        """Conversation -> the language that the language facet says; none without such a facet."""
        facets = [facet.name for facet in self.bench.facets if facet.kind == "languages"]
        return values_of(self.bench.lake, self.days, facets[0]) if facets else {}

    @property
    def heading(self) -> dict[str, str]:
        """What every evaluation says first."""
        return {"window": self.map.window, "facet": self.map.facet, "analyst": self.map.analyst}
