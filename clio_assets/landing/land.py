"""Land a source in one pass: split it by UTC day. Also `survey`, without writing."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

from clio_assets.errors import SourceError, TooManyRejectsError
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.admit import require_landed
from clio_assets.landing.buffers import LandingBuffers, LandingSink
from clio_assets.landing.counts import TAKEN, LandingCounts
from clio_assets.landing.reading import NO_TERMS, Pass, Terms, Track
from clio_assets.landing.shaped import require_read
from clio_assets.landing.vectors import VectorField
from clio_assets.sources.files import find_files

_REASONS: Final = 3  # named at most
_ADVICE: Final = {
    "of_another_shape": "give records of different shapes in different files",
    "user_id_missing": "--each-conversation-is-a-user would take records without a user id",
    "started_at_missing": "--day would take records without a timestamp",
}


def land(
    settings: SourceSettings,
    sink: LandingSink,
    *,
    today: date,
    track: Track | None = None,
    terms: Terms = NO_TERMS,
) -> LandingCounts:
    """Split a whole source by UTC day into the sink's tables, in one pass and bounded memory.

    Raises SourceError where the source cannot be used, and TooManyRejectsError at the end where
    too much of it is malformed: the caller commits the sink only when this returns.
    """
    buffers = buffers_for(sink, terms)
    counts = _pass_over(settings, buffers, today, track, terms)
    require_usable(counts, settings, terms)
    buffers.finish()
    return counts


def buffers_for(sink: LandingSink, terms: Terms) -> LandingBuffers:
    """Buffers that hold what the terms ask for."""
    return LandingBuffers(
        sink, withhold_rejected=terms.exclusions.any, vectors=terms.vectors is not None
    )


def require_usable(counts: LandingCounts, settings: SourceSettings, terms: Terms) -> None:
    """Stop where too much of a source is malformed or cannot be read, or nothing can be used."""
    if counts.too_many_unread:
        raise SourceError(_words_for_unread(counts, settings.max_unreadable_share))
    if counts.too_many_rejects:
        raise TooManyRejectsError(_words_for(counts, settings.max_reject_share))
    if not (counts.landed or counts.excluded):
        raise SourceError(_nothing_landed(counts))
    if terms.vectors is not None and counts.landed and not counts.vectors.get(TAKEN):
        raise SourceError(_words_for_vectors(counts, terms.vectors))


def survey(
    settings: SourceSettings,
    *,
    today: date,
    track: Track | None = None,
    sink: LandingSink | None = None,
    terms: Terms = NO_TERMS,
) -> LandingCounts:
    """What `land` would find, without writing anything; `sink` may look at what it would write.

    Raises SourceError as `land` does (LackingError where nothing names a user or a time), but tells
    of too many rejects in its result.
    """
    buffers = None if sink is None else LandingBuffers(sink, withhold_rejected=True)
    counts = _pass_over(settings, buffers, today, track, terms)
    require_landed(counts.landed, counts.rejected)
    if buffers is not None:
        buffers.finish()
    return counts


def _pass_over(
    settings: SourceSettings,
    buffers: LandingBuffers | None,
    today: date,
    track: Track | None,
    terms: Terms,
) -> LandingCounts:
    files = dict(enumerate(find_files(settings.paths), 1))
    places: Mapping[int, int] = dict(zip(files, files, strict=True))
    one_pass = Pass(settings, buffers, today, terms)
    one_pass.over(files, track)
    require_read(one_pass.tally, places)
    one_pass.grouped()
    one_pass.require_several_accounts()
    return one_pass.tally.counts(places, settings)


def _words_for_unread(counts: LandingCounts, allowed: float) -> str:
    reasons = Counter(why for _, why in counts.unread).most_common(_REASONS)
    return (
        f"{counts.unusable} of {counts.files} files of the source cannot be read, more than "
        f"max_unreadable_share = {allowed:g} allows: "
        f"{', '.join(f'{why} ({count})' for why, count in reasons)}. Look whether the place where "
        "they lie can be reached, mend the files, or raise max_unreadable_share if that is meant; "
        "what was landed before stays."
    )


def _words_for_vectors(counts: LandingCounts, vectors: VectorField) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts.vectors.items())
    return (
        f"none of the {counts.landed} conversations of the source has a vector of "
        f"{vectors.dimension} numbers in the field that from_source of [embeddings] names "
        f"({reasons}): mend from_source or dimension, or take the section out"
    )


def _nothing_landed(counts: LandingCounts) -> str:
    if counts.rejected or not counts.left_out:
        return "the source holds no usable record: all of them are malformed"
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts.left_out.items())
    return (
        f"the source holds no conversation: all of its records are left out ({reasons}); "
        "`clio check` says what its logger did not keep"
    )


def _words_for(counts: LandingCounts, allowed: float) -> str:
    rejected = sum(counts.rejected.values())
    reasons = ", ".join(f"{reason} {count}" for reason, count in counts.rejected.items())
    places = ", ".join(f"{file}:{line} ({why})" for file, line, why in counts.first_rejects)
    advice = [words for reason, words in _ADVICE.items() if reason in counts.rejected]
    return (
        f"{rejected} of {counts.parts} records of the source are malformed, more than "
        f"max_reject_share = {allowed:g} allows: {reasons}. "
        f"{f'The first by file:line: {places}. ' if places else ''}"
        f"{'; '.join(['Mend the source, or raise max_reject_share if that is meant', *advice])}."
    )
