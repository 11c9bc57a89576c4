"""Which values of an attribute a window tells apart: those that many have; the others are one."""

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.domain.attributes import OTHER, AttributeDefinition
from privacy_checks.policy.model import PrivacyPolicy


def pooled(
    labels: pa.Table, attribute: AttributeDefinition, policy: PrivacyPolicy
) -> pa.ChunkedArray:
    """The labels of an attribute with those put together that are not told apart.

    `labels` has columns `user` and the attribute's, for all conversations of a window. Where values
    are declared all are told apart. Else, the `top` ones of most conversations (then by the
    alphabet) among those that as many conversations and users have as a breakdown needs of a cell.
    """
    column = labels[attribute.name]
    if not attribute.is_open:
        return column
    said = pa.table({"label": column, "user": labels["user"]}).drop_null()
    counts = said.group_by("label").aggregate([("user", "count_distinct"), ("label", "count")])
    enough = counts.filter(
        pc.and_(
            pc.and_(
                pc.greater_equal(counts["user_count_distinct"], policy.min_cell_users),
                pc.greater_equal(counts["label_count"], policy.min_cell_conversations),
            ),
            pc.not_equal(counts["label"], OTHER),
        )
    )
    order = [("label_count", "descending"), ("label", "ascending")]
    shown = enough.sort_by(order)["label"].slice(0, attribute.top)
    told_apart = pc.or_(pc.is_null(column), pc.is_in(column, value_set=shown.combine_chunks()))
    return pc.if_else(told_apart, column, OTHER)
