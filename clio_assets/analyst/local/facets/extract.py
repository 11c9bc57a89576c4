"""The facets of a conversation by rules (paper, B.1 and G.4)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from clio_assets.analyst.local.facets.concern import concern_levels, passages_of
from clio_assets.analyst.local.facets.language import language_of_turns
from clio_assets.analyst.local.facets.request_and_task import summary_of
from clio_assets.analyst.local.facets.turns import in_parts, turns_of
from clio_assets.analyst.protocol import Extraction, NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.embedder import Embedder
from clio_assets.domain.facets import FacetDefinition, FacetKind
from clio_assets.errors import UsageError
from privacy_checks.detectors import ALL
from privacy_checks.language.pieces import mask_pieces, personal_pieces

#: Facets that rules can extract. Computed facets need no analyst.
KNOWN: Final[dict[str, FacetKind]] = {
    "request": "text",
    "task": "text",
    "language": "languages",
    "concern": "scale",
}

#: Conversations whose texts are embedded before their days, at most, and at a time.
_BEFOREHAND_AT_MOST: Final = 20_000
_EMBEDDED_TOGETHER: Final = 4_096

#: Stands for a word that is part of personal data elsewhere; no words, lest they be part of some.
_LEFT_OUT: Final = "[…]"


def extract(
    conversations: Sequence[Conversation],
    facets: Sequence[FacetDefinition],
    embedder: Embedder,
) -> Iterator[Extraction | NotAnswered]:
    """Facets of each conversation, in order; nothing is read before the first is asked for.

    A user who wrote no words has an empty request and task, an unknown language and concern 1.
    Raises UsageError, at once, for facets that rules cannot extract.
    """
    require_known(facets)
    asked = [facet for facet in facets if facet.kind != "computed"]
    return _extractions(conversations, {facet.name for facet in asked}, embedder)


def require_known(facets: Sequence[FacetDefinition]) -> None:
    """UsageError where rules cannot extract some of the facets."""
    asked = [facet for facet in facets if facet.kind != "computed"]
    unknown = [facet.name for facet in asked if KNOWN.get(facet.name) != facet.kind]
    if unknown:
        raise UsageError(
            f"the local analyst extracts {', '.join(KNOWN)} and computed facets, not "
            f"{', '.join(unknown)}: take those facets out of clio.toml, or choose another analyst "
            'there: analyst = "claude"'
        )


def embed_beforehand(
    conversations: Collection[Conversation], facets: Sequence[FacetDefinition], embedder: Embedder
) -> None:
    """Have the embedder remember what extraction will ask of it, over several days at once.

    A small day leaves a third of its batches' rows to fillers. More conversations than an embedder
    remembers the vectors of are left to their days, which then are large.
    """
    judged = any(facet.name == "concern" for facet in facets)
    if not judged or len(conversations) > _BEFOREHAND_AT_MOST:
        return
    together = iter(conversations)
    while part := list(islice(together, _EMBEDDED_TOGETHER)):
        summaries = (summary_of(turns_of(conversation)) for conversation in part)
        embedder.embed([text for summary in summaries for text in passages_of(summary)])


def _extractions(
    conversations: Sequence[Conversation], asked: set[str], embedder: Embedder
) -> Iterator[Extraction]:
    for part in in_parts(conversations):
        turns = [turns_of(conversation) for conversation in part]
        summaries = [summary_of(texts) for texts in turns]
        levels = concern_levels(summaries, embedder) if "concern" in asked else [0] * len(part)
        for conversation, texts, summary, level in zip(part, turns, summaries, levels, strict=True):
            values: dict[str, str | int] = {"request": summary.request, "task": summary.task}
            if "language" in asked:
                values["language"] = language_of_turns(texts)
            values["concern"] = level
            if conversation.complaints:
                values |= _without_personal_data(values, conversation.transcript)
            yield Extraction({name: value for name, value in values.items() if name in asked})


def _without_personal_data(values: Mapping[str, str | int], transcript: str) -> dict[str, str]:
    """The texts without pieces of the personal data that stands anywhere in the conversation."""
    pieces = personal_pieces(transcript, ALL)
    return {
        name: mask_pieces(str(values[name]), pieces, _LEFT_OUT)
        for name, kind in KNOWN.items()
        if kind == "text"
    }
