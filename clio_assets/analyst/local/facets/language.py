"""Which human language a user writes in.

What the user said, turn by turn from the first on, is read without code, quotations, links and
placeholders. The script decides where only one widely used language is written in it. Otherwise
py3langid (a naive Bayes classifier over byte sequences) ranks the languages of that script, with
how widely they are used as prior: it matters for a few words only, where the classifier itself
knows little.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from clio_assets.analyst.local.facets.prose import said
from privacy_checks.language.lemmas import replace_bracketed

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN: Final = "Unknown"

#: Characters of each turn, and of all turns, that are read.
_TURN: Final = 400
_ALL: Final = 1_200

#: Scripts that are certain: one widely used language each.
_LANGUAGE_OF_SCRIPT: Final = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "BENGALI": "bn",
    "SINHALA": "si",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "ETHIOPIC": "am",
}

#: Languages that are told apart within a script, with their log prior: how much less likely they
#: are than the most used one. For Latin it was set on short requests: a larger one turns greetings
#: in other languages into English, a smaller one finds a dozen languages in "set a timer".
_LANGUAGES_OF_SCRIPT: Final = {
    "LATIN": {
        "en": 0.0,
        "es pt fr de it nl pl tr id vi": -4.0,
        "sv da no fi cs ro hu sk hr sl et lv lt ca sq az uz ms tl sw is af eu gl cy ga mt": -10.0,
    },
    "CYRILLIC": {"ru": 0.0, "uk": -1.0, "bg sr be mk kk ky mn tg": -3.0},
    "ARABIC": {"ar": 0.0, "fa ur": -1.0, "ps ug": -5.0},
    "DEVANAGARI": {"hi": 0.0, "mr ne": -3.0},
}

#: Words that are often a whole message, too short for the classifier.
_FREQUENT: Final = {
    "en": "hi hello hey yo hiya yes yeah no nope ok okay thanks thx lol bye sorry please help why",
    "es": "hola gracias adiós buenos buenas días tardes noches sí vale ayuda ayúdame porfavor",
    "pt": "olá oi obrigado obrigada bom boa dia tarde noite tchau ajuda sim não",
    "fr": "bonjour bonsoir salut merci oui au revoir coucou svp",
    "de": "hallo danke bitte guten morgen tag abend tschüss ja nein hilfe moin servus",
    "it": "ciao grazie buongiorno buonasera prego sì aiuto salve",
    "nl": "hoi dank bedankt goedemorgen goedemiddag doei alsjeblieft alstublieft",
    "pl": "cześć dziękuję dzięki dzień dobry proszę tak nie witam",
    "tr": "merhaba selam teşekkürler sağol evet hayır günaydın lütfen",
    "id": "halo terima kasih selamat pagi siang tolong apa kabar",
    "vi": "chào cảm ơn",
    "sv": "hej tack god morgon hejsan snälla",
    "da": "hej mange tak farvel",
    "no": "hei tusen takk vær snill",
    "fi": "moi hei kiitos huomenta terve",
    "et": "tere aitäh palun",
    "cs": "ahoj děkuji díky dobrý den prosím",
    "ro": "bună salut mulțumesc vă rog",
    "hu": "szia köszönöm kérem igen nem",
    "sk": "ahoj ďakujem dobrý deň prosím",
    "hr": "bok hvala molim dobar dan",
    "sl": "živjo hvala prosim koliko ura",
    "sw": "habari asante sana jambo",
    "tl": "kumusta salamat po",
    "ms": "terima kasih selamat",
    "ca": "bon dia gràcies moltes",
    "ru": "привет здравствуйте спасибо пожалуйста да нет",
    "uk": "привіт дякую доброго ранку дня будь ласка так ні",
    "bg": "здравей благодаря добър ден моля",
    "sr": "здраво хвала лепо молим",
}
_FREQUENT_LANGUAGES: Final = {
    word: [code for code, words in _FREQUENT.items() if word in words.split()]
    for word in " ".join(_FREQUENT.values()).split()
}
_FREQUENT_WORD: Final = 10.0
_FEW_WORDS: Final = 4

#: Scores of a text without any known byte sequence lie below this.
_NO_FEATURES: Final = -1e30

#: A character of these scripts says as much as so many letters.
_WEIGHT_OF_SCRIPT: Final = {"CJK": 4, "HIRAGANA": 4, "KATAKANA": 4, "HANGUL": 3}

_LINK = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+|[#@]\w+|\b[\w-]+\.(?:com|org|net|io|py|js)\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def language_of_turns(user_turns: Sequence[str]) -> str:
    """Full English name of the language of a user's turns; UNKNOWN where there are no letters."""
    text = _readable(map(said, user_turns)) or _readable(user_turns)
    script = _script(text)
    if script is None:
        return UNKNOWN
    if script in _LANGUAGE_OF_SCRIPT:
        return _name(_LANGUAGE_OF_SCRIPT[script])
    if script not in _LANGUAGES_OF_SCRIPT:
        return UNKNOWN
    return _name(_most_likely(text, script))


def _readable(turns: Iterable[str]) -> str:
    """The beginnings of the turns without links and placeholders; "" where no letter is left."""
    parts: list[str] = []
    left = _ALL
    for turn in turns:
        part = " ".join(_LINK.sub(" ", replace_bracketed(turn[: 2 * _TURN])).split())[:_TURN]
        parts.append(part[:left])
        left -= len(part)
        if left <= 0:
            break
    text = "\n".join(parts)
    return text if any(map(str.isalpha, text)) else ""


def _script(text: str) -> str | None:
    """The script of most of the text; Japanese wherever there is a fair share of kana."""
    if text.isascii():
        return "LATIN" if text else None
    weights: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            script = _script_of(character)
            weights[script] += count * _WEIGHT_OF_SCRIPT.get(script, 1)
    if not weights:
        return None
    kana = weights["HIRAGANA"] + weights["KATAKANA"]
    if kana and kana * 10 >= weights["CJK"]:
        weights["HIRAGANA"] = kana + weights.pop("CJK", 0)
    return max(weights, key=lambda script: (weights[script], script))


@lru_cache(maxsize=1 << 16)
def _script_of(character: str) -> str:
    """First word of the character's Unicode name: the script, for letters of all scripts in use."""
    return unicodedata.name(character, "NONE").split(maxsplit=1)[0].split("-")[0]


def _most_likely(text: str, script: str) -> str:
    scores = dict(_identifier(script).rank(text))
    if max(scores.values()) <= _NO_FEATURES:
        scores = dict.fromkeys(scores, 0.0)
    for tier, prior in _LANGUAGES_OF_SCRIPT[script].items():
        for code in tier.split():
            scores[code] += prior
    words = {word.lower() for word in _WORD.findall(text)}
    if len(words) <= _FEW_WORDS:
        for word in words:
            for code in _FREQUENT_LANGUAGES.get(word, ()):
                if code in scores:
                    scores[code] += _FREQUENT_WORD
    return str(max(scores, key=lambda code: (scores[code], code)))


@cache
def _identifier(script: str) -> "LanguageIdentifier":
    """A classifier for the languages of one script; all scripts share one model's tables."""
    identifier = copy(_model())
    identifier.set_languages(" ".join(_LANGUAGES_OF_SCRIPT[script]).split())
    return identifier


@cache
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


@cache
def _name(code: str) -> str:
    """English name of a language as the langcodes package has it."""
    from langcodes import Language

    return str(Language.get(code).display_name("en"))
