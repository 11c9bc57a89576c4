"""Questions to answers: what is sent, what is kept, in which order, and what happens on trouble."""

import threading
from collections.abc import AsyncIterator, Iterator
from itertools import chain

import pytest

from clio_assets.analyst.claude.exchange import (
    Purpose,
    Question,
    Repeatable,
    Reply,
    Request,
)
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.errors import AnalystError, BudgetError
from tests.fakes.asking import (
    AskerSetup,
    Post,
    Purse,
    echo,
    question,
    reply,
    request,
    text_of,
)


def words(number: int) -> list[str]:
    return [f"w{n}" for n in range(number)]


@pytest.mark.parametrize(
    ("mode", "batch_from"), [("live", 1), ("auto", 1), ("auto", 1_000), ("batch", 1)]
)
def test_answers_come_in_order_when_replies_do_not(mode: str, batch_from: int) -> None:
    setup = AskerSetup(mode, seconds=0.02, settings={"batch_from": batch_from})
    assert setup.ask(*words(300)) == [f"W{n}" for n in range(300)]
    assert len(setup.shelf.kept) == 300
    assert setup.purse.held == 0


@pytest.mark.parametrize("mode", ["live", "auto", "batch"])
def test_nothing_is_sent_when_all_was_answered_before(mode: str) -> None:
    def answer(asked: Request) -> Reply:
        text = text_of(asked)
        return reply("bad" if text.startswith("w1") else text, "refusal" if text == "w2" else "x")

    first = AskerSetup(mode, answer)
    second = AskerSetup(mode, answer, shelf=first.shelf)
    answers = first.ask(*words(20))
    assert second.ask(*words(20)) == answers
    assert not second.line.sent
    assert not any(second.post.rounds)
    assert first.asker.usage == second.asker.usage


@pytest.mark.parametrize("mode", ["live", "batch"])
def test_identical_questions_are_asked_once_when_under_way_together(mode: str) -> None:
    setup = AskerSetup(mode, seconds=0.02)
    assert setup.ask(*(["a", "b"] * 50)) == ["A", "B"] * 50
    assert sorted([*setup.line.sent, *chain(*setup.post.rounds)]) == ["a", "b"]
    assert setup.asker.usage["model_calls"] == 2


@pytest.mark.parametrize("mode", ["live", "batch"])
@pytest.mark.parametrize(
    ("first", "second", "answer", "calls"),
    [
        (reply("fine"), None, "FINE", 1),
        (reply("", "refusal"), None, NotAnswered("refused"), 1),
        (
            reply("x", "model_context_window_exceeded"),
            None,
            NotAnswered("context_overflow"),
            1,
        ),
        (reply("bad"), reply("fine"), "FINE", 2),
        (reply("bad"), reply("bad"), NotAnswered("invalid"), 2),
        (reply(" "), reply("fine"), "FINE", 2),
        (reply(""), reply(""), NotAnswered("invalid"), 2),
        (reply("bad"), reply("", "refusal"), NotAnswered("refused"), 2),
        (reply("fi", "max_tokens"), reply("fine"), "FINE", 2),
        (reply("fi", "max_tokens"), reply("fi", "max_tokens"), NotAnswered("max_tokens"), 2),
        (reply("bad"), reply("fi", "max_tokens"), NotAnswered("max_tokens"), 2),
        (NotAnswered("too_large"), None, NotAnswered("too_large"), 0),
    ],
)
def test_outcome_has_its_name_when_a_reply_is_of_that_kind(
    mode: str,
    first: Reply | NotAnswered,
    second: Reply | None,
    answer: str | NotAnswered,
    calls: int,
) -> None:
    asked: list[Request] = []

    def answered(one: Request) -> Reply | NotAnswered:
        asked.append(one)
        return first if len(asked) == 1 else second or reply("never")

    setup = AskerSetup(mode, answered)
    assert setup.ask("q") == [answer]
    assert setup.asker.usage["model_calls"] == calls == len(setup.shelf.kept)
    assert len(asked) == max(calls, 1)
    if calls == 2 and isinstance(first, Reply):
        if first.stop_reason == "max_tokens":
            assert (asked[1].max_tokens, text_of(asked[1])) == (200, "q")
        else:
            problem = "it was bad" if first.text == "bad" else "The reply was empty."
            assert text_of(asked[1]) == f"q, again: {problem}"


