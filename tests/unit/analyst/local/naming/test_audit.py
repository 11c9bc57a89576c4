import pytest

from clio_assets.analyst.local.naming.audit import audit, rating
from clio_assets.domain.clusters import ClusterText
from privacy_checks.language.vocabulary import FRAME_WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jane@example.com", 1),
        ("Call +49 30 901820 about the bill", 1),
        ("Ask about Jane Roe", 2),
        ("Ask about the address of Doctor Who Cares", 2),
        ("Talk to dr. house", 2),
        ("Ask about acme gmbh", 2),
        ("Ask about invoice 48213377", 2),
        ("Ask about part ab1234", 2),
        ("Ask about Kowalczyk and loans", 3),
        ("Ask about kowalczyk and loans", 4),
        ("Translate phrases into Spanish", 5),
        ("Ask about New York flights and San Francisco", 5),
        ("Transfer the 401k and ask about a W2", 4),
        ("Ask about PIN and ATM fees", 5),
        ("Users asked about London and Britain's timezone. Otherwise nothing.", 5),
        ("Passwort zurücksetzen (German)", 4),
        ("予約を変更 (Japanese)", 5),
        ("", 5),
    ],
)
def test_rating_follows_the_scale(text: str, expected: int) -> None:
    assert rating(text) == expected


def test_audit_takes_the_worse_of_name_and_description() -> None:
    texts = [
        ClusterText("Ask about bills", "Users asked about Jane Roe."),
        ClusterText("Ask about bills", "Users asked about bills."),
    ]
    assert audit(texts) == [2, 5]


def test_words_of_the_templates_identify_no_one() -> None:
    assert rating(" ".join(sorted(FRAME_WORDS))) == 5
