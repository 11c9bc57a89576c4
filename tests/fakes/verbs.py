"""What verbs work with, without a server: a function answers, and every request is noted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clio_assets.analyst.claude.exchange import Question, Request, Unusable
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.home.settings import ClaudeSettings

A = TypeVar("A")
Model = Callable[[Request], str | NotAnswered]


@dataclass
class ScriptedAsker:
    """Asks at most twice, as the real one does; `requests` are those that were made."""

    model: Model
    requests: list[Request] = field(default_factory=list)

    def ask(self, questions: Iterable[Question[A]]) -> Iterator[A | NotAnswered]:
        """The answers in order."""
        for question in questions:
            yield self._answer(question)

    def _answer(self, question: Question[A]) -> A | NotAnswered:
        reply = self._reply(question.request)
        if isinstance(reply, NotAnswered):
            return reply
        try:
            return question.read(reply)
        except Unusable as unusable:
            again = self._reply(question.again(unusable.problem))
        if isinstance(again, NotAnswered):
            return again
        try:
            return question.read(again)
        except Unusable:
            return NotAnswered("invalid")

    def _reply(self, request: Request) -> str | NotAnswered:
        self.requests.append(request)
        return self.model(request)


def context_of(model: Model, **settings: Any) -> tuple[VerbContext, ScriptedAsker]:
    """A context whose questions the model answers."""
    asker = ScriptedAsker(model)
    return VerbContext(ClaudeSettings(**settings), asker, b"k" * 32), asker


def user_of(request: Request) -> str:
    """The user turn of a request."""
    (message,) = request.parameters["messages"]
    assert message["role"] == "user"
    return str(message["content"])
