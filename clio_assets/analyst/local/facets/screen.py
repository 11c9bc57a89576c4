"""A yes-or-no question about a conversation (paper, G.3), answered by resemblance. Approximate.

The answer is yes if what the user said lies near to what the question is about: the cosine is
averaged over the question itself and its subject ("Is it about cars or traffic?": "cars",
"traffic"; the better of them counts), and the best sentence of the conversation counts. It is a
topic filter: negations, counts and questions about tone are not understood. Measured on CLINC150
with the domains and some intents as questions: see THRESHOLD.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from clio_assets.analyst.local.facets.request_and_task import Summary, summary_of
from clio_assets.analyst.local.facets.turns import in_parts, turns_of
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.embedder import Embedder
from clio_assets.errors import UsageError

#: Best mean F1 over 23 questions on CLINC150. Narrow subjects (weather, jokes) reach 0.8, broad
#: ones (work, small talk) stay below 0.3.
THRESHOLD: Final = 0.25

#: Sentences of a conversation that are compared, best first.
_SENTENCES: Final = 4

_FRAME = re.compile(
    r"^(?:(?:does|do|did|is|are|was|were|has|have|would|could|can)\s+)?"
    r"(?:(?:the|this|a|an|any)\s+)?"
    r"(?:users?|person|people|customer|conversation|chat|request|message|it|they|there|he|she"
    r"|somebody|someone)\b\s*"
    r"(?:(?:(?:ask|talk|want|need|mention|concern|contain|discuss|seek|look|chat|deal|request"
    r"|involve|relate|plan|try)(?:s|es|ed|ing)?|involving|planning|trying|tries)\b\s*)?"
    r"(?:(?:about|for|to|with|on|of|in|mainly|have)\b\s*)*",
    re.IGNORECASE,
)


def screen(
    conversations: Sequence[Conversation], question: str, embedder: Embedder
) -> Sequence[bool]:
    """Does the yes/no question hold for each conversation? Never where the user wrote nothing.

    Raises UsageError for an empty question.
    """
    if not question.strip():
        raise UsageError("the screener is empty: give a question that can be answered yes or no")
    whole, *subjects = embedder.embed([question, *subjects_of(question)]).astype(np.float64)
    wanted = np.stack([(whole + subject) / 2 for subject in subjects], axis=1)
    answers: list[bool] = []
    for part in in_parts(conversations):
        passages = [_passages(summary_of(turns_of(conversation))) for conversation in part]
        distinct = list(dict.fromkeys(text for texts in passages for text in texts))
        nearest = (embedder.embed(distinct).astype(np.float64) @ wanted).max(axis=1)
        holds = dict(zip(distinct, nearest >= THRESHOLD, strict=True))
        answers.extend(any(holds[text] for text in texts) for texts in passages)
    return answers


def subjects_of(question: str) -> list[str]:
    """What the question is about: the words after its frame, and the parts of an enumeration."""
    subject = _FRAME.sub("", question.strip(), count=1).rstrip(" ?.!？") or question
    parts = [part.strip() for part in re.split(r",|\bor\b|\band\b", subject)]
    return list(dict.fromkeys(part for part in (subject, *parts) if part))


def _passages(summary: Summary) -> list[str]:
    found = (summary.request, *summary.said[:_SENTENCES])
    return list(dict.fromkeys(text for text in found if text))
