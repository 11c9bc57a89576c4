"""Which files are new, changed or gone since sources were landed last: asked often, so cheaply.

Files are listed, and none is opened. What a sensor keeps of the answer is its digest: as long as
that stays the same, asking for a landing again would bring nothing else.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from clio_assets.errors import SourceError
from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.partitions import Partitions
from clio_assets.landing.known import Before, before_of
from clio_assets.landing.landed import is_current, landing_of
from clio_assets.landing.listing import Listing, Settling, key_of, list_source
from clio_assets.landing.vectors import VectorField


@dataclass(frozen=True)
class SourceChanges:
    """What a landing would find, in numbers.

    `waiting` files were written to a moment ago and count as nothing else; `unlisted` sources
    could not be looked at, so that nothing of them counts. `digest` is of the state of all files
    but those that wait.
    """

    new: int = 0
    changed: int = 0
    gone: int = 0
    waiting: int = 0
    unlisted: int = 0
    digest: str = ""

    @property
    def any(self) -> bool:
        """Whether there is anything to land, or to take out of what was landed."""
        return bool(self.new or self.changed or self.gone)


def changed_files(
    home: Home, lake: Partitions, sources: Iterable[SourceSettings], *, now: float | None = None
) -> SourceChanges:
    """What changed in the sources since each was landed; `now` is in seconds since 1970.

    A file counts as waiting for as long as `settle_seconds` of its source say. Raises nothing of
    a source that cannot be reached: that is no change.
    """
    vectors = VectorField.of(home.settings.embeddings)
    by_key = {key_of(source): source for source in sources}
    found = SourceChanges()
    digest = hashlib.sha256()
    for key, source in by_key.items():
        before = before_of(lake, key)
        states = {} if before is None else before.states
        try:
            listing = list_source(source, vectors, Settling(source.settle_seconds, states, now))
        except SourceError:
            found = _sum(found, SourceChanges(unlisted=1))
            continue
        digest.update(f"{key} {listing.fingerprint}\n".encode())
        found = _sum(found, SourceChanges(waiting=len(listing.waiting)))
        landed = None if before is None else before.manifest
        if not is_current(landed, landing_of(key, listing.fingerprint)):
            found = _sum(found, _compared(before, listing))
    return _sum(found, SourceChanges(digest=digest.hexdigest()))


def _compared(before: Before | None, listing: Listing) -> SourceChanges:
    if before is not None and not before.files:  # nobody can say what was landed of which file
        return SourceChanges(changed=len(listing.files))
    known = {} if before is None else before.states
    states = {listed.name: listed.state for listed in listing.files}
    there = states.keys() | {listed.name for listed in listing.waiting}
    return SourceChanges(
        new=len(states.keys() - known.keys()),
        changed=sum(name in known and known[name] != state for name, state in states.items()),
        gone=len(known.keys() - there),
    )


def _sum(one: SourceChanges, other: SourceChanges) -> SourceChanges:
    return SourceChanges(
        one.new + other.new,
        one.changed + other.changed,
        one.gone + other.gone,
        one.waiting + other.waiting,
        one.unlisted + other.unlisted,
        one.digest + other.digest,
    )
