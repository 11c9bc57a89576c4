"""Land one source into the lake: one pass splits it by day, so that no day has to read it again."""

from collections.abc import Mapping
from datetime import UTC, datetime

from clio_assets.errors import SourceError, contained
from clio_assets.home.erasures import exclusions_of
from clio_assets.home.home import Home
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import recipe_of
from clio_assets.lake.writer import Accounts
from clio_assets.landing.land import GIVEN_LATER, Terms, Track, land, source_fingerprint
from clio_assets.landing.landed import is_current, landing_of
from clio_assets.landing.vectors import VectorField
from clio_assets.stages import LANDING


def land_source(home: Home, lake: Lake, source: SourceSettings, track: Track | None = None) -> None:
    """Land one source if its files changed; a source that is gone keeps its landed copy."""
    key, vectors = key_of(source), VectorField.of(home.settings.embeddings)
    try:
        files = source_fingerprint(source, vectors)
    except SourceError:
        if lake.manifest(LANDING, key) is None:
            raise
        return
    landing = landing_of(key, files)
    # The writer holds a lock, so that two runs land a source once.
    with contained(LANDING, key), lake.writer(landing) as writer:
        if is_current(lake.manifest(LANDING, key), landing):
            return
        today = datetime.now(UTC).date()
        # Read under the partition's lock: whoever is forgotten later rewrites what is landed now.
        terms = Terms(exclusions_of(home.private), home.private, vectors)
        counts = land(source, writer, today=today, track=track, terms=terms)
        writer.finish(
            Accounts(
                counts.parts + len(counts.unread),
                counts.landed,
                counts.set_aside,
                {"records": counts.records, "same_id": counts.same_id, **_prefixed(counts.lost)},
            )
        )


def key_of(source: SourceSettings) -> str:
    """What a source's landed copy is kept under; settings that came later count where they are set,
    so that what earlier versions landed keeps its place."""
    unset = {name for name in GIVEN_LATER if not getattr(source, name)}
    return recipe_of(source.model_dump(mode="json", exclude=unset))[:16]


def _prefixed(lost: Mapping[str, int]) -> dict[str, int]:
    return {f"lost_{name}": count for name, count in lost.items()}
