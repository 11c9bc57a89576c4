"""Who is on a named map, and when nobody is."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from clio_assets.conversations.schema import attributes_schema
from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.facets.schema import DEFAULT_FACETS, FACETS
from clio_assets.maps.population import Everyone, MapRules
from clio_assets.slices.build import build_slice
from privacy_checks.policy.model import PrivacyPolicy

POLICY = PrivacyPolicy(min_cell_conversations=3, min_cell_users=2)
CLIENT = AttributeDefinition("client", "client", "category")
FACETS_OF_MAP = tuple(facet.name for facet in DEFAULT_FACETS)


def named(name: str, **where: str) -> MapDefinition:
    return MapDefinition(
        name, tuple((key, (label,)) for key, label in where.items()), FACETS_OF_MAP
    )


IOS, GERMAN = named("ios", client="ios"), named("german", language="German")


def everyone(*talks: tuple[str, str | None], silent: int = 0) -> Everyone:
    """Language and client of conversations, of a user each; the last ones have no vector."""
    rows = [
        {
            "conversation": f"c{at}",
            "user": f"u{at}",
            "started_at": datetime(2026, 9, 28, tzinfo=UTC),
            "flagged": None,
            "request": "r",
            "task": "t",
            "language": language,
            "concern": 1,
            "turns": 1,
        }
        for at, (language, _) in enumerate(talks)
    ]
    ids = [row["conversation"] for row in rows]
    embedded = ids[: len(ids) - silent]
    labels = [{"conversation": f"c{at}", "client": talk[1]} for at, talk in enumerate(talks)]
    return Everyone(
        pa.Table.from_pylist(rows, schema=FACETS),
        pa.table(
            {"facet": ["request"] * len(embedded), "conversation": embedded},
            schema=pa.schema([("facet", pa.string()), ("conversation", pa.string())]),
        ),
        pa.Table.from_pylist(labels[::-1], schema=attributes_schema([CLIENT])),
    )


def kept(talks: Everyone, one: MapDefinition, *before: MapDefinition) -> tuple[list[str], Any]:
    found = build_slice(talks, MapRules(one, before, DEFAULT_FACETS, POLICY))
    aside = {row["conversation"]: row["reason"] for row in found.set_aside.to_pylist()}
    return found.slices["conversation"].to_pylist(), aside


ENGLISH_WEB, GERMAN_IOS = ("English", "web"), ("German", "ios")


def test_map_is_of_those_it_asks_for_when_enough_are_on_either_side() -> None:
    talks = everyone(ENGLISH_WEB, *[GERMAN_IOS] * 3, *[ENGLISH_WEB] * 2)
    ids, aside = kept(talks, IOS)
    assert ids == ["c1", "c2", "c3"]
    assert aside == dict.fromkeys(["c0", "c4", "c5"], "outside")
    assert kept(talks, GERMAN) == (ids, aside)


@pytest.mark.parametrize(
    ("talks", "one", "before"),
    [
        ([GERMAN_IOS] * 4 + [ENGLISH_WEB] * 2, IOS, ()),
        ([GERMAN_IOS] * 2 + [ENGLISH_WEB] * 4, IOS, ()),
        ([GERMAN_IOS] * 4 + [("German", "web")] * 2 + [ENGLISH_WEB] * 4, GERMAN, (IOS,)),
        (
            [GERMAN_IOS] * 4 + [("English", "ios")] * 2 + [ENGLISH_WEB] * 9,
            named("both", client="ios", language="German"),
            (),
        ),
    ],
    ids=["few beside it", "few on it", "few more than on a map before", "few more in one line"],
)
def test_nobody_is_on_the_map_when_it_would_tell_of_few(
    talks: list[tuple[str, str]], one: MapDefinition, before: tuple[MapDefinition, ...]
) -> None:
    ids, aside = kept(everyone(*talks), one, *before)
    assert ids == []
    assert "too_few_beside" in aside.values()
    assert len(aside) == len(talks)


def test_only_those_count_that_have_a_vector_when_few_are_told() -> None:
    talks = [GERMAN_IOS] * 4 + [ENGLISH_WEB] * 3
    assert kept(everyone(*talks), IOS)[0] != []
    assert kept(everyone(*talks, silent=1), IOS)[0] == []


def test_conversation_is_outside_when_nothing_is_known_of_it() -> None:
    talks = everyone(*[GERMAN_IOS] * 3, *[("German", None)] * 3)
    assert kept(talks, IOS)[0] == ["c0", "c1", "c2"]
    bare = Everyone(talks.facets, talks.embedded)
    assert kept(bare, GERMAN)[0] == [f"c{at}" for at in range(6)]


def test_map_is_empty_when_the_days_are() -> None:
    assert kept(everyone(), IOS) == ([], {})
