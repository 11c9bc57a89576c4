"""Which files of a source are read, and which stay as they were landed.

A file is read where it is new or changed. Pieces of a conversation may lie in any file, so where
one file of pieces is read or gone, all of them are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from clio_assets.landing.known import Before
from clio_assets.landing.listing import ListedFile, Listing
from clio_assets.sources.files import SourceFile


@dataclass(frozen=True)
class Plan:
    """The files of a source by number, which each keeps for as long as it is there.

    `read` and `kept` share out the `files`. `gone` were landed and are there no more; so were those
    `on_the_way`, but files that look like them wait under other names. `pieces` are those of the
    kept ones that hold pieces, and `regroup` says that these are read in any case.
    """

    files: Mapping[int, ListedFile]
    read: frozenset[int]
    kept: frozenset[int]
    gone: frozenset[int]
    on_the_way: frozenset[int]
    pieces: frozenset[int]
    regroup: bool

    @property
    def places(self) -> dict[int, int]:
        """Number of each file -> its place among those of the source, from 1."""
        return {number: place for place, number in enumerate(self.files, 1)}

    def among(self, numbers: Collection[int]) -> dict[int, SourceFile]:
        """Those files, by number, in the order of the source."""
        return {n: listed.file for n, listed in self.files.items() if n in numbers}


def plan_of(before: Before | None, listing: Listing) -> Plan:
    """What has to be read of a source, for what was landed of it before."""
    known = {} if before is None else before.files
    following = max((one.file for one in known.values()), default=0)
    files: dict[int, ListedFile] = {}
    kept: set[int] = set()
    # without knowing any, nobody could tell that one which waits was never landed
    waiting = [one for one in listing.waiting if one.name in known or (before and not known)]
    for waits, listed in [(False, one) for one in listing.files] + [(True, o) for o in waiting]:
        one = known.get(listed.name)
        following += one is None
        number = following if one is None else one.file
        files[number] = listed
        if before is not None and one is not None and one.terms == listing.terms:
            as_it_was = one.state == listed.state and not before.tries_again(one)
            if waits or as_it_was:
                kept.add(number)
    of_pieces = {one.file for one in known.values() if one.pieces}
    left = {one.file: one.state for one in known.values() if one.file not in files}
    elsewhere = {one.state for one in listing.waiting if one.name not in known}
    on_the_way = {number for number, state in left.items() if state in elsewhere}
    return Plan(
        files,
        frozenset(files.keys() - kept),
        frozenset(kept),
        frozenset(left.keys() - on_the_way),
        frozenset(on_the_way),
        frozenset(kept & of_pieces),
        bool(of_pieces - kept - on_the_way),
    )
