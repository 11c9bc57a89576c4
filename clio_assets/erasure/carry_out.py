"""Carrying out an erasure: its intent is kept first, and every step may be done again.

A crash, at whatever step, leaves the intent; the next erasure, the next `clio run` and the next run
under Dagster finish it before they do anything else.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.erasure.partitions import delete_partition, sweep_leftovers
from clio_assets.erasure.records import (
    PURGED,
    Intent,
    drop_intent,
    exclusions_of,
    keep_intent,
    log_once,
    move_horizon,
    note_outdated,
    one_erasure,
    pending_intent,
    remember_forgotten,
    sweep_own_leftovers,
)
from clio_assets.erasure.rewrite import rewrite_landing
from clio_assets.erasure.stores import Forgetful, stores_of
from clio_assets.home import Home
from clio_assets.lake.lake import Lake
from clio_assets.recipes import STAGES


def carry_out(home: Home, lake: Lake, intent: Intent) -> None:
    """Keep the intent and do all that it says. The caller holds `one_erasure`."""
    keep_intent(home.private, intent)
    _finish(home, lake, intent)


def finish_pending(home: Home, lake: Lake) -> bool:
    """Finish an erasure that was interrupted; whether there was one."""
    if pending_intent(home.private) is None:
        return False
    with one_erasure(home.private):
        return finish_interrupted(home, lake)


def finish_interrupted(home: Home, lake: Lake) -> bool:
    """As `finish_pending`, for a caller that holds `one_erasure`."""
    intent = pending_intent(home.private)
    if intent is None:
        return False
    _finish(home, lake, intent)
    return True


def _finish(home: Home, lake: Lake, intent: Intent) -> None:
    private = home.private
    remember_forgotten(private, intent.digests)
    if intent.before is not None:
        move_horizon(private, intent.before)
    note_outdated(private, intent.released)
    _forget_answers(stores_of(home), lake, intent)
    rewrite_landing(lake, exclusions_of(private))
    for stage in STAGES.values():
        for key in intent.days if stage.cadence == "day" else intent.windows:
            delete_partition(lake, private / PURGED, stage.name, key)
    sweep_leftovers(lake)
    sweep_own_leftovers(private)
    log_once(private, intent)
    drop_intent(private)


def _forget_answers(stores: Sequence[Forgetful], lake: Lake, intent: Intent) -> None:
    """While the conversations are still there: a store knows them by their transcripts.

    A purge forgets all conversations of its days, sealed or not.
    """
    for day in intent.days if stores else ():
        manifest = lake.manifest("conversations", day)
        if manifest is None:
            continue
        rows = lake.load(manifest, "conversations")
        if intent.kind == "forget":
            users = pa.array(sorted(intent.pseudonyms), pa.string())
            rows = rows.filter(pc.is_in(rows["user"], value_set=users))
        transcripts = rows["transcript"].to_pylist()
        for store in stores:
            store.forget(transcripts)
