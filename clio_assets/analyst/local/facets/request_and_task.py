"""What a conversation asks for, in the user's own words: the sentence that says it best.

Every sentence that the user said gets a score, and the highest wins (the earliest among equals):

    form         1 for a question or an imperative; 0.8 for a wish ("I need ...") and for a first
                 message that is one fragment ("planning a trip to Rome"); else 0
    centrality   cosine between the sentence's content words and those of everything the user said
    position     1 for the first turn, 1/2 for the second, 1/3, ...: people ask first
    content      up to 0.6 for four content words or more: "why?" says little
    deductions   0.6 for material that is shown (lists, what follows a colon), 0.4 for leaning on
                 what went before ("and that?"), 0.2 for pointing back ("this problem"), 0.4 for
                 presenting oneself or assigning a part, 0.3 for more than 60 words, 1.5 for
                 nothing but greetings and thanks

A winner with fewer than three content words gets the next best sentence of its turn as context, a
statement the next best that asks for something.
Greetings and politeness are cut off, personal data is masked. No tagger, no model: the weights
were set by reading results on public conversations; the cues know English well, sixteen other
languages a little, and all others by question marks, position and words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from clio_assets.analyst.local.facets import cues
from clio_assets.analyst.local.facets.prose import Sentence, said, sentences_said
from privacy_checks.detectors import mask
from privacy_checks.language.capitals import with_capital
from privacy_checks.language.lemmas import content_lemmas, tokens

#: Characters of a request or task; well within `max_facet_characters`.
LONGEST: Final = 300

#: User turns that are looked at: the first ones, and the last one.
_TURNS: Final = 30

Form = Literal["question", "imperative", "wish", "fragment", "statement"]
_FORM_SCORE: Final[dict[Form, float]] = {
    "question": 1.0,
    "imperative": 1.0,
    "wish": 0.8,
    "fragment": 0.8,
    "statement": 0.0,
}
_POSITION: Final = 1.0
_CONTENT: Final = 0.6
_ENOUGH_CONTENT: Final = 4
_SHOWN: Final = 0.6
_LEANING: Final = 0.4
_POINTING: Final = 0.2
_PRESENTING: Final = 0.4
_LONG: Final = 0.3
_LONG_WORDS: Final = 60
_EMPTY: Final = 1.5
_NEEDS_CONTEXT: Final = 3

#: A wish stands near the start of its sentence.
_WISH_WITHIN: Final = 80


@dataclass(frozen=True)
class Summary:
    """`request` and `task`, masked, each at most LONGEST characters; "" if there are no words.

    `said` are the user's sentences, masked, best first: what else is worth judging.
    """

    request: str
    task: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class _CandidateSentence:
    sentence: Sentence
    text: str  # without greetings and politeness
    form: Form
    lemmas: Counter[str]
    words: list[str]  # lower case


def summary_of(user_turns: Sequence[str]) -> Summary:
    """Request and task of a conversation from all turns of its user, in order."""
    turns = [*user_turns[: _TURNS - 1], *user_turns[_TURNS - 1 :][-1:]]
    candidates = [c for number, turn in enumerate(turns) for c in _candidates(turn, number)]
    if not candidates:
        return _of_remains(" ".join(turns))
    everything: Counter[str] = Counter()
    for candidate in candidates:
        everything.update(candidate.lemmas)
    length = sqrt(sum(count * count for count in everything.values()))
    ranked = sorted(
        candidates,
        key=lambda c: (-_score(c, everything, length), c.sentence.turn, c.sentence.place),
    )
    best = ranked[0]
    request = _final(_with_context(best, ranked))
    return Summary(
        request, _framed(_final(best.text), best.form), tuple(cut(c.text, LONGEST) for c in ranked)
    )


def _of_remains(text: str) -> Summary:
    """The summary of a user who showed something (code, a quotation) and said nothing."""
    shown = _final(" ".join(mask(text[: 4 * LONGEST]).split()))
    if not tokens(shown):
        return Summary("", "", ())
    return Summary(shown, _framed(shown, "statement"), (shown,))


def _candidates(turn: str, number: int) -> Iterator[_CandidateSentence]:
    found = sentences_said(mask(said(turn)), number)
    for sentence in found:
        text = stripped(sentence.text)
        words = [word.lower() for word in tokens(text)]
        if words:
            form = sentence_form(text)
            if form == "statement" and number == 0 and len(found) == 1:
                form = "fragment"
            yield _CandidateSentence(sentence, text, form, Counter(content_lemmas(text)), words)


def stripped(sentence: str) -> str:
    """The sentence without greetings, fillers and politeness around it; itself if none is left."""
    text = sentence
    while True:
        shorter = cues.POLITE_OPENING.sub("", cues.OPENING.sub("", text, count=1), count=1)
        shorter = cues.CLOSING.sub("", shorter, count=1)
        if shorter == text or not tokens(shorter):
            break
        text = shorter
    return _capitalised(text.rstrip(" :：,"))


def _capitalised(text: str) -> str:
    at = 1 if text[:1] in {"¿", "¡"} else 0
    return text[:at] + with_capital(text[at:])


def sentence_form(text: str) -> Form:
    """Whether a sentence without greetings asks, orders, wishes or states."""
    core = _core(text)
    if text.rstrip("\"'”’») ")[-1:] in {"?", "？", "؟"} or cues.QUESTION.match(core):
        return "imperative" if cues.WRAPPED.match(core) else "question"
    first = _first_word(core)
    if cues.WRAPPED.match(core) or first in cues.IMPERATIVES:
        return "imperative"
    if cues.WISH.search(core[:_WISH_WITHIN]):
        return "wish"
    if first in cues.FOREIGN_FIRST_WORDS or cues.UNSPACED_ASKING.search(text):
        return "question"
    return "statement"


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].strip(".,:;!?¿¡\"'").split("-")[0].lower()


def _core(text: str) -> str:
    """The text without a leading clause, if what follows the clause asks for something."""
    rest = cues.LEADING_CLAUSE.sub("", text, count=1)
    asks = cues.QUESTION.match(rest) or cues.WRAPPED.match(rest)
    return rest if asks or _first_word(rest) in cues.IMPERATIVES else text


def _score(candidate: _CandidateSentence, everything: Counter[str], length: float) -> float:
    sentence, lemmas, text = candidate.sentence, candidate.lemmas, candidate.text
    score = _FORM_SCORE[candidate.form] + _POSITION / (1 + sentence.turn)
    if lemmas:
        product = sum(count * everything[lemma] for lemma, count in lemmas.items())
        own = sqrt(sum(count * count for count in lemmas.values()))
        score += product / (own * length)
        score += _CONTENT * min(len(lemmas), _ENOUGH_CONTENT) / _ENOUGH_CONTENT
    if sentence.turn or sentence.place:
        score -= _LEANING * bool(cues.LEANING.match(text)) + _POINTING * bool(
            cues.POINTING.search(text)
        )
    score -= _SHOWN * sentence.shown + _PRESENTING * bool(cues.PRESENTING.match(text))
    score -= _LONG * (len(candidate.words) > _LONG_WORDS)
    return score - _EMPTY * _empty(candidate)


def _empty(candidate: _CandidateSentence) -> bool:
    return cues.EMPTY_WORDS.issuperset(candidate.words)


def _with_context(best: _CandidateSentence, ranked: Sequence[_CandidateSentence]) -> str:
    """The sentence, with the best one beside it in its turn that says what it lacks."""
    if best.form == "statement":
        lacking = [c for c in ranked if c.form != "statement"]
    elif len(best.lemmas) < _NEEDS_CONTEXT:
        lacking = [c for c in ranked if len(c.lemmas) >= _NEEDS_CONTEXT]
    else:
        return best.text
    for other in lacking:
        fits = len(other.text) + len(best.text) < LONGEST
        if other.sentence.turn == best.sentence.turn and fits and not _empty(other):
            pair = sorted((other, best), key=lambda c: c.sentence.place)
            return " ".join(_ended(c.text) for c in pair)
    return best.text


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?…。！？؟।" else f"{text}."


def _framed(text: str, form: Form) -> str:
    """What the assistant is to do: the imperative itself, or help with or an answer to the rest."""
    if form == "imperative":
        bare = cues.WRAPPED.sub("", text, count=1)
        bare = bare.rstrip("?？ ") if bare != text else bare
        return _capitalised(bare) if tokens(bare) else text
    for wrapping, frame in ((cues.PLAN, "Help to "), (cues.NEED, "Provide ")):
        if form == "wish" and wrapping.match(text):
            return cut(wrapping.sub(frame, text, count=1), LONGEST)
    frame = {"question": "Answer", "wish": "Help with"}.get(form, "Respond to")
    return cut(f"{frame}: {text}", LONGEST)


def _final(text: str) -> str:
    """Masked once more, because what stands together has changed, and cut to LONGEST."""
    return cut(mask(text), LONGEST)


def cut(text: str, characters: int) -> str:
    """The text up to the last word end within a number of characters, no half placeholder."""
    if len(text) <= characters:
        return text
    head = text[: characters + 1]
    space = head.rfind(" ")
    # scripts without spaces have no word end to be found; nor has a word that fills half the room
    head = head[:space] if space > characters // 2 else head[:characters]
    opened = head.rfind("[")
    if opened > head.rfind("]") and opened > 0:
        head = head[:opened]
    return head.rstrip(" ,;:、，；：")
