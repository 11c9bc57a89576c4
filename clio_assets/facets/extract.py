"""Extract the facets of each conversation (paper, B.1 and G.4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pyarrow as pa

from clio_assets.analyst.protocol import Analyst, Conversation, Extraction, NotAnswered
from clio_assets.errors import AnalystError, UsageError
from clio_assets.facets.schema import FACETS, FACETS_SET_ASIDE, FacetDefinition
from privacy_checks.detectors import has_hit
from privacy_checks.policy import PrivacyPolicy

#: Passes items on and reports progress; as `clio_assets.progress.Progress.track`.
Track = Callable[[Iterable[Any], str, int], Iterator[Any]]

#: Columns that are not facets: they come with the conversation.
_CARRIED = ("conversation", "user", "started_at", "flagged")


@dataclass(frozen=True)
class FacetTables:
    """The stage's output: every conversation is a row of one table or of the other."""

    facets: pa.Table
    set_aside: pa.Table


def extract_facets(
    conversations: pa.Table,
    analyst: Analyst,
    definitions: Sequence[FacetDefinition],
    policy: PrivacyPolicy,
    track: Track | None = None,
) -> FacetTables:
    """Facets of a CONVERSATIONS table, rows in its order.

    Text facets get single spaces and at most `policy.max_facet_characters`. A conversation is set
    aside where the analyst has no answer (`not_answered`) or a text facet still holds personal
    data (`personal_data`). AnalystError where an answer does not fit the definitions, UsageError
    where the definitions do not fit the table.
    """
    _check(definitions)
    asked = [facet for facet in definitions if facet.kind != "computed"]
    rows = conversations.to_pylist()
    answers: Iterable[Extraction | NotAnswered] = analyst.extract(
        [Conversation(row["transcript"], row["turns"]) for row in rows], asked
    )
    if track is not None:
        answers = track(answers, "extracting facets", len(rows))
    kept: list[dict[str, Any]] = []
    set_aside: list[dict[str, str]] = []
    for row, answer in _paired(rows, answers):
        reason, values = "not_answered", {}
        if isinstance(answer, Extraction):
            values = {facet.name: _value(facet, answer.values, policy) for facet in asked}
            reason = "personal_data" if _holds_personal_data(answer, values, asked) else ""
        if reason:
            set_aside.append({"conversation": row["conversation"], "reason": reason})
        else:
            carried = {name: row[name] for name in _CARRIED}
            kept.append({**carried, **values, "turns": row["turns"]})
    return FacetTables(
        pa.Table.from_pylist(kept, schema=FACETS),
        pa.Table.from_pylist(set_aside, schema=FACETS_SET_ASIDE),
    )


def _check(definitions: Sequence[FacetDefinition]) -> None:
    if sorted(f.name for f in definitions) != sorted(set(FACETS.names) - set(_CARRIED)):
        raise UsageError(
            "the facets that are configured are not those the facets table holds: "
            f"{', '.join(name for name in FACETS.names if name not in _CARRIED)}"
        )


def _paired(
    rows: Sequence[dict[str, Any]], answers: Iterable[Extraction | NotAnswered]
) -> Iterator[tuple[dict[str, Any], Extraction | NotAnswered]]:
    for row, answer in zip_longest(rows, answers):
        if row is None or answer is None:
            raise AnalystError("the analyst gave more or fewer answers than conversations")
        yield row, answer


def _value(
    facet: FacetDefinition, values: Mapping[str, str | int], policy: PrivacyPolicy
) -> str | int:
    """The facet's value in its final form; AnalystError where it is absent or unfit."""
    value = values.get(facet.name)
    if facet.kind == "scale":
        if not isinstance(value, int) or not 1 <= value <= 5:
            raise AnalystError(f"the analyst's answer to the facet {facet.name} is not 1 to 5")
        return value
    if not isinstance(value, str):
        raise AnalystError(f"the analyst's answer to the facet {facet.name} is no text")
    text = " ".join(value.split())
    if facet.kind == "text":
        return _cut(text, policy.max_facet_characters)
    if not text or (facet.values and text not in facet.values):
        raise AnalystError(f"the analyst's answer to the facet {facet.name} is not offered")
    return text


def _cut(text: str, characters: int) -> str:
    """The text up to the last word end within a number of characters."""
    if len(text) <= characters:
        return text
    return text[: characters + 1].rpartition(" ")[0].rstrip() or text[:characters]


def _holds_personal_data(
    answer: Extraction, values: Mapping[str, str | int], asked: Sequence[FacetDefinition]
) -> bool:
    """Whether a text facet holds personal data, as it is kept or as it was before it was cut."""
    return any(
        has_hit(text)
        for facet in asked
        if facet.kind == "text"
        for text in dict.fromkeys((str(values[facet.name]), str(answer.values[facet.name])))
    )
