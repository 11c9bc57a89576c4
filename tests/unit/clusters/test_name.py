from collections.abc import Sequence

import numpy as np
import pytest

from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.clusters.name import Group, Places, clusters_to_name, name_clusters
from clio_assets.domain.clusters import ClusterText
from clio_assets.errors import AnalystError
from clio_assets.facets.schema import DEFAULT_FACETS
from privacy_checks.language.vocabulary import unsupported
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeAnalyst

FACET = DEFAULT_FACETS[0]
#: Only words outside ordinary vocabulary need support.
POLICY = PrivacyPolicy(vocabulary="rare", extractive_analysts=())
STRICT = PrivacyPolicy(extractive_analysts=("fake",))
CENTROIDS = np.eye(2, dtype=np.float32)
LARGE = Group([f"bake bread {n}" for n in range(80)], [f"u{n % 8}" for n in range(80)])
SMALL = Group(["sing a song"] * 7, ["u1", "u2", "u3", "u4", "u4", "u4", "u4"], english=0.4)


class Scripted(FakeAnalyst):
    """Gives the same answers whatever it is asked."""

    def __init__(self, *answers: ClusterText | NotAnswered) -> None:
        super().__init__()
        self.answers = answers

    def name_clusters(self, clusters: object) -> Sequence[ClusterText | NotAnswered]:
        return self.answers


def questions(seed: int = 0) -> list[ClusterToName]:
    return clusters_to_name(
        FACET, [LARGE, SMALL], Places(CENTROIDS, (0.5, 1.0), 0.6), PrivacyPolicy(), seed
    )


def test_clusters_to_name_hands_over_members_neighbours_and_supported_terms() -> None:
    large, small = questions()
    assert large.facet == FACET
    assert (large.members, large.users) == (LARGE.texts, LARGE.users)
    assert (large.neighbours, small.neighbours) == ([1], [0])
    assert sorted(term.surface for term in large.terms) == ["bake", "bread"]
    assert (large.coherence, small.coherence) == (0.5, 1.0)
    assert (large.mixed, small.mixed) == (True, False)
    assert [one.centroid.tolist() for one in (large, small)] == CENTROIDS.tolist()
    assert not small.terms  # four users wrote each word
    assert (large.by_line, small.by_line) == (False, True)


def test_clusters_to_name_draws_fifty_different_members_by_seed() -> None:
    large, small = questions()
    assert len(set(large.sample)) == 50
    assert sorted(small.sample) == list(range(7))
    assert [q.sample for q in questions()] == [large.sample, small.sample]
    assert questions(seed=1)[0].sample != large.sample


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (ClusterText("Bake bread", "Users baked. It rose."), True),
        (ClusterText("a b c d e f g h i j", "Users baked."), True),
        (ClusterText("a b c d e f g h i j k", "Users baked."), False),
        (ClusterText(" \n", "Users baked."), False),
        (ClusterText("Bake bread", " "), False),
        (NotAnswered("refused"), False),
    ],
)
def test_name_clusters_keeps_well_formed_answers_only(
    answer: ClusterText | NotAnswered, kept: bool
) -> None:
    analyst = Scripted(answer, ClusterText("Sing", "Users sang."))
    named = name_clusters(analyst, questions(), POLICY).texts
    assert (named[0] is not None) == kept
    assert named[1] == ClusterText("Sing", "Users sang.")


def test_name_clusters_puts_single_spaces() -> None:
    named = name_clusters(
        Scripted(ClusterText(" Bake\n bread ", " They\t baked. ")), questions()[:1], POLICY
    )
    assert named.texts == [ClusterText("Bake bread", "They baked.")]


def test_name_clusters_fails_when_answers_are_missing() -> None:
    with pytest.raises(AnalystError, match="more or fewer"):
        name_clusters(Scripted(ClusterText("Bake", "Users baked.")), questions(), POLICY)


def test_name_clusters_asks_nothing_when_there_are_no_clusters() -> None:
    assert name_clusters(Scripted(NotAnswered("asked")), [], POLICY).texts == []


