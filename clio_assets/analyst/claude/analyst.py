"""The Claude analyst: the paper's eight questions, asked of models over the Messages API."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from clio_assets.analyst.claude.exchange import Asks, Purpose
from clio_assets.analyst.claude.verbs.assign import assign
from clio_assets.analyst.claude.verbs.audit import audit
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.deduplicate import deduplicate
from clio_assets.analyst.claude.verbs.extract import extract
from clio_assets.analyst.claude.verbs.name_clusters import name_clusters
from clio_assets.analyst.claude.verbs.prompt import prompt_digest
from clio_assets.analyst.claude.verbs.propose import propose
from clio_assets.analyst.claude.verbs.rename import rename
from clio_assets.analyst.claude.verbs.roles import ROLES, role_of
from clio_assets.analyst.claude.verbs.screen import screen
from clio_assets.analyst.protocol import (
    ChildToAssign,
    ClusterToName,
    Extraction,
    Neighbourhood,
    NotAnswered,
    ParentsToMerge,
    ParentToRename,
    Proposal,
)
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.home.settings import ClaudeSettings

_HERE = Path(__file__).parent
#: Modules that shape the requests of every verb, besides its own.
_COMMON = tuple(_HERE / name for name in ("verbs/prompt.py", "verbs/data.py", "verbs/form.py"))

_NO_PURPOSE = Purpose("", "")

#: What `usage` says before anything was asked.
_NOTHING: Mapping[str, int] = {
    "model_calls": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "microdollars": 0,
}


class CountingAsker(Asks, Protocol):
    """Asks, and counts what the answers took."""

    @property
    def usage(self) -> Mapping[str, int]:
        """As of `Analyst`."""
        ...


class Office(Protocol):
    """Hands out askers: a home's (build.py), or those of an estimate, which send nothing."""

    @property
    def key(self) -> bytes:
        """Key of delimiters and subjects."""
        ...

    def asker(self, purpose: Purpose) -> CountingAsker:
        """Somebody who asks for one purpose, whose account starts from nothing."""
        ...


@dataclass(frozen=True)
class ClaudeAnalyst:
    """An `Analyst` that asks a server. Nothing is opened, read or sent before the first question.

    Errors, as far as the answers are concerned: AnalystError, BudgetError and UsageError stop a
    run; whatever concerns one question only is a `NotAnswered`.
    """

    settings: ClaudeSettings
    office: Office = field(repr=False)
    purpose: Purpose = _NO_PURPOSE

    @property
    def name(self) -> str:
        """`claude`."""
        return "claude"

    @property
    def extractive(self) -> bool:
        """Facets describe; they do not quote."""
        return False

    @property
    def models(self) -> Mapping[str, str]:
        """Role -> model."""
        roles = dict.fromkeys(ROLES.values())
        return {role: getattr(self.settings, role).model for role in roles}

    @property
    def prompts(self) -> Mapping[str, str]:
        """Verb -> digest of its prompt files, its rules, and how the model is asked."""
        return {
            verb: prompt_digest(
                verb, role_of(self.settings, verb), (*_COMMON, _HERE / "verbs" / f"{verb}.py")
            )
            for verb in ROLES
        }

    @property
    def usage(self) -> Mapping[str, int]:
        """What the answers of this analyst took, stored ones included."""
        return self._asker.usage if "_asker" in vars(self) else _NOTHING

    def working_on(self, stage: str, partition: str) -> "ClaudeAnalyst":
        """The analyst for one partition, with an account of its own."""
        return replace(self, purpose=Purpose(stage, partition))

    def screen(self, conversations: Sequence[Conversation], question: str) -> Sequence[bool]:
        """Whether the question holds for each conversation (G.3)."""
        return screen(self._context, conversations, question) if conversations else []

    def extract(
        self, conversations: Sequence[Conversation], facets: Sequence[FacetDefinition]
    ) -> Iterator[Extraction | NotAnswered]:
        """All facets of each conversation in one request (G.4); streams in order."""
        if conversations:
            yield from extract(self._context, conversations, facets)

    def prepare(
        self, conversations: Collection[Conversation], facets: Sequence[FacetDefinition]
    ) -> None:
        """Ask about all of them now, so that `auto` sees their number; the store holds the rest."""
        if conversations:
            for _ in extract(self._context, conversations, facets):
                pass

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        """Names and descriptions from random members and the neighbours' keywords (G.5)."""
        return name_clusters(self._context, clusters) if clusters else []

    def propose(self, neighbourhoods: Sequence[Neighbourhood]) -> Sequence[Sequence[Proposal]]:
        """Candidate parents for each neighbourhood (G.7)."""
        return propose(self._context, neighbourhoods) if neighbourhoods else []

    def deduplicate(self, parents: ParentsToMerge) -> Sequence[Proposal]:
        """The distinct ones among the proposals (G.7)."""
        return deduplicate(self._context, parents)

    def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
        """Index of the best candidate for each child (G.7)."""
        return assign(self._context, children) if children else []

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        """Names and descriptions of parents from what was assigned to them (G.7)."""
        return rename(self._context, parents) if parents else []

    def audit(self, texts: Sequence[ClusterText]) -> Sequence[int | NotAnswered]:
        """Privacy rating of each text, 1 to 5 (G.8)."""
        return audit(self._context, texts) if texts else []

    @cached_property
    def _asker(self) -> CountingAsker:
        return self.office.asker(self.purpose)

    @property
    def _context(self) -> VerbContext:
        return VerbContext(self.settings, self._asker, self.office.key)
