"""Members' own requests as candidates: only where each pair of words has users enough."""

from clio_assets.analyst.local.naming.profiles import Comparison, profile
from clio_assets.analyst.local.naming.whole_requests import whole_requests
from tests.unit.analyst.local.naming.corpus import question

OTHERS = ["tell me a joke"] * 10


def found(texts: list[str]) -> list[str]:
    clusters = [question(texts), question(OTHERS)]
    comparison = Comparison([profile(one) for one in clusters])
    return [" ".join(one.words) for one in whole_requests(0, comparison, clusters[0].terms)]


def test_request_is_offered_without_its_opener_when_enough_users_wrote_it() -> None:
    texts = ["can you please change the oil in my car"] * 6 + ["i want to change the oil"] * 3
    assert found(texts) == ["change the oil in the car", "change the oil"]


def test_request_is_not_offered_when_two_words_were_joined_by_too_few() -> None:
    # each word has users enough, but only one user wrote "call" before "kim"
    texts = [
        *["call the office"] * 6,
        *["ask kim at the office"] * 6,
        "call kim at the office",
    ]
    assert "call the office" in found(texts)
    assert not any("call kim" in one for one in found(texts))


def test_request_is_not_offered_when_it_makes_no_name() -> None:
    for text in ("what is the time", "my card was lost", "help", "i want you to be nice to me"):
        assert found([text] * 8) == []
