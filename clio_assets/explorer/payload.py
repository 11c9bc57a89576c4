"""The form in which a published map is sent to the browser: format 2.

A map is one window's clusters of one facet, with everything published about them. It is a gzip
stream of

    4 bytes    "CLIO"
    1 byte     version of the format
    3 bytes    zero
    4 bytes    length of the header, little-endian
    header     JSON (UTF-8): `n` clusters, `unit`, `scale`, `window`, `accounts` (what each stage
               passed on and set aside), `facets` (name, values and base rates of each, -1 where
               suppressed; of an attribute its `kind` too), `means` (name, mean and step in the
               window; absent where there are none), `lineage`, `verdicts`, and `sections`: pairs of
               a name and a length in bytes, in the order of the body
    body       the sections, one after the other

The clusters are in preorder: a parent right before what lies below it, siblings by size, the
largest first. Every section is a column. A varint is an unsigned LEB128 number; zigzag maps 0, -1,
1, -2 to 0, 1, 2, 3.

    level     n bytes; 0 are the leaves
    audit     n bytes
    coherence n bytes, in hundredths; 255 where the release is older than that
    parent    n varints: how many clusters before this one its parent stands; 0 at the top
    number    n varints; the id is `<window>:<facet>:<level>:<number>`
    size      n varints, in units of `unit`, the greatest common divisor of all published numbers
    users     as size
    x, y      n varints each: zigzag of the difference to the parent's (at the top: to 0), in steps
              of 1 / `scale`
    names     JSON (UTF-8): a list
    cells     one section for each facet, with n varints for each of its values, all in the order of
              the header: 0 where suppressed, else one more than the number of conversations in
              units of `unit`
    texts     JSON (UTF-8): the list of the descriptions
    means     one section for each of the header's `means`: JSON, a list of the clusters' means and
              one of their steps, null where suppressed

What the map is drawn with comes first; the browser reads the rest when it is asked for.

Shares and lifts are not sent: the browser divides as the summaries do. The share of a value in a
cluster is its cell over the cluster's size, its lift that share over the base rate's; a cell that
is suppressed has neither.
"""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

FORMAT: Final = 2
MAGIC: Final = b"CLIO"
SUPPRESSED: Final = -1
UNTOLD: Final = 255

#: Steps of coordinates: those of four decimals, or as fine as is of any use.
_SCALES: Final = (10_000, 65_535)
_LONGEST = 5  # bytes of a varint of 32 bits

Whole = npt.NDArray[np.int64]
Cells = npt.NDArray[np.int32]
Real = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Facet:
    """One breakdown. `base` and `cells` (values by clusters) are SUPPRESSED where suppressed.

    `kind` is that of a declared attribute, whose values are shown as they are written.
    """

    name: str
    values: Sequence[str]
    base: Whole
    cells: Cells
    kind: str = ""


@dataclass(frozen=True)
class Means:
    """The means of an attribute in the window and its clusters, each with the step it is told in;
    None where suppressed."""

    name: str
    mean: float | None
    step: float | None
    means: Sequence[float | None]
    steps: Sequence[float | None]


@dataclass(frozen=True)
class PublishedMap:
    """A map with its clusters in preorder; `parent` is an index, -1 at the top, `coherence` in
    hundredths, UNTOLD where it is not known.
    """

    window: dict[str, Any]
    accounts: Sequence[dict[str, Any]]
    level: Whole
    number: Whole
    parent: Whole
    size: Whole
    users: Whole
    audit: Whole
    coherence: Whole
    x: Real
    y: Real
    names: Sequence[str]
    descriptions: Sequence[str]
    facets: Sequence[Facet]
    lineage: Sequence[dict[str, Any]]
    verdicts: Sequence[dict[str, Any]]
    means: Sequence[Means] = ()


