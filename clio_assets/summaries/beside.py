"""Values that a named map may not number, because other maps number them too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.attributes import OTHER, AttributeDefinition
from clio_assets.ground.windows import WindowKind
from clio_assets.maps.labels import labels_of
from clio_assets.maps.parts import indistinct_values, is_on, numbered
from clio_assets.maps.population import Everyone, MapRules

#: Breakdown -> values of it.
Values = Mapping[str, frozenset[str | None]]

#: Stands before the name of an attribute for its mean, of those who say a number. No name has it.
_MEAN, _SAID = "mean of ", "said"


@dataclass(frozen=True)
class Beside:
    """All conversations of a window's days, and which of them are on which maps."""

    everyone: Everyone
    rules: MapRules


def indistinct(
    beside: Beside,
    facets: Sequence[str],
    shown: pa.Table,
    kind: WindowKind,
    attributes: Sequence[AttributeDefinition],
) -> dict[str, Values]:
    """Clustered facet -> the values that its map leaves unnamed, so that no other map's number of
    them tells of few. `shown` has what the map's own conversations are broken down by.
    """
    everyone, rules = beside.everyone, beside.rules
    labels = everyone.labels(rules.definitions)
    on_map, maps = is_on(labels, rules.named), rules.maps_before(labels)
    users = numbered(labels["user"])
    time = labels_of(everyone.facets, (), kind)["time"]
    of_all = {"time": time} | {
        name: labels[name]
        for name in shown.column_names
        if name not in ("conversation", "user", "time")
    }
    for one in attributes:
        if one.is_open:
            of_all[one.name] = _told_apart(of_all[one.name], shown[one.name])
        if one.has_mean:
            of_all[_MEAN + one.name] = _says_a_number(labels[one.name])
    found: dict[str, Values] = {}
    for facet in facets:
        rows = everyone.has_vector(facet)
        values = {name: column.filter(pa.array(rows)) for name, column in of_all.items()}
        within = [one[rows] for one in maps]
        found[facet] = indistinct_values(values, within, on_map[rows], users[rows], rules.policy)
    return found


def is_untold(attribute: AttributeDefinition, values: Values) -> bool:
    """Whether a map's mean of an attribute would, beside another map's, tell of few: those who say
    a number are as a value that may not be numbered."""
    return _SAID in values.get(_MEAN + attribute.name, ())


def _says_a_number(labels: pa.ChunkedArray) -> pa.ChunkedArray:
    says = pc.and_(pc.is_valid(labels), pc.not_equal(labels, OTHER))
    return pc.if_else(says, pa.scalar(_SAID), pa.scalar(None, pa.string()))


def _told_apart(labels: pa.ChunkedArray, shown: pa.ChunkedArray) -> pa.ChunkedArray:
    """Labels as the map tells them apart: those that it does not name are one."""
    named = pc.is_in(labels, value_set=shown.combine_chunks().unique())
    return pc.if_else(pc.or_(named, pc.is_null(labels)), labels, OTHER)
