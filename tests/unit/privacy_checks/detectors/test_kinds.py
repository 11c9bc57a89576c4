"""What each detector finds, and what it leaves alone."""

import re
from pathlib import Path

import pytest

from privacy_checks.detectors import ALL, kinds

FOLDER = Path(kinds.__file__).parent

#: All kinds but bare digits, which say nothing of what they are.
RECOGNISED = ALL.without("digit_run")

FOUND = [
    # kind, text, what is found in it
    ("email", "write to jane.doe+x@mail.example.co.uk today", "jane.doe+x@mail.example.co.uk"),
    ("email", "jane at gmail dot com is me", "jane at gmail dot com"),
    ("email", "jane[at]corp[dot]de", "jane[at]corp[dot]de"),
    ("email", "jane (at) corp . de", "jane (at) corp . de"),
    ("email", "first[dot]last[at]example[dot]net", "first[dot]last[at]example[dot]net"),
    ("email", "jane @ gmail.com", "jane @ gmail.com"),
    ("email", "my email is jane at corp.org", "jane at corp.org"),
    ("email", "我的邮箱是jane@qq.com谢谢", "jane@qq.com"),
    ("email", "root@buildserver", "root@buildserver"),
    ("phone", "+49 170 1234567", "+49 170 1234567"),
    ("phone", "ring (202) 555-0143 x12 now", "(202) 555-0143 x12"),
    ("phone", "202-555-0143", "202-555-0143"),
    ("phone", "text 2025550143 later", "2025550143"),
    ("phone", "06 12 34 56 78", "06 12 34 56 78"),
    ("phone", "电话13800138000号", "13800138000"),
    ("iban", "to DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00"),
    ("iban", "gb82west12345698765432", "gb82west12345698765432"),
    ("iban", "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0 ok",
     "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0"),
    ("payment_card", "3530 1113 3330 0000", "3530 1113 3330 0000"),
    ("payment_card", "4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("payment_card", "378282246310005", "378282246310005"),
    ("national_id", "123-45-6789", "123-45-6789"),
    ("national_id", "my ssn is 123456789 ok", "123456789"),
    ("national_id", "passport number: X12345678", "X12345678"),
    ("national_id", "RSSMRA85T10A562S", "RSSMRA85T10A562S"),
    ("national_id", "12345678Z", "12345678Z"),
    ("national_id", "QQ 12 34 56 C is not, AB 12 34 56 C is", "AB 12 34 56 C"),
    ("national_id", "529.982.247-25", "529.982.247-25"),
    ("national_id", "pesel 44051401458", "44051401458"),
    ("national_id", "it is 943 476 5919", "943 476 5919"),
    ("national_id", "it is 36 574 261 809", "36 574 261 809"),
    ("national_id", "it is 876 543 210", "876 543 210"),
    ("national_id", "it is 123 45 6789", "123 45 6789"),
    ("national_id", "it is 1EG4-TE5-MK73", "1EG4-TE5-MK73"),
    ("national_id", "it is MORGA657054SM9IJ", "MORGA657054SM9IJ"),
    ("national_id", "passport C01X00T47 please", "C01X00T47"),
    ("national_id", "1 84 12 2A 451 089 33", "1 84 12 2A 451 089 33"),
    ("ip_address", "from 203.0.113.7:8080", "203.0.113.7"),
    ("ip_address", "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334"),
    ("mac_address", "00:1A:2b:3c:4D:5E", "00:1A:2b:3c:4D:5E"),
    ("mac_address", "001a.2b3c.4d5e", "001a.2b3c.4d5e"),
    ("url", "ftp://jane:pw@host.org/file.", "ftp://jane:pw@host.org/file"),
    ("url", "see linkedin.com/in/jane-doe", "linkedin.com/in/jane-doe"),
    ("url", "https://x.com/jane_doe!", "https://x.com/jane_doe"),
    ("url", "https://a.org/r?reset_token=zzz", "https://a.org/r?reset_token=zzz"),
    ("url", "see linkеdin.соm/in/jane-doe", "linkеdin.соm/in/jane-doe"),
    ("url", "https://müller.example/users/jane", "https://müller.example/users/jane"),
    ("crypto_address", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("crypto_address", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
     "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
    ("crypto_address", "0x52908400098527886E0F7030069857D2E4169EE7",
     "0x52908400098527886E0F7030069857D2E4169EE7"),
    ("secret", "sk-abcdEFGH1234567890abcd", "sk-abcdEFGH1234567890abcd"),
    ("secret", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln"),
    ("secret", "pwd: )2M!EbyO^(", ")2M!EbyO^("),
    ("secret", "(password: hunter2) and", "hunter2"),
    ("secret", "my password is hunter2", "hunter2"),
    ("secret", "api_key = 'Zk3v9QpL0aXw72Rt'", "Zk3v9QpL0aXw72Rt"),
    ("secret", "-----BEGIN RSA PRIVATE KEY-----\nMIIBOg==\n-----END RSA PRIVATE KEY-----",
     "-----BEGIN RSA PRIVATE KEY-----\nMIIBOg==\n-----END RSA PRIVATE KEY-----"),
    ("opaque_token", "id 123e4567-e89b-12d3-a456-426614174000",
     "123e4567-e89b-12d3-a456-426614174000"),
    ("handle", "follow @jane_doe please", "@jane_doe"),
    ("postal_address", "221B Baker Street, London NW1 6XE", "221B Baker Street, London NW1 6XE"),
    ("postal_address", "send it to 12 mill close now", "12 mill close"),
    ("postal_address", "12 old mill road", "12 old mill road"),
    ("postal_address", "835 oak drive, reno, tx 75001", "835 oak drive, reno, tx 75001"),
    ("postal_address", "30 fisher way, ashcombe, ex99 7za", "30 fisher way, ashcombe, ex99 7za"),
    ("postal_address", "am kirchberg 44, 28998 moorhausen", "am kirchberg 44, 28998 moorhausen"),
    ("postal_address", "Hauptstraße 12, 10115 Berlin", "Hauptstraße 12, 10115 Berlin"),
    ("postal_address", "Am Kirchberg 36, 79998 Tannenbach", "Am Kirchberg 36, 79998 Tannenbach"),
    ("postal_address", "12 rue de la Paix", "12 rue de la Paix"),
    ("postal_address", "Calle Mayor 5", "Calle Mayor 5"),
    ("postal_address", "Via Roma 10, 00184 Roma (RM)", "Via Roma 10, 00184 Roma (RM)"),
    ("postal_address", "ул. Липовая, д. 13", "ул. Липовая, д. 13"),
    ("postal_address", "〒920-9990 石川県雪見市竹園313番地", "〒920-9990 石川県雪見市竹園313番地"),
    ("postal_address", "P.O. Box 123", "P.O. Box 123"),
    ("date_of_birth", "born on March 3rd, 1990", "March 3rd, 1990"),
    ("date_of_birth", "Ich bin am 26.03.1977 geboren", "26.03.1977"),
    ("date_of_birth", "DOB: 1985-04-03", "1985-04-03"),
    ("date_of_birth", "née le 3 mai 1990", "3 mai 1990"),
    ("licence_plate", "license plate is ABC 1234", "ABC 1234"),
    ("licence_plate", "next to KH25 CKK", "KH25 CKK"),
    ("licence_plate", "next to MH 12 AB 1234", "MH 12 AB 1234"),
    ("licence_plate", "Kennzeichen B-MW 1234", "B-MW 1234"),
    ("coordinates", "at 40.7128, -74.0060", "40.7128, -74.0060"),
    ("coordinates", "52°31'12\"N 13°24'17\"E", "52°31'12\"N 13°24'17\"E"),
    ("digit_run", "in 1999", "1999"),
    ("digit_run", "S M 8 5 T 1 0 A 5 6 2 S", "S M 8 5 T 1 0 A 5 6 2 S"),
    ("digit_run", "a 1 b 2 c 3 d 4 00 44", "a 1 b 2 c 3 d 4 00 44"),
    ("digit_run", "1 2 3 4 5 6 7", "1 2 3 4 5 6 7"),
    ("spelled_digits", "call two oh two five five five now", "two oh two five five five"),
]  # fmt: skip

INNOCENT = [
    "look at amazon.com for deals",
    "connect the dot and meet at noon",
    "the @Override annotation and the @media rule",
    "3 tips for a road trip, a 30 minute drive",
    "10 Best Hiking Trail apps",
    "what are the password rules; the password is required",
    "std::vector is faster at 10:30:00",
    "localhost is 127.0.0.1",
    "a birthday party for 12 people in may",
    "version 2.1.3 of the api",
    "password = getpass() and token = jwt.sign(user1)",
    "a b c d e f g h i j k l, and grades a 1 b 2",
    "in chapter 15, on page 200 words",
    "read https://docs.python.org/3/library/re.html first",
    "a plate for 2 people and 100 grams of rice",
    "ratio 3/4 is larger than 2/3 by 1,000,000 times",
    "one two three go",
    "北海道の8日間の旅行",
    "a 12-step plan with 64-bit numbers",
    "token limits and api key rotation",
    "call 12 people and reach 100 push-ups",
    "an id number is required in 10 states",
    "the iPhone 15 Pro with 256 GB",
]
#: Numbers that mean nothing in particular: only `digit_run` may see them.
PLAIN_NUMBERS = [
    "order 5551234987 arrived",
    "sum 12345678901 and 98765432109",
    "between 1914 and 1918, on 2024-01-15",
    "about 1 000 000 or 1.000.000 euros",
    "the number 1234567890123 is large",
]


@pytest.mark.parametrize(("kind", "text", "expected"), FOUND, ids=[row[1][:40] for row in FOUND])
def test_personal_data_is_found_as_a_whole_when_it_is_in_a_text(
    kind: str, text: str, expected: str
) -> None:
    found = [(hit.kind, text[hit.start : hit.end]) for hit in ALL.find(text)]
    assert (kind, expected) in found


@pytest.mark.parametrize(("kind", "text", "expected"), FOUND, ids=[row[1][:40] for row in FOUND])
def test_nothing_of_it_is_left_when_a_text_is_masked(kind: str, text: str, expected: str) -> None:
    masked = ALL.mask(text)
    assert expected not in masked
    assert any(detector.placeholder in masked for detector in ALL.detectors)


@pytest.mark.parametrize("text", INNOCENT)
def test_nothing_is_found_when_there_is_no_personal_data(text: str) -> None:
    assert ALL.find(text) == []
    assert ALL.mask(text) == text


@pytest.mark.parametrize("text", PLAIN_NUMBERS)
def test_only_digit_run_sees_a_number_when_it_is_any_number(text: str) -> None:
    assert RECOGNISED.find(text) == []
    assert {hit.kind for hit in ALL.find(text)} == {"digit_run"}


def test_every_kind_has_an_example_when_the_table_is_complete() -> None:
    assert {row[0] for row in FOUND} == set(ALL.kinds)


def test_every_file_is_a_detector_when_it_is_none_of_what_all_detectors_share() -> None:
    shared = {"__init__", "in_force", "kinds", "protocol", "registry"}
    from_outside = {"pattern", "ner"}  # an operator makes detectors of these
    files = {path.stem for path in FOLDER.glob("*.py")} - shared - from_outside
    imported = re.findall(
        r"^from privacy_checks\.detectors\.(\w+) import",
        Path(kinds.__file__).read_text("utf-8"),
        re.M,
    )
    assert files == set(imported) - shared
    assert len(files) == len(ALL.detectors)
