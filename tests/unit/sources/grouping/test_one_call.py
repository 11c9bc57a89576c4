from datetime import timedelta
from typing import Any

from clio_assets.sources.formats.protocol import Piece, Span
from tests.unit.sources.grouping.test_grouper import MONDAY, grouped, part, request, told

OWN = Span("t", "2", "1")


def above(words: str, own: str = "1", parent: str | None = None, **fields: Any) -> Piece:
    return request(words, span=Span("t", own, parent), **fields)


def test_call_counts_once_when_its_span_and_its_log_record_tell_it() -> None:
    span, log = request("a>1", 0, span=OWN), request("a>1", 1, span=OWN)
    assert told([span, log]) == ["a>1"]
    named = [request("a>1", 0, span=OWN, conversation_id="c"), log, request("b>2", 9)]
    assert told(named) == ["a>1", "b>2"]


def test_what_says_more_counts_when_two_tell_of_one_call() -> None:
    assert told([request("a", 0, span=OWN), request("a>1", 1, span=OWN)]) == ["a>1"]
    assert told([part("a", 0, span=OWN), request("a>1", 1, span=OWN)]) == ["a>1"]


def test_call_is_whole_when_it_is_told_in_parts() -> None:
    parts = [part("a>1 b", 0, span=OWN), part(">2", 1, span=OWN), part(">2", 1, span=OWN)]
    assert told(parts) == ["a>1 b>2"]
    other = [part("a", 0, span=Span("t", "3")), part(">1", 1, span=Span("t", "3"))]
    assert told([*parts, *other]) == ["a>1 b>2"]  # the second continues the first


def test_times_and_losses_are_those_of_all_when_a_call_is_told_in_parts() -> None:
    parts = [
        part("a", 0, span=OWN, losses=("content_truncated",), attributes={"model": "m"}),
        part(">1", 1, span=OWN, losses=("answer_not_text",), user_id="u"),
    ]
    for order in (parts, parts[::-1]):
        (found,) = grouped(order)
        assert (found.started_at, found.latest_at) == (MONDAY, MONDAY + timedelta(minutes=1))
        assert found.losses == ("answer_not_text", "content_truncated")
        assert (found.user_id, found.attributes) == ("u", {"model": "m"})


def test_delta_stays_one_when_its_span_tells_no_more() -> None:
    named = {"conversation_id": "c"}
    other = Span("t", "3")
    deltas = [
        part("a>1", 1, span=OWN, node="m1", **named),
        part("b>2", 0, span=other, node="m2", parent="m1", **named),
    ]
    assert told(deltas) == ["a>1 b>2"]
    assert told([part(">1", 0, span=OWN)]) == [">1"]


def test_span_counts_when_those_below_it_have_no_messages() -> None:
    silent = Piece("delta", (), span=Span("t", "2", "1"))
    assert told([above("a>1"), silent]) == ["a>1"]


def test_span_is_left_out_when_one_below_it_has_messages() -> None:
    between = Piece("delta", (), span=Span("t", "2", "1"), user_id="u")
    call = above("s a>1", "3", "2")
    assert told([above("a>2"), between, call]) == ["s a>1"]
    assert told([above("a>2", "0"), above("x>2", "1", "0"), between, call]) == ["s a>1"]
    assert told([above("a>2", "9"), between, call]) == ["a>2", "s a>1"]


def test_call_counts_once_when_all_of_its_ids_are_known() -> None:
    ids = {"conversation_id": "c", "user_id": "u", "tenant": "t"}
    call, log = request("a>1", 0, span=OWN, **ids), request("a>1", 1, span=OWN, **ids)
    assert told([call, log, above("a>2", **ids)]) == ["a>1"]


def test_nothing_is_lost_when_spans_are_above_each_other_in_a_circle() -> None:
    assert told([above("a>1", "1", "1")]) == ["a>1"]
    assert told([above("a>1", "1", "2"), above("b>2", "2", "1")]) == ["a>1", "b>2"]
    assert told([above("a>1", "3", "1"), above("b", "1", "2"), above("c", "2", "1")]) == ["a>1"]
