"""Turns a topic's wording into the messages of one conversation."""

from collections.abc import Sequence
from random import Random

from clio_assets.sample.registers import draw_register, request, typed, with_pasted
from clio_assets.sample.voice import Voice, pick

MAX_TURNS = 8
#: A message as the source holds it: role and content.
Message = dict[str, str]

_STOP = 0.48  # chance that a conversation ends after a turn


def draw_turns(random: Random) -> int:
    """Number of user turns: geometric, at most eight."""
    turns = 1
    while turns < MAX_TURNS and random.random() > _STOP:
        turns += 1
    return turns


def user_messages(speaker: Voice, count: int) -> list[str]:
    """The user's messages: a request, then follow-ups, all in the same style of typing."""
    register = draw_register(speaker.random)
    turns = [request(speaker, register), *(_followup(speaker) for _ in range(count - 1))]
    if speaker.language.casual:
        turns = typed(turns, speaker, register)
    turns[0] = with_pasted(turns[0], speaker)
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
