import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from clio_assets.domain.transcript import Message, decode_messages
from clio_assets.sources.formats.protocol import Piece, Span
from clio_assets.sources.grouping.grouper import Grouped, Grouper

MONDAY = datetime(2026, 10, 5, 10, tzinfo=UTC)


def said(words: str) -> tuple[Message, ...]:
    """`a b>x c`: the user says a and b, is answered x, and says c."""
    found = []
    for word in words.split():
        user, _, answer = word.partition(">")
        if user:
            found.append(Message("user", user))
        if answer:
            found.append(Message("assistant", answer))
    return tuple(found)


def request(words: str, minute: int | None = 0, **fields: Any) -> Piece:
    at = None if minute is None else MONDAY + timedelta(minutes=minute)
    return Piece("cumulative", said(words), at=at, **fields)


def part(words: str, minute: int | None = 0, **fields: Any) -> Piece:
    at = None if minute is None else MONDAY + timedelta(minutes=minute)
    return Piece("delta", said(words), at=at, **fields)


def grouped(pieces: Sequence[Piece]) -> list[Grouped]:
    grouper = Grouper()
    for piece in pieces:
        grouper.add(piece)
    return list(grouper.conversations())


def in_words(conversation: Grouped) -> str:
    text = ""
    for message in decode_messages(conversation.messages.decode()):
        text += f" {message.content}" if message.role == "user" else f">{message.content}"
    return text.strip()


def told(pieces: Sequence[Piece]) -> list[str]:
    """What was said in each conversation; the same whatever order the pieces come in."""
    orders = [list(pieces), list(pieces)[::-1]]
    orders += [Random(seed).sample(list(pieces), len(pieces)) for seed in range(6)]
    found = [sorted(map(in_words, grouped(order))) for order in orders]
    assert all(one == found[0] for one in found)
    return found[0]


