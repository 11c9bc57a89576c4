"""Forgetting users: their conversations leave every private table, and never come back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from clio_assets.domain.transcript import storable
from clio_assets.erasure.carry_out import carry_out, finish_interrupted
from clio_assets.erasure.search import FoundUsers, search
from clio_assets.ground.windows import windows_of_maps
from clio_assets.home.erasures import (
    Intent,
    erasure_key,
    forgotten,
    keyed_digest,
    new_intent_id,
    one_erasure,
)
from clio_assets.home.home import Home
from clio_assets.lake.partitions import Partitions
from clio_assets.lake.release import released


@dataclass(frozen=True)
class Forgotten:
    """What one call did, in numbers, days and windows.

    `users` were named, `users_found` of them were in the home and `users_known` had been forgotten
    before; `finished_earlier` says whether an interrupted erasure was finished first.
    """

    users: int
    users_found: int
    users_known: int
    records: int
    conversations: int
    days: tuple[str, ...]
    windows: tuple[str, ...]
    finished_earlier: bool


def forget(home: Home, lake: Partitions, user_ids: Collection[str]) -> Forgotten:
    """Remove the users' conversations, and whatever was made of their days and windows.

    Ids are compared as sources are read: as text, without white space around it. The caller holds
    the home. Doing it again changes nothing.
    """
    users = {storable(user).strip() for user in user_ids} - {""}
    with one_erasure(home.private):
        earlier = finish_interrupted(home, lake)
        if not users:
            return Forgotten(0, 0, 0, 0, 0, (), (), earlier)
        key = erasure_key(home.private)
        digests = {keyed_digest(key, user) for user in users}
        known = forgotten(home.private)
        traces = search(lake, users, home.pseudonym_key)
        days = map(date.fromisoformat, traces.days)
        windows = traces.windows | windows_of_maps(days, home.window_kinds).keys()
        result = Forgotten(
            len(users),
            traces.users,
            len(known & digests),
            traces.records,
            traces.conversations,
            tuple(sorted(traces.days)),
            tuple(sorted(windows)),
            earlier,
        )
        if windows or not digests <= known:
            public = released(home.release_folders)
            carry_out(home, lake, _intent(result, digests, traces, public))
    return result


def _intent(
    result: Forgotten, digests: Collection[str], traces: FoundUsers, public: Mapping[str, str]
) -> Intent:
    return Intent(
        id=new_intent_id(),
        kind="forget",
        digests=tuple(sorted(digests)),
        pseudonyms=tuple(sorted(traces.pseudonyms)),
        days=result.days,
        windows=result.windows,
        released={window: public[window] for window in result.windows if window in public},
        counts={
            "users": result.users,
            "users_found": result.users_found,
            "records": result.records,
            "conversations": result.conversations,
        },
    )
