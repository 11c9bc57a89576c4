"""The words of a text and their lemmas.

One reading of text for everybody who counts words: the analyst that writes names, the stage that
records which words enough users share, and the gate that checks the result. A token has the same
lemmas wherever it stands, so a word of a name is found again in the texts it came from.

Scripts with spaces give a word a token; a hyphenated compound counts as its parts. Scripts without
spaces are cut into runs of one script, and a run into overlapping pieces (Han 2, Hiragana 3,
Thai, Lao, Khmer and Burmese 4 characters with their marks; Katakana stays whole): a stretch of text
is then supported where all its pieces are.
"""

import functools
import re
import unicodedata

from privacy_checks.language.function_words import FUNCTION_WORDS

#: Placeholders that masking leaves in a text, such as "[e-mail]", and whatever looks like one.
_BRACKETED = re.compile(r"\[[^\W\d_][\w .:-]{0,80}\]")

SENTENCE_END = re.compile(r"[.!?…。！？\n]+\s*")

#: Lemmas that the dictionary gets wrong for the short, lower-case words people type.
_LEMMA_OVERRIDES = {"ai": "ai", "ais": "ai", "gone": "go", "dice": "dice"}

#: Longer tokens are no words: they are not looked up, and their lemmas are not kept.
_LONGEST_WORD = 40

_KOREAN_PARTICLES = (
    "에서는", "에게서", "으로는", "에서", "에게", "으로", "까지", "부터", "처럼", "보다",
    "하고", "이나", "은", "는", "이", "가", "을", "를", "에", "의", "와", "과", "도", "로", "만",
)  # fmt: skip

#: Number of characters a piece of a script without spaces has; 0 keeps the run whole.
_PIECE = {"han": 2, "hiragana": 3, "katakana": 0, "unspaced": 4}


@functools.cache
def _marks() -> str:
    """All combining marks as the inside of a character class; `re`'s `\\w` leaves them out."""
    ranges: list[list[int]] = []
    for code in range(0x300, 0x20000):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@functools.cache
def _token_pattern() -> re.Pattern[str]:
    letter = f"[^\\W_][{_marks()}]*"
    return re.compile(f"(?:{letter})+(?:['\\-](?:{letter})+)*")


_ASCII_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['\-][A-Za-z0-9]+)*")

#: Runs of one script without spaces, or of anything else.
_RUNS = re.compile(
    "(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f々〆]+)"
    "|(?P<hiragana>[\u3041-\u309f]+)"
    "|(?P<katakana>[\u30a0-\u30ffー]+)"
    "|(?P<unspaced>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
    "|(?P<spaced>[^\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003134f]+)"
)


def replace_bracketed(text: str, instead: str = " ") -> str:
    """The text with something else in place of all that looks like a placeholder: "[e-mail]"."""
    return _BRACKETED.sub(instead, text) if "[" in text else text


def tokens(text: str) -> list[str]:
    """The words of a text as they are written; scripts without spaces come in runs of a script."""
    if text.isascii():
        return _ASCII_TOKEN.findall(text)
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‐", "-")
    found: list[str] = []
    for token in _token_pattern().findall(text):
        if token.isascii():
            found.append(token)
        else:
            found.extend(run.group() for run in _RUNS.finditer(token))
    return found


def is_unspaced(token: str) -> bool:
    """Whether a token of `tokens` is of a script that puts no spaces between words."""
    run = None if token.isascii() else _RUNS.match(token)
    return run is not None and run.lastgroup != "spaced"


@functools.lru_cache(maxsize=1 << 17)
def lemma(word: str) -> str:
    """Dictionary form of one word without apostrophe or hyphen, lower case.

    English dictionary and rules for Latin letters, particles cut off for Korean, the lower-case
    word itself for everything else.
    """
    lower = word.lower()
    if lower in _LEMMA_OVERRIDES:
        return _LEMMA_OVERRIDES[lower]
    if lower.isascii():
        if not 3 <= len(lower) <= _LONGEST_WORD or not lower.isalpha():
            return lower
        import simplemma

        return str(simplemma.lemmatize(lower, lang="en")).lower()
    if "가" <= lower[0] <= "힣":
        for particle in _KOREAN_PARTICLES:
            if lower.endswith(particle) and len(lower) > len(particle) + 1:
                return lower[: -len(particle)]
    return lower


def lemmas(token: str) -> tuple[str, ...]:
    """The content lemmas of one token of `tokens`; empty for a function word."""
    return _known_lemmas(token) if len(token) <= _LONGEST_WORD else _lemmas(token)


def _lemmas(token: str) -> tuple[str, ...]:
    lower = token.lower()
    if lower in FUNCTION_WORDS:
        return ()
    run = _RUNS.match(token)
    if run is not None and run.lastgroup != "spaced":
        return _pieces(lower, _PIECE[str(run.lastgroup)])
    found = []
    for part in _parts(lower):
        if part in FUNCTION_WORDS or (len(part) == 1 and not part.isdigit()):
            continue
        dictionary_form = lemma(part)
        if dictionary_form not in FUNCTION_WORDS:
            found.append(dictionary_form)
    return tuple(found)


_known_lemmas = functools.lru_cache(maxsize=1 << 18)(_lemmas)


def _parts(token: str) -> list[str]:
    """The words inside a token: "t-shirt" is one, "check-in" two, "france's" and "l'eau" one."""
    parts: list[str] = []
    for piece in token.split("'"):
        head, hyphen, rest = piece.partition("-")
        prefix = len(head) == 1 or (len(head) == 2 and head not in FUNCTION_WORDS)
        if hyphen and prefix and "-" not in rest:
            parts.append(piece.replace("-", ""))
        else:
            parts.extend(part for part in (head, *rest.split("-")) if part)
    return parts


def _pieces(run: str, length: int) -> tuple[str, ...]:
    """Overlapping pieces of a run, each of `length` characters with the marks that follow them."""
    if length == 0:
        return (run,)
    characters: list[str] = []
    for character in run:
        if characters and unicodedata.category(character)[0] == "M":
            characters[-1] += character
        else:
            characters.append(character)
    if len(characters) <= length:
        # One syllable of Hiragana is grammar; one Han character is a word.
        return () if length == 3 and len(characters) == 1 else (run,)
    return tuple("".join(characters[i : i + length]) for i in range(len(characters) - length + 1))


def content_lemmas(text: str) -> list[str]:
    """The lemmas of all content words of a user's text, in order, placeholders left out."""
    return [found for token in tokens(replace_bracketed(text)) for found in lemmas(token)]
