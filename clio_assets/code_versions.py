"""Which version of a stage's code makes its partitions now.

Raised by hand with every change of a stage's code that changes its result. What an older version
made is not read any more until it has been made again.
"""

from collections.abc import Mapping
from typing import Final

CODE_VERSIONS: Final[Mapping[str, str]] = {
    "conversations": "1",
    "facets": "2",
    "embeddings": "1",
    "clusters": "2",
    "hierarchy": "2",
    "audited_summaries": "2",
    "published_insights": "3",
}
