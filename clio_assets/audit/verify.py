"""What is published, held against the bytes behind it: every digest, seal and link is worked out
anew, back to what was landed, and what does not hold is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest
from clio_assets.lake.release import edited_tables, released
from clio_assets.lake.standing import State
from clio_assets.stages import LANDING, RELEASED

Kind = Literal[
    "bytes_changed",  # of a table's file
    "file_missing",
    "file_swapped",  # a table's file holds what another file should hold
    "manifest_changed",  # after its gate judged it
    "partition_missing",
    "seal_missing",
    "seal_unreadable",
    "seal_unsigned",
    "seal_forged",
    "refused",
    "policy_changed",
    "declared_changed",
    "gate_changed",
    "code_changed",
    "stale",  # made from what was made again since
    "release_edited",  # public rows are not the sealed ones
    "release_stale",  # the window was made again and not released since
    "deleted",  # past retention or erased; its signed seal was kept, so that nothing is wrong
]

#: How a partition stands -> what is found.
_KINDS: Final[dict[State, Kind]] = {
    "absent": "partition_missing",
    "deleted": "deleted",
    "not_judged": "seal_missing",
    "refused": "refused",
    "seal_unreadable": "seal_unreadable",
    "seal_newer": "seal_unreadable",
    "unsigned": "seal_unsigned",
    "forged": "seal_forged",
    "rewritten": "manifest_changed",
    "policy_changed": "policy_changed",
    "declared_changed": "declared_changed",
    "gate_changed": "gate_changed",
    "code_changed": "code_changed",
    "inputs_changed": "stale",
}


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: partition, and words without content."""

    kind: Kind
    stage: str
    key: str
    says: str

    @property
    def wrong(self) -> bool:
        """Whether anything is wrong; what was deleted by the rules is only told."""
        return self.kind != "deleted"


@dataclass(frozen=True)
class Verified:
    """What was looked at, and what does not hold."""

    windows: tuple[str, ...]
    partitions: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not any(finding.wrong for finding in self.findings)


def verify(lake: Lake, folders: ReleaseFolders, windows: Sequence[str]) -> Verified:
    """Hold released windows against their partitions, and each of those against what is behind."""
    public = released(folders)
    walk = _Walk(lake)
    findings: list[Finding] = []
    for window in windows:
        found = list(walk.behind(window))
        findings += found
        if not any(one.stage == RELEASED for one in found):
            findings += _release(lake, folders, window, public[window])
    return Verified(tuple(windows), len(walk.seen), tuple(findings))


def _release(lake: Lake, folders: ReleaseFolders, window: str, manifest: str) -> Iterator[Finding]:
    """The public rows of a window against its sealed tables."""
    if lake.sealed_manifest(RELEASED, window).digest != manifest:
        says = "it was made again and not released since; `clio run` releases it"
        yield Finding("release_stale", "release", window, says)
        return
    for table in edited_tables(lake, folders, RELEASED, window):
        says = f"table {table} of the public database does not hold the sealed rows"
        yield Finding("release_edited", "release", window, says)


class _Walk:
    """From releases back to what was landed, each partition once."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self.seen: set[tuple[str, str]] = set()
        self._file_of: dict[str, str] = {}  # digest -> where it belongs

    def behind(self, window: str) -> Iterator[Finding]:
        """What does not hold of a window's release and all that it rests on."""
        waiting = [(RELEASED, window)]
        while waiting:
            stage, key = waiting.pop()
            if (stage, key) in self.seen:
                continue
            self.seen.add((stage, key))
            manifest = self._lake.manifest(stage, key)
            yield from self._seal(stage, key)
            if manifest is None:
                continue
            yield from self._files(manifest)
            yield from self._landed(manifest)
            waiting += [(up, one) for up, keys in manifest.inputs.items() for one in sorted(keys)]

    def _seal(self, stage: str, key: str) -> Iterator[Finding]:
        if stage == LANDING:  # has no gate; its tables are held against what was made of them
            if self._lake.manifest(stage, key) is None:
                yield Finding("partition_missing", stage, key, "what was landed is not there")
            return
        standing = self._lake.standing_or_last(stage, key)
        if standing.sealed:
            return
        kind = _KINDS[standing.state]
        if kind == "deleted" and standing.judgement is None:
            kind = "seal_forged"  # nobody can say that its gate ever passed it
        yield Finding(kind, stage, key, "; ".join(filter(None, (standing.why, standing.advice))))

    def _files(self, manifest: Manifest) -> Iterator[Finding]:
        """The bytes of its tables against the digests that were sealed."""
        where = f"{manifest.stage} {manifest.key}"
        for name, table in manifest.tables.items():
            self._file_of[table.sha256] = f"{where}, table {name}"
        for name, found in self._lake.table_digests(manifest).items():
            if found == manifest.tables[name].sha256:
                continue
            kind: Kind = "bytes_changed"
            says = f"the bytes of table {name} are not those that were sealed"
            if found is None:
                kind, says = "file_missing", f"the file of table {name} is gone"
            elif found in self._file_of:
                kind, says = "file_swapped", f"table {name} holds {self._file_of[found]}"
            yield Finding(kind, manifest.stage, manifest.key, says)

    def _landed(self, manifest: Manifest) -> Iterator[Finding]:
        """What was landed of a day since it was made; of later stages the seal says so."""
        for source, content in manifest.inputs.get(LANDING, {}).items():
            now = self._lake.manifest(LANDING, source)
            if now is not None and now.content_for(manifest.stage, manifest.key) != content:
                says = f"made from an older landing {source}; `clio run` makes it again"
                yield Finding("stale", manifest.stage, manifest.key, says)
