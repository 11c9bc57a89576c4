"""Planted personal data: every kind, valid, distinct, and where the truth says."""

import ipaddress
import re
import string
import zlib
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
import pytest
from stdnum import bitcoin, iban, luhn, mac
from stdnum.br import cpf
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.us import ssn

from clio_assets.sample.personal_data.checksums import eip55
from clio_assets.sample.personal_data.draw import Ticket, spread
from clio_assets.sample.personal_data.obfuscate import obfuscate_digits, obfuscate_email
from clio_assets.sample.personal_data.plant import KINDS
from clio_assets.sample.personal_data.pools import pools
from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.stream import Sample, conversations
from clio_assets.sample.tree import load_tree

LANGUAGES = tuple(load_tree().languages)
REGIONS = {"en": "US", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "pt": "BR"} | {
    "ru": "RU",
    "ja": "JP",
}


def planted(sample: list[Sample]) -> list[dict[str, Any]]:
    return [piece for one in sample for piece in one.truth["personal_data"]]


def values(kind: str, language: str, count: int = 200, seed: int = 3) -> list[str]:
    return [KINDS[kind].make(Ticket(serial, seed, language)) for serial in range(count)]


def is_phone(value: str, language: str) -> bool:
    region = "GB" if value.startswith("0161") else REGIONS[language]
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(value, region)))


def is_national_id(value: str, language: str) -> bool:
    rules = {"es": dni, "fr": nir, "it": codicefiscale, "pt": cpf, "de": bsn}
    chosen = [rules[language]] if language in rules else list(rules.values())
    return any(rule.is_valid(value) for rule in chosen)


def is_crypto_address(value: str, _language: str) -> bool:
    if value.startswith("0x"):
        return value == eip55(bytes.fromhex(value[2:])) and value != value.lower()
    return bool(bitcoin.is_valid(value))


def is_api_key(value: str, _language: str) -> bool:
    if value.startswith("ghp_"):
        digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
        checksum = 0
        for character in value[-6:]:
            checksum = checksum * 62 + digits.index(character)
        return len(value) == 40 and checksum == zlib.crc32(value[4:-6].encode())
    known = r"sk-proj-\w{48}|AKIA[A-Z2-7]{16}|xoxb-\d{12,13}-\w{24}|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}"
    return re.fullmatch(known, value) is not None


def is_date(value: str, _language: str) -> bool:
    year = re.search(r"(?:19|20)\d\d", value)
    return year is not None and 1940 <= int(year.group()) <= 2007


def is_url(value: str, _language: str) -> bool:
    parts = urlsplit(value)
    return (parts.hostname or "").endswith(("example", "example.com", "example.net", "example.org"))


def is_coordinates(value: str, _language: str) -> bool:
    decimal = re.fullmatch(r"(-?\d+\.\d{5}), (-?\d+\.\d{5})", value)
    if decimal is None:
        return re.fullmatch(r"\d+°\d\d'\d\d\"[NS] \d+°\d\d'\d\d\"[EW]", value) is not None
    return abs(float(decimal[1])) <= 90 and abs(float(decimal[2])) <= 180


VALID = {
    "person_name": lambda value, _: len(value.split()) >= 2,
    "email": lambda value, _: re.fullmatch(r"[a-z._0-9]+@[a-z.]*example[a-z.]*", value),
    "phone": is_phone,
    "postal_address": lambda value, _: re.search(r"\d", value) and len(value) > 15,
    "date_of_birth": is_date,
    "iban": lambda value, _: iban.is_valid(value),
    "payment_card": lambda value, _: luhn.is_valid(re.sub(r"[ -]", "", value)),
    "us_ssn": lambda value, _: ssn.is_valid(value.replace(" ", "-")),
    "national_id": is_national_id,
    "ip_address": lambda value, _: ipaddress.IPv4Address(value).is_private,
    "ipv6_address": lambda value, _: (
        ipaddress.IPv6Address(value) in ipaddress.ip_network("2001:db8::/32")
    ),
    "mac_address": lambda value, _: mac.is_valid(value),
    "url": is_url,
    "crypto_address": is_crypto_address,
    "api_key": is_api_key,
    "social_handle": lambda value, _: re.fullmatch(r"@[a-z._0-9]{5,}", value),
    "licence_plate": lambda value, _: re.fullmatch(r"[A-Z0-9 -]{6,10}", value),
    "geo_coordinates": is_coordinates,
}


def test_every_kind_has_a_check_when_listed() -> None:
    assert set(VALID) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "language"),
    [(kind, code) for code in LANGUAGES for kind in load_tree().languages[code].carriers],
)
def test_values_are_valid_when_made(kind: str, language: str) -> None:
    assert [v for v in values(kind, language) if not VALID[kind](v, language)] == []


