"""Extract the facets of each conversation (paper, B.1 and G.4).

An answer whose texts hold personal data, or quote the conversation, is asked for once more with
what was wrong; a conversation whose second answer is no better is set aside.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, TypeVar

import pyarrow as pa

from clio_assets.analyst.protocol import Analyst, Extraction, NotAnswered
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import AnalystError
from clio_assets.facets.boilerplate import boilerplate_of
from clio_assets.facets.computed import COMPUTED
from clio_assets.facets.judge import FacetJudge, Judged
from clio_assets.facets.schema import CARRIED, FACETS_SET_ASIDE, facets_schema
from privacy_checks.policy.model import PrivacyPolicy

#: Passes items on and reports progress; as `clio_assets.ground.progress.Progress.track`.
Track = Callable[[Iterable[Any], str, int], Iterator[Any]]

Asked = TypeVar("Asked")


@dataclass(frozen=True)
class FacetTables:
    """The stage's output: every conversation is a row of one table or of the other.

    Counts: `redone` conversations were asked about once more, `mended` ones had a good answer then;
    `shared_sentences` stand in many conversations beside what each asks for.
    """

    facets: pa.Table
    set_aside: pa.Table
    counts: Mapping[str, int] = field(default_factory=dict)


def extract_facets(
    conversations: pa.Table,
    analyst: Analyst,
    definitions: Sequence[FacetDefinition],
    policy: PrivacyPolicy,
    track: Track | None = None,
) -> FacetTables:
    """Facets of a CONVERSATIONS table, rows in its order.

    Text facets get single spaces and at most `policy.max_facet_characters`. A conversation is set
    aside where the analyst has no answer (`not_answered`) or where twice a text facet holds
    personal data, of its own or of the conversation (`personal_data`), or shares too many words
    with the conversation (`overlap`; see `FacetJudge`). AnalystError where an answer does not fit
    the definitions.
    """
    asked = [facet for facet in definitions if facet.kind != "computed"]
    rows = conversations.to_pylist()
    judge = FacetJudge.of(asked, analyst, policy)

    def answered(
        questions: Sequence[Conversation], label: str
    ) -> Iterator[Extraction | NotAnswered]:
        answers = analyst.extract(questions, asked)
        return answers if track is None else track(answers, label, len(questions))

    boilerplate = _boilerplate(rows) if analyst.extractive else frozenset()
    questions = [
        Conversation(row["transcript"], row["turns"], boilerplate=boilerplate) for row in rows
    ]
    found = [
        judge.judged(question.transcript, answer)
        for question, answer in _paired(questions, answered(questions, "extracting facets"))
    ]
    again = [at for at, judged in enumerate(found) if judged.complaints]
    if again:
        questions = [replace(questions[at], complaints=found[at].complaints) for at in again]
        answers = answered(questions, "extracting facets again")
        for at, answer in _paired(again, answers):
            second = judge.judged(rows[at]["transcript"], answer)
            if second.values is not None:
                found[at] = second
    mended = sum(found[at].values is not None for at in again)
    counts = {"redone": len(again), "mended": mended, "shared_sentences": len(boilerplate)}
    return _tables(rows, found, definitions, counts)


def _boilerplate(rows: Sequence[dict[str, Any]]) -> frozenset[str]:
    return boilerplate_of([row["transcript"] for row in rows], [row["user"] for row in rows])


def _tables(
    rows: Sequence[dict[str, Any]],
    found: Sequence[Judged],
    definitions: Sequence[FacetDefinition],
    counts: Mapping[str, int],
) -> FacetTables:
    computed = [facet.name for facet in definitions if facet.kind == "computed"]
    kept: list[dict[str, Any]] = []
    set_aside: list[dict[str, str]] = []
    for row, judged in zip(rows, found, strict=True):
        if judged.values is None:
            set_aside.append({"conversation": row["conversation"], "reason": judged.reason})
        else:
            carried = {name: row[name] for name in CARRIED.names}
            counted = {name: COMPUTED[name](row) for name in computed}
            kept.append({**carried, **judged.values, **counted})
    return FacetTables(
        pa.Table.from_pylist(kept, schema=facets_schema(definitions)),
        pa.Table.from_pylist(set_aside, schema=FACETS_SET_ASIDE),
        counts,
    )


def _paired(
    asked: Sequence[Asked], answers: Iterable[Extraction | NotAnswered]
) -> Iterator[tuple[Asked, Extraction | NotAnswered]]:
    for one, answer in zip_longest(asked, answers):
        if one is None or answer is None:
            raise AnalystError("the analyst gave more or fewer answers than conversations")
        yield one, answer
