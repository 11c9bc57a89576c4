"""Before anything is made: changed sources are landed, and the home knows its first day."""

from clio_assets.errors import SourceError, contained
from clio_assets.ground.windows import WindowKind
from clio_assets.home.erasures import exclusions_of
from clio_assets.landing.source import land_source
from clio_assets.workbench.workbench import Workbench


def refresh_landing(
    bench: Workbench, window: WindowKind | None = None, *, settle: bool = True
) -> None:
    """Land every source whose files changed since, and let the home begin with the first day.

    A file that was written to a moment ago waits as long as `settle_seconds` of its source say,
    unless `settle` is off. An erasure that was interrupted is finished first, so that nothing is
    made of what it removes.
    """
    sources = bench.sources()
    if not sources:
        raise SourceError(
            "no source is configured: give one to `clio run SOURCE`, or set `paths` under "
            "[source] in the home's clio.toml"
        )
    bench.home.prepare()
    bench.finish_erasure()
    for source in sources:
        seconds = source.settle_seconds if settle else 0
        land_source(bench.home, bench.lake, source, bench.progress.track, settle_seconds=seconds)
    with contained("withdrawal", "of empty windows"):
        bench.erasures.withdraw_emptied()
    days = bench.landed_days()
    if days:
        bench.home.fix(window, days[0])
    elif not exclusions_of(bench.home.private).any:
        raise SourceError("the sources hold no conversations")
