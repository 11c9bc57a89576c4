"""Carrying out an erasure: its intent is kept first, and every step may be done again.

A crash, at whatever step, leaves the intent; the next erasure, the next `clio run` and the next run
under Dagster finish it before they do anything else.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.erasure.stores import Erased, stores_of
from clio_assets.errors import LakeError
from clio_assets.home.erasures import (
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
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from clio_assets.landing.rewrite import rewrite_landing
from clio_assets.stages import STAGES


def carry_out(home: Home, lake: Partitions, intent: Intent) -> None:
    """Keep the intent and do all that it says. The caller holds `one_erasure`."""
    keep_intent(home.private, intent)
    _finish(home, lake, intent)


def finish_pending(home: Home, lake: Partitions) -> bool:
    """Finish an erasure that was interrupted; whether there was one."""
    if pending_intent(home.private) is None:
        return False
    with one_erasure(home.private):
        return finish_interrupted(home, lake)


def finish_interrupted(home: Home, lake: Partitions) -> bool:
    """As `finish_pending`, for a caller that holds `one_erasure`."""
    intent = pending_intent(home.private)
    if intent is None:
        return False
    _finish(home, lake, intent)
    return True


def _finish(home: Home, lake: Partitions, intent: Intent) -> None:
    private = home.private
    remember_forgotten(private, intent.digests)
    if intent.before is not None:
        move_horizon(private, intent.before)
    note_outdated(private, intent.released)
    for store in stores_of(home):  # while the conversations that stay are still there to be told
        store.forget(intent.id, _erased(lake, intent), intent.before)
    rewrite_landing(lake, exclusions_of(private))
    for stage in STAGES.values():
        for key in intent.days if stage.cadence == "day" else intent.windows:
            lake.delete(stage.name, key)
    lake.sweep_leftovers()
    sweep_own_leftovers(private)
    log_once(private, intent)
    drop_intent(private)


def _erased(lake: Partitions, intent: Intent) -> Iterator[Erased]:
    """What the intent takes away, day by day and window by window.

    A purge takes all of its days and windows. Of a day on which forgotten users wrote, the answers
    about the others' conversations stay, as far as the day can say which those are: not where it
    was never made or is damaged, nor where it knows none of the users, as after a change of key.
    """
    users = pa.array(sorted(intent.pseudonyms), pa.string())
    for day in intent.days:
        rows = _conversations(lake, day) if intent.kind == "forget" else None
        forgotten = pc.is_in(rows["user"], value_set=users) if rows is not None else None
        if rows is None or not pc.any(forgotten).as_py():
            yield Erased("day", day)
            continue
        yield Erased(
            "day",
            day,
            rows.filter(forgotten)["transcript"].to_pylist(),
            rows.filter(pc.invert(forgotten))["transcript"].to_pylist(),
        )
    for window in intent.windows:
        yield Erased("window", window)


def _conversations(lake: Partitions, day: str) -> pa.Table | None:
    """The day's conversations, None where they were never made, are deleted or are damaged."""
    manifest = lake.manifest("conversations", day)
    try:
        return None if manifest is None else lake.load(manifest, "conversations")
    except LakeError:
        return None
