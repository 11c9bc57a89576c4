"""How long the requests of each verb are: the analyst's own, made as for a run and not sent."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from clio_assets.analyst.claude.analyst import ClaudeAnalyst
from clio_assets.analyst.claude.exchange import Purpose, Question, Request
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.estimate.tokens import tokens_of
from clio_assets.home.settings import ClaudeSettings

A = TypeVar("A")

#: A key for delimiters that nobody else sees: only their length counts.
_KEY = b"estimate" * 4


@dataclass
class UnsentAsker:
    """Takes questions and answers none of them."""

    requests: list[Request] = field(default_factory=list)

    @property
    def usage(self) -> Mapping[str, int]:
        """Nothing was sent."""
        return {}

    def ask(self, questions: Iterable[Question[A]]) -> Iterator[A | NotAnswered]:
        """No answer to each."""
        for question in questions:
            self.requests.append(question.request)
            yield NotAnswered("not_sent")


@dataclass(frozen=True)
class _Office:
    """The office of an analyst that sends nothing."""

    the_asker: UnsentAsker
    key: bytes = field(default=_KEY, repr=False)

    def asker(self, purpose: Purpose) -> UnsentAsker:
        """The same one for every purpose."""
        del purpose
        return self.the_asker


class Rehearsal:
    """An analyst whose requests are looked at and not sent."""

    def __init__(self, settings: ClaudeSettings) -> None:
        self._asker = UnsentAsker()
        self.analyst = ClaudeAnalyst(settings, _Office(self._asker))

    def taken(self) -> list[Request]:
        """The requests made since they were last taken."""
        made, self._asker.requests = self._asker.requests, []
        return made

    def extractions(
        self, sample: Sequence[tuple[str, int]], facets: Sequence[FacetDefinition]
    ) -> list[Request]:
        """The requests for the facets of some transcripts with their numbers of turns."""
        list(self.analyst.extract([Conversation(*one) for one in sample], facets))
        return self.taken()

    def tokens(self, *, first_only: bool = False) -> float:
        """Estimated input tokens of the requests made since they were last taken.

        `first_only` leaves out what only stands beside the first one.
        """
        made = self.taken()
        return sum(map(prompt_tokens, made[:1] if first_only else made))


def prompt_tokens(request: Request) -> float:
    """Estimated input tokens of a request: system, messages and the schema of the reply."""
    parameters = request.parameters
    said = [str(parameters.get("system", ""))]
    said += [str(message["content"]) for message in parameters["messages"]]
    schema = parameters.get("output_config", {}).get("format", {}).get("schema")
    if schema is not None:
        said.append(json.dumps(schema, separators=(",", ":")))
    return sum(map(tokens_of, said))
