"""Suspected names in published texts, and what everyone may talk about."""

import random

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_checks.language.names import name_spans, suspected_names

SUSPECTED = [
    # capitals inside a sentence
    ("Ask about Mark", ["mark"]),
    ("Ask about Will", ["will"]),
    ("Ask about Rose Hunter", ["rose hunter"]),
    ("Ask about Anselm Poppendieck and taxes", ["anselm poppendieck"]),
    ("Ask about Orange Door", ["orange door"]),
    ("Book flights to Springfield", ["springfield"]),
    ("Users asked Dr. Kim about pain. They wanted advice.", ["kim"]),
    ("Ask about O'Brien", ["o'brien"]),
    ("Draft a letter to Judge Poppendieck", ["poppendieck"]),
    ("Ask about José", ["josé"]),
    ("Steal a car (Poppendieck)", ["poppendieck"]),
    ("Compare wages at Acme-Tannenbach", ["acme-tannenbach"]),
    ("Ask about ZQRX stock", ["zqrx"]),
    ("Ask about AcmeSoft onboarding", ["acmesoft"]),
    ("AcmeSoft onboarding and leave", ["acmesoft"]),
    ("Preguntas sobre Ximénez", ["ximénez"]),
    ("Вопросы про Москва и Иван", ["иван"]),
    # known names in any letter case and place
    ("Ask about joe", ["joe"]),
    ("Call bob or ask about jim", ["bob", "jim"]),
    ("red robin reservations", ["robin"]),
    ("joe's pizza orders", ["joe's"]),
    ("book flights to springfield", ["springfield"]),
    ("smith-jones wedding", ["smith-jones"]),
    ("Ask about the Smiths", ["smiths"]),
    ("ask about the smiths", ["smiths"]),
    ("ask about jürgen, juergen and jurgen", ["jürgen", "juergen", "jurgen"]),
    ("HELP JOE WITH CREDIT CARDS AND LOANS", ["joe"]),
    ("Help With Joe's Taxes And Loans", ["joe's"]),
    ("Ask in German about Müller and Rechte", ["müller"]),
    ("Müller and Rechte (German)", ["müller"]),
    ("Passwort und Rechte (German)", []),
    ("Fragen an Müller zu Zinsen und der Bank", ["müller"]),
    ("Ask about ｊｏｅ and j\u200boe", ["ｊｏｅ", "j\u200boe"]),
    # no word of the language at the beginning of a sentence
    ("Poppendieck invoices and disputes", ["poppendieck"]),
    ("ZQRX stock and bonds", ["zqrx"]),
    # of what is public only as a whole
    ("Ask about Harry", ["harry"]),
    ("Ask about Ibn Battuta and the Magic Kingdom", ["ibn battuta", "magic kingdom"]),
]
PUBLIC = [
    "Ask about credit cards and APR",
    "Ask about PTO balances and W-2 forms",
    "Translate phrases into Spanish",
    "Translate Spanish-English medical texts",
    "Ask about mark schemes, a rose garden and a hunter's will",
    "Write Python and JavaScript code with React Native and Next.js",
    "Help debug PyTorch, C++ and C# code on Ubuntu",
    "Summarise PDFs and Excel spreadsheets with ChatGPT",
    "Deduplicate SQL rows in PostgreSQL, MySQL and BigQuery",
    "Troubleshoot Wi-Fi, Bluetooth and VPN problems on Windows and macOS",
    "Compare iPhone and Android phones, an Xbox and a PlayStation",
    "Order Uber rides, Starbucks coffee and McDonald's or mcdonalds menus",
    "Write captions for Instagram, TikTok and LinkedIn",
    "Plan trips to New York's museums, Tokyo, Rio de Janeiro and the Alps",
    "Users asked about Star Wars, Harry Potter, the NBA and the World Cup.",
    "Prepare for the SAT, IELTS and the GMAT in May",
    "Explain Bayes' theorem, Fourier series and Newton's laws",
    "Discuss World War II, the Cold War and the French Revolution",
    "Ask about COVID-19 vaccines, ADHD, HIV and Alzheimer's disease",
    "Users asked about Christmas, Ramadan and Diwali. On Mondays they asked more.",
    "Draft e-mails to a CEO, an HR manager or a Professor",
    "I'm asking what I'd pay the IRS in the US, the UK or the EU",
    'Explain "Hello world" programs',
    "Debates of Republicans, Democrats, Americans, Muslims and Christians",
    "Credit Cards And Bank Loans",
    "Compare iPhone and Android Phones and Plans",
    "Planning Trips and Booking Hotels",
    "HELP WITH CREDIT CARDS AND LOANS",
    "Fragen zu Kreditkarten und Zinsen der Bank",
    "Users asked in German about Kunden. Others less often mentioned Rechte and Mieter.",
    "Ask about a ZeroDivisionError, a Dockerfile and the useState hook",
    "preguntas sobre el clima en España y México",
    "questions about carries, lasses, trans people and the lens",
    "翻訳と文法の質問",
    "Vitamin C, plan B and a T-shirt",
    "Write a 5G and 3D report in 2D for Q3",
    "",
]