def test_usage_sums_distinct_replies_when_some_were_stored() -> None:
    setup = AskerSetup()
    setup.ask("a", "b")
    other = AskerSetup(shelf=setup.shelf)
    other.ask("a", "b", "c", "c")
    assert other.asker.usage == {
        "model_calls": 3,
        "input_tokens": 3 * 17,
        "output_tokens": 6,
        "microdollars": 30,
    }


def test_usage_counts_questions_without_an_answer_by_reason_when_there_are_any() -> None:
    def answer(asked: Request) -> Reply | NotAnswered:
        outcomes = {"w0": reply("", "refusal"), "w1": NotAnswered("too_large"), "w2": reply("bad")}
        return outcomes.get(text_of(asked)[:2], reply("fine"))

    setup = AskerSetup(answer=answer)
    setup.ask(*words(5), "w0")
    counted = {name: n for name, n in setup.asker.usage.items() if name.startswith("unanswered")}
    assert counted == {
        "unanswered_refused": 2,
        "unanswered_too_large": 1,
        "unanswered_invalid": 1,
    }


def test_usage_says_that_batches_were_lost_when_some_were() -> None:
    class Unlucky(Post):
        async def send(
            self, requests: AsyncIterator[Request], purpose: Purpose
        ) -> AsyncIterator[tuple[str, NotAnswered]]:
            self.lost += 1
            async for failure in super().send(requests, purpose):
                yield failure

    setup = AskerSetup("batch")
    setup.asker.batch = Unlucky(setup.shelf)
    setup.ask("a")
    assert setup.asker.usage["lost_batches"] == 1


@pytest.mark.parametrize("mode", ["live", "auto"])
def test_earlier_batches_are_collected_before_live_calls_when_few_are_asked(mode: str) -> None:
    setup = AskerSetup(mode)
    setup.ask("a")
    assert setup.post.rounds == [[]]
    assert setup.line.sent == ["a"]


def test_batches_carry_volume_when_mode_is_auto() -> None:
    setup = AskerSetup("auto", settings={"batch_from": 10})
    setup.ask(*words(10))
    assert setup.post.rounds == [words(10)]
    assert not setup.line.sent


def test_earlier_batches_are_collected_before_live_calls_when_mode_is_auto() -> None:
    setup = AskerSetup("auto", settings={"batch_from": 10})
    setup.ask(*words(9))
    assert setup.post.rounds == [[]]
    assert sorted(setup.line.sent) == words(9)


def test_few_second_requests_go_live_when_the_first_went_by_batch() -> None:
    def answer(asked: Request) -> Reply:
        return reply("bad" if text_of(asked) == "w3" else text_of(asked))

    setup = AskerSetup("auto", answer, settings={"batch_from": 10})
    assert setup.ask(*words(20))[3] == "W3, AGAIN: IT WAS BAD"
    assert [len(each) for each in setup.post.rounds] == [20]
    assert setup.line.sent == ["w3, again: it was bad"]


def test_requests_without_a_reply_are_not_sent_again_when_their_batch_failed_them() -> None:
    def answer(asked: Request) -> Reply | NotAnswered:
        return NotAnswered("expired") if text_of(asked) == "w3" else echo(asked)

    setup = AskerSetup("batch", answer)
    assert setup.ask(*words(5)) == ["W0", "W1", "W2", NotAnswered("expired"), "W4"]
    assert [len(each) for each in setup.post.rounds] == [5]
    assert not setup.line.sent


def test_questions_are_made_as_they_are_needed_when_there_are_many() -> None:
    made = alive = most_alive = 0
    setup = AskerSetup(settings={"max_concurrent": 8}, seconds=0.001)

    def make() -> Iterator[Question[str]]:
        nonlocal made
        for word in words(3_000):
            made += 1
            yield question(word)

    taken = 0
    for _ in setup.asker.ask(Repeatable(make)):
        taken += 1
        alive = made - taken
        most_alive = max(most_alive, alive)
    assert taken == 3_000
    assert most_alive <= 8 * (8 + 64) + 32
    assert setup.line.most <= 8 + 64


