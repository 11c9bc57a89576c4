import pytest

from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.naming.supported import plain_text, settle, unsupported_in, without_names
from privacy_checks.policy.model import PrivacyPolicy

POLICY = PrivacyPolicy()
GOOD = ClusterText("Ask about bread", "Users asked about bread.")
BAD = ClusterText("Ask about Kowalski", "Users asked about bread for Kowalski.")
PERSONAL = ClusterText("Ask about bread", "Users asked about bread at bread@bread.bread.")
TERMS = [Term("bread", "bread", 9)]


def terms(*words: str) -> list[Term]:
    return [Term(word.lower(), word, 20 - at) for at, word in enumerate(words)]


@pytest.mark.parametrize(
    ("surfaces", "name", "description"),
    [
        (
            ["oven"],
            "Requests about oven",
            "Users asked about oven. Otherwise their words were much like those of other groups.",
        ),
        (
            ["oven", "Rome", "SQL", "yeast", "DOUGHNUT", "x", "r2", "rye", "salt"],
            "Requests about oven, Rome and SQL",
            "Users asked about oven, Rome and SQL. "
            "Their requests often mentioned yeast, doughnut and rye.",
        ),
    ],
)
def test_plain_text_is_made_of_terms(surfaces: list[str], name: str, description: str) -> None:
    made = plain_text(terms(*surfaces), {}, 10, POLICY)
    assert made == ClusterText(name, description)
    assert unsupported_in(made, {surface.lower() for surface in surfaces}) == []


def test_plain_text_prefers_terms_that_few_clusters_have() -> None:
    made = plain_text(terms("want", "oven"), {"want": 10, "oven": 1}, 10, POLICY)
    assert made is not None
    assert made.name == "Requests about oven and want"


@pytest.mark.parametrize("surfaces", [[], ["7", "x"], ["anna@example.org"]])
def test_plain_text_is_none_when_no_term_will_do(surfaces: list[str]) -> None:
    assert plain_text(terms(*surfaces), {}, 10, POLICY) is None


@pytest.mark.parametrize(
    ("first", "second", "said", "counts"),
    [
        (GOOD, None, GOOD, {}),
        (None, None, None, {}),
        (BAD, GOOD, GOOD, {"renamed": 1, "named_plainly": 0, "unsupported_vocabulary": 0}),
        (PERSONAL, GOOD, GOOD, {"renamed": 1, "named_plainly": 0, "unsupported_vocabulary": 0}),
        (
            BAD,
            PERSONAL,
            plain_text(TERMS, {}, 1, POLICY),
            {"renamed": 0, "named_plainly": 1, "unsupported_vocabulary": 0},
        ),
        (
            BAD,
            None,
            plain_text(TERMS, {}, 1, POLICY),
            {"renamed": 0, "named_plainly": 1, "unsupported_vocabulary": 0},
        ),
    ],
)
def test_settle_replaces_texts_with_unsupported_words(
    first: ClusterText | None,
    second: ClusterText | None,
    said: ClusterText | None,
    counts: dict[str, int],
) -> None:
    avoided: list[object] = []

    def again(avoid: object) -> list[ClusterText | None]:
        avoided.append(avoid)
        return [second]

    settled = settle(
        [first], [TERMS], lambda _, text: unsupported_in(text, {"bread"}), again, POLICY
    )
    assert settled.texts == [said]
    assert settled.counts == counts
    words = ["kowalski"] if first == BAD else []
    assert avoided == ([{0: words}] if counts else [])


NAMED = ClusterText("Ask about bread", "Users asked about bread. They wrote to joe.")


def test_settle_replaces_a_text_when_it_holds_the_name_of_a_person() -> None:
    avoided: list[object] = []

    def again(avoid: object) -> list[ClusterText | None]:
        avoided.append(avoid)
        return [GOOD]

    assert settle([NAMED], [TERMS], lambda at, text: [], again, POLICY).texts == [GOOD]
    assert avoided == [{0: ["joe"]}]
    allowing = PrivacyPolicy(allowed_names=("joe",))
    assert settle([NAMED], [TERMS], lambda at, text: [], again, allowing).texts == [NAMED]


def test_terms_lose_those_that_are_names() -> None:
    found = without_names(terms("oven", "Rome", "joe", "SQL", "Oyelaran"), POLICY)
    assert [term.surface for term in found] == ["oven", "Rome", "SQL"]
