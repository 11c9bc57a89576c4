from typing import Any

import pytest

from clio_assets.sources.formats.known_names import field_names


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{"id": 1, "text": 2}], "id, text"),
        ([{"id": 1, "text": 2}, {"id": 1}, {"id": 1}], "id"),
        ([{"id": 1, "mary.smith": 2}], "id and 1 of other names"),
        ([{"mary": 1, "i like cats": 2}], "2 of other names"),
        ([{"a": 1}, {"b": 1}, {"c": 1}], "none in common"),
        ([{}], "none in common"),
        ([], "none in common"),
    ],
)
def test_field_names_say_only_well_known_ones_when_others_are_there(
    records: list[dict[str, Any]], expected: str
) -> None:
    assert field_names(records) == expected
