"""Example conversations of a published leaf: the one module of the explorer that reads the private
zone. It is imported only where the policy declares the data non-sensitive.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.transcript import turns
from clio_assets.errors import LakeError, UsageError
from clio_assets.ground.files import append_line, private_folder
from clio_assets.home.home import Home
from clio_assets.lake.public import PublicDatabase
from clio_assets.run.declared import lake_of

LOG: Final = "trace_access.jsonl"

_LEAF: Final = (
    'SELECT clusters."window", clusters.facet, releases.manifest FROM clusters '
    'JOIN releases ON releases."window" = clusters."window" '
    "WHERE clusters.id = $id AND clusters.level = 0"
)


class Traces:
    """A few conversations of each published leaf, always the same ones; every access recorded."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._count = home.policy.example_conversations
        self._lake = lake_of(home)
        self._database = PublicDatabase(home.release_folders.database)
        if self._count < 1:
            raise UsageError("the policy shows no example conversations")

    def __call__(self, cluster: str, client: str) -> dict[str, object] | None:
        """The leaf's examples as they are sent, or None where no such leaf is published.

        The access is on disk before anything is returned.
        """
        with self._database.reading() as reader:
            found = reader.rows(_LEAF, {"id": cluster})
        if not found:
            return None
        window, facet, manifest = (found[0][name] for name in ("window", "facet", "manifest"))
        self._require_same(window, manifest)
        members = self._lake.read("clusters", window, "members")
        number = int(cluster.rsplit(":", 1)[1])
        chosen = pc.and_(pc.equal(members["facet"], facet), pc.equal(members["cluster"], number))
        conversations = sorted(members.filter(chosen)["conversation"].to_pylist())
        sample = self._sample(cluster, conversations)
        shown = [turns(text) for text in self._transcripts(window, sample)]
        self._record(cluster, len(shown), client)
        return {
            "cluster": cluster,
            "conversations": [
                {"turns": [{"role": role, "text": text} for role, text in conversation]}
                for conversation in shown
            ],
        }

    def _require_same(self, window: str, manifest: str) -> None:
        """Refuse a leaf of a release that was made of other partitions than those on disk."""
        current = self._lake.sealed_manifest("published_insights", window)
        self._lake.sealed_manifest("audited_summaries", window)
        if current.digest != manifest:
            raise LakeError(
                f"{window} was made again since it was released; run `clio run` to release it"
            )

    def _sample(self, cluster: str, conversations: Sequence[str]) -> list[str]:
        generator = Random(f"{self._home.settings.seed}:{cluster}")
        return generator.sample(conversations, min(self._count, len(conversations)))

    def _transcripts(self, window: str, sample: Sequence[str]) -> list[str]:
        """The transcripts in the order of the sample, from the days that the window was made of."""
        found: dict[str, str] = {}
        days = self._lake.sealed_manifest("clusters", window).inputs.get("facets", {})
        for day in sorted(days):
            if len(found) == len(sample):
                break
            table = self._lake.read("conversations", day, "conversations")
            here = table.filter(
                pc.is_in(table["conversation"], value_set=pa.array(sample, pa.string()))
            )
            rows = here.select(["conversation", "transcript"]).to_pylist()
            found |= {row["conversation"]: row["transcript"] for row in rows}
        return [found[conversation] for conversation in sample if conversation in found]

    def _record(self, cluster: str, shown: int, client: str) -> None:
        """Append the access to the private log, and wait until it is on disk."""
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "cluster": cluster,
            "shown": shown,
            "client": client,
        }
        append_line(private_folder(self._home.private) / LOG, entry)
