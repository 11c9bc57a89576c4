"""Name and describe parents from what was assigned to them (paper, G.7)."""

from collections.abc import Iterator, Sequence
from typing import Final

from clio_assets.analyst.claude.exchange import Question
from clio_assets.analyst.claude.verbs.context import VerbContext
from clio_assets.analyst.claude.verbs.data import line_of, names_of
from clio_assets.analyst.claude.verbs.form import TextForm, schema_of, text_of
from clio_assets.analyst.claude.verbs.prompt import Data, one_line
from clio_assets.analyst.protocol import NotAnswered, ParentToRename
from clio_assets.domain.clusters import ClusterText, Node

#: Children that are shown, the largest ones; other parents, and children of each.
CHILDREN: Final = 40
SIBLINGS: Final = 5
SIBLINGS_CHILDREN: Final = 3


def rename(
    context: VerbContext, parents: Sequence[ParentToRename]
) -> list[ClusterText | NotAnswered]:
    """A text for each parent, all of one level of a facet."""
    variables = {"facet": parents[0].facet}
    prompt = context.prompt("rename", schema_of(TextForm), variables)

    def questions() -> Iterator[Question[ClusterText]]:
        for parent in parents:
            data = Data(_text(parent, parents), asked={"avoid": bool(parent.avoid)})
            yield prompt.question(data, text_of)

    answers = context.ask(questions)
    return list(answers)


def _text(parent: ParentToRename, parents: Sequence[ParentToRename]) -> str:
    shown = _largest(parent.children, CHILDREN)
    parts = ["Groups:", *(f"- {line_of(node.text)}" for node in shown)]
    if len(parent.children) > len(shown):
        parts.append(f"and {len(parent.children) - len(shown)} smaller ones")
    others = [
        f"- {'; '.join(names_of(_largest(parents[at].children, SIBLINGS_CHILDREN)))}"
        for at in parent.siblings[:SIBLINGS]
        if parents[at] is not parent
    ]
    if others:
        parts += ["Groups of other categories:", *others]
    if parent.avoid:
        parts.append(f"Avoid: {one_line(', '.join(parent.avoid))}")
    return "\n".join(parts)


def _largest(nodes: Sequence[Node], count: int) -> list[Node]:
    return sorted(nodes, key=lambda node: -node.size)[:count]
