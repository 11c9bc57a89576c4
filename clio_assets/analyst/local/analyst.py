"""The local analyst: no key, no network, deterministic; made of rules, counting and an embedder.

It quotes rather than describes: facets are sentences of the users, names are made of their words.
It counts and compares and does not understand.
"""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from clio_assets import phrases as phrase_room
from clio_assets.analyst.local.facets import extract, screen
from clio_assets.analyst.local.facets.extract import embed_beforehand, require_known
from clio_assets.analyst.local.naming.audit import audit
from clio_assets.analyst.local.naming.base_clusters import name_clusters
from clio_assets.analyst.local.naming.levels import assign, deduplicate, propose
from clio_assets.analyst.local.naming.parents import name_parents
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
from clio_assets.domain.embedder import Embedder
from clio_assets.domain.facets import FacetDefinition
from clio_assets.phrases.book import PhraseBook, bundled_book
from privacy_checks import detectors, language

_HERE = Path(__file__).parent
_CHECKS = tuple(Path(str(package.__file__)).parent for package in (detectors, language))
_RULES = {
    "facets": (_HERE / "facets", *_CHECKS),
    "names": (_HERE / "naming", Path(str(phrase_room.__file__)).parent, *_CHECKS),
}
_RULES_OF_VERB = {
    "screen": "facets",
    "extract": "facets",
    "name_clusters": "names",
    "propose": "names",
    "deduplicate": "names",
    "assign": "names",
    "rename": "names",
    "audit": "names",
}


@dataclass(frozen=True)
class LocalAnalyst:
    """An `Analyst` that answers by rules; `embedder` judges likeness of meaning, `phrases` are
    lines that a group may be named with."""

    embedder: Embedder
    phrases: PhraseBook = field(default_factory=bundled_book)

    @property
    def name(self) -> str:
        """`local`."""
        return "local"

    @property
    def extractive(self) -> bool:
        """Facets quote the conversation."""
        return True

    @property
    def models(self) -> Mapping[str, str]:
        """The embedder that judges likeness, and the dictionaries."""
        return {
            "likeness": self.embedder.identity,
            "lemmas": f"simplemma {_version('simplemma')}",
            "languages": f"py3langid {_version('py3langid')}",
        }

    @property
    def prompts(self) -> Mapping[str, str]:
        """Verb -> digest of the rules that answer it: of the code and word lists."""
        return {verb: _digest(rules) for verb, rules in _RULES_OF_VERB.items()}

    @property
    def usage(self) -> Mapping[str, int]:
        """Nothing: no model is asked."""
        return {}

    def working_on(self, stage: str, partition: str) -> "LocalAnalyst":
        """Itself: it keeps no account."""
        del stage, partition
        return self

    def screen(self, conversations: Sequence[Conversation], question: str) -> Sequence[bool]:
        """Whether the question holds for each conversation, by likeness and words (G.3)."""
        return screen(conversations, question, self.embedder)

    def extract(
        self, conversations: Sequence[Conversation], facets: Sequence[FacetDefinition]
    ) -> Iterator[Extraction | NotAnswered]:
        """All facets of each conversation (G.4); streams in order."""
        return extract(conversations, facets, self.embedder)

    def prepare(
        self, conversations: Collection[Conversation], facets: Sequence[FacetDefinition]
    ) -> None:
        """Refuse facets that rules cannot extract, and embed the texts of several days at once."""
        require_known(facets)
        embed_beforehand(conversations, facets, self.embedder)

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        """Names and descriptions from words that enough users share (G.5)."""
        return name_clusters(clusters, self.embedder, self.phrases)

    def propose(self, neighbourhoods: Sequence[Neighbourhood]) -> Sequence[Sequence[Proposal]]:
        """Parents of each neighbourhood by agglomerative clustering (G.7)."""
        return propose(neighbourhoods)

    def deduplicate(self, parents: ParentsToMerge) -> Sequence[Proposal]:
        """The proposals, similar ones merged (G.7)."""
        return deduplicate(parents)

    def assign(self, children: Sequence[ChildToAssign]) -> Sequence[int | NotAnswered]:
        """The most similar candidate of each child (G.7)."""
        return assign(children)

    def rename(self, parents: Sequence[ParentToRename]) -> Sequence[ClusterText | NotAnswered]:
        """Names and descriptions of parents from those of their children (G.7)."""
        return name_parents([parent.children for parent in parents])

    def audit(self, texts: Sequence[ClusterText]) -> Sequence[int | NotAnswered]:
        """Rating of each text by rules, 1 to 5 (G.8)."""
        return audit(texts)


@functools.cache
def _version(package: str) -> str:
    """The installed version: planning a year of days asks for it a thousand times."""
    return version(package)


@functools.cache
def _digest(rules: str) -> str:
    """SHA-256 over names and contents of all files of the rules, hexadecimal."""
    digest = sha256()
    for folder in _RULES[rules]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml", ".md"):
                digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
