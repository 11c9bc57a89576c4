"""How people put a request: in a word or two, plainly, at length, politely, or with its story."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import NamedTuple

from clio_assets.sample.voice import Voice, pick

_FRAMED = 0.5  # share of requests that are a task in a frame, where a topic has tasks
_PASTED = 0.35  # share of requests with something below them, where a topic has that
_SHORT = 0.5  # share of hurried requests in which words are shortened
_UNPUNCTUATED = 0.12  # share of requests without a full stop that are not hurried
_MISTYPED = 0.08


class Register(NamedTuple):
    """A way of asking: what stands around the request, each as a probability."""

    share: float  # of all conversations; they add up to 1
    fragment: float = 0.0  # the words of a search box instead of a sentence
    opener: float = 0.0
    situation: float = 0.0  # before the request
    context: float = 0.0  # before or after it
    detail: float = 0.0
    listed: float = 0.0  # details as a list below
    tail: float = 0.0
    hurried: float = 0.0  # typed in lower case, without a full stop


REGISTERS: Mapping[str, Register] = {
    "terse": Register(0.18, fragment=0.7, detail=0.15, hurried=0.6),
    "plain": Register(0.30, detail=0.4, tail=0.1, hurried=0.12),
    "told": Register(0.22, situation=1.0, context=0.15, detail=0.4, tail=0.2, hurried=0.12),
    "chatty": Register(0.18, 0.0, 0.85, 0.6, 0.5, 0.6, 0.0, 0.6, 0.1),
    "polite": Register(0.07, opener=1.0, context=0.2, detail=0.6, tail=1.0),
    "instructed": Register(0.05, opener=0.3, situation=0.3, listed=1.0, tail=0.3),
}
_NAMES = tuple(REGISTERS)
_UP_TO = tuple(accumulate(register.share for register in REGISTERS.values()))


def draw_register(random: Random) -> Register:
    """One of the registers, by their shares."""
    return REGISTERS[_NAMES[min(bisect(_UP_TO, random.random()), len(_NAMES) - 1)]]


def request(speaker: Voice, register: Register) -> str:
    """What the user writes first, before it is typed."""
    wording, language, values, random, _ = speaker
    chance = random.random
    if wording.fragments and chance() < register.fragment:
        return pick(wording.fragments, random).format_map(values)
    before: list[str] = []
    after: list[str] = []
    if chance() < register.opener:
        before.append(pick(language.openers, random))
    if wording.situations and chance() < register.situation:
        before.append(values.fill(pick(wording.situations, random)))
    if chance() < register.detail:
        side = before if before and chance() < 0.3 else after
        side.append(values.fill(pick(wording.details, random)))
    if chance() < register.context:
        side = before if chance() < 0.4 else after
        side.append(values.fill(pick(language.contexts, random)))
    if chance() < register.tail:
        after.append(values.fill(pick(language.tails, random)))
    parts = [*before, _core(speaker), *after]
    for place, part in enumerate(parts[:-1]):
        if part.endswith(","):
            parts[place + 1] = _continued(parts[place + 1])
    text = (" " if language.spaces else "").join(parts)
    return text + _list(speaker) if chance() < register.listed else text


def with_pasted(text: str, speaker: Voice) -> str:
    """The request with what somebody might show along with it, in some conversations."""
    shown = speaker.wording.pasted
    if not shown or speaker.random.random() >= _PASTED:
        return text
    return f"{text}\n\n{pick(shown, speaker.random).format_map(speaker.values)}"


def typed(turns: Sequence[str], speaker: Voice, register: Register) -> list[str]:
    """The turns as one person types them: carefully or not, the same in all of them."""
    random, language = speaker.random, speaker.language
    typing = list(turns)
    hurried = random.random() < register.hurried
    if hurried or random.random() < _UNPUNCTUATED:
        typing = [turn.rstrip(".?!") for turn in typing]
    if hurried:
        typing = [turn.lower() for turn in typing]
        if language.shorthand and random.random() < _SHORT:
            typing = [language.shortened(turn) for turn in typing]
    if random.random() < _MISTYPED:
        typing[0] = _mistyped(typing[0], random)
    return typing


def _core(speaker: Voice) -> str:
    """The sentence that asks: a task in a frame, or a question."""
    wording, language, values, random, _ = speaker
    if wording.tasks and random.random() < _FRAMED:
        task = pick(wording.tasks, random).format_map(values)
        frame = pick(language.frames, random)
        capital = task[:1].upper() + task[1:]
        sentence = frame.replace("{task}", task).replace("{Task}", capital)
        return sentence[:1].upper() + sentence[1:]
    return values.fill(pick(wording.asks, random))


def _list(speaker: Voice) -> str:
    """Two or three details, a line each."""
    wording, _, values, random, _ = speaker
    count = min(len(wording.details), 2 + int(random.random() * 2))
    chosen = random.sample(wording.details, count)
    return "".join(f"\n- {values.fill(detail).rstrip('.。')}" for detail in chosen)


def _continued(sentence: str) -> str:
    """The sentence as it goes on after a comma."""
    alone = sentence.startswith(("I ", "I'"))
    return sentence if alone else sentence[:1].lower() + sentence[1:]


def _mistyped(text: str, random: Random) -> str:
    """The text with two neighbouring letters swapped, or one left out."""
    for _ in range(4):
        place = int(random.random() * len(text))
        pair = text[place : place + 2]
        if len(pair) == 2 and pair.isalpha():
            swapped = pair[::-1] if random.random() < 0.6 else pair[0]
            return text[:place] + swapped + text[place + 2 :]
    return text
