"""Expect rows to be the nodes of trees whose leaves all lie on one level."""

from typing import Any, ClassVar

import pandas as pd

from privacy_checks.expectations.counting_expectation import (
    CountingExpectation,
    CountingMetric,
    TableCounts,
)


class NodesOutOfTree(CountingMetric):
    """Nodes that are there twice, or whose place in the tree is wrong."""

    metric_name = "table.nodes_out_of_tree"
    value_keys = ("tree_column", "level_column", "node_column", "parent_column")

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> TableCounts:
        """Compare each node with those of the levels above and below it."""
        tree, level, node, parent = (frame[parameters[name]] for name in cls.value_keys)
        # one type for nodes and parents: a column with missing numbers holds floats
        node, parent = node.astype("float64"), parent.astype("float64")
        has_parent = parent.notna()
        ids = pd.MultiIndex.from_arrays([tree, level, node])
        above = pd.MultiIndex.from_arrays([tree, level + 1, parent.fillna(-1)])
        top = level.groupby(tree, dropna=False).transform("max")
        repeated = int(ids.duplicated().sum())
        dangling = int((has_parent & ~above.isin(ids)).sum())
        orphans = int((~has_parent & (level < top)).sum())
        childless = int(((level > 0) & ~ids.isin(above[has_parent])).sum())
        misplaced = int((level < 0).sum())
        return TableCounts(
            len(frame),
            repeated + dangling + orphans + childless + misplaced,
            {
                "nodes": len(frame),
                "repeated": repeated,
                "orphans": orphans + dangling,
                "childless": childless,
            },
        )


class ExpectRowsToFormTrees(CountingExpectation):
    """Expect one tree for each value of a column, level 0 at the bottom.

    Every node is there once; every node below a tree's highest level has one parent, which is a
    node of the next level; those of the highest level have none; a node above level 0 is somebody's
    parent.

    Args:
        tree_column: which tree a node belongs to.
        level_column: its level, 0 for leaves.
        node_column: its number, unique within tree and level.
        parent_column: number of its parent on the next level, missing at the top.
    """

    tree_column: str
    level_column: str
    node_column: str
    parent_column: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.nodes_out_of_tree",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "tree_column",
        "level_column",
        "node_column",
        "parent_column",
    )
