"""Small clusters of requests with known themes, for the tests of names."""

from collections.abc import Sequence
from itertools import product

from clio_assets.analyst.protocol import ClusterToName
from clio_assets.clusters.terms import supported_terms
from clio_assets.facets.schema import DEFAULT_FACETS

MIN_USERS = 5

#: Theme -> ways to ask and what fills the gaps.
THEMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "translate": (
        (
            "can you translate {} into spanish",
            "please translate {} to spanish",
            "how do i say {} in spanish",
            "i want to translate {} into spanish",
        ),
        ("hello", "this phrase", "thank you", "good night", "a letter"),
    ),
    "oil": (
        (
            "how do i change the oil in my {}",
            "i need to change my oil in the {}",
            "what are the steps to change oil in a {}",
            "show me how to change the oil of my {}",
        ),
        ("car", "truck", "car", "ford", "car"),
    ),
    "balance": (
        (
            "what is my bank account balance{}",
            "tell me the balance of my account{}",
            "can you check my account balance{}",
            "i'd like to know my bank balance{}",
        ),
        ("", " please", " for savings", " at the bank", " now"),
    ),
    "joke": (
        ("tell me a joke about {}", "i want to hear a joke about {}", "give me a joke on {}"),
        ("cats", "work", "dogs", "school", "cats"),
    ),
    "declined": (
        (
            "why was my card declined {}",
            "do you know why my card was declined {}",
            "my card got declined {}",
        ),
        ("yesterday", "at the store", "at the shop", "today", "in the store"),
    ),
    "age": (
        ("how old are you{}", "tell me how old you are{}", "what is your age{}"),
        ("", " exactly", " please", " now", " today"),
    ),
    "tarjeta": (
        (
            "¿cómo puedo bloquear mi tarjeta de crédito{}?",
            "quiero bloquear la tarjeta de crédito{}",
            "necesito bloquear mi tarjeta{} por favor",
        ),
        ("", " perdida", " robada", " del banco", " ya"),
    ),
    "passwort": (
        (
            "Wie kann ich mein Passwort zurücksetzen{}?",
            "Ich möchte das Passwort zurücksetzen{}",
            "Bitte hilf mir, mein Passwort zu ändern{}",
        ),
        ("", " bitte", " für mein Konto", " jetzt", " im Konto"),
    ),
    "予約": (
        ("{}の予約を変更したいです", "{}の予約を変更してください", "{}の予約を変更できますか"),
        ("ホテル", "レストラン", "飛行機", "明日", "ホテル"),
    ),
}


def texts_of(theme: str, count: int = 40) -> list[str]:
    """Requests about a theme, all ways in turn."""
    ways, fillers = THEMES[theme]
    texts = [way.format(filler) for way, filler in product(ways, fillers)]
    return [texts[number % len(texts)] for number in range(count)]


def question(
    members: Sequence[str], users: Sequence[str] = (), neighbours: Sequence[int] = ()
) -> ClusterToName:
    """The question of a cluster; every member is a user of its own unless told otherwise."""
    who = list(users) or [f"user {number}" for number in range(len(members))]
    terms = supported_terms(members, who, MIN_USERS)
    return ClusterToName(DEFAULT_FACETS[0], members, who, range(len(members)), terms, neighbours)


def questions(*themes: str) -> list[ClusterToName]:
    """One cluster a theme, all others its neighbours."""
    everyone = range(len(themes))
    return [
        question(texts_of(theme), neighbours=[other for other in everyone if other != own])
        for own, theme in enumerate(themes)
    ]
