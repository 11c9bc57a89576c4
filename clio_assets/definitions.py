"""Composition root of the pipeline: the only place that puts its parts together.

Dagster loads `defs`; the command line calls `build_workbench` and `build_definitions` itself, on
the same home folder and the same Dagster instance. The lake comes from `run/declared.py`, as for
every command.
"""

import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import dagster as dg
from dagster_duckdb import DuckDBResource

from clio_assets.analyst.claude.build import build_claude
from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.analyst.protocol import Analyst
from clio_assets.clusters.asset import build_clusters_asset
from clio_assets.clusters.bridge import SHIPPED_DIGEST
from clio_assets.conversations.asset import build_conversations
from clio_assets.doctor.job import doctor
from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings.asset import build_embeddings
from clio_assets.embeddings.folder import BUNDLED
from clio_assets.embeddings.model import load_embedder
from clio_assets.embeddings.multilingual import MultilingualEncoder
from clio_assets.erasure.pending import HomeErasures
from clio_assets.evaluate.release import judges_of
from clio_assets.facets.asset import build_facets
from clio_assets.facets.attributes_in_force import attributes_in_force
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.maps_in_force import maps_in_force
from clio_assets.facets.source_vectors_in_force import source_vectors_in_force
from clio_assets.ground.progress import Progress, Silent
from clio_assets.ground.windows import first_day_of_window
from clio_assets.hierarchy.asset import build_hierarchy_asset
from clio_assets.home.home import Home, home_from_environment
from clio_assets.judging.gatekeeper import LakeGatekeeper
from clio_assets.lake.engine import Engine
from clio_assets.phrases.book import PhraseBook
from clio_assets.run.declared import categories_of, lake_of, phrases_of
from clio_assets.run.jobs import build_jobs, retention
from clio_assets.run.landing_job import landing
from clio_assets.run.schedules.build import build_schedules
from clio_assets.run.sensors.failures import build_failure_sensor
from clio_assets.run.sensors.files import build_file_sensor
from clio_assets.run.sensors.on_time import build_on_time
from clio_assets.slices.asset import build_slices
from clio_assets.stages import DAY_STAGES, RELEASED
from clio_assets.summaries.asset import build_audited_summaries, build_published_insights
from clio_assets.workbench.assets import (
    DAILY_JOB,
    MapWindows,
    day_partitions,
    window_partitions,
)
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.check import build_gate
from privacy_checks.gates.judge import Judge
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
    kinds = bench.home.window_kinds
    # every window of every map has its days among those offered
    days = day_partitions(min(first_day_of_window(first_day, kind) for kind in kinds.values()))
    maps = [
        MapWindows(named, kind, window_partitions(kind, first_day_of_window(first_day, kind)))
        for named, kind in kinds.items()
    ]
    gates = {**GATES, **judges_of(bench)}
    last = {
        DAILY_JOB: dg.AssetKey(DAY_STAGES[-1]),
        **{one.job: one.asset(RELEASED) for one in maps},
    }
    on_time = build_on_time(last, bench.settings.schedule, lambda: _as_it_is_now(bench))
    return dg.Definitions(
        assets=[
            build_conversations(days),
            build_facets(days),
            build_embeddings(days),
            *(asset for windows in maps for asset in _window_assets(windows)),
        ],
        asset_checks=[
            *(build_gate(stage, gates[stage], days) for stage in DAY_STAGES),
            *(gate for windows in maps for gate in _window_gates(windows, gates)),
            *on_time.checks,
        ],
        jobs=[*build_jobs(maps), on_time.job, doctor, landing, retention],
        # The stages of a run follow one another, so processes of their own would only load the
        # embedding model again for each; runs still work side by side.
        executor=dg.in_process_executor,
        schedules=[
            *build_schedules(maps, bench.settings.schedule, lambda: _as_it_is_now(bench)),
            on_time.schedule,
        ],
        sensors=[
            build_file_sensor(lambda: _as_it_is_now(bench)),
            build_failure_sensor(lambda: Home(bench.home.path).settings.notify),
        ],
        resources={
            "workbench": bench,
            "gatekeeper": LakeGatekeeper(bench.lake, bench.home.release_folders),
        },
    )


def _as_it_is_now(bench: Workbench) -> Workbench:
    """The same home with the settings and the policy of this moment, whatever they were when
    Dagster loaded the code."""
    return build_workbench(Home(bench.home.path))


def _window_assets(windows: MapWindows) -> list[dg.AssetsDefinition]:
    """The assets of a map; the home's own map has no slices."""
    of_slices = [build_slices(windows)] if windows.named else []
    return [
        *of_slices,
        build_clusters_asset(windows),
        build_hierarchy_asset(windows),
        build_audited_summaries(windows),
        build_published_insights(windows),
    ]


def _window_gates(
    windows: MapWindows, gates: Mapping[str, Judge]
) -> list[dg.AssetChecksDefinition]:
    return [
        build_gate(
            stage,
            gates[stage],
            windows.partitions,
            releases=stage == RELEASED,
            asset=windows.asset(stage),
            key_of=windows.key,
        )
        for stage in windows.stages
    ]


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads: the home that CLIO_HOME names."""
    return build_definitions(build_workbench(home_from_environment()))
