"""Composition root of the pipeline: the only place that puts its parts together.

Dagster loads `defs`; the command line calls `build_workbench` and `build_definitions` itself, on
the same home folder and the same Dagster instance. The lake comes from `run/declared.py`, as for
every command.
"""

import os
import warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster_duckdb import DuckDBResource

from clio_assets.analyst.claude.build import build_claude
from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.analyst.protocol import Analyst
from clio_assets.clusters.bridge import SHIPPED_DIGEST
from clio_assets.doctor.job import doctor
from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings.folder import BUNDLED
from clio_assets.embeddings.model import load_embedder
from clio_assets.embeddings.multilingual import MultilingualEncoder
from clio_assets.erasure.pending import HomeErasures
from clio_assets.evaluate.release import judges_of
from clio_assets.facets.attributes_in_force import attributes_in_force
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.maps_in_force import maps_in_force
from clio_assets.facets.source_vectors_in_force import source_vectors_in_force
from clio_assets.ground.compiled import keep_compiled
from clio_assets.ground.progress import Progress, Silent
from clio_assets.ground.windows import first_day_of_window
from clio_assets.home.home import Home, home_from_environment
from clio_assets.lake.engine import Engine
from clio_assets.phrases.book import PhraseBook
from clio_assets.run.assets import ASSETS
from clio_assets.run.declared import categories_of, lake_of, phrases_of
from clio_assets.run.instance import check_instance
from clio_assets.run.jobs import build_jobs, retention
from clio_assets.run.outcomes import RELEASE
from clio_assets.run.schedules.build import build_schedules
from clio_assets.run.sensors.failures import build_failure_sensor
from clio_assets.run.sensors.files import build_file_sensor
from clio_assets.run.sensors.on_time import build_on_time
from clio_assets.run.steps.landing import build_landing
from clio_assets.run.steps.step import Step, build_step
from clio_assets.workbench.assets import Days, MapWindows, day_partitions, window_partitions
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.table import GATES


def build_workbench(home: Home, progress: Progress | None = None) -> Workbench:
    """The tools of a home, from its settings and policy.

    UsageError, before anything is made, where its facets or categories cannot be used.
    """
    home.check_access()
    lake, facets = lake_of(home), facets_in_force(home.settings, home.policy)
    embedder = load_embedder(home.settings.embeddings)
    phrases = phrases_of(home)
    analyst = _analyst(home, embedder, phrases)
    analyst.prepare((), facets)  # refuses at once what it cannot extract
    multilingual = _multilingual(home, analyst)
    attributes = attributes_in_force(home.settings, facets, home.policy)
    shipped = multilingual is not None and home.settings.embeddings.model == BUNDLED
    return Workbench(
        home=home,
        lake=lake,
        engine=Engine(_in_memory().get_connection),
        analyst=analyst,
        embedder=embedder,
        facets=facets,
        progress=progress or Silent(),
        erasures=HomeErasures(home, lake),
        top_level=categories_of(home),
        phrases=phrases,
        multilingual=multilingual,
        shipped_bridge=SHIPPED_DIGEST if shipped else "",
        attributes=attributes,
        maps=maps_in_force(home.settings, facets, attributes),
        source_vectors=source_vectors_in_force(home.settings, facets),
    )


def _multilingual(home: Home, analyst: Analyst) -> Embedder | None:
    """The encoder of other languages, where texts are in the languages of their conversations."""
    wanted = analyst.extractive and home.settings.embeddings.bridge
    return MultilingualEncoder() if wanted else None


def _analyst(home: Home, embedder: Embedder, phrases: PhraseBook) -> Analyst:
    """The configured analyst. The one that asks a server opens nothing before it is asked."""
    if home.settings.analyst == "local":
        return LocalAnalyst(embedder, phrases)
    return build_claude(home.settings.claude, home)


def _in_memory() -> DuckDBResource:
    """The engine. It spills nothing to disk, where rows would outlive it when it is killed."""
    return DuckDBResource(database=":memory:", connection_config={"temp_directory": ""})


def build_definitions(bench: Workbench) -> dg.Definitions:
    """Assets, gates, jobs and schedules over the home's days and windows."""
    if bench.home.exists:
        first_day = bench.home.record.first_day
    else:  # nothing is known of the data yet: offer a year, widened when a source is landed
        first_day = datetime.now(UTC).date() - timedelta(days=365)
    with warnings.catch_warnings():
        # Range backfills are beta and partitions of checks a preview in the pinned Dagster; the
        # seal, not Dagster, is what enforces a gate (docs/architecture.md).
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return _definitions(bench, first_day)


def _definitions(bench: Workbench, first_day: date) -> dg.Definitions:
    def now() -> Workbench:
        """The same home with the settings and the policy of the moment, whatever they were when
        Dagster loaded the code."""
        return build_workbench(Home(bench.home.path))

    kinds, prefix = bench.home.window_kinds, bench.settings.dagster.key_prefix
    # every window of every map has its days among those offered
    start = min(first_day_of_window(first_day, kind) for kind in kinds.values())
    days = Days(prefix, day_partitions(start))
    maps = [
        MapWindows(days, named, kind, window_partitions(kind, first_day_of_window(first_day, kind)))
        for named, kind in kinds.items()
    ]
    gates = {**GATES, **judges_of(bench)}
    cadences: list[Days | MapWindows] = [days, *maps]
    schedule = bench.settings.schedule
    last = {days.job: days.asset(days.stages[-1]), **{one.job: one.asset(RELEASE) for one in maps}}
    on_time = build_on_time(last, schedule, now)
    return dg.Definitions(
        assets=[
            build_landing(bench, days),
            *(
                build_step(Step(bench, over, [ASSETS[stage] for stage in over.stages], gates))
                for over in cadences
            ),
        ],
        asset_checks=on_time.checks,
        jobs=[*build_jobs(days, maps), on_time.job, doctor, retention],
        # A run has one step, so processes of its own would only load the code again; runs still
        # work side by side.
        executor=dg.in_process_executor,
        schedules=[*build_schedules(maps, schedule, now), on_time.schedule],
        sensors=[
            build_file_sensor(now),
            build_failure_sensor(lambda: Home(bench.home.path).settings.notify),
        ],
        resources={"workbench": bench},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads: the home that CLIO_HOME names.

    UsageError where DAGSTER_HOME is set up so that usage would be reported, or runs had no limit.
    """
    if instance := os.environ.get("DAGSTER_HOME"):
        check_instance(Path(instance))
    home = home_from_environment()
    keep_compiled(home.dagster / "compiled")
    return build_definitions(build_workbench(home))