def test_every_kind_is_planted_when_default(sample: list[Sample]) -> None:
    assert {piece["kind"] for piece in planted(sample)} == set(KINDS)


def test_share_with_personal_data_is_as_set_when_counted(sample: list[Sample]) -> None:
    share = sum(bool(one.truth["personal_data"]) for one in sample) / len(sample)
    assert share == pytest.approx(0.06, abs=0.01)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_share_is_kept_when_extreme(share: float) -> None:
    made = conversations(SampleSettings(conversations=400, personal_data_share=share))
    for one in made:
        ordinary = one.truth["edge"] is None and not one.truth["rare"]
        if ordinary and not one.truth["coordinated"] and one.truth["duplicate_of"] is None:
            # an original of a planned pair holds none either
            assert share == 1.0 or not one.truth["personal_data"]
        if share == 0.0:
            assert one.truth["personal_data"] == []


def test_values_stand_where_the_truth_says_when_default(sample: list[Sample]) -> None:
    for one in sample:
        messages = one.record["messages"]
        for piece in one.truth["personal_data"]:
            assert piece["messages"]
            found = [
                i for i, message in enumerate(messages) if piece["value"] in message["content"]
            ]
            assert found == piece["messages"]
            assert any(messages[i]["role"] == "user" for i in found)


def test_values_stand_in_first_requests_later_turns_and_replies_when_default(
    sample: list[Sample],
) -> None:
    places = Counter(
        "first" if i == 0 else ("later", "reply")[i % 2]
        for piece in planted(sample)
        for i in piece["messages"]
    )
    assert min(places["first"], places["later"], places["reply"]) > 20


def test_values_are_distinct_when_many_are_planted() -> None:
    made = conversations(SampleSettings(conversations=6_000, personal_data_share=1.0, seed=11))
    seen: Counter[str] = Counter(
        piece.get("plain", piece["value"]) for one in made for piece in one.truth["personal_data"]
    )
    assert seen.total() > 7_000
    assert [value for value, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_values_are_distinct_when_thousands_are_made(kind: str) -> None:
    count = 2_000 if kind == "crypto_address" else 8_000  # its checksums take their time
    assert len(set(values(kind, "en", count))) == count


def test_names_get_an_initial_when_all_pairs_are_used() -> None:
    names = pools().names["latin"]
    size = len(names.first) * len(names.last)
    first = KINDS["person_name"].make(Ticket(0, 3, "en"))
    again = KINDS["person_name"].make(Ticket(size, 3, "en"))
    assert again == first.replace(" ", " A. ", 1)


def test_values_differ_when_the_seed_does() -> None:
    for kind in KINDS:
        assert values(kind, "en", 30, seed=1) != values(kind, "en", 30, seed=2)


def test_obfuscated_values_keep_their_plain_form_when_planted(sample: list[Sample]) -> None:
    hidden = [piece for piece in planted(sample) if piece["obfuscated"]]
    assert 5 < len(hidden) < 60
    for piece in planted(sample):
        assert ("plain" in piece) == piece["obfuscated"]
    assert all(piece["plain"] != piece["value"] for piece in hidden)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (0, "jo dot doe at example dot com"),
        (1, "jo[dot]doe[at]example[dot]com"),
        (2, "jo.doe (at) example . com"),
    ],
)
def test_email_is_spelled_out_when_obfuscated(variant: int, expected: str) -> None:
    assert obfuscate_email("jo.doe@example.com", variant) == expected


@pytest.mark.parametrize(
    ("variant", "expected"),
    [(0, "5 5 0 1"), (1, "5.5.0.1"), (2, "５５-０１"), (3, "five five zero one")],
)
def test_digits_are_spread_when_obfuscated(variant: int, expected: str) -> None:
    assert obfuscate_digits("55-01", variant) == expected


@pytest.mark.parametrize("size", [7, 7_368_787, 24_800, 1])
def test_spread_meets_every_number_once_when_serials_run_through(size: int) -> None:
    count = min(size, 5_000)
    drawn = {spread(Ticket(serial, 0, "en"), size, "x") for serial in range(count)}
    assert len(drawn) == count
    assert max(drawn) < size


def test_birthdays_are_no_two_days_when_languages_write_them_differently() -> None:
    days: dict[str, set[int]] = defaultdict(set)
    for serial in range(12_000):
        language = LANGUAGES[serial % len(LANGUAGES)]
        days[KINDS["date_of_birth"].make(Ticket(serial, 0, language))].add(serial)
    assert all(len(serials) == 1 for serials in days.values())
