"""What `[[maps]]` of clio.toml may say."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from clio_assets.domain.maps import MapDefinition
from clio_assets.errors import UsageError
from clio_assets.facets.attributes_in_force import attributes_in_force
from clio_assets.facets.in_force import facets_in_force
from clio_assets.facets.maps_in_force import maps_in_force
from clio_assets.home.settings import Settings, load_settings
from privacy_checks.policy.model import PrivacyPolicy

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"
ATTRIBUTES = [
    {"name": "client"},
    {"name": "plan", "values": ["free", "paid"]},
    {"name": "paying", "kind": "boolean"},
    {"name": "cost", "kind": "number", "bins": [1, 10]},
]
ALL_FACETS = ("request", "task", "language", "concern", "turns")


def in_force(*maps: dict[str, Any]) -> tuple[MapDefinition, ...]:
    made, policy = Settings(maps=maps, attributes=ATTRIBUTES), PrivacyPolicy()
    facets = facets_in_force(made, policy)
    return maps_in_force(made, facets, attributes_in_force(made, facets, policy))


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"client": "ios"}, (("client", ("ios",)),)),
        ({"client": ["ios", "web"]}, (("client", ("ios", "web")),)),
        ({"plan": "other"}, (("plan", ("other",)),)),
        ({"paying": True}, (("paying", ("true",)),)),
        ({"cost": ["under 1", "other"]}, (("cost", ("under 1", "other")),)),
        ({"concern": [4, 5]}, (("concern", ("4", "5")),)),
        ({"turns": "6-10"}, (("turns", ("6-10",)),)),
        (
            {"language": "German", "client": "ios"},
            (("client", ("ios",)), ("language", ("German",))),
        ),
    ],
)
def test_map_asks_for_labels_as_breakdowns_show_them_when_it_is_declared(
    where: dict[str, Any], said: Any
) -> None:
    assert in_force({"name": "m", "where": where}) == (MapDefinition("m", said, ALL_FACETS),)


def test_map_has_facets_in_the_homes_order_when_it_names_some() -> None:
    (found,) = in_force(
        {"name": "m", "where": {"client": "a"}, "facets": ["language", "request"], "cadence": "all"}
    )
    assert (found.facets, found.kind) == (("request", "language"), "all")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"where": {"model": "a"}}, "names model, which is no attribute"),
        ({"where": {"request": "a"}}, "names request, which is no attribute"),
        ({"where": {"time": "2026-01-01"}}, "names time, which is no attribute"),
        ({"where": {"plan": "gold"}}, "a value of plan .* is none of: free, paid, other"),
        ({"where": {"paying": "yes"}}, "a value of paying .* is none of: true, false, other"),
        ({"where": {"cost": 3}}, "a value of cost .* is none of: under 1, 1 to under 10"),
        ({"where": {"concern": 9}}, "a value of concern .* is none of: 1, 2"),
        ({"where": {"turns": "some"}}, "a value of turns"),
        ({"where": {"client": "a"}, "facets": ["mood"]}, "names mood, which this home"),
        ({"where": {"client": "a"}, "facets": ["task"]}, "needs a clustered one of: request"),
    ],
)
def test_map_is_refused_with_its_name_when_it_cannot_be(
    settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=f"the map odd of clio.toml cannot be used: .*{said}"):
        in_force({"name": "odd", **settings})


def test_map_is_refused_when_another_one_has_its_name() -> None:
    one = {"name": "odd", "where": {"client": "a"}}
    with pytest.raises(UsageError, match="another map has that name"):
        in_force(one, one)


@pytest.mark.parametrize(
    "text",
    [
        'name = "With Blanks"\nwhere = { client = "a" }',
        'name = "m"',
        'name = "m"\nwhere = {}',
        'name = "m"\nwhere = { client = [] }',
        'name = "m"\nwhere = { client = "a" }\ncadence = "year"',
        'name = "m"\nwhere = { client = "a" }\nother = 1',
    ],
)
def test_settings_are_refused_when_a_map_is_not_written_well(tmp_path: Path, text: str) -> None:
    (tmp_path / "clio.toml").write_text(f"[[maps]]\n{text}\n")
    with pytest.raises(UsageError, match=r"maps\.0"):
        load_settings(tmp_path / "clio.toml")


def test_example_of_the_page_is_in_force_when_it_is_read() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (example,) = [block for block in blocks if 'name = "german"' in block]
    made, policy = Settings(**tomllib.loads(example)), PrivacyPolicy()
    facets = facets_in_force(made, policy)
    found = maps_in_force(made, facets, attributes_in_force(made, facets, policy))
    assert [one.name for one in found] == ["mobile", "german"]