NAMED = {"conversation_id": "c", "user_id": "u"}
CASES: dict[str, tuple[list[Piece], list[str]]] = {
    "each request repeats the history": (
        [
            request("a>1", 0, **NAMED),
            request("a>1 b>2", 1, **NAMED),
            request("a>1 b>2 c>3", 2, **NAMED),
        ],
        ["a>1 b>2 c>3"],
    ),
    "a request between was not logged": (
        [request("a>1", 0, **NAMED), request("a>1 b>2 c>3", 2, **NAMED)],
        ["a>1 b>2 c>3"],
    ),
    "a request was sent twice": (
        [request("a>1", 0, **NAMED), request("a>2", 1, **NAMED)],
        ["a>2"],
    ),
    "a retry comes late": (
        [request("a>1", 0, **NAMED), request("a>1 b>2", 1, **NAMED), request("a>9", 5, **NAMED)],
        ["a>1 b>2"],
    ),
    "an answer failed and the retry had one": (
        [request("a", 0, **NAMED), request("a>1", 1, **NAMED)],
        ["a>1"],
    ),
    "the user went back and said something else": (
        [
            request("a>1 b>2 c>3", 2, **NAMED),
            request("a>1 d>4", 3, **NAMED),
            request("a>1", 0, **NAMED),
        ],
        ["a>1 d>4"],
    ),
    "an older branch is longer": (
        [
            request("a>1 b>2", 1, **NAMED),
            request("a>1 b>2 c>3", 2, **NAMED),
            request("a>1 d>4", 3, **NAMED),
        ],
        ["a>1 d>4"],
    ),
    "the client drops the oldest turns": (
        [
            request("a>1 b>2 c>3", 2, **NAMED),
            request("b>2 c>3 d>4", 3, **NAMED),
            request("c>3 d>4 e>5", 4, **NAMED),
        ],
        ["a>1 b>2 c>3 d>4 e>5"],
    ),
    "a window was sent twice": (
        [
            request("a>1 b>2 c>3", 2, **NAMED),
            request("b>2 c>3 d>4", 3, **NAMED),
            request("b>2 c>3 d>9", 4, **NAMED),
        ],
        ["a>1 b>2 c>3 d>9"],
    ),
    "one name stands for two conversations": (
        [request("a>1 b>2", 1, **NAMED), request("x>1 y>2", 2, **NAMED)],
        ["a>1 b>2", "x>1 y>2"],
    ),
    "requests of one conversation repeat nothing": (
        [request("a>1", 0, **NAMED), request("b>2", 1, **NAMED), request("c>3", 2, **NAMED)],
        ["a>1 b>2 c>3"],
    ),
    "two users have conversations of one name": (
        [
            request("a>1", 0, conversation_id="1", user_id="u"),
            request("a>1 b>2", 1, conversation_id="1", user_id="u"),
            request("a>1", 0, conversation_id="1", user_id="v"),
        ],
        ["a>1", "a>1 b>2"],
    ),
    "two tenants have conversations of one name": (
        [
            request("a>1", 0, conversation_id="1", user_id="u", tenant="t"),
            request("a>1 b>2", 1, conversation_id="1", user_id="u", tenant="s"),
        ],
        ["a>1", "a>1 b>2"],
    ),
    "one request lacks the user": (
        [
            request("a>1", 0, conversation_id="1"),
            request("a>1 b>2", 1, **{**NAMED, "conversation_id": "1"}),
        ],
        ["a>1 b>2"],
    ),
    "the user alone is known": (
        [
            request("a>1", 0, user_id="u"),
            request("a>1 b>2", 1, user_id="u"),
            request("x>1", 2, user_id="u"),
            request("a>1 c>2", 9, user_id="u"),
        ],
        ["a>1 b>2", "a>1 c>2", "x>1"],
    ),
    "the user alone is known and turns are dropped": (
        [request("a>1 b>2 c>3", 1, user_id="u"), request("b>2 c>3 d>4", 2, user_id="u")],
        ["a>1 b>2 c>3 d>4"],
    ),
    "strangers begin alike": (
        [
            request("hi>1 a>1"),
            request("hi>1 b>1"),
            request("hi>1"),
            request("hi>1", 1),
            request("hi>1", 2),
        ],
        ["hi>1", "hi>1", "hi>1 a>1", "hi>1 b>1"],
    ),
    "strangers say the same": (
        [request("hi>1", 0), request("hi>1", 1), request("hi>1", 2)],
        ["hi>1", "hi>1", "hi>1"],
    ),
    "messages come one by one": (
        [
            part("a", 0, **NAMED),
            part(">1", 1, **NAMED),
            part("b", 2, **NAMED),
            part(">2", 3, **NAMED),
        ],
        ["a>1 b>2"],
    ),
    "a message was logged twice": (
        [part("a", 0, **NAMED), part("a", 0, **NAMED), part(">1", 1, **NAMED)],
        ["a>1"],
    ),
    "messages form a tree": (
        [
            part("a", 0, node="1", **NAMED),
            part(">1", 1, node="2", parent="1", **NAMED),
            part("b", 2, node="3", parent="2", **NAMED),
            part("c", 3, node="4", parent="2", **NAMED),
        ],
        ["a>1 c"],
    ),
    "an older branch is the current one": (
        [
            part("a", 0, node="1", is_current=True, **NAMED),
            part("b", 2, node="3", parent="1", is_current=True, **NAMED),
            part("c", 3, node="4", parent="1", **NAMED),
        ],
        ["a b"],
    ),
    "the first message was edited": (
        [
            part("a", 0, node="1", **NAMED),
            part(">1", 1, node="2", parent="1", **NAMED),
            part("x", 2, node="3", **NAMED),
            part(">2", 3, node="4", parent="3", **NAMED),
        ],
        ["x>2"],
    ),
    "a message of the tree is missing": (
        [
            part("a", 0, node="1", **NAMED),
            part(">1", 1, node="2", parent="1", **NAMED),
            part("c", 4, node="5", parent="4", **NAMED),
            part(">3", 5, node="6", parent="5", **NAMED),
        ],
        ["a>1 c>3"],
    ),
    "messages answer one another in a circle": (
        [part("a", 0, node="1", parent="2", **NAMED), part("b", 1, node="2", parent="1", **NAMED)],
        ["a b"],
    ),
    "pieces name only the one before": (
        [
            part("a>1", 0, node="1", user_id="u"),
            part("b>2", 1, node="2", parent="1", user_id="u"),
            part("c>3", 2, node="3", parent="2", user_id="u"),
            part("x>1", 3, node="9", parent="8", user_id="u"),
        ],
        ["a>1 b>2 c>3", "x>1"],
    ),
    "the first of those that name the one before is lost": (
        [part("b>2", 1, node="2", parent="1"), part("c>3", 2, node="3", parent="2")],
        ["b>2 c>3"],
    ),
    "the first of those linked looks like a request": (
        [
            request("a>1", 0, node="1", user_id="u"),
            part("b>2", 1, node="2", parent="1", user_id="u"),
        ],
        ["a>1 b>2"],
    ),
    "nothing is linked and the history is repeated": (
        [part("a>1", 0, node="1", user_id="u"), part("a>1 b>2", 1, node="2", user_id="u")],
        ["a>1 b>2"],
    ),
    "a line that nobody said holds the tree together": (
        [
            part("a>1", 0, node="1", **NAMED),
            Piece("delta", (), at=MONDAY, node="2", parent="1", conversation_id="c"),
            part("b", 1, node="3", parent="2", **NAMED),
            part("c", 2, node="4", parent="2", **NAMED),
        ],
        ["a>1 c"],
    ),
    "the newest line of a tree is one that nobody said": (
        [
            part("a>1", 0, node="1", **NAMED),
            Piece("delta", (), at=MONDAY + timedelta(9), node="2", conversation_id="c"),
            Piece("delta", (), at=MONDAY + timedelta(9), node="3", parent="1", conversation_id="c"),
        ],
        ["a>1"],
    ),
    "nobody said anything": (
        [Piece("delta", (), at=MONDAY, node="2", parent="1", conversation_id="c")],
        [],
    ),
    "nothing has a time": (
        [request("a>1 b>2", None, **NAMED), request("a>1", None, **NAMED)],
        ["a>1 b>2"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_conversations_are_whole_and_none_is_lost_when(case: str) -> None:
    pieces, expected = CASES[case]
    assert told(pieces) == expected


def test_loop_of_tools_is_one_turn_when_its_requests_are_grouped() -> None:
    question = Message("user", "a")
    call, result = Message("assistant", "[tool call]"), Message("tool", "[tool result]")
    first = Piece("cumulative", (question, call), at=MONDAY)
    second = Piece(
        "cumulative", (question, call, result, Message("assistant", "1")), at=MONDAY + timedelta(1)
    )
    for known in ({}, {"user_id": "u"}, NAMED):
        pieces = [Piece(**{**_fields(piece), **known}) for piece in (first, second)]
        (found,) = grouped(pieces)
        assert (found.turns, found.pieces) == (1, 2)
        assert len(decode_messages(found.messages.decode())) == 4


def _fields(piece: Piece) -> dict[str, Any]:
    return {name: getattr(piece, name) for name in Piece.__slots__}


def test_day_is_that_of_the_first_turn_when_pieces_come_days_apart() -> None:
    late = request("a>1 b>2", 3 * 1440, latest_at=MONDAY + timedelta(days=3, minutes=1), **NAMED)
    (found,) = grouped([late, request("a>1", 0, **NAMED)])
    assert found.started_at == MONDAY
    assert found.latest_at == MONDAY + timedelta(days=3, minutes=1)


def test_day_is_that_of_the_user_when_a_greeting_came_before() -> None:
    (found,) = grouped([part(">hello", 0, **NAMED), part("a", 1440, **NAMED)])
    assert found.started_at == MONDAY + timedelta(days=1)


SPAN = Span("t", "2", "1")


@pytest.mark.parametrize(
    ("above", "user", "conversation"),
    [
        ([Piece("delta", (), span=Span("t", "1"), user_id="u", conversation_id="c")], "u", "c"),
        (
            [
                Piece("delta", (), span=Span("t", "1", "0"), user_id="u"),
                Piece("delta", (), span=Span("t", "0"), user_id="other", conversation_id="c"),
            ],
            "u",
            "c",
        ),
        (
            [Piece("delta", (), span=Span("t", "3", "2"), user_id="u", conversation_id="c")],
            None,
            None,
        ),
        ([Piece("delta", (), span=Span("s", "1"), user_id="u", conversation_id="c")], None, None),
        ([Piece("delta", (), span=Span("t", "1", "2"), conversation_id="c")], None, "c"),
        ([Piece("delta", (), span=SPAN, user_id="u", conversation_id="c")], "u", "c"),
    ],
    ids=["parent", "nearest", "child", "another trace", "circle", "the same span"],
)
def test_user_and_conversation_come_from_the_spans_above_when_the_span_lacks_them(
    above: list[Piece], user: str | None, conversation: str | None
) -> None:
    pieces = [request("a>1", span=SPAN), *above]
    for order in (pieces, pieces[::-1]):
        (found,) = grouped(order)
        assert (found.user_id, found.conversation_id) == (user, conversation)


def test_what_a_span_says_itself_counts_when_one_above_says_otherwise() -> None:
    own = request("a>1", span=SPAN, user_id="own", attributes={"model": "m"})
    above = Piece(
        "delta", (), span=Span("t", "1"), user_id="other", attributes={"model": "x", "plan": "free"}
    )
    (found,) = grouped([above, own])
    assert found.user_id == "own"
    assert found.attributes == {"model": "m", "plan": "free"}


def test_newest_attributes_and_all_losses_count_when_pieces_are_joined() -> None:
    pieces = [
        request(
            "a>1",
            0,
            attributes={"model": "old", "plan": "free"},
            losses=("content_truncated",),
            **NAMED,
        ),
        request(
            "a>1 b>2",
            1,
            attributes={"model": "new"},
            losses=("answer_missing",),
            flagged=True,
            **NAMED,
        ),
    ]
    for order in (pieces, pieces[::-1]):
        (found,) = grouped(order)
        assert found.attributes == {"model": "new", "plan": "free"}
        assert found.losses == ("answer_missing", "content_truncated")
        assert found.flagged is True


def test_conversations_are_the_same_when_rows_do_not_fit_into_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = [
        request(
            " ".join(f"q{n}.{turn}>a" for turn in range(length)),
            length,
            conversation_id=f"c{n}",
            user_id="u",
        )
        for n in range(200)
        for length in (1, 2, 3)
    ]
    usual = _facts(grouped(pieces))
    assert len(usual) == 200
    _shrink(monkeypatch)
    assert _facts(grouped(pieces)) == usual


def _facts(found: list[Grouped]) -> list[tuple[Any, ...]]:
    return sorted((g.conversation_id, g.messages, g.started_at, g.pieces) for g in found)


def _shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    from clio_assets.sources.grouping import buckets

    plain: Callable[..., None] = buckets.Buckets.__init__

    def small(self: Any, *args: Any, **fields: Any) -> None:
        plain(self, *args, **{**fields, "waiting": 2_000, "whole": 1_000})

    monkeypatch.setattr(buckets.Buckets, "__init__", small)


def test_name_of_what_is_linked_stays_when_later_pieces_come() -> None:
    early = [part("a>1", 0, node="1"), part("b>2", 1, node="2", parent="1")]
    late = part("c>3", 2, node="3", parent="2")
    (before,), (after,) = grouped(early), grouped([*early, late])
    assert before.conversation_id == after.conversation_id
    assert json.loads(after.messages)[-1]["content"] == "3"