@pytest.mark.parametrize(("text", "names"), SUSPECTED, ids=[row[0] for row in SUSPECTED])
def test_names_are_suspected_when_a_text_holds_them(text: str, names: list[str]) -> None:
    assert suspected_names(text) == names


@pytest.mark.parametrize("text", PUBLIC)
def test_nothing_is_suspected_when_everyone_talks_about_it(text: str) -> None:
    assert suspected_names(text) == []


@pytest.mark.parametrize(
    ("allowed", "names"),
    [
        ((), ["anselm poppendieck", "acme", "joe"]),
        (("Poppendieck",), ["anselm", "acme", "joe"]),
        (("anselm poppendieck",), ["acme", "joe"]),
        (("Anselm Poppendieck", "ACME", "Joe"), []),
        (("Poppendieck Anselm",), ["anselm poppendieck", "acme", "joe"]),
    ],
)
def test_names_are_not_suspected_when_the_policy_allows_them(
    allowed: tuple[str, ...], names: list[str]
) -> None:
    text = "Ask about Anselm Poppendieck, Acme's and joe"
    assert [name.removesuffix("'s") for name in suspected_names(text, allowed)] == names


def test_spans_are_those_of_the_text_when_its_spelling_is_normalised() -> None:
    text = "Ask about ﬁnance and Pop\u200bpendieck’s taxes"
    assert [text[start:end] for start, end in name_spans(text)] == ["Pop\u200bpendieck’s"]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="aA .'-\"é1İßﬁ東", max_size=40))
def test_spans_are_in_order_and_apart_when_any_text_is_given(text: str) -> None:
    position = 0
    for start, end in name_spans(text):
        assert position <= start < end <= len(text)
        position = end


@pytest.mark.parametrize(
    ("locale", "written", "least"),
    [
        ("en_US", "capitals", 0.97),
        ("en_GB", "capitals", 0.97),
        ("de_DE", "capitals", 0.97),
        ("fr_FR", "capitals", 0.97),
        ("es_ES", "capitals", 0.97),
        ("pl_PL", "capitals", 0.97),
        ("tr_TR", "capitals", 0.97),
        ("en_US", "lower case", 0.94),
        ("en_GB", "lower case", 0.94),
    ],
)
def test_full_names_are_suspected_when_they_are_generated(
    locale: str, written: str, least: float
) -> None:
    fake = Faker(locale)
    fake.seed_instance(5)
    rng = random.Random(5)
    frames = ("Help plan the party of {} and friends", "Users asked about {}, often in detail.")
    found = 0
    for _ in range(200):
        name = f"{fake.first_name()} {fake.last_name()}"
        spelled = name if written == "capitals" else name.lower()
        found += bool(suspected_names(rng.choice(frames).format(spelled)))
    assert found / 200 >= least
