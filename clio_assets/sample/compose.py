"""Turns a topic's wording into the messages of one conversation."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from clio_assets.sample.templates import Values
from clio_assets.sample.tree import Language, Topic, Wording

MAX_TURNS = 8
#: A message as the source holds it: role and content.
Message = dict[str, str]

_STOP = 0.48  # chance that a conversation ends after a turn


class Voice(NamedTuple):
    """What the messages of one conversation have in common."""

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


def draw_turns(random: Random) -> int:
    """Number of user turns: geometric, at most eight."""
    turns = 1
    while turns < MAX_TURNS and random.random() > _STOP:
        turns += 1
    return turns


def user_messages(speaker: Voice, count: int) -> list[str]:
    """The user's messages: a request, then follow-ups, all in the same style of typing."""
    random = speaker.random
    turns = [_request(speaker)]
    turns += [_followup(speaker) for _ in range(count - 1)]
    if not speaker.language.casual:
        return turns
    style = random.random()
    if style < 0.16:
        turns = [turn.lower() for turn in turns]
    if 0.10 < style < 0.28:
        turns = [turn.rstrip(".?!") for turn in turns]
    if random.random() < 0.09:
        turns[0] = _mistyped(turns[0], random)
    return turns


def assistant_messages(speaker: Voice, count: int) -> list[str]:
    """The assistant's replies: each takes up other parts of the topic's advice."""
    advice = speaker.wording.advice
    start = int(speaker.random.random() * len(advice))
    replies = []
    for turn in range(count):
        replies.append(_reply(speaker, first=turn == 0, start=start))
        start += 2
    return replies


def interleave(turns: Sequence[str], replies: Sequence[str]) -> list[Message]:
    """User and assistant messages in alternation, beginning with the user."""
    messages: list[Message] = []
    for turn, reply in zip(turns, replies, strict=True):
        messages.append({"role": "user", "content": turn})
        messages.append({"role": "assistant", "content": reply})
    return messages


def _request(speaker: Voice) -> str:
    wording, language, values, random, _ = speaker
    chance = random.random
    parts = []
    if chance() < 0.36:
        parts.append(pick(language.openers, random))
    about = pick(language.contexts, random) if chance() < 0.36 else ""
    if about and chance() < 0.4:
        parts.append(values.fill(about))
        about = ""
    parts.append(_core(speaker))
    if wording.details and chance() < 0.58:
        parts.append(values.fill(pick(wording.details, random)))
    if about:
        parts.append(values.fill(about))
    if chance() < 0.36:
        parts.append(values.fill(pick(language.tails, random)))
    if parts[0].endswith(","):
        parts[1] = _continued(parts[1])
    return ("\n" if chance() < 0.04 else " ").join(parts)


def _continued(sentence: str) -> str:
    """The sentence as it goes on after a comma."""
    alone = sentence.startswith(("I ", "I'"))
    return sentence if alone else sentence[:1].lower() + sentence[1:]


def _core(speaker: Voice) -> str:
    """The sentence that asks: a task in a frame, or a question."""
    wording, language, values, random, _ = speaker
    if wording.tasks and random.random() < 0.55:
        task = pick(wording.tasks, random).format_map(values)
        frame = pick(language.frames, random)
        capital = task[:1].upper() + task[1:]
        sentence = frame.replace("{task}", task).replace("{Task}", capital)
        return sentence[:1].upper() + sentence[1:]
    return values.fill(pick(wording.asks, random))


def _followup(speaker: Voice) -> str:
    wording, language, values, random, _ = speaker
    own = wording.followups
    options = own if own and random.random() < 0.55 else language.followups
    return values.fill(pick(options, random))


def _reply(speaker: Voice, *, first: bool, start: int) -> str:
    """Some sentences of advice, as a paragraph or a list; rarely all of them at length."""
    wording, language, values, random, refused = speaker
    advice = wording.advice
    form = random.random()
    openings = language.acks if first else language.continuations
    opening = pick(language.refusals if refused else openings, random)
    if first and form > 0.965 and not refused:
        steps = [
            f"{number}. {values.fill(text)} {values.fill(pick(wording.details, random))}"
            for number, text in enumerate(advice, 1)
        ]
        return "\n".join([opening, language.lead_in, *steps])
    count = 1 + int(form * 3)
    chosen = [values.fill(advice[(start + i) % len(advice)]) for i in range(count)]
    closing = "" if refused or random.random() < 0.5 else pick(language.closings, random)
    if count > 1 and random.random() < 0.2:
        body = "\n".join(f"- {text}" for text in chosen)
        return f"{opening}\n{body}\n{closing}".rstrip()
    return " ".join([opening, *chosen, closing]).rstrip()


def _mistyped(text: str, random: Random) -> str:
    """The text with two neighbouring letters swapped, or one left out."""
    for _ in range(4):
        place = int(random.random() * len(text))
        pair = text[place : place + 2]
        if len(pair) == 2 and pair.isalpha():
            swapped = pair[::-1] if random.random() < 0.6 else pair[0]
            return text[:place] + swapped + text[place + 2 :]
    return text
