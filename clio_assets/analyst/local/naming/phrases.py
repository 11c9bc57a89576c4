"""The phrases an English cluster's members offer for its name, cut from the requests they make.

A phrase is a template with words: the wish to do something, the thing asked about, a question.
Every content word of it is supported; words that are not leave a gap that a phrase may step over
("the limit of my ... card"), never a word of their own.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from clio_assets.analyst.local.naming.chunks import DROPPED, Chunk, chunks_of
from clio_assets.analyst.local.naming.clauses import as_clause, shortened
from clio_assets.analyst.local.naming.dictionary import is_finite_verb, may_be_noun
from clio_assets.analyst.local.naming.inflection import gerund
from clio_assets.analyst.local.naming.parse import BREAK, ParsedRequest
from clio_assets.analyst.local.naming.word_classes import WordClasses, is_plural
from clio_assets.analyst.local.naming.wordlists import (
    AUXILIARIES,
    DETERMINERS,
    DULL,
    NO_WISH,
    PLAIN_VERBS,
    POSSESSIVES,
    PRONOUNS,
    REQUEST_VERBS,
    UNCOUNTED,
    word_set,
)
from privacy_checks.language.lemmas import lemma, lemmas

Template = Literal["do", "wh", "whether", "about", "native"]

_CHUNK_WORDS = 4
_CLAUSE_WORDS = 7
#: Belong to the verb before them, which another chunk's is not.
_PARTICLES = word_set("up down off out over")
#: Function words that a clause may end with: "how old you are", "where you are from".
_CLAUSE_ENDS = word_set("are is am was were from for do have with by you")


@dataclass(frozen=True)
class Phrase:
    """A template, the content lemmas that make it, and one way to write it.

    `gap` says that a word was stepped over where an object should stand; `noun` is 1 where the
    phrase stands as a thing does (after an article, a preposition), -1 where it stands as a verb or
    a predicate does, 0 where its place does not tell; `trimmed` says that words before its last one
    were left out ("the voice" for "the female voice"), `led` that a preposition comes before it.
    """

    template: Template
    key: tuple[str, ...]
    words: tuple[str, ...]
    gap: bool = False
    noun: int = 0
    trimmed: bool = False
    led: bool = False


def phrases_of(
    request: ParsedRequest, supported: Collection[str], classes: WordClasses
) -> Iterator[Phrase]:
    """All phrases of a request; the same phrase may come more than once."""
    words = request.words
    if request.kind in ("do", "how"):
        yield from _wishes(words, supported)
        yield from _things(chunks_of(words[1:], supported))
    elif request.kind in ("wh", "whether"):
        yield from _questions(request, supported, classes)
        chunks = chunks_of(words[request.kind == "wh" :], supported)
        for chunk in chunks:  # "when my card expires"
            owned = chunk.determiner in POSSESSIVES or chunk.determiner == "the"
            chunk.clause = owned and len(chunk.words) > 1 and chunk.words[-1] not in classes.nouns
        yield from _things(chunks)
    else:
        joined = request.kind == "say" and words[0] in ("i", "we")
        yield from _things(chunks_of(words, supported), joined=joined)


def _parts(chunk: Chunk) -> list[tuple[str, ...]]:
    """The whole chunk and its ends: English puts what matters last."""
    words = tuple(chunk.words)
    last = words[-1]
    if _superlative(last) or last.endswith("'s") or lemma(last) in PLAIN_VERBS:
        return []
    if not may_be_noun(last) or any(map(is_finite_verb, words)):
        return []  # "the crust goes soft", "a formula that calculates"
    if chunk.determiner in ("a", "an") and is_plural((last,)):
        return []  # "a (dishwasher) drips"
    longest = min(len(words), _CHUNK_WORDS)
    return [words[-length:] for length in range(1, longest + 1)]


def _superlative(word: str) -> bool:
    """Whether a word is a superlative in -est: it waits for its noun."""
    return word.endswith("est") and lemma(word) != word


def _is_participle(word: str) -> bool:
    """Whether a last word belongs to what follows: "a message pretending (to be ill)"."""
    return word.endswith("ing") and lemma(word) in REQUEST_VERBS and word not in UNCOUNTED


def _written(chunk: Chunk, words: tuple[str, ...], leading: bool) -> tuple[str, ...]:
    """The chunk's words with preposition and article; a leading possessive becomes "my"."""
    determiner = chunk.determiner
    if determiner in POSSESSIVES:
        determiner = "my" if leading else "the"
    elif determiner in ("this", "that", "these", "those"):
        determiner = "the"
    elif determiner in ("some", "any"):
        determiner = ""
    elif determiner in ("a", "an") and words[0][0] not in "uh":
        determiner = "an" if words[0][0] in "aeio" else "a"
    article = (determiner,) if determiner else ()
    return (*(() if leading else chunk.preposition), *article, *words)


def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found for word in words for found in lemmas(word))


