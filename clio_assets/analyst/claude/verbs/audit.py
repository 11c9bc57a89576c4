"""Rate how far texts identify somebody, several in one request (paper, G.8).

Fails closed: a text without a rating has none, and the text of a failed request is asked about
alone, so that one that a model refuses to read takes no other down.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, Literal

from clio_assets.analyst.claude.exchange import Question, Unusable
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import line_of
from clio_assets.analyst.claude.verbs.form import ReplyForm, check_numbers, parsed, schema_of
from clio_assets.analyst.claude.verbs.prompt import Data, Prompt, numbered
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.clusters import ClusterText

AT_ONCE: Final = 10

#: A description is read whole.
_WHOLE: Final = 2_000


class RatingForm(ReplyForm):
    """The rating of one text."""

    text: int
    rating: Literal[1, 2, 3, 4, 5]


class AuditForm(ReplyForm):
    """The ratings of all texts of a request."""

    ratings: list[RatingForm]


def audit(context: VerbContext, texts: Sequence[ClusterText]) -> list[int | NotAnswered]:
    """The rating of each text, 1 (identifies a person) to 5 (identifies no one)."""
    prompt = context.prompt("audit", schema_of(AuditForm))
    groups = [texts[at : at + AT_ONCE] for at in range(0, len(texts), AT_ONCE)]
    found = _ratings(context, prompt, groups)
    failed = [at for at, rating in enumerate(found) if isinstance(rating, NotAnswered)]
    if failed and len(texts) > 1:
        alone = _ratings(context, prompt, [[texts[at]] for at in failed])
        for at, rating in zip(failed, alone, strict=True):
            found[at] = rating
    return found


def _ratings(
    context: VerbContext, prompt: Prompt, groups: Sequence[Sequence[ClusterText]]
) -> list[int | NotAnswered]:
    """The ratings of all texts of the groups; all of a group or none."""
    found: list[int | NotAnswered] = []
    answers = context.ask(lambda: _questions(prompt, groups))
    for group, answer in zip(groups, answers, strict=True):
        found += [answer] * len(group) if isinstance(answer, NotAnswered) else answer
    return found


def _questions(
    prompt: Prompt, groups: Sequence[Sequence[ClusterText]]
) -> Iterator[Question[list[int]]]:
    for group in groups:
        lines = numbered(line_of(text, _WHOLE) for text in group)
        data = Data(lines, asked={"texts": len(group)})
        yield prompt.question(data, partial(_read, len(group)))


def _read(texts: int, reply: str) -> list[int]:
    ratings = parsed(AuditForm, reply).ratings
    check_numbers([one.text for one in ratings], range(1, texts + 1), "texts")
    if len(ratings) < texts:
        raise Unusable("some texts were left out")
    rating_of = {one.text: one.rating for one in ratings}
    return [rating_of[number] for number in range(1, texts + 1)]
