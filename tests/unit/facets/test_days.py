"""Conversations of several days, read a day at a time."""

import pyarrow as pa

from clio_assets.domain.conversation import Conversation
from clio_assets.facets.days import ConversationsOfDays

DAYS = {
    "2026-10-01": pa.table({"transcript": ["a", "b"], "turns": [1, 2], "user": ["u", "v"]}),
    "2026-10-02": pa.table({"transcript": ["c"], "turns": [3], "user": ["w"]}),
}


def test_conversations_come_in_the_order_of_the_days_when_gone_through_twice() -> None:
    read: list[str] = []

    def table(day: str) -> pa.Table:
        read.append(day)
        return DAYS[day]

    found = ConversationsOfDays(table, list(DAYS), 3)
    expected = [Conversation("a", 1), Conversation("b", 2), Conversation("c", 3)]
    assert list(found) == expected
    assert list(found) == expected
    assert read == [*DAYS, *DAYS]
    assert len(found) == 3


def test_a_day_is_read_only_when_it_is_reached() -> None:
    read: list[str] = []

    def table(day: str) -> pa.Table:
        read.append(day)
        return DAYS[day]

    next(iter(ConversationsOfDays(table, list(DAYS), 3)))
    assert read == ["2026-10-01"]


def test_a_conversation_is_in_them_when_a_day_holds_it() -> None:
    found = ConversationsOfDays(DAYS.__getitem__, list(DAYS), 3)
    assert Conversation("c", 3) in found
    assert Conversation("c", 4) not in found
