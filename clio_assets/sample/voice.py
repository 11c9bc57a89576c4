"""What the messages of one conversation have in common."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from clio_assets.sample.templates import Values
from clio_assets.sample.tree import Language, Topic, Wording


class Voice(NamedTuple):
    """Somebody who writes about a topic in a language, with the values they have in mind."""

    wording: Wording
    language: Language
    values: Values
    random: Random
    refused: bool


def voice(topic: Topic, language: Language, random: Random) -> Voice:
    """The voice of a new conversation on the topic, with no values drawn yet."""
    wording = topic.wordings[language.code]
    return Voice(wording, language, Values(wording.slots, random), random, topic.refused)


def pick(options: Sequence[str], random: Random) -> str:
    """One of the options, all equally likely."""
    return options[int(random.random() * len(options))]
