"""Labelled texts for benchmarks/detectors.py: personal data in every spelling, and clean ones."""

import gzip
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from faker import Faker

from clio_assets.sample.personal_data.draw import Ticket
from clio_assets.sample.personal_data.plant import KINDS as SAMPLE_KINDS

Maker = Callable[[Faker, random.Random], str]
NAMES = "name"
_SAMPLE_LANGUAGES = ("en", "de", "fr", "es", "it", "pt")
_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR", "en_IN")


# --- what is hidden: a text whose personal part stands between « and » -------------------------


def _of_sample(kind: str, pattern: str = "«{}»") -> Maker:
    def make(fake: Faker, rng: random.Random) -> str:
        ticket = Ticket(rng.randint(0, 5_000), 1, rng.choice(_SAMPLE_LANGUAGES))
        return pattern.format(SAMPLE_KINDS[kind].make(ticket))

    return make


def _any(*makers: Maker | str) -> Maker:
    """One of several makers; a string is a Faker provider, with `locale:` before it if need be."""

    def make(fake: Faker, rng: random.Random) -> str:
        chosen = rng.choice(makers)
        if callable(chosen):
            return chosen(fake, rng)
        pattern, _, provider = chosen.rpartition("|")
        locale, _, method = provider.rpartition(":")
        value = getattr(fake[locale] if locale else fake, method)()
        return (pattern or "«{}»").format(value)

    return make


def _grouped(fake: Faker, rng: random.Random) -> str:
    number = fake[rng.choice(["de_DE", "fr_FR", "en_GB", "nl_NL", "it_IT", "es_ES"])].iban()
    return f"«{' '.join(re.findall('.{1,4}', number))}»"


def _card(fake: Faker, rng: random.Random) -> str:
    types = ["visa16", "mastercard", "amex", "discover", "jcb16", "diners", "maestro"]
    number = fake.credit_card_number(card_type=rng.choice(types))
    return f"«{rng.choice(['', ' ', '-']).join(re.findall('.{1,4}', number))}»"


def _phone(fake: Faker, rng: random.Random) -> str:
    d = "".join(rng.choices(string.digits, k=10))
    area, middle = rng.randint(212, 989), rng.randint(212, 989)
    number = rng.choice(
        [f"({area}) {middle}-{d[:4]}", f"{area}-{middle}-{d[:4]}", f"{area}.{middle}.{d[:4]}",
         f"+1 {area} {middle} {d[:4]}", f"+44 7{rng.randint(400, 899)} {d[:6]}",
         f"+49 170 {d[:7]}", f"+33 6 {d[:2]} {d[2:4]} {d[4:6]} {d[6:8]}", f"+91 98{d[:3]} {d[3:8]}",
         f"06 {d[:2]} {d[2:4]} {d[4:6]} {d[6:8]}", f"07{rng.randint(400, 899)} {d[:6]}",
         f"+55 11 9{d[:4]}-{d[4:8]}", f"+86 138 {d[:4]} {d[4:8]}",
         f"+7 9{d[:2]} {d[2:5]}-{d[5:7]}-{d[7:9]}"]
    )  # fmt: skip
    return rng.choice(["«{}»", "call me at «{}»", "phone: «{}»"]).format(number)


def _address(fake: Faker, rng: random.Random) -> str:
    name, town = fake["en_US"].last_name(), fake["en_US"].city().split()[0]
    n = rng.randint(2, 9_999)
    street = rng.choice(
        [f"{n} {name} Street", f"{n} {name} Ave", f"{n} {name} Rd, {town}", f"{n} Old {name} Lane",
         f"{n} North {name} Avenue Apt {rng.randint(1, 99)}", f"{n} {name} Drive, {town}, TX 75001",
         f"{name}straße {n % 98 + 1}", f"{n % 98 + 1} rue {name}", f"Calle {name} {n % 98 + 1}",
         f"Via {name}, {n % 98 + 1}", f"Rua {name}, {n % 98 + 1}", f"P.O. Box {n}"]
    )  # fmt: skip
    return f"«{street}»"


def _birth(fake: Faker, rng: random.Random) -> str:
    day = fake["en_US"].date_of_birth()
    return rng.choice(
        [f"born on «{day:%d/%m/%Y}»", f"dob «{day.isoformat()}»", f"geboren am «{day:%d.%m.%Y}»",
         f"date of birth: «{day:%B} {day.day}, {day.year}»", f"né le «{day:%d/%m/%Y}»",
         f"my birthday is «{day.day} {day:%B} {day.year}»", f"nacida el «{day:%d-%m-%Y}»",
         f"«{day:%m/%d/%Y}» is my date of birth"]
    )  # fmt: skip


