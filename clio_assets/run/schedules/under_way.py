"""Which partitions runs of Dagster hold already, and which failed of late: read off their tags."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import dagster as dg
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from clio_assets.run.schedules.asking import Taken

PARTITION: Final = "dagster/partition"
RANGE_START: Final = "dagster/asset_partition_range_start"
RANGE_END: Final = "dagster/asset_partition_range_end"

#: Runs of assets that somebody chose by hand in the UI have no job of their own.
_BY_HAND: Final = "__ASSET_JOB"

#: Failures this far back count: those of one night, not those of the night before.
_NIGHT: Final = timedelta(hours=20)


def range_tags(first: str, last: str) -> dict[str, str]:
    """Tags of a run over partitions, both ends included."""
    if first == last:
        return {PARTITION: first}
    return {RANGE_START: first, RANGE_END: last}


def partitions_of(tags: Mapping[str, str], known: Iterable[str]) -> set[str]:
    """Those of the known partitions that a run of these tags is about.

    Keys of days and windows are ISO dates, so that their order is that of the text.
    """
    first = tags.get(RANGE_START, tags.get(PARTITION))
    last = tags.get(RANGE_END, tags.get(PARTITION))
    if first is None or last is None:
        return set()
    return {key for key in known if first <= key <= last}


def taken(
    instance: dg.DagsterInstance, job: str, known: Iterable[str], now: datetime, attempts: int
) -> Taken:
    """What is not to be asked for of a job's partitions, because of its other runs."""
    partitions = list(known)
    unfinished = [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=list(NOT_FINISHED_STATUSES)))
        if run.job_name in (job, _BY_HAND)
    ]
    failures = instance.get_runs(
        dg.RunsFilter(
            job_name=job, statuses=[dg.DagsterRunStatus.FAILURE], created_after=now - _NIGHT
        )
    )
    counted = Counter(key for run in failures for key in partitions_of(run.tags, partitions))
    return Taken(
        under_way=frozenset(key for r in unfinished for key in partitions_of(r.tags, partitions)),
        failed=frozenset(key for key, count in counted.items() if count >= attempts),
    )


def is_under_way(instance: dg.DagsterInstance, job: str) -> bool:
    """Whether a run of the job waits or works."""
    wanted = dg.RunsFilter(job_name=job, statuses=list(NOT_FINISHED_STATUSES))
    return bool(instance.get_runs(wanted, limit=1))
