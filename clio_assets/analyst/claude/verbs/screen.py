"""Does a yes/no question hold for a conversation? (paper, G.3)"""

from collections.abc import Sequence

from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import data_of
from clio_assets.analyst.claude.verbs.form import ReplyForm, parsed, schema_of
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.errors import AnalystError

#: A few conversations may stay unanswered, such as refused ones, before the run stops.
_FEW = 10
_SHARE = 0.05


class ScreenForm(ReplyForm):
    """Yes or no."""

    answer: bool


def screen(
    context: VerbContext, conversations: Sequence[Conversation], question: str
) -> list[bool]:
    """The answer for each conversation; a conversation without one does not pass.

    AnalystError where more than a few have none: to take them for noes would bend the result.
    """
    prompt = context.prompt("screen", schema_of(ScreenForm), {"question": question})
    answers = context.ask(
        lambda: (prompt.question(data_of(context.key, one), _read) for one in conversations),
        few_may_miss=True,
    )
    found = list(answers)
    missing = sum(isinstance(answer, NotAnswered) for answer in found)
    if missing > max(_FEW, _SHARE * len(found)):
        raise AnalystError(
            f"the screener's question has no answer for {missing} of {len(found)} conversations; "
            "look at the model's settings for extraction, then run again"
        )
    return [answer is True for answer in found]


def _read(reply: str) -> bool:
    return parsed(ScreenForm, reply).answer
