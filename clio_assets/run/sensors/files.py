"""Asks for a landing when a file of a source is new, changed or gone."""

from collections.abc import Callable, Iterator

import dagster as dg

from clio_assets.errors import contained
from clio_assets.landing.changes import changed_files
from clio_assets.run.schedules.under_way import is_under_way
from clio_assets.run.steps.landing import LANDING_JOB
from clio_assets.workbench.workbench import Workbench


def build_file_sensor(bench: Callable[[], Workbench]) -> dg.SensorDefinition:
    """The sensor, off until the operator turns it on in the UI."""

    @dg.sensor(
        name="source_files_sensor",
        job_name=LANDING_JOB,
        minimum_interval_seconds=300,
        description="Lands the sources as soon as one of their files is new, changed or gone; days "
        "are asked for by their schedule.",
    )
    def source_files(
        context: dg.SensorEvaluationContext,
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        with contained("the sensor", "of source files", mute=False):
            now = bench()
            found = changed_files(now.home, now.lake, now.sources())
        told = f"files: {found.new} new, {found.changed} changed, {found.gone} gone, "
        told += f"{found.waiting} still written to; {found.unlisted} sources out of reach"
        if not found.any:
            yield dg.SkipReason(told)
        elif found.digest == context.cursor:
            # the schedule of landing asks once more every night
            yield dg.SkipReason(f"asked for already; {told}")
        elif is_under_way(context.instance, LANDING_JOB):
            yield dg.SkipReason(f"a landing is under way; {told}")
        else:
            context.update_cursor(found.digest)
            # without a run key: files may come to be what they were once before
            yield dg.RunRequest()

    return source_files
