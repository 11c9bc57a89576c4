"""What every verb works with: the settings, the asker, and the home's key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clio_assets.analyst.claude.exchange import Asks, Question, Repeatable
from clio_assets.analyst.claude.verbs.prompt import Prompt
from clio_assets.analyst.claude.verbs.roles import role_of
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.errors import AnalystError
from clio_assets.home.settings import ClaudeSettings

A = TypeVar("A")

#: Reasons for which a request has no reply that the next run may not meet.
UNREPLIED = frozenset(("no_reply", "expired", "canceled", "server_error"))

#: Conversations that may be set aside without a reply: one that never gets any blocks no home.
_FEW = 3
_SHARE = 0.01


@dataclass(frozen=True)
class VerbContext:
    """The settings, who asks, and the key of delimiters and subjects."""

    settings: ClaudeSettings
    asker: Asks = field(repr=False)
    key: bytes = field(repr=False)

    def ask(
        self, make: Callable[[], Iterator[Question[A]]], *, few_may_miss: bool = False
    ) -> Iterator[A | NotAnswered]:
        """The answers to the questions that `make` makes, each time the same ones.

        AnalystError at their end where the server left some without a reply, which a later run may
        get: nothing should be made without them. Where `few_may_miss`, as of conversations, only if
        those are many.
        """
        asked = unreplied = 0
        for answer in self.asker.ask(Repeatable(make)):
            asked += 1
            unreplied += isinstance(answer, NotAnswered) and answer.reason in UNREPLIED
            yield answer
        if unreplied > (max(_FEW, _SHARE * asked) if few_may_miss else 0):
            raise AnalystError(
                f"the server gave no reply to {unreplied:,} of {asked:,} requests, after several "
                "attempts at each; every answer so far is kept: run again to ask for the rest"
            )

    def prompt(
        self, verb: str, schema: Mapping[str, Any], variables: Mapping[str, Any] | None = None
    ) -> Prompt:
        """The verb's prompt."""
        return Prompt(verb, role_of(self.settings, verb), self.key, schema, variables or {})
