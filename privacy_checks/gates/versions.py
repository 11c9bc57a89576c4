"""Which version of its gate a seal was made by.

Raise a stage's number with every change that lets its gate refuse what it let pass before: in its
rules, in a detector or in an expectation. Older seals of that stage no longer hold then, and
`clio regate` judges the stored bytes again.
"""

from collections.abc import Mapping
from typing import Final

GATE_VERSIONS: Final[Mapping[str, int]] = {
    "conversations": 1,
    "facets": 1,
    "embeddings": 2,
    "slices": 1,
    "clusters": 2,
    "hierarchy": 1,
    "audited_summaries": 2,
    "published_insights": 3,
}