def _wishes(words: tuple[str, ...], supported: Collection[str]) -> Iterator[Phrase]:
    """The verb, alone and with one or two of the chunks after it."""
    verb = lemma(words[0]) if words[0].endswith("ing") else words[0]
    verb_key = _key((verb,))
    if not verb_key or verb in NO_WISH or any(found not in supported for found in verb_key):
        return
    if verb_key[0] not in PLAIN_VERBS and verb in REQUEST_VERBS:
        yield Phrase("do", verb_key, (verb,))
    pieces: list[Phrase] = []
    places: list[int] = []
    chunks = chunks_of(words[1:], supported)
    # "stop (a form) from overlapping", "track (down an error) in a project"
    direct = bool(chunks) and chunks[0].preposition[:1] not in ((), words[1:2])
    for position, chunk in enumerate(chunks):
        if not chunk.attached or (position and not chunk.preposition):
            break
        leading = position == 0 and not chunk.preposition
        if chunk.cut or (position and chunk.preposition[0] in _PARTICLES):
            continue  # "write a message (to make) up with a friend"
        for part in _parts(chunk):
            if _is_participle(part[-1]) if len(part) > 1 else part[0] in DULL:
                continue
            trimmed = len(part) < len(chunk.words)
            written = _written(chunk, part, leading=leading)
            pieces.append(Phrase("do", _key(part), written, direct or position > 0, 0, trimmed))
            places.append(position)
    for piece in pieces:
        yield replace(piece, key=(*verb_key, *piece.key), words=(verb, *piece.words))
    for (at, one), (then, two) in combinations(zip(places, pieces, strict=True), 2):
        if at < then and not set(one.key) & set(two.key):
            key, written = (*verb_key, *one.key, *two.key), (verb, *one.words, *two.words)
            yield Phrase("do", key, written, one.gap, 0, one.trimmed or two.trimmed)


def _noun(chunk: Chunk, part: tuple[str, ...]) -> int:
    """Whether a part of a chunk stands where a thing stands: 1, -1, or 0 if one cannot tell."""
    whole = len(part) == len(chunk.words)
    if (chunk.verb or chunk.predicate) and whole:
        return -1
    participle = part[-1].endswith("ed") and lemma(part[-1]) != part[-1]
    if chunk.clause or (len(chunk.words) > 1 and participle):
        return -1  # "card expires", "tires changed"
    return 1 if chunk.determiner or chunk.preposition else 0


def _things(chunks: list[Chunk], joined: bool = False) -> Iterator[Phrase]:
    """Each chunk, alone and with a later one that a preposition ties to it.

    `joined`: an article is tie enough, as in "i lost my luggage".
    """
    for at, chunk in enumerate(chunks):
        if chunk.cut:
            continue
        for part in _heads(chunk):
            if part[-1] in DULL:
                continue
            key, written = _key(part), _written(chunk, part, leading=True)
            noun = _noun(chunk, part)
            led = bool(chunk.preposition)
            yield Phrase("about", key, written, noun=noun, led=led)
            for other in chunks[at + 1 :]:
                if not other.preposition and not (joined and other.attached):
                    break
                if other.cut:
                    continue
                for more in _parts(other):
                    more_key = _key(more)
                    if not set(key) & set(more_key):
                        leading = joined and not other.preposition
                        tail = _written(other, more, leading=leading)
                        both = (*key, *more_key), (*written, *tail)
                        yield Phrase("about", *both, noun=noun, led=led)


def _heads(chunk: Chunk) -> Iterator[tuple[str, ...]]:
    """Parts of a chunk as things: a verb at its start becomes a gerund."""
    verb = chunk.words[0]
    if not chunk.verb or verb not in REQUEST_VERBS:
        yield from _parts(chunk)
        return
    rest = Chunk(words=chunk.words[1:])
    if rest.words:
        yield from _parts(rest)
    form = gerund(verb)
    if form and (rest.words or may_be_noun(form)):
        yield (form, *rest.words[-_CHUNK_WORDS:])


def _questions(
    request: ParsedRequest, supported: Collection[str], classes: WordClasses
) -> Iterator[Phrase]:
    """Beginnings of the question as a clause: "how old are you" as "how old you are"."""
    clause = shortened(as_clause(request, supported, classes))
    template: Template = "wh" if request.kind == "wh" else "whether"
    taken: list[str] = []
    key: list[str] = []
    verb_seen = articled = False
    for position, word in enumerate(clause):
        found = lemmas(word)
        if word == BREAK or any(lemma not in supported for lemma in found):
            return
        if word in DROPPED:
            continue
        if word in AUXILIARIES and taken and _superlative(taken[-1]):
            return
        verb_seen = verb_seen or word in AUXILIARIES
        verb_seen = verb_seen or bool(found and taken and taken[-1] in PRONOUNS | {"who"})
        ends_run = taken[-1:] and lemmas(taken[-1]) and not lemmas((*clause, BREAK)[position + 1])
        verb_seen = verb_seen or bool(found and ends_run and word not in classes.nouns and articled)
        articled = articled or word in POSSESSIVES or word in DETERMINERS
        taken.append(word)
        key.extend(found)
        if len(taken) > _CLAUSE_WORDS:
            return
        complete = _ends_well(clause, position, bool(found)) and not _breaks_off(taken, template)
        if verb_seen and complete and key and len(taken) > 2:
            yield Phrase(template, tuple(key), tuple(taken), noun=1)


def _breaks_off(taken: Sequence[str], template: Template) -> bool:
    """Whether a clause waits for more: "what interest rate i am", "whether the reviews are"."""
    if template == "whether":
        return not lemmas(taken[-1])
    asks_which = taken[0] in ("what", "which") and len(taken) > 3
    return asks_which and taken[-2] in PRONOUNS and taken[-1] in AUXILIARIES - {"do"}


def _ends_well(clause: tuple[str, ...], position: int, content: bool) -> bool:
    """Whether a clause may end here: not within a run of content words, nor before a last "for"."""
    word, after = clause[position], (*clause[position + 1 :], BREAK, BREAK)
    if not content:
        return word in _CLAUSE_ENDS
    if word in PLAIN_VERBS and position and clause[position - 1] == "to":
        return False
    stranded = after[0] in _CLAUSE_ENDS and after[1] == BREAK
    return not stranded and not lemmas(after[0]) and after[0] not in DETERMINERS
