"""Landing: one pass over each source splits it by day, so that no day has to read it again."""

from datetime import UTC, datetime

from clio_assets.erasure.awaiting import withdraw_emptied
from clio_assets.erasure.carry_out import finish_pending
from clio_assets.errors import SourceError, contained
from clio_assets.ground.windows import WindowKind
from clio_assets.home.erasures import exclusions_of
from clio_assets.home.settings import SourceSettings
from clio_assets.lake.records import Provenance, recipe_of
from clio_assets.lake.writer import Accounts, Making
from clio_assets.landing.land import land, source_fingerprint
from clio_assets.landing.landed import CODE_VERSION
from clio_assets.stages import LANDING
from clio_assets.workbench.workbench import Workbench


def refresh_landing(bench: Workbench, window: WindowKind | None = None) -> None:
    """Land every source whose files changed since, and let the home begin with the first day.

    First finishes an erasure that was interrupted, so that nothing is made of what it removes.
    """
    sources = bench.sources()
    if not sources:
        raise SourceError(
            "no source is configured: give one to `clio run SOURCE`, or set `paths` under "
            "[source] in the home's clio.toml"
        )
    bench.home.prepare()
    with contained("erasure", "of this home"):
        finish_pending(bench.home, bench.lake)
    for source in sources:
        land_source(bench, source)
    with contained("withdrawal", "of empty windows"):
        withdraw_emptied(bench.home, bench.lake)
    days = bench.landed_days()
    if days:
        bench.home.fix(window, days[0])
    elif not exclusions_of(bench.home.private).any:
        raise SourceError("the sources hold no conversations")


def land_source(bench: Workbench, source: SourceSettings) -> None:
    """Land one source if its files changed; a source that is gone keeps its landed copy."""
    key = recipe_of(source.model_dump(mode="json"))[:16]
    before = bench.lake.manifest(LANDING, key)
    try:
        files = source_fingerprint(source)
    except SourceError:
        if before is None:
            raise
        return
    fingerprint = recipe_of({"code": CODE_VERSION, "files": files})
    making = Making(LANDING, key, fingerprint, Provenance(code_version=CODE_VERSION))
    # The writer holds a lock, so that two runs land a source once.
    with contained(LANDING, key), bench.lake.writer(making) as writer:
        before = bench.lake.manifest(LANDING, key)
        if before is not None and before.recipe == fingerprint:
            return
        today = datetime.now(UTC).date()
        # Read under the partition's lock: whoever is forgotten later rewrites what is landed now.
        exclusions = exclusions_of(bench.home.private)
        counts = land(
            source, writer, today=today, track=bench.progress.track, exclusions=exclusions
        )
        writer.finish(Accounts(counts.records, counts.landed, counts.set_aside))
