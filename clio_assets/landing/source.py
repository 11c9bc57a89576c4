"""Land one source into the lake: one pass splits it by day, so that no day has to read it again."""

from collections.abc import Mapping
from datetime import UTC, datetime

from clio_assets.errors import SourceError, contained
from clio_assets.home.erasures import exclusions_of
from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.writer import Accounts
from clio_assets.landing.known import FILES, KnownFile, known_files, table_of_files
from clio_assets.landing.land import Terms, Track, land
from clio_assets.landing.landed import is_current, landing_of
from clio_assets.landing.listing import Listing, Settling, key_of, list_source
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

    A file that was written to in the last `settle_seconds` waits for the next time.
    """
    key, vectors = key_of(source), VectorField.of(home.settings.embeddings)
    landed = lake.manifest(LANDING, key)
    known = {} if landed is None else known_files(lake, landed) or {}
    states = {name: file.state for name, file in known.items()}
    try:
        listing = list_source(source, vectors, Settling(settle_seconds, states))
    except SourceError:
        if landed is None:
            raise
        return
    if any(listed.name in known for listed in listing.waiting):
        return
    landing = landing_of(key, listing.fingerprint)
    # The writer holds a lock, so that two runs land a source once.
    with contained(LANDING, key), lake.writer(landing) as writer:
        if is_current(lake.manifest(LANDING, key), landing) or not listing.files:
            return
        today = datetime.now(UTC).date()
        # Read under the partition's lock: whoever is forgotten later rewrites what is landed now.
        terms = Terms(exclusions_of(home.private), home.private, vectors)
        files = [listed.file for listed in listing.files]
        counts = land(source, writer, today=today, track=track, terms=terms, files=files)
        writer.append(FILES, table_of_files(_numbered(listing)))
        writer.finish(
            Accounts(
                counts.parts + len(counts.unread),
                counts.landed,
                counts.set_aside,
                {"records": counts.records, "same_id": counts.same_id, **_prefixed(counts.lost)},
            )
        )


def _numbered(listing: Listing) -> list[KnownFile]:
    return [KnownFile(n, one.name, one.state) for n, one in enumerate(listing.files, 1)]


def _prefixed(lost: Mapping[str, int]) -> dict[str, int]:
    return {f"lost_{name}": count for name, count in lost.items()}