def _url(fake: Faker, rng: random.Random) -> str:
    name = fake["en_US"].user_name()
    return "«" + rng.choice(
        [f"https://{name}:{name}@example.org/x", f"linkedin.com/in/{name}", f"github.com/{name}",
         f"https://twitter.com/{name}", f"https://example.com/reset?token={name}",
         f"https://example.com/users/{name}", f"https://www.facebook.com/{name}",
         f"https://example.net/?email={name}%40example.org"]
    ) + "»"  # fmt: skip


def _secret(fake: Faker, rng: random.Random) -> str:
    body = "".join(rng.choices(string.ascii_letters + string.digits, k=36))
    return rng.choice(
        [f"«sk-{body}»", f"«ghp_{body}»", f"«AKIA{body[:16].upper()}»", f"«hf_{body}»",
         f"my password is «{body[:9]}7»", f"api_key=«{body}7»", f"token: «{body}7»",
         f"pwd: «{fake.password()}»", f"«xoxb-{body[:12]}-{body[12:]}»"]
    )  # fmt: skip


def _token(fake: Faker, rng: random.Random) -> str:
    return "«" + rng.choice([str(fake.uuid4()), fake.sha256(), fake.md5()]) + "»"


def _plate(fake: Faker, rng: random.Random) -> str:
    locale = rng.choice(["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR"])
    cue = rng.choice(["license plate", "plate number is", "number plate:", "Kennzeichen", "targa"])
    return f"{cue} «{fake[locale].license_plate()}»"


def _run(fake: Faker, rng: random.Random) -> str:
    return f"«{rng.randint(1_000, 10 ** rng.randint(5, 12))}»"


def _spelled(fake: Faker, rng: random.Random) -> str:
    words = "zero oh one two three four five six seven eight nine".split()  # noqa: SIM905
    return f"«{' '.join(rng.choices(words, k=rng.randint(6, 11)))}»"


MAKERS: dict[str, Maker] = {
    "email": _any("en_US:email", "en_US:free_email", "de_DE:email", "fr_FR:company_email",
                  _of_sample("email")),
    "phone": _any(_phone, _phone, _of_sample("phone", "call «{}»")),
    "iban": _any("de_DE:iban", "fr_FR:iban", "en_GB:iban", _grouped, _of_sample("iban")),
    "payment_card": _any(_card, _card, _of_sample("payment_card")),
    "national_id": _any("en_US:ssn", "es_ES:nif", "it_IT:ssn", "pt_BR:cpf", "ssn «{}»|en_US:ssn",
                        "passport «{}»|en_US:passport_number", "fr_FR:ssn",
                        "personnummer «{}»|de_DE:ssn", _of_sample("us_ssn"),
                        _of_sample("national_id", "my id is «{}»")),
    "ip_address": _any("ipv4_public", "ipv6", "ipv4_private", _of_sample("ip_address")),
    "mac_address": _any("mac_address", _of_sample("mac_address")),
    "url": _any(_url, _url, _of_sample("url")),
    "crypto_address": _of_sample("crypto_address"),
    "secret": _any(_secret, _secret, _of_sample("api_key")),
    "opaque_token": _token,
    "handle": _any("«@{}»|en_US:user_name", "«@{}»|de_DE:user_name", _of_sample("social_handle")),
    "postal_address": _any(_address, _address, _of_sample("postal_address", "I live at «{}»")),
    "date_of_birth": _any(_birth, _birth, _of_sample("date_of_birth", "born «{}»")),
    "licence_plate": _any(_plate, _plate, _of_sample("licence_plate", "plate «{}»")),
    "coordinates": _of_sample("geo_coordinates"),
    "digit_run": _run,
    "spelled_digits": _spelled,
    NAMES: _any("«{}»|en_US:name_nonbinary", "en_GB:name_female", "de_DE:name_male",
                "es_ES:name_female", "fr_FR:name_male", "it_IT:name_female", "en_US:first_name",
                "en_US:last_name"),
}  # fmt: skip

_FRAMES = (
    "Please write a letter that mentions {} and keep it short",
    "Hi! {} - can you help?",
    "what should i do about {}, i am worried",
    "Bitte prüfe {} und antworte kurz",
    "Necesito ayuda con {} por favor",
    "Необходимо проверить {} сегодня",
    "请帮我检查 {} 谢谢",
)
_NAME_FRAMES = (
    "Help plan the party of {} and friends",
    "Users asked about {}, often in detail.",
    "Ask about {}",
    "Draft letters to {} about money",
)


# --- how it is spelled --------------------------------------------------------------------------

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LOOKALIKES = str.maketrans("aeopcxy", "аеорсху")


def _apart(text: str) -> str:
    return " ".join(c for c in text if c.isalnum() or c == "+")


def _in_words(text: str) -> str:
    return " ".join(_WORDS[int(c)] for c in text if c.isdigit())


def _signs(text: str, at: str, dot: str) -> str:
    return text.replace("@", at).replace(".", dot)


@dataclass(frozen=True)
class Spelling:
    """A way to write data down, and the kinds for which people do; `whole`: the sentence too."""

    name: str
    apply: Callable[[str], str]
    kinds: tuple[str, ...]
    whole: bool = False


