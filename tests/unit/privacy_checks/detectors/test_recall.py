"""How much generated personal data is found, however it is spelled, and how little else."""

import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from faker import Faker

from privacy_checks.detectors import ALL

#: All kinds but bare digits, which say nothing of what they are.
RECOGNISED = ALL.without("digit_run")
SAMPLES = 60
_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR")


def _card(fake: Faker, rng: random.Random) -> str:
    number = fake.credit_card_number(card_type=rng.choice(["visa16", "mastercard", "amex"]))
    return rng.choice([number, " ".join(re.findall(".{1,4}", number))])


def _phone(fake: Faker, rng: random.Random) -> str:
    d = "".join(rng.choices(string.digits, k=8))
    area = str(rng.randint(201, 989)).replace("11", "12")
    return rng.choice(
        [
            f"({area}) {rng.randint(200, 989)}-{d[:4]}",
            f"{area}-{rng.randint(200, 989)}-{d[:4]}",
            f"+1 {area} {rng.randint(200, 989)} {d[:4]}",
            f"+44 7{rng.randint(400, 899)} {d[:6]}",
            f"+49 170 {d[:7]}",
            f"+33 6 {d[:2]} {d[2:4]} {d[4:6]} {d[6:8]}",
            f"06 {d[:2]} {d[2:4]} {d[4:6]} {d[6:8]}",
            f"+91 98{d[:3]} {d[3:8]}",
        ]
    )


def _address(fake: Faker, rng: random.Random) -> str:
    # Streets that a locale's generator builds are not always those of the country: pick plain ones.
    number, name = rng.randint(2, 9_999), fake["en_US"].last_name()
    return rng.choice(
        [
            f"{number} {name} Street",
            f"{number} {name} Road, {fake['en_US'].city().split()[0]}",
            f"{number} North {name} Avenue Apt {rng.randint(1, 99)}",
            f"{number} Old {name} Lane",
            f"{name}straße {rng.randint(2, 99)}",
            f"{rng.randint(2, 99)} rue {name}",
            f"Calle {name} {rng.randint(2, 99)}",
            f"Via {name}, {rng.randint(2, 99)}",
            f"Rua {name}, {rng.randint(2, 99)}",
        ]
    )


