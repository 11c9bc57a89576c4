"""Which values a named map leaves unnumbered because of the other maps."""

import pyarrow as pa
import pytest

from clio_assets.conversations.schema import attributes_schema
from clio_assets.domain.attributes import AttributeDefinition
from clio_assets.domain.maps import MapDefinition
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.maps.labels import labels_of
from clio_assets.maps.population import Everyone, MapRules
from clio_assets.summaries.beside import Beside, indistinct, is_untold
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.window import topics, window

POLICY = PrivacyPolicy(min_cell_conversations=5, min_cell_users=3)
MODEL = AttributeDefinition("model", "model", "category", top=3)
SPANISH = MapDefinition("spanish", (("language", ("Spanish",)),), ("request", "language"))


def found(
    told: dict[str, str] | None = None,
    before: tuple[MapDefinition, ...] = (),
    shown: tuple[str, ...] = (),
) -> dict[str, frozenset[str | None]]:
    """Values that the map of those who speak Spanish leaves unnumbered; `told` has models of
    conversations, the others have `owl`, and `shown` are those that the map tells apart."""
    facets, vectors = window(topics(3))
    ids = facets["conversation"].to_pylist()
    models = [(told or {}).get(one, "owl") for one in ids]
    labels = pa.table([ids, models], schema=attributes_schema([MODEL]))
    on_map = [row for row, one in enumerate(facets["language"].to_pylist()) if one == "Spanish"]
    own = labels_of(facets, DEFAULT_FACETS, "week")
    apart = [one if one in shown else "other" for one in models] if shown else models
    own = own.append_column("model", pa.array(apart)).take(on_map)
    beside = Beside(
        Everyone(facets, vectors.select(["facet", "conversation"]), labels),
        MapRules(SPANISH, before, DEFAULT_FACETS, POLICY),
    )
    return dict(indistinct(beside, ["request"], own, "week", [MODEL])["request"])


def conversations(language: str, count: int) -> list[str]:
    facets, _ = window(topics(3))
    rows = facets.select(["conversation", "language"]).to_pylist()
    return [row["conversation"] for row in rows if row["language"] == language][:count]


def test_no_value_is_left_out_when_enough_have_it_on_either_side() -> None:
    values = found()
    del values["time"]  # on two days few of the map wrote
    assert set(values) == {"language", "concern", "turns", "flagged", "model"}
    assert not any(values.values())


@pytest.mark.parametrize(
    ("spanish", "english", "hidden"), [(9, 4, True), (9, 5, False), (9, 0, False)]
)
def test_value_is_left_out_when_few_have_it_who_are_not_on_the_map(
    spanish: int, english: int, *, hidden: bool
) -> None:
    told = dict.fromkeys(
        [*conversations("Spanish", spanish), *conversations("English", english)], "swift"
    )
    assert ("swift" in found(told)["model"]) is hidden


def test_value_is_left_out_when_few_more_have_it_on_a_map_before() -> None:
    ids = [*conversations("Spanish", 9), *conversations("English", 20)]
    told = dict.fromkeys(ids, "swift")
    wider = MapDefinition(
        "wider", (("language", ("Spanish", "English")), ("model", ("swift",))), ("request",)
    )
    assert found(told, (wider,))["model"] == frozenset()
    told |= dict.fromkeys(ids[12:], "kite")  # three of the wider map are left that are not on this
    assert "swift" in found(told)["model"]


def test_labels_count_as_the_map_tells_them_apart_when_it_names_some_alone() -> None:
    told = dict.fromkeys(conversations("Spanish", 9), "swift")
    told |= dict.fromkeys(conversations("English", 3), "kite")  # nobody on the map has it
    assert found(told, shown=("swift",))["model"] == frozenset()
    assert found(told, shown=("owl",))["model"] == frozenset({"other"})


@pytest.mark.parametrize(
    ("english", "bins", "untold"),
    [(4, (1, 30), True), (5, (1, 30), False), (0, (1, 30), False), (4, (1,), False)],
    ids=["few outside", "enough outside", "nobody outside", "no mean at all"],
)
def test_mean_is_untold_when_few_say_a_number_who_are_not_on_the_map(
    english: int, bins: tuple[float, ...], *, untold: bool
) -> None:
    seconds = AttributeDefinition("seconds", "latency_seconds", "number", bins=bins)
    facets, vectors = window(topics(3))
    say = {*conversations("Spanish", 9), *conversations("English", english)}
    said = ["other" if one not in say else seconds.labels[-1] for one in ids_of(facets)]
    labels = pa.table([ids_of(facets), said], schema=attributes_schema([seconds]))
    own = labels_of(facets, DEFAULT_FACETS, "week").append_column("seconds", pa.array(said))
    on_map = pa.array([one == "Spanish" for one in facets["language"].to_pylist()])
    beside = Beside(
        Everyone(facets, vectors.select(["facet", "conversation"]), labels),
        MapRules(SPANISH, (), DEFAULT_FACETS, POLICY),
    )
    values = indistinct(beside, ["request"], own.filter(on_map), "week", [seconds])["request"]
    assert is_untold(seconds, values) is untold


def ids_of(facets: pa.Table) -> list[str]:
    found: list[str] = facets["conversation"].to_pylist()
    return found
