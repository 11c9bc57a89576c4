"""Find what many conversations of a day share word for word, beside what each of them asks for."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from clio_assets.domain.boilerplate import normal, parts_of
from clio_assets.domain.transcript import user_turns

#: Share of a day's users that have written a sentence, from which it may be boilerplate.
SHARE: Final = 0.05

#: At least so many users: a day of few conversations shows nothing.
_FEWEST: Final = 3

#: Share of its conversations that ask for different things beside it. Below this the sentence
#: itself is what people want: many ask for a joke, in the same words.
_DIFFERENT: Final = 0.5

#: Conversations that are looked at, evenly over the day: what a twentieth of them share is found.
_LOOKED_AT: Final = 5_000

#: Characters of a conversation's first turn that are looked at, where templates stand.
_CHARACTERS: Final = 8_000


def boilerplate_of(transcripts: Sequence[str], users: Sequence[str]) -> frozenset[str]:
    """Sentences, in their `normal` form, that many conversations of a day share.

    A sentence counts where `SHARE` of the users and three of them at least begin a conversation
    with it, and what else they write there differs from one to the next.
    """
    step = -(-len(transcripts) // _LOOKED_AT) or 1
    begun = [_first_parts(transcript) for transcript in transcripts[::step]]
    writers: defaultdict[str, set[str]] = defaultdict(set)
    for parts, user in zip(begun, users[::step], strict=True):
        for part in parts:
            writers[part].add(user)
    enough = max(_FEWEST, SHARE * len(set(users[::step])))
    common = {part for part, who in writers.items() if len(who) >= enough}
    beside: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for parts in begun:
        rest = tuple(part for part in parts if part not in common)
        for part in common.intersection(parts):
            beside[part].append(rest)
    return frozenset(part for part, rests in beside.items() if _differ(rests))


def _differ(rests: Sequence[tuple[str, ...]]) -> bool:
    return len({rest for rest in rests if rest}) >= _DIFFERENT * len(rests)


def _first_parts(transcript: str) -> list[str]:
    try:
        turns = user_turns(transcript)
    except ValueError:  # an analyst that reads it refuses it, and says so
        return []
    parts = parts_of(turns[0][:_CHARACTERS]) if turns else []
    return [form for part in parts if (form := normal(part))]