KINDS = tuple(kind for kind in MAKERS if kind != NAMES)
_NUMBERS = ("phone", "payment_card", "iban", "national_id")
_WITH_DIGITS = tuple(kind for kind in KINDS if kind not in ("email", "handle", "url"))
_FULL_WIDTH = str.maketrans(string.digits, "０１２３４５６７８９")
_ARABIC = str.maketrans(string.digits, "٠١٢٣٤٥٦٧٨٩")
_ANY_CASE = tuple(kind for kind in MAKERS if kind not in ("secret", "crypto_address"))
SPELLINGS = (
    Spelling("plain", str, tuple(MAKERS)),
    Spelling("lower-case chat", str.lower, _ANY_CASE, whole=True),
    Spelling("full-width digits", lambda text: text.translate(_FULL_WIDTH), _WITH_DIGITS),
    Spelling("arabic digits", lambda text: text.translate(_ARABIC), _WITH_DIGITS),
    Spelling("zero-width characters", "\u200b".join, tuple(MAKERS)),
    Spelling(
        "mixed scripts", lambda t: t.translate(_LOOKALIKES), ("email", "url", "handle", NAMES)
    ),
    Spelling("at, dot in words", lambda t: _signs(t, " at ", " dot "), ("email",)),
    Spelling("at, dot in brackets", lambda t: _signs(t, "(at)", "[dot]"), ("email",)),
    Spelling("characters apart", _apart, _NUMBERS),
    Spelling("digits in words", _in_words, ("phone", "payment_card")),
)


def samples(kind: str, spelling: Spelling, count: int) -> list[tuple[str, int, int]]:
    """(text, start, end of what is hidden), seeded."""
    rng = random.Random(f"{kind} {spelling.name}")
    fake = Faker(_LOCALES)
    fake.seed_instance(rng.randint(0, 1 << 30))
    found = []
    for _ in range(count):
        before, _, rest = MAKERS[kind](fake, rng).partition("«")
        value, _, behind = rest.partition("»")
        frame = rng.choice(_NAME_FRAMES if kind == NAMES else _FRAMES)
        head, _, tail = frame.partition("{}")
        head, value, tail = head + before, spelling.apply(value), behind + tail
        if spelling.whole:
            head, tail = head.lower(), tail.lower()
        found.append((head + value + tail, len(head), len(head) + len(value)))
    return found


# --- what is clean ------------------------------------------------------------------------------

_VERBS = ("Write", "Explain", "Compare", "Summarise", "Translate", "Plan", "Fix", "Improve")
_THINGS = (
    "a python function that sorts a list", "the causes of the war", "3 tips for a road trip",
    "a 5 star hotel near the beach", "the difference between tcp and udp", "chapter 12 of the book",
    "a birthday card for my sister", "10 ideas for a main street festival", "version 2.1.3 of it",
    "an @media rule in css", "the @Override annotation in java", "a 30 minute drive playlist",
    "the meaning of a plate of food", "the password policy of a company", "how tokens are counted",
    "what time it is at 10:30:00", "std::vector and std::map", "whether 3/4 is larger than 2/3",
    "how to reach 100 push-ups", "a call with 12 people", "64-bit and 32-bit systems",
    "a phone with 128 GB", "the top 10 places to live at", "a letter to amazon.com support",
    "the look at the dot product", "a GPT-4 prompt", "step 1-2-3 of the guide",
    "1,000,000 dollars in 12 months", "the address of the president", "an ip address class",
    "localhost 127.0.0.1 errors", "a street food tour", "15 % of 80 and 2^10", "a 9 to 5 job",
)  # fmt: skip


def clean_texts(data: Path | None, count: int) -> list[str]:
    """Requests without personal data: made up, and half of them real where there is a folder."""
    rng = random.Random(7)
    real = [] if data is None else list(_real(data))
    real = rng.sample(real, min(count // 2, len(real)))
    made = [
        f"{rng.choice(_VERBS)} {rng.choice(_THINGS)} and {rng.choice(_THINGS)}"
        for _ in range(count - len(real))
    ]
    return real + made


def _real(data: Path) -> Iterator[str]:
    """The requests of CLINC150: collected for tests, with hardly any personal data."""
    path = data / "clinc150.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["messages"][0]["content"]


def clean_names(data: Path | None) -> list[str]:
    """Names of topics as they are published: from the intents of CLINC150, or from the things."""
    topics = {thing for thing in _THINGS if thing.islower() and "." not in thing}
    if data is not None and (data / "clinc150.jsonl.gz").exists():
        with gzip.open(data / "clinc150.jsonl.gz", "rt", encoding="utf-8") as lines:
            topics |= {json.loads(ln)["metadata"]["intent"].replace("_", " ") for ln in lines}
    return [f"{verb} about {topic}" for topic in sorted(topics) for verb in ("Ask", "Get help")]
