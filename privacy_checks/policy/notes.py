"""What is said of a policy's field besides its type, limits and default: see `FieldNote`."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Direction:
    """Which values of a field are stricter.

    `stricter` says so in a word or two, empty where no value is. `holds(made, in_force)` takes two
    values of the field and says whether what passed under the first passes under the second.
    """

    stricter: str
    holds: Callable[[Any, Any], bool]


HIGHER: Final = Direction("higher", operator.ge)
LOWER: Final = Direction("lower", operator.le)
FEWER: Final = Direction("fewer", lambda made, in_force: set(made) <= set(in_force))
MORE: Final = Direction("more", lambda made, in_force: set(made) >= set(in_force))
EQUAL: Final = Direction("must be equal", operator.eq)
#: No gate judges the field.
VOIDS_NOTHING: Final = Direction("", lambda made, in_force: True)


def in_order(*strictest_first: str) -> Direction:
    """The direction of a choice between values that are listed from the strictest on."""
    rank = {value: at for at, value in enumerate(strictest_first)}
    return Direction(
        " > ".join(strictest_first), lambda made, in_force: rank[made] <= rank[in_force]
    )


@dataclass(frozen=True, eq=False)
class FieldNote:
    """What a field of the policy means. It stands in the field's annotation.

    `says` is one sentence for `str.format`: `{value}` is the field's value, `{percent}` a share in
    percent, `{listed}` a list in words and `{count}` its length; the name of any other field is
    that field in words. `instead` has the sentences of values that need another one.

    `protects` completes "Protects ...". `changes` names the stages whose results depend on the
    field. `example` is what a written policy proposes where the field is not set.

    `equal_if(made, in_force)` takes two policies and says whether the field decides something
    else between them, for which no direction holds: then it must be equal.
    """

    direction: Direction
    says: str
    protects: str
    changes: tuple[str, ...]
    instead: Mapping[object, str] = field(default_factory=dict)
    example: str = ""
    equal_if: Callable[[Any, Any], bool] | None = None
