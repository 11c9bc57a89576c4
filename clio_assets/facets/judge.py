"""Judge an analyst's answer: its form, and its texts against the conversation they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clio_assets.analyst.protocol import Analyst, Extraction, NotAnswered
from clio_assets.domain.conversation import Complaint
from clio_assets.domain.facets import FacetDefinition
from clio_assets.errors import AnalystError
from privacy_checks.detectors import Registry, registry_of
from privacy_checks.language.pieces import holds_piece, personal_pieces
from privacy_checks.language.quoting import shares_run
from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class Judged:
    """The values of an answer in their final form, or (None) what is wrong with it."""

    values: Mapping[str, str | int] | None = None
    complaints: tuple[Complaint, ...] = ()

    @property
    def reason(self) -> str:
        """Why there are no values."""
        return self.complaints[0] if self.complaints else "not_answered"


@dataclass(frozen=True)
class FacetJudge:
    """Rules for the answers to some facets.

    A text facet holds no personal data and no piece of personal data found in its conversation.
    Unless `may_quote`, it shares at most `policy.max_shared_words` consecutive words with it.
    """

    asked: Sequence[FacetDefinition]
    policy: PrivacyPolicy
    registry: Registry
    may_quote: bool

    @classmethod
    def of(
        cls, asked: Sequence[FacetDefinition], analyst: Analyst, policy: PrivacyPolicy
    ) -> "FacetJudge":
        """The rules for an analyst; it may quote if it says that it does and policy agrees."""
        may_quote = analyst.extractive and analyst.name in policy.extractive_analysts
        return cls(asked, policy, registry_of(policy), may_quote)

    def judged(self, transcript: str, answer: Extraction | NotAnswered) -> Judged:
        """The judgement of one answer; AnalystError where it does not fit the definitions."""
        if isinstance(answer, NotAnswered):
            return Judged()
        values = {facet.name: self._value(facet, answer.values) for facet in self.asked}
        names = [facet.name for facet in self.asked if facet.kind == "text"]
        kept = [str(values[name]) for name in names]
        # before the cut too: what was cut in half may not be recognised any more
        given = [str(answer.values[name]) for name in names]
        complaints: list[Complaint] = []
        if self._hold_personal_data(dict.fromkeys([*kept, *given]), transcript):
            complaints.append("personal_data")
        longest = self.policy.max_shared_words
        if not self.may_quote and any(shares_run(text, transcript, longest + 1) for text in kept):
            complaints.append("overlap")
        return Judged(None, tuple(complaints)) if complaints else Judged(values)

    def _hold_personal_data(self, texts: Mapping[str, None], transcript: str) -> bool:
        if not any(texts):
            return False
        pieces = personal_pieces(transcript, self.registry)
        return any(
            self.registry.has_hit(text) or holds_piece(text, pieces, self.registry)
            for text in texts
        )

    def _value(self, facet: FacetDefinition, values: Mapping[str, str | int]) -> str | int:
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
            return _cut(text, self.policy.max_facet_characters)
        if not text or (facet.values and text not in facet.values):
            raise AnalystError(f"the analyst's answer to the facet {facet.name} is not offered")
        return text


def _cut(text: str, characters: int) -> str:
    """The text up to the last word end within a number of characters."""
    if len(text) <= characters:
        return text
    return text[: characters + 1].rpartition(" ")[0].rstrip() or text[:characters]
