"""Generated texts with known truth: as a namer writes them, clean or broken by one sentence.

A text is a topic of the sample's tree as a name, and two sentences as a description. A broken one
has a sentence of one kind of identifying detail where a clean one has a harmless ending. Persons,
organisations and places are made up; the same seed gives the same texts.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import Any, Final

from clio_assets.domain.clusters import ClusterText
from clio_assets.sample.personal_data.draw import Ticket, spread
from clio_assets.sample.personal_data.plant import KINDS
from clio_assets.sample.personal_data.pools import pools
from clio_assets.sample.templates import Values
from clio_assets.sample.tree import ENGLISH, Topic, load_tree

#: Kinds of broken texts whose values the sample's own makers draw.
_PLANTED: Final = {
    "person": "person_name",
    **{
        kind: kind
        for kind in (
            "social_handle",
            "email",
            "phone",
            "postal_address",
            "date_of_birth",
            "iban",
            "us_ssn",
            "ip_address",
            "url",
            "api_key",
            "licence_plate",
        )
    },
}
_OF_PARTS: Final = {
    "organisation": "forms",
    "small_group": "groups",
    "first_name_and_role": "roles",
}
_NUMBERS: Final = ("three", "four", "five", "six", "seven", "nine", "eleven", "twelve")


@dataclass(frozen=True)
class Probe:
    """A text and what breaks it; `kind` is None where nothing does."""

    text: ClusterText
    kind: str | None


def kinds() -> list[str]:
    """All kinds of broken texts, in the order of the file."""
    return list(_texts()["broken"])


def probes(each: int, seed: int) -> Iterator[Probe]:
    """`each` clean texts, then as many broken ones, kinds in turn."""
    for number in range(each):
        random = Random(f"{seed}:clean:{number}")
        yield Probe(_text(number, random, random.choice(_texts()["clean"]["endings"])), None)
    names = kinds()
    for number in range(each):
        kind = names[number % len(names)]
        random = Random(f"{seed}:{kind}:{number}")
        ticket = Ticket(number // len(names), seed, ENGLISH)
        sentence = random.choice(_texts()["broken"][kind])
        value = _value(kind, ticket, random)
        yield Probe(_text(number, random, sentence.format(value=value)), kind)


def _text(number: int, random: Random, ending: str) -> ClusterText:
    topics = _topics()
    topic = topics[number % len(topics)]
    wording = topic.wordings[ENGLISH]
    values = Values(wording.slots, random)
    task = random.choice(wording.tasks).format_map(values)
    task = re.sub(r"\b(?:my|our)\b", "their", task)
    name = re.sub(r"^\w+", lambda first: _imperative(first[0]), topic.name)
    return ClusterText(name, f"Users asked the assistant to {task}. {ending}")


def _imperative(word: str) -> str:
    """The first word of a topic's name as a name of a cluster begins: `Asking` becomes `Ask`."""
    if word == "Asking":
        return "Ask"
    return f"Help with {word.lower()}" if word.endswith("ing") else word


@cache
def _topics() -> Sequence[Topic]:
    """Topics whose tasks are written in English, rare and harmful ones among them."""
    return [topic for topic in load_tree().topics.values() if topic.wordings[ENGLISH].tasks]


@cache
def _texts() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("auditor_texts.toml").read_text("utf-8")
    return tomllib.loads(text)


def _value(kind: str, ticket: Ticket, random: Random) -> str:
    if kind in _PLANTED:
        return KINDS[_PLANTED[kind]].make(ticket)
    if kind == "place":
        return f"{_street(ticket)}, {_town(ticket)}" if ticket.serial % 2 else _town(ticket)
    pattern = random.choice(_texts()["parts"][_OF_PARTS[kind]])
    names = pools().names["latin"]
    parts: dict[str, Callable[[], str]] = {
        "first": lambda: names.first[spread(ticket, len(names.first), kind)],
        "last": lambda: names.last[spread(ticket, len(names.last), kind)],
        "town": lambda: _town(ticket),
        "street": lambda: _street(ticket),
        "n": lambda: random.choice(_NUMBERS),
    }
    made: str = pattern.format_map({name: make() for name, make in parts.items()})
    return made


def _town(ticket: Ticket) -> str:
    """A town that does not exist, without its postal code."""
    towns = pools().addresses[ENGLISH].towns
    return towns[spread(ticket, len(towns), "town")].split(",", maxsplit=1)[0]


def _street(ticket: Ticket) -> str:
    streets = pools().addresses[ENGLISH].streets
    return streets[spread(ticket, len(streets), "street")]
