"""In which order the values of declared attributes are shown, of those that breakdowns name."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.attributes import OTHER, AttributeDefinition
from clio_assets.summaries.schema import ATTRIBUTES


def attributes_table(
    window: str, breakdowns: pa.Table, attributes: Sequence[AttributeDefinition]
) -> pa.Table:
    """The ATTRIBUTES table: the values that breakdowns name, in the order they are declared in.

    Values that a window does not name stand nowhere, declared or not.
    """
    rows = []
    for one in attributes:
        named = breakdowns["value"].filter(pc.equal(breakdowns["facet"], one.name))
        order = {label: at for at, label in enumerate((*one.labels, OTHER))}
        places = {value: None if one.is_open else order[value] for value in named.to_pylist()}
        rows += [
            {"window": window, "attribute": one.name, "kind": one.kind, "value": v, "place": at}
            for v, at in sorted(places.items(), key=lambda item: (item[1] or 0, item[0]))
        ]
    return pa.Table.from_pylist(rows, schema=ATTRIBUTES)
