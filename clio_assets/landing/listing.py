"""Which files a source has now, and in which state, told without reading any of them."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from clio_assets.home.settings import SourceSettings
from clio_assets.lake.records import recipe_of
from clio_assets.landing.landed import CODE_VERSION
from clio_assets.landing.vectors import VectorField
from clio_assets.sources.files import DATABASES, SourceFile, digest_of_files, find_files, words_of

#: Settings that earlier versions did not have.
GIVEN_LATER: Final = frozenset(("namespace", "user_from", "conversation_from", "tenant_from"))
#: Settings that say when a source is read, or not at all, and change nothing of what is landed.
_OF_THE_RUN: Final = frozenset(("settle_seconds", "max_unreadable_share"))


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file with the digests of where it lies and of what tells that it was written to."""

    file: SourceFile
    name: bytes
    state: bytes


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a source. Those in `waiting` were written to a moment ago and are not read yet.

    `fingerprint` changes when landing again could give another result, `terms` with what decides of
    it beside the files.
    """

    files: tuple[ListedFile, ...]
    waiting: tuple[ListedFile, ...]
    fingerprint: str
    terms: bytes


@dataclass(frozen=True, slots=True)
class Settling:
    """Which files are left for later: those written to in the last `seconds` before `now`, unless
    they are as they were landed (`landed`: digest of the place -> digest of the state)."""

    seconds: float = 0
    landed: Mapping[bytes, bytes] = field(default_factory=dict)
    now: float | None = None

    def waits(self, listed: ListedFile) -> bool:
        """Whether a file is left for later. Databases are not: their writers may never pause, and
        a copy of one is whole at any moment."""
        if not self.seconds or listed.file.has_suffix(DATABASES):
            return False
        if self.landed.get(listed.name) == listed.state:
            return False
        now, written = time.time() if self.now is None else self.now, listed.file.written_at()
        return written is not None and abs(now - written) < self.seconds  # clocks may differ


AT_ONCE: Final = Settling()


def list_source(
    settings: SourceSettings, vectors: VectorField | None = None, settling: Settling = AT_ONCE
) -> Listing:
    """The files of a source; SourceError where it cannot be listed."""
    ready: list[ListedFile] = []
    waiting: list[ListedFile] = []
    for listed in map(_listed, find_files(settings.paths)):
        (waiting if settling.waits(listed) else ready).append(listed)
    names = ["waiting", *(listed.name.hex() for listed in waiting)] if waiting else []
    decides = _what_decides(settings, vectors)
    digest = digest_of_files([listed.file for listed in ready], [*decides, *names])
    return Listing(tuple(ready), tuple(waiting), digest, _digest([CODE_VERSION, *decides]))


def key_of(source: SourceSettings) -> str:
    """What a source's landed copy is kept under; settings that came later count where they are set,
    so that what earlier versions landed keeps its place."""
    unset = {name for name in GIVEN_LATER if not getattr(source, name)}
    return recipe_of(source.model_dump(mode="json", exclude=unset | _OF_THE_RUN))[:16]


def _listed(file: SourceFile) -> ListedFile:
    return ListedFile(file, _digest(file.place()), _digest(_state_of(file)))


def _state_of(file: SourceFile) -> list[str]:
    """What tells that the file itself was written to, whatever it is called: of an archive's
    member, not that others of the archive were."""
    try:
        return file.state() if file.archive is not None else file.identity()[1:]
    except OSError as error:
        return [words_of(error)]


def _digest(parts: Sequence[str]) -> bytes:
    return hashlib.sha256(json.dumps(list(parts)).encode()).digest()


def _what_decides(settings: SourceSettings, vectors: VectorField | None) -> list[str]:
    return [
        str(settings.format),
        str(settings.day),
        str(settings.each_conversation_is_a_user),
        str(settings.max_reject_share),
        *_given_later(settings),
        *([] if vectors is None else [f"vectors {vectors.path} {vectors.dimension}"]),
    ]


def _given_later(settings: SourceSettings) -> list[str]:
    """Where they are set: else nothing changes."""
    found = settings.model_dump(include=set(GIVEN_LATER))
    return [json.dumps(found, sort_keys=True)] if any(found.values()) else []
