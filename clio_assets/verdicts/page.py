"""The record of a window as one self-contained page: no script, nothing loaded from elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clio_assets.ground.windows import window_in
from clio_assets.verdicts.numbers import phrase, phrase_of_ranges
from privacy_checks.policy.explain import Explanation

TEMPLATE = Path(__file__).with_name("page.html")


def render(document: dict[str, Any], policy: Sequence[Explanation], made_at: str) -> str:
    """The page. `document` is the JSON form, `made_at` the time to print on it."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(phrase=phrase, phrase_of_ranges=phrase_of_ranges)
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    return template.render(
        record=document,
        of=_name(document),
        policy=policy,
        made_at=made_at,
        held=_held(document["stages"]),
    )


def _name(document: dict[str, Any]) -> str:
    """Of what the record is, in words: a map where it is a named one, and its window."""
    named, kind = document["map"], document["kind"]
    if kind == "all":
        return f"the map {named}, all time" if named else "the whole source"
    window = f"{kind or 'window'} {window_in(document['window'])}"
    return f"the map {named}, {window}" if named else window


def _held(stages: Sequence[dict[str, Any]]) -> bool:
    """Whether every partition behind the window is sealed."""
    return all(stage["sealed"] == len(stage["partitions"]) for stage in stages)
