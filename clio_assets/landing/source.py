"""Land one source into the lake, split by day, so that no day has to read it again.

Only files that are new or changed are read; what was landed of the others stays as it is.
"""

from datetime import UTC, datetime

from clio_assets.errors import LakeError, SourceError, contained
from clio_assets.home.erasures import exclusions_of
from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.writer import Making
from clio_assets.landing.known import Before, before_of
from clio_assets.landing.landed import is_current, landing_of
from clio_assets.landing.listing import Listing, Settling, key_of, list_source
from clio_assets.landing.reading import Terms, Track
from clio_assets.landing.update import Wanted, update
from clio_assets.landing.vectors import VectorField
from clio_assets.stages import LANDING


def land_source(
    home: Home,
    lake: Lake,
    source: SourceSettings,
    track: Track | None = None,
    *,
    settle_seconds: float = 0,
) -> None:
    """Land one source if its files changed; a source that is gone keeps its landed copy.

    A file that was written to in the last `settle_seconds` waits for the next time. One that is
    damaged keeps what was landed of it before, if that was more.
    """
    key, vectors = key_of(source), VectorField.of(home.settings.embeddings)
    before = before_of(lake, key)
    settling = Settling(settle_seconds, {} if before is None else before.states)
    try:
        listing = list_source(source, vectors, settling)
    except SourceError:
        if before is None:
            raise
        return
    try:
        _land(home, lake, source, listing, track)
    except LakeError:  # what was landed before is damaged, so that nothing can stay of it
        _land(home, lake, source, listing, track, anew=True)


def _land(
    home: Home,
    lake: Lake,
    source: SourceSettings,
    listing: Listing,
    track: Track | None,
    *,
    anew: bool = False,
) -> None:
    key = key_of(source)
    landing = landing_of(key, listing.fingerprint)
    # The writer holds a lock, so that two runs land a source once.
    with contained(LANDING, key), lake.writer(landing) as writer:
        before = before_of(lake, key)
        if _has_nothing_to_do(before, listing, landing):
            return
        # Read under the partition's lock: whoever is forgotten later rewrites what is landed now.
        vectors = VectorField.of(home.settings.embeddings)
        terms = Terms(exclusions_of(home.private), home.private, vectors)
        if before is not None and anew:
            before = before.without_files()
        wanted = Wanted(source, terms, datetime.now(UTC).date(), before)
        update(lake, writer, wanted, listing, track)


def _has_nothing_to_do(before: Before | None, listing: Listing, landing: Making) -> bool:
    if not listing.files:  # all of them wait
        return True
    if before is None or before.must_be_tried_again:
        return False
    return is_current(before.manifest, landing)