def _token(fake: Faker, rng: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    body = "".join(rng.choices(letters, k=36))
    return rng.choice(
        [f"sk-{body}", f"ghp_{body}", f"AKIA{body[:16].upper()}", f"my password is {body[:9]}7",
         f"api_key={body}", f"token: {body}", f"hf_{body}"]
    )  # fmt: skip


def _birth(fake: Faker, rng: random.Random) -> str:
    day = fake["en_US"].date_of_birth()
    return rng.choice(
        [f"born on {day:%d/%m/%Y}", f"dob {day.isoformat()}", f"date of birth: {day:%B} {day.day}, "
         f"{day.year}", f"my birthday is {day.day} {day:%B} {day.year}",
         f"geboren am {day:%d.%m.%Y}", f"né le {day:%d/%m/%Y}"]
    )  # fmt: skip


def _plate(fake: Faker, rng: random.Random) -> str:
    code = rng.choice([fake["en_US"].license_plate(), fake["en_GB"].license_plate()])
    return f"{rng.choice(['license plate', 'plate number is', 'number plate:'])} {code}"


def _national_id(fake: Faker, rng: random.Random) -> str:
    number = rng.choice(
        [fake["en_US"].ssn(), fake["es_ES"].nif(), fake["it_IT"].ssn(), fake["pt_BR"].cpf()]
    )
    return rng.choice([number, f"ssn {fake['en_US'].ssn()}", f"passport {fake.passport_number()}"])


def _url(fake: Faker, rng: random.Random) -> str:
    name = fake["en_US"].user_name()
    return rng.choice(
        [f"https://{name}:{name}@example.org/x", f"linkedin.com/in/{name}",
         f"https://twitter.com/{name}", f"https://example.com/reset?token={name}",
         f"https://example.com/users/{name}"]
    )  # fmt: skip


_GENERATORS: dict[str, Callable[[Faker, random.Random], str]] = {
    "email": lambda fake, rng: rng.choice([fake["en_US"].email(), fake["en_US"].free_email()]),
    "phone": _phone,
    "iban": lambda fake, rng: " ".join(
        re.findall(".{1,4}", fake[rng.choice(["de_DE", "fr_FR", "en_GB", "nl_NL"])].iban())
    ),
    "payment_card": _card,
    "national_id": _national_id,
    "ip_address": lambda fake, rng: rng.choice([fake.ipv4_public(), fake.ipv6()]),
    "mac_address": lambda fake, rng: fake.mac_address(),
    "url": _url,
    "secret": _token,
    "opaque_token": lambda fake, rng: fake.uuid4(),
    "handle": lambda fake, rng: "@" + fake["en_US"].user_name(),
    "postal_address": _address,
    "date_of_birth": _birth,
    "licence_plate": _plate,
    "coordinates": lambda fake, rng: f"{fake.latitude()}, {fake.longitude()}",
}
_FRAMES = (
    "Please write a letter that mentions {} and keep it short",
    "Hi! {} - can you help?",
    "what should i do about {}, i am worried",
    "Необходимо проверить {} сегодня",
    "请帮我检查 {} 谢谢",
)
_FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")
_ARABIC = str.maketrans(string.digits, "٠١٢٣٤٥٦٧٨٩")


def _zero_width(text: str) -> str:
    return "\u200b".join(text)


def _spoken(text: str) -> str:
    return text.replace("@", " at ").replace(".", " dot ")


@dataclass(frozen=True)
class Spelling:
    """A way to write data down, and the kinds it makes sense for."""

    name: str
    apply: Callable[[str], str]
    kinds: tuple[str, ...] = tuple(_GENERATORS)


_SPELLINGS = (
    Spelling("plain", str),
    # case carries the meaning of keys; street names lose theirs but for unmistakable ones
    Spelling("lower case", str.lower, tuple(k for k in _GENERATORS if k != "secret")),
    Spelling("full-width digits", lambda text: text.translate(_FULL_WIDTH)),
    Spelling("arabic digits", lambda text: text.translate(_ARABIC)),
    Spelling("zero-width characters", _zero_width),
    Spelling("spoken", _spoken, ("email",)),
    Spelling("brackets", lambda t: t.replace("@", "(at)").replace(".", "[dot]"), ("email",)),
)
#: Least share that must be found, where less than nearly everything is.
_FLOORS = {("postal_address", "lower case"): 0.75}
CASES = [(kind, spelling) for spelling in _SPELLINGS for kind in spelling.kinds]


def samples(kind: str, spelling: Spelling, count: int = SAMPLES) -> list[tuple[str, str]]:
    """(text, what is hidden in it) for a kind and a spelling, seeded."""
    rng = random.Random(f"{kind} {spelling.name}")
    fake = Faker(_LOCALES)
    fake.seed_instance(rng.randint(0, 1 << 30))
    found = []
    for _ in range(count):
        data = spelling.apply(_GENERATORS[kind](fake, rng))
        found.append((rng.choice(_FRAMES).format(data), data))
    return found


def recall(kind: str, spelling: Spelling, count: int = SAMPLES) -> tuple[float, float]:
    """Shares of samples in which the kind is found, and in which anything at all is."""
    texts = [text for text, _ in samples(kind, spelling, count)]
    named = sum(any(hit.kind == kind for hit in RECOGNISED.find(text)) for text in texts)
    return named / len(texts), sum(map(ALL.has_hit, texts)) / len(texts)


@pytest.mark.parametrize(
    ("kind", "spelling"), CASES, ids=[f"{kind}-{spelling.name}" for kind, spelling in CASES]
)
def test_generated_data_is_found_when_it_is_spelled_in_some_way(
    kind: str, spelling: Spelling
) -> None:
    named, caught = recall(kind, spelling)
    assert named >= _FLOORS.get((kind, spelling.name), 0.9)
    assert caught >= _FLOORS.get((kind, spelling.name), 0.95)


_VERBS = ("Write", "Explain", "Compare", "Summarise", "Translate", "Plan", "Fix", "Improve")
_THINGS = (
    "a python function that sorts a list", "the causes of the war", "3 tips for a road trip",
    "a 5 star hotel near the beach", "the difference between tcp and udp", "chapter 12 of the book",
    "a birthday card for my sister", "10 ideas for a main street festival", "version 2.1.3 of it",
    "an @media rule in css", "the @Override annotation in java", "a 30 minute drive playlist",
    "the meaning of a plate of food", "the password policy of a company", "how tokens are counted",
    "what time it is at 10:30:00", "std::vector and std::map", "whether 3/4 is larger than 2/3",
    "how to reach 100 push-ups", "a call with 12 people", "the pin code lock problem",
    "64-bit and 32-bit systems", "a phone with 128 GB", "the top 10 places to live at",
    "a letter to amazon.com support", "the look at the dot product", "a GPT-4 prompt",
    "step 1-2-3 of the guide", "the api key rotation", "1,000,000 dollars in 12 months",
    "the address of the president", "an ip address class", "localhost 127.0.0.1 errors",
)  # fmt: skip


def innocent(count: int) -> list[str]:
    """Requests without personal data, full of numbers, signs and cue words; seeded."""
    rng = random.Random(7)
    return [
        f"{rng.choice(_VERBS)} {rng.choice(_THINGS)} and {rng.choice(_THINGS)}"
        for _ in range(count)
    ]


def test_nothing_is_found_when_a_text_only_looks_like_personal_data() -> None:
    wrong = [hit.kind for text in innocent(400) for hit in ALL.find(text)]
    assert not wrong