class Stubborn(FakeAnalyst):
    """Names every cluster with a word of its choice, again and again; remembers what to avoid."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__()
        self.words = [first, second]
        self.avoided: list[list[str]] = []

    def name_clusters(
        self, clusters: Sequence[ClusterToName]
    ) -> Sequence[ClusterText | NotAnswered]:
        self.avoided.append([word for cluster in clusters for word in cluster.avoid])
        word = self.words[len(self.avoided) - 1]
        return [ClusterText(f"Ask about {word}", "Users asked.") for _ in clusters]


@pytest.mark.parametrize("first", ["Pfizer", "John", "kowalski", "Bread"])
def test_name_clusters_asks_once_more_when_a_word_lacks_support_or_is_a_name(first: str) -> None:
    analyst = Stubborn(first, "bread")
    settled = name_clusters(analyst, questions()[:1], STRICT)
    assert analyst.avoided == [[], [first.lower()]]
    assert settled.counts["renamed"] == 1
    assert [text and text.name.lower() for text in settled.texts] == ["ask about bread"]


def test_name_clusters_lets_ordinary_words_be_when_the_policy_does() -> None:
    analyst = Stubborn("guidance", "never")
    assert name_clusters(analyst, questions()[:1], POLICY).texts[0] is not None
    assert len(analyst.avoided) == 1


def test_name_clusters_names_plainly_when_the_second_text_lacks_support_too() -> None:
    settled = name_clusters(Stubborn("Pfizer", "Kowalski"), questions()[:1], POLICY)
    (text,) = settled.texts
    assert text is not None
    assert text.name == "Requests about bake and bread"
    assert not unsupported(f"{text.name} {text.description}", {"bake", "bread"})
    assert settled.counts == {"renamed": 0, "named_plainly": 1, "unsupported_vocabulary": 0}


def test_name_clusters_gives_no_name_when_no_word_has_support() -> None:
    settled = name_clusters(Stubborn("Pfizer", "Kowalski"), questions(), POLICY)
    assert settled.texts[1] is None
    assert settled.nameless == {1}
    assert settled.counts["unsupported_vocabulary"] == 1


def test_name_clusters_keeps_the_others_when_one_is_asked_about_again() -> None:
    class Changing(Stubborn):
        def name_clusters(
            self, clusters: Sequence[ClusterToName]
        ) -> Sequence[ClusterText | NotAnswered]:
            _, second = super().name_clusters(clusters)
            first = ClusterText(f"Bake bread {'again' * len(self.avoided[1:])}", "They did.")
            return [first, second]

    settled = name_clusters(Changing("Pfizer", "help"), questions(), POLICY)
    assert [text and text.name for text in settled.texts] == ["Bake bread", "Ask about help"]


def test_name_is_no_term_when_a_cluster_writes_it_small_and_others_do_not() -> None:
    group = Group(
        [f"tell quibblewick how chess works {n}" for n in range(20)],
        [f"u{n}" for n in range(20)],
    )
    places = Places(CENTROIDS[:1], (1.0,))

    def terms(capitalised: frozenset[str]) -> set[str]:
        (asked,) = clusters_to_name(FACET, [group], places, PrivacyPolicy(), 0, capitalised)
        return {term.lemma for term in asked.terms}

    assert "quibblewick" in terms(frozenset())
    assert terms(frozenset({"quibblewick"})) == terms(frozenset()) - {"quibblewick"}


@pytest.mark.parametrize(
    ("name", "lines", "kept"),
    [
        ("Count clouds", {"Count clouds"}, True),
        ("Count clouds (in German)", {"Count clouds"}, True),
        ("Count clouds", set(), False),
        ("Count grey clouds", {"Count clouds"}, False),
        ("Count clouds (in Klingon)", {"Count clouds"}, False),
    ],
)
def test_name_needs_no_support_when_it_is_a_line_and_few_members_write_english(
    name: str, lines: set[str], kept: bool
) -> None:
    given = ClusterText(name, "Users asked to count clouds.")
    _, small = questions()
    settled = name_clusters(Scripted(given), [small], STRICT, lines)
    assert (settled.texts == [given]) == kept


def test_line_needs_support_when_members_write_english() -> None:
    given = ClusterText("Count clouds", "Users asked to count clouds.")
    large, _ = questions()
    settled = name_clusters(Scripted(given), [large], STRICT, {"Count clouds"})
    assert settled.texts != [given]
