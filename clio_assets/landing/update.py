"""Bring the landed copy of a source up to date, within the writer of its partition."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.home.settings import SourceSettings
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.writer import Accounts, PartitionWriter
from clio_assets.landing.counts import LandingCounts, Tally
from clio_assets.landing.known import (
    COUNTS,
    FILES,
    Before,
    KnownFile,
    table_of_counts,
    table_of_files,
)
from clio_assets.landing.land import buffers_for, require_usable
from clio_assets.landing.listing import Listing
from clio_assets.landing.merge import OF_PIECES, Change, Merge
from clio_assets.landing.plan import Plan, plan_of
from clio_assets.landing.reading import Pass, Terms, Track
from clio_assets.landing.shaped import require_read
from clio_assets.sources.files import SourceFile

_EMPTIED: Final = "it is empty, and was not when it was landed"


@dataclass(frozen=True)
class Wanted:
    """A source, what its landing asks for, and how it was landed before, if it was."""

    settings: SourceSettings
    terms: Terms
    today: date
    before: Before | None = None


@dataclass(frozen=True)
class _Outcome:
    """What one pass found. `short` are the damaged files of which more was landed before;
    `regrouped` says whether pieces were put together anew."""

    tally: Tally
    read: frozenset[int]
    short: frozenset[int]
    regrouped: bool


def update(
    lake: Partitions,
    writer: PartitionWriter,
    wanted: Wanted,
    listing: Listing,
    track: Track | None = None,
) -> None:
    """Read what is new or changed, and write the partition. Raises what `land` raises, and
    LakeError where what was landed before is damaged."""
    plan, before = plan_of(wanted.before, listing), wanted.before
    outcome = _read(writer, wanted, plan, track)
    if before is not None and _is_as_before(before, plan, outcome):
        return
    merge, same_id = None, None
    if before is not None:
        merge = Merge(lake, writer, before.manifest, _change(before, plan, outcome))
        index = merge.index()
        same_id = _same_id(index)
        _count_the_rest(before, plan, outcome, index)
    counts = outcome.tally.counts(plan.places, wanted.settings)
    if same_id is not None:
        counts = replace(counts, same_id=same_id)
    require_usable(counts, wanted.settings, wanted.terms)
    if merge is not None:
        merge.rest()
    writer.append(FILES, table_of_files(_files(before, plan, outcome, listing.terms)))
    writer.append(COUNTS, table_of_counts(outcome.tally.found))
    writer.finish(_accounts(counts, len(outcome.short)))


def _read(writer: PartitionWriter, wanted: Wanted, plan: Plan, track: Track | None) -> _Outcome:
    buffers = buffers_for(writer, wanted.terms)
    one_pass = Pass(wanted.settings, buffers, wanted.today, wanted.terms)
    tally, read = one_pass.tally, plan.read
    one_pass.over(plan.among(read), track, look=not plan.kept)
    regrouped = plan.regroup or bool(tally.pieces)
    if regrouped:
        one_pass.over(plan.among(plan.pieces), track, look=False)
        read |= plan.pieces
    _note_emptied(tally, wanted.before, plan.among(read))
    short = frozenset(n for n in read & tally.damage.keys() if _was_longer(tally, wanted.before, n))
    if read == plan.files.keys():
        require_read(tally, plan.places)
    one_pass.grouped()
    if read == plan.files.keys() and not short:
        one_pass.require_several_accounts()
    buffers.finish()
    return _Outcome(tally, read, short, regrouped)


def _is_as_before(before: Before, plan: Plan, outcome: _Outcome) -> bool:
    """Whether only files were tried again of which nothing can be used, for the same reason."""
    known = {one.file: one for one in before.files.values()}
    return not plan.gone and all(
        n in known
        and known[n].damage is not None
        and known[n].damage == outcome.tally.damage.get(n)
        and known[n].state == plan.files[n].state
        and not outcome.tally.records_of(n)
        for n in outcome.read
    )


def _note_emptied(tally: Tally, before: Before | None, read: Mapping[int, SourceFile]) -> None:
    for number, file in read.items():
        if tally.records_of(number) or number in tally.damage:
            continue
        if _was_longer(tally, before, number) and not file.stored_size():
            tally.damage[number] = _EMPTIED


def _was_longer(tally: Tally, before: Before | None, number: int) -> bool:
    return before is not None and tally.records_of(number) < before.records(number)


def _change(before: Before, plan: Plan, outcome: _Outcome) -> Change:
    if not before.files:
        return Change(None)
    replaced = (outcome.read - outcome.short) | plan.gone
    if outcome.regrouped:
        replaced |= {OF_PIECES}
    of_pieces = {known.file for known in before.files.values() if known.pieces}
    incomplete = outcome.short | plan.on_the_way
    return Change(replaced, outcome.short, bool(of_pieces & incomplete))


def _count_the_rest(before: Before, plan: Plan, outcome: _Outcome, index: pa.Table) -> None:
    """Add to the tally what stays as it was; what is landed is in the index."""
    stay = (plan.files.keys() - outcome.read) | plan.on_the_way | outcome.short
    if not outcome.regrouped:
        stay |= {OF_PIECES}
    tally = outcome.tally
    read = {key: n for key, n in tally.found.items() if key[0] not in stay and key[1] != "landed"}
    kept = {key: n for key, n in before.counts.items() if key[0] in stay}
    seen = {(n, "seen", ""): tally.records_of(n) for n in outcome.short}
    tally.found = Counter(kept | read | seen)
    for pair in pc.value_counts(index["file"]).to_pylist():
        tally.count(pair["values"], "landed", number=pair["counts"])
    for known in before.files.values():
        if known.damage is not None and known.file in plan.files.keys() - outcome.read:
            tally.damage[known.file] = known.damage


def _same_id(index: pa.Table) -> int:
    """Conversations that share an id with another which they do not continue."""
    named = index.filter(pc.is_valid(index["name_digest"]))
    identities, names = (
        pc.count_distinct(named[column]).as_py()
        for column in ("conversation_digest", "name_digest")
    )
    return int(identities - names)


def _files(before: Before | None, plan: Plan, outcome: _Outcome, terms: bytes) -> list[KnownFile]:
    """What is remembered of each file."""
    known = {} if before is None else {one.file: one for one in before.files.values()}
    found = [known[number] for number in plan.on_the_way]
    for number, listed in plan.files.items():
        if number not in outcome.read:
            found.append(known[number])
            continue
        short = number in outcome.short
        pieces = number in outcome.tally.pieces or (short and known[number].pieces)
        # one that is still written to was read for its pieces alone: it is read again
        state = known[number].state if number in plan.kept else listed.state
        damage = outcome.tally.damage.get(number)
        found.append(KnownFile(number, listed.name, state, terms, pieces, damage, short))
    return found


def _accounts(counts: LandingCounts, kept: int) -> Accounts:
    return Accounts(
        counts.parts + len(counts.unread),
        counts.landed,
        counts.set_aside,
        {
            "files": counts.files,
            **({"files_kept_as_before": kept} if kept else {}),
            "records": counts.records,
            "same_id": counts.same_id,
            **{f"lost_{name}": count for name, count in counts.lost.items()},
        },
    )
