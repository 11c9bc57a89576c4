"""Naming base clusters."""

import json

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.verbs.name_clusters import MEMBER, name_clusters
from clio_assets.analyst.protocol import ClusterToName, NotAnswered
from clio_assets.domain.clusters import ClusterText, Term
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.desk import desk_of, user_of

REQUEST = DEFAULT_FACETS[0]


def good(_: Request) -> str:
    return json.dumps({"description": "Users asked for bread.", "name": "Bake bread"})


def cluster(
    members: list[str],
    words: str,
    neighbours: tuple[int, ...] = (),
    sample: list[int] | None = None,
    avoid: tuple[str, ...] = (),
) -> ClusterToName:
    terms = [Term(word, word, 9) for word in words.split()]
    shown = range(len(members)) if sample is None else sample
    return ClusterToName(REQUEST, members, ["u"] * len(members), shown, terms, neighbours, avoid)


def test_name_clusters_reads_name_and_description() -> None:
    desk, asker = desk_of(good)
    found = name_clusters(desk, [cluster(["bake bread"], "bake bread")])
    assert found == [ClusterText("Bake bread", "Users asked for bread.")]
    assert asker.requests[0].model == desk.settings.name.model
    assert asker.requests[0].subject == ""
    assert REQUEST.criteria in asker.requests[0].parameters["system"]


def test_namer_sees_the_sampled_members_alone() -> None:
    desk, asker = desk_of(good)
    name_clusters(desk, [cluster(["first text", "second text", "third text"], "", sample=[2, 0])])
    user = user_of(asker.requests[0])
    assert "- third text\n- first text" in user
    assert "second" not in user


def test_namer_sees_of_neighbours_their_words_and_never_their_texts() -> None:
    desk, asker = desk_of(good)
    own = cluster(["bake bread at home"], "bake bread", (1,))
    other = cluster(["my neighbour's secret text"], "bake cake oven", (0,))
    name_clusters(desk, [own, other])
    user = user_of(asker.requests[0])
    assert "Words of neighbouring groups:\n- cake, oven, bake" in user
    assert "secret" not in user


def test_namer_sees_equal_members_once_and_long_ones_cut() -> None:
    desk, asker = desk_of(good)
    name_clusters(desk, [cluster(["same\n- text"] * 3 + ["long word " * 40], "")])
    lines = user_of(asker.requests[0]).splitlines()
    assert "- same - text (3x)" in lines
    assert max(len(line) for line in lines if line.startswith("- long")) <= MEMBER + 3


def test_namer_is_told_what_to_avoid() -> None:
    desk, asker = desk_of(good)
    name_clusters(desk, [cluster(["a"], "", avoid=("brindle", "reed")), cluster(["a"], "")])
    told, other = map(user_of, asker.requests)
    assert "Avoid: brindle, reed\n</texts-" in told  # as data: the words are not ours
    assert "too few people" in told
    assert "too few people" not in other


def test_naming_fifty_members_costs_few_tokens() -> None:
    desk, asker = desk_of(good)
    text = "The user asks for help with writing a polite letter to a landlord about a broken heater"
    members = [f"{text} number {at}" for at in range(50)]
    words = "letter landlord heater polite broken write flat repair rent notice winter"
    many = [cluster(members, words, tuple(range(1, 11)))] + [cluster(["x"], words)] * 10
    name_clusters(desk, many)
    request = asker.requests[0]
    assert len(request.parameters["system"]) + len(user_of(request)) < 4 * 1_500


def test_name_clusters_has_no_answer_when_the_name_is_too_long_twice() -> None:
    desk, _ = desk_of(lambda _: json.dumps({"description": "Users.", "name": "word " * 11}))
    assert name_clusters(desk, [cluster(["a"], "")]) == [NotAnswered("invalid")]