def encode_map(found: PublishedMap) -> bytes:
    """The map as bytes; the same map gives the same bytes."""
    unit = _unit(found)
    scale = _scale(found)
    before = np.arange(len(found.level)) - found.parent
    sections = [
        ("level", found.level.astype(np.uint8).tobytes()),
        ("audit", found.audit.astype(np.uint8).tobytes()),
        ("coherence", found.coherence.astype(np.uint8).tobytes()),
        ("parent", varints(np.where(found.parent < 0, 0, before))),
        ("number", varints(found.number)),
        ("size", varints(found.size // unit)),
        ("users", varints(found.users // unit)),
        ("x", varints(_steps(found.x, found.parent, scale))),
        ("y", varints(_steps(found.y, found.parent, scale))),
        ("names", _json(list(found.names))),
        *(("cells", _cells(facet, unit)) for facet in found.facets),
        ("texts", _json(list(found.descriptions))),
        *(("means", _json([list(one.means), list(one.steps)])) for one in found.means),
    ]
    header = _json(
        {
            "n": len(found.level),
            "unit": unit,
            "scale": scale,
            "window": found.window,
            "accounts": list(found.accounts),
            "facets": [
                {"name": f.name, "values": list(f.values), "base": f.base.tolist()}
                | ({"kind": f.kind} if f.kind else {})
                for f in found.facets
            ],
            **({"means": [_of_window(one) for one in found.means]} if found.means else {}),
            "lineage": list(found.lineage),
            "verdicts": list(found.verdicts),
            "sections": [[name, len(data)] for name, data in sections],
        }
    )
    start = MAGIC + bytes([FORMAT, 0, 0, 0]) + len(header).to_bytes(4, "little")
    return compressed(b"".join([start, header, *(data for _, data in sections)]))


def _of_window(means: Means) -> dict[str, Any]:
    return {"name": means.name, "mean": means.mean, "step": means.step}


def encode_index(index: dict[str, Any]) -> bytes:
    """What is published, as gzipped JSON."""
    return compressed(_json({"format": FORMAT, **index}))


def compressed(data: bytes) -> bytes:
    """Gzip without a time in it."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def varints(numbers: npt.NDArray[Any]) -> bytes:
    """Unsigned LEB128 of numbers from 0 to 2**35 - 1, one after the other."""
    values = numbers.astype(np.uint64)[:, None]
    places = np.arange(_LONGEST, dtype=np.uint64)
    groups = (values >> (places * np.uint64(7))) & np.uint64(0x7F)
    more = (values >> ((places + np.uint64(1)) * np.uint64(7))) > 0
    used = np.concatenate([np.ones_like(more[:, :1]), more[:, :-1]], axis=1)
    return bytes((groups + more * np.uint64(0x80)).astype(np.uint8)[used])


def _cells(facet: Facet, unit: int) -> bytes:
    columns = (np.where(column == SUPPRESSED, 0, column // unit + 1) for column in facet.cells)
    return b"".join(map(varints, columns))


def _unit(found: PublishedMap) -> int:
    """The greatest common divisor of all numbers of conversations and users."""
    numbers: Iterable[npt.NDArray[Any]] = (
        found.size,
        found.users,
        *(f.cells.ravel() for f in found.facets),
    )
    divisors = [int(np.gcd.reduce(part[part > 0])) for part in numbers if (part > 0).any()]
    return int(np.gcd.reduce(divisors)) if divisors else 1


def _scale(found: PublishedMap) -> int:
    """The coarsest steps in which every coordinate can be said, else the finest."""
    both = np.concatenate([found.x, found.y])
    for scale in _SCALES:
        if np.array_equal((np.rint(both * scale) / scale).astype(np.float32), both):
            return scale
    return _SCALES[-1]


def _steps(coordinates: Real, parent: Whole, scale: int) -> Whole:
    """Zigzag of the differences to the parents' coordinates."""
    at = np.rint(coordinates.astype(np.float64) * scale).astype(np.int64)
    difference = at - np.where(parent < 0, 0, at[parent])
    return (difference << 1) ^ (difference >> 63)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
