"""What every analyst promises: order, lengths, types, bounds, the same answers twice.

A further analyst joins by one more entry of `ANALYSTS`: a function from an empty folder to the
analyst, ready to answer without network as long as its context lasts.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clio_assets.analyst.claude.build import build_claude
from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.analyst.protocol import (
    Analyst,
    ChildToAssign,
    ClusterToName,
    Extraction,
    Neighbourhood,
    NotAnswered,
    ParentsToMerge,
    ParentToRename,
    Proposal,
)
from clio_assets.clusters.terms import supported_terms
from clio_assets.domain.clusters import ClusterText, Node
from clio_assets.domain.conversation import Conversation
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.ground.types import Vector
from clio_assets.home.home import Home
from clio_assets.home.settings import ClaudeSettings
from tests.fakes.analyst import FakeEmbedder
from tests.fakes.messages_server import MessagesServer

Made = AbstractContextManager[Analyst]


def _local(folder: Path) -> Made:
    del folder
    return nullcontext(LocalAnalyst(FakeEmbedder(64)))


@contextmanager
def _claude(folder: Path) -> Iterator[Analyst]:
    """The real SDK against the server double."""
    with (
        MessagesServer(answer="tests.fakes.sensible_answers:answer") as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("ANTHROPIC_API_KEY", server.key)
        settings = ClaudeSettings(base_url=server.base_url, mode="live")
        yield build_claude(settings, Home(folder))


ANALYSTS: dict[str, Callable[[Path], Made]] = {"local": _local, "claude": _claude}

REQUEST = DEFAULT_FACETS[0]
ASKED = [facet for facet in DEFAULT_FACETS if facet.kind != "computed"]
SUBJECTS = ("flight to rome", "hotel in paris", "train to berlin", "table for two")
VERBS = ("book", "cancel", "change")


@pytest.fixture(params=sorted(ANALYSTS), scope="module")
def analyst(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Analyst]:
    with ANALYSTS[request.param](tmp_path_factory.mktemp("home")) as made:
        yield made


def conversations() -> list[Conversation]:
    asked = [f"Can you {verb} a {subject}?" for verb, subject in product(VERBS, SUBJECTS)]
    return [
        Conversation(f"<user>{text}</user>\n<assistant>Of course.</assistant>", 1) for text in asked
    ]


def clusters() -> list[ClusterToName]:
    found = []
    for own, verb in enumerate(VERBS):
        members = [f"please {verb} my {subject}" for subject in SUBJECTS] * 6
        users = [f"user {number}" for number in range(len(members))]
        terms = supported_terms(members, users, 5)
        neighbours = [other for other in range(len(VERBS)) if other != own]
        found.append(ClusterToName(REQUEST, members, users, range(len(members)), terms, neighbours))
    return found


def nodes(count: int = 12) -> list[Node]:
    random = np.random.default_rng(0)
    found = []
    for number in range(count):
        verb, subject = VERBS[number % 3], SUBJECTS[number % 4]
        vector: Vector = random.normal(size=16).astype(np.float32)
        text = ClusterText(f"{verb.capitalize()} a {subject}", f"Users asked to {verb}. They did.")
        members = [f"{verb} {subject}"] * 8
        terms = supported_terms(members, [str(n) for n in range(8)], 5)
        found.append(Node(text, 20 + number, vector / np.linalg.norm(vector), terms))
    return found


def answers(analyst: Analyst) -> dict[str, Sequence[Any]]:
    """One answer of every verb."""
    some = nodes()
    return {
        "screen": analyst.screen(conversations(), "Does the user want to book something?"),
        "extract": list(analyst.extract(conversations(), ASKED)),
        "name_clusters": analyst.name_clusters(clusters()),
        "propose": analyst.propose([Neighbourhood(REQUEST, some, some[:2], 4)]),
        "deduplicate": analyst.deduplicate(ParentsToMerge(REQUEST, some, 4)),
        "assign": analyst.assign([ChildToAssign(node, some[:5]) for node in some]),
        "rename": analyst.rename(
            [ParentToRename(REQUEST, some[at : at + 4], [0]) for at in (0, 4, 8)]
        ),
        "audit": analyst.audit([node.text for node in some]),
    }


def assert_sound(text: ClusterText) -> None:
    assert 1 <= len(text.name.split()) <= 10
    assert text.description.strip()


def test_analyst_says_who_it_is_and_what_its_answers_depend_on(analyst: Analyst) -> None:
    assert analyst.name
    assert isinstance(analyst.extractive, bool)
    assert all(isinstance(part, str) for pair in analyst.models.items() for part in pair)
    verbs = {
        "screen", "extract", "name_clusters", "propose", "deduplicate", "assign", "rename", "audit",
    }  # fmt: skip
    assert set(analyst.prompts) == verbs
    assert all(len(digest) == 64 for digest in analyst.prompts.values())


def test_screen_answers_every_conversation(analyst: Analyst) -> None:
    found = analyst.screen(conversations(), "Does the user want to book something?")
    assert len(found) == len(conversations())
    assert all(isinstance(answer, (bool, np.bool_)) for answer in found)


def test_extract_answers_every_conversation_in_order(analyst: Analyst) -> None:
    asked = conversations()
    found = list(analyst.extract(asked, ASKED))
    assert len(found) == len(asked)
    alone = [next(iter(analyst.extract([one], ASKED))) for one in asked]
    assert found == alone


def test_extract_gives_every_facet_in_its_type_and_bounds(analyst: Analyst) -> None:
    for answer in analyst.extract(conversations(), ASKED):
        assert isinstance(answer, Extraction | NotAnswered)
        if isinstance(answer, Extraction):
            assert set(answer.values) == {facet.name for facet in ASKED}
            for facet in ASKED:
                value = answer.values[facet.name]
                if facet.kind == "scale":
                    assert isinstance(value, int)
                    assert 1 <= value <= 5
                else:
                    assert isinstance(value, str)


def test_name_clusters_answers_every_cluster_with_distinct_sound_texts(analyst: Analyst) -> None:
    asked = clusters()
    found = analyst.name_clusters(asked)
    assert len(found) == len(asked)
    named = [answer for answer in found if isinstance(answer, ClusterText)]
    assert named
    for text in named:
        assert_sound(text)
    assert len({text.name.lower() for text in named}) == len(named)
    for answer, verb in zip(found, VERBS, strict=True):
        if isinstance(answer, ClusterText):
            assert verb in answer.name.lower()


def test_name_clusters_does_not_answer_when_no_word_is_supported(analyst: Analyst) -> None:
    members = [f"word{number}" for number in range(20)]
    users = [str(number) for number in range(20)]
    cluster = ClusterToName(REQUEST, members, users, [0], [], [])
    (answer,) = analyst.name_clusters([cluster])
    if analyst.extractive:
        assert isinstance(answer, NotAnswered)
        assert answer.reason


@pytest.mark.parametrize("wanted", [1, 2, 4, 8])
def test_propose_stays_within_the_bounds_of_the_paper(analyst: Analyst, wanted: int) -> None:
    some = nodes()
    found = analyst.propose([Neighbourhood(REQUEST, some, [], wanted)] * 2)
    assert len(found) == 2
    for proposals in found:
        assert 0.5 * wanted <= len(proposals) <= 1.5 * wanted
        for proposal in proposals:
            assert isinstance(proposal, Proposal)
            assert_sound(proposal.text)
            if proposal.vector is not None:
                assert np.linalg.norm(proposal.vector) == pytest.approx(1, abs=1e-4)
                assert proposal.vector.dtype == np.float32


@pytest.mark.parametrize("wanted", [1, 3, 6])
def test_deduplicate_stays_within_the_bounds_of_the_paper(analyst: Analyst, wanted: int) -> None:
    found = analyst.deduplicate(ParentsToMerge(REQUEST, nodes(), wanted))
    assert 0.5 * wanted <= len(found) <= 1.5 * wanted
    for proposal in found:
        assert_sound(proposal.text)


def test_assign_answers_every_child_with_one_of_its_candidates(analyst: Analyst) -> None:
    some = nodes()
    children = [ChildToAssign(node, some[: 1 + at % 5]) for at, node in enumerate(some)]
    found = analyst.assign(children)
    assert len(found) == len(children)
    for answer, child in zip(found, children, strict=True):
        assert isinstance(answer, int | NotAnswered)
        if isinstance(answer, int):
            assert 0 <= answer < len(child.candidates)


def test_assign_prefers_a_child_s_own_likeness_when_it_is_among_the_candidates(
    analyst: Analyst,
) -> None:
    some = nodes()
    found = analyst.assign([ChildToAssign(some[2], [some[0], some[1], some[2], some[3]])])
    assert list(found) == [2]


def test_rename_answers_every_parent_with_sound_texts(analyst: Analyst) -> None:
    some = nodes()
    parents = [ParentToRename(REQUEST, some[at : at + 4], [0]) for at in (0, 4, 8)]
    found = analyst.rename(parents)
    assert len(found) == len(parents)
    for answer in found:
        assert isinstance(answer, ClusterText | NotAnswered)
        if isinstance(answer, ClusterText):
            assert_sound(answer)


def test_audit_rates_every_text_from_one_to_five(analyst: Analyst) -> None:
    texts = [
        ClusterText("Write to jane.roe@example.com", "Users asked about jane.roe@example.com."),
        *(node.text for node in nodes()),
    ]
    found = analyst.audit(texts)
    assert len(found) == len(texts)
    ratings = [answer for answer in found if isinstance(answer, int)]
    assert all(1 <= rating <= 5 for rating in ratings)
    assert found[0] == 1
    assert 5 in ratings


def test_answers_are_the_same_when_asked_again(analyst: Analyst) -> None:
    first, second = answers(analyst), answers(analyst)
    assert repr(first) == repr(second)


def test_nothing_is_answered_when_nothing_is_asked(analyst: Analyst) -> None:
    assert list(analyst.screen([], "Is it about travel?")) == []
    assert list(analyst.extract([], ASKED)) == []
    assert list(analyst.name_clusters([])) == []
    assert list(analyst.propose([])) == []
    assert list(analyst.assign([])) == []
    assert list(analyst.rename([])) == []
    assert list(analyst.audit([])) == []