def test_questions_are_made_in_the_thread_of_the_caller() -> None:
    threads = set()

    def make() -> Iterator[Question[str]]:
        for word in words(50):
            threads.add(threading.current_thread())
            yield question(word)

    for mode in ("live", "batch"):
        list(AskerSetup(mode).asker.ask(Repeatable(make)))
    assert threads == {threading.current_thread()}


def test_asking_is_refused_when_questions_cannot_be_gone_through_again() -> None:
    with pytest.raises(TypeError, match="Repeatable"):
        AskerSetup().asker.ask(question(word) for word in words(3))


@pytest.mark.parametrize("mode", ["live", "batch"])
def test_error_reaches_the_caller_when_making_a_question_fails(mode: str) -> None:
    def make() -> Iterator[Question[str]]:
        yield question("a")
        raise ValueError("made wrongly")

    setup = AskerSetup(mode, seconds=0.01)
    with pytest.raises(ValueError, match="made wrongly"):
        list(setup.asker.ask(Repeatable(make)))
    assert setup.line.under_way == 0


def test_calls_under_way_are_kept_when_one_stops_the_run() -> None:
    def answer(asked: Request) -> Reply:
        if text_of(asked) == "w20":
            raise AnalystError("the API is down")
        return echo(asked)

    setup = AskerSetup(answer=answer, seconds=0.05, settings={"max_concurrent": 8})
    with pytest.raises(AnalystError, match="the API is down"):
        setup.ask(*words(5_000))
    assert len(setup.line.sent) < 300
    assert len(setup.shelf.kept) == setup.line.ended == len(setup.line.sent) - 1
    assert setup.line.under_way == setup.purse.held == 0
    assert setup.line.withdrawn  # those that might not have left yet


def test_run_resumes_where_it_stopped_when_the_budget_is_raised() -> None:
    first = AskerSetup(purse=Purse(grants=25), seconds=0.01)
    with pytest.raises(BudgetError, match="spent"):
        first.ask(*words(100))
    assert len(first.shelf.kept) == len(first.line.sent) == 25
    second = AskerSetup(shelf=first.shelf)
    assert len(second.ask(*words(100))) == 100
    assert len(second.line.sent) == 75


def test_calls_under_way_are_cancelled_when_the_consumer_stops_early() -> None:
    setup = AskerSetup(seconds=7.0, settings={"max_concurrent": 8})
    setup.shelf.kept[request("w0").digest] = reply("w0")
    answers = setup.asker.ask([question(word) for word in words(100)])
    assert next(answers) == "W0"
    answers.close()  # type: ignore[attr-defined]
    assert setup.line.under_way == 0
    assert setup.line.ended == 0
    assert setup.purse.held == 0


def test_calls_under_way_are_cancelled_when_the_consumer_is_interrupted() -> None:
    setup = AskerSetup(seconds=7.0)
    setup.shelf.kept[request("w0").digest] = reply("w0")

    def consume() -> None:
        for _ in setup.asker.ask([question(word) for word in words(100)]):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        consume()
    caught.value.__traceback__ = None  # it holds what the consumer left behind
    del caught
    assert setup.line.under_way == 0
    assert setup.ask("w0") == ["W0"]


def test_an_asker_can_be_asked_again_when_a_run_was_stopped() -> None:
    failing = [True]

    def answer(asked: Request) -> Reply:
        if failing[0]:
            raise AnalystError("down")
        return echo(asked)

    setup = AskerSetup(answer=answer)
    with pytest.raises(AnalystError):
        setup.ask("a")
    failing[0] = False
    assert setup.ask("a") == ["A"]


def test_two_runs_share_requests_when_they_are_interleaved() -> None:
    setup = AskerSetup(seconds=0.05)
    questions = [question(word) for word in words(10)]
    pairs = list(zip(setup.asker.ask(questions), setup.asker.ask(questions), strict=True))
    assert [a for a, _ in pairs] == [b for _, b in pairs] == [f"W{n}" for n in range(10)]
    assert sorted(setup.line.sent) == words(10)


def test_unforeseen_error_of_reading_is_not_swallowed() -> None:
    def read(text: str) -> str:
        raise ZeroDivisionError

    one = Question(request("a"), read, lambda problem: request("b"))
    with pytest.raises(ZeroDivisionError):
        list(AskerSetup().asker.ask([one]))
