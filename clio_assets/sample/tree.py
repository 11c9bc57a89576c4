"""The topic tree and how each language words it, read from the TOML files beside this module."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from clio_assets.sample.templates import Options, compile_options, compile_templates

ENGLISH = "en"
#: The fields of a wording that are lists of templates.
_TEXTS = (
    "tasks",
    "asks",
    "fragments",
    "situations",
    "details",
    "pasted",
    "followups",
    "advice",
)


@dataclass(frozen=True)
class Wording:
    """How a topic is talked about in one language; every text is a template over `slots`."""

    tasks: tuple[str, ...]  # imperatives, completed by a language's frame
    asks: tuple[str, ...]
    fragments: tuple[str, ...]  # requests in the words of a search box
    situations: tuple[str, ...]  # what led to the request
    details: tuple[str, ...]
    pasted: tuple[str, ...]  # code, mails or drafts that stand below a request
    followups: tuple[str, ...]
    advice: tuple[str, ...]
    slots: Mapping[str, Options]


@dataclass(frozen=True)
class Topic:
    """A leaf of the tree."""

    key: str
    name: str
    domain: str
    weight: float  # share of what is asked in English, up to a factor
    rhythm: str  # see rhythm.py
    trend: str  # steady, growing, fading or burst
    concern: int  # 1 benign to 5
    flag_rate: float  # how often the operator's classifier flags it
    refused: bool  # whether the assistant declines
    wordings: Mapping[str, Wording]  # by language code; English always


@dataclass(frozen=True)
class Language:
    """How people and the assistant write in a language, whatever the topic."""

    code: str
    name: str
    share: float  # of all conversations
    utc_offset: int  # hours
    casual: bool  # whether lower case and typing errors make sense
    spaces: bool  # whether sentences are parted by spaces
    shorthand: Mapping[str, str]  # how words are spelt in a hurry, all in lower case
    shorthand_pattern: re.Pattern[str]  # any of these words
    openers: tuple[str, ...]
    frames: tuple[str, ...]
    contexts: tuple[str, ...]
    tails: tuple[str, ...]
    followups: tuple[str, ...]
    acks: tuple[str, ...]
    continuations: tuple[str, ...]
    closings: tuple[str, ...]
    refusals: tuple[str, ...]
    echoes: tuple[str, ...]
    lead_in: str
    carriers: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, Options]
    topic_weights: Mapping[str, float]  # by topic key, as far as the language has wordings

    def shortened(self, text: str) -> str:
        """A text in lower case with the words shortened that people shorten."""
        return self.shorthand_pattern.sub(lambda found: self.shorthand[found[0]], text)


@dataclass(frozen=True)
class Tree:
    """All topics and languages, in a fixed order."""

    topics: Mapping[str, Topic]
    languages: Mapping[str, Language]


@cache
def load_tree() -> Tree:
    """The topic tree, read once."""
    texts = {path.removesuffix(".toml"): data for path, data in _read("languages")}
    slots = {code: compile_options(data["slots"]) for code, data in texts.items()}
    topics: dict[str, Topic] = {}
    for _, domain in _read("topics"):
        for key, data in domain.items():
            if isinstance(data, dict):
                wordings = {ENGLISH: wording(data, slots[ENGLISH], ENGLISH)}
                for code, text in texts.items():
                    if key in text.get("topics", {}):
                        wordings[code] = wording(text["topics"][key], slots[code], code)
                topics[key] = _topic(key, data, domain, wordings)
    languages = {code: _language(code, data, topics) for code, data in texts.items()}
    return Tree(topics, languages)


def wording(data: Mapping[str, Any], shared: Mapping[str, Options], language: str) -> Wording:
    """The wording of a topic's table; its own lists go before the language's shared ones."""
    slots = {**shared, **compile_options(data.get("slots", {}))}
    texts = {
        field: compile_templates(data.get(field, ()), slots, articles=language == ENGLISH)
        for field in _TEXTS
    }
    return Wording(**texts, slots=slots)


def read_toml(name: str) -> dict[str, Any]:
    """A TOML file of this package."""
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


def _read(folder: str) -> list[tuple[str, dict[str, Any]]]:
    """The TOML files of a folder of this package, by name."""
    names = sorted(path.name for path in resources.files(__package__).joinpath(folder).iterdir())
    return [(name, read_toml(f"{folder}/{name}")) for name in names if name.endswith(".toml")]


def _topic(
    key: str, data: Mapping[str, Any], domain: Mapping[str, Any], wordings: Mapping[str, Wording]
) -> Topic:
    return Topic(
        key=key,
        name=data["name"],
        domain=domain["domain"],
        weight=data.get("weight", 1.0),
        rhythm=domain["rhythm"],
        trend=data.get("trend", "steady"),
        concern=data.get("concern", 1),
        flag_rate=data.get("flag_rate", domain.get("flag_rate", 0.01)),
        refused=domain.get("refused", False),
        wordings=wordings,
    )


def _language(code: str, data: Mapping[str, Any], topics: Mapping[str, Topic]) -> Language:
    slots = compile_options(data["slots"])
    texts = {
        field: compile_templates(data[field], slots, articles=False)
        for field in ("contexts", "tails", "followups")
    }
    verbatim = {
        field: tuple(data[field])
        for field in (
            "openers",
            "frames",
            "acks",
            "continuations",
            "closings",
            "refusals",
            "echoes",
        )
    }
    shorthand = data.get("shorthand", {})
    own = data.get("topics", {})
    weights = {key: table.get("weight", 1.0) for key, table in own.items()}
    if code == ENGLISH:
        weights = {key: topic.weight for key, topic in topics.items()}
    return Language(
        code=code,
        name=data["name"],
        share=data["share"],
        utc_offset=data["utc_offset"],
        casual=data.get("casual", True),
        spaces=data.get("spaces", True),
        shorthand=shorthand,
        shorthand_pattern=re.compile(rf"\b(?:{'|'.join(map(re.escape, shorthand))})\b"),
        lead_in=data["lead_in"],
        carriers={kind: tuple(sentences) for kind, sentences in data["carriers"].items()},
        slots=slots,
        topic_weights=weights,
        **texts,
        **verbatim,
    )
