"""The sample as it is: the platform's own plain shape."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from clio_assets.home.settings import Format
from clio_assets.sample.shapes.protocol import Lack, Plain

name: Final[Format] = "plain"
lacks: Final[frozenset[Lack]] = frozenset()


def records(conversations: Iterable[Plain]) -> Iterator[Mapping[str, Any]]:
    """The conversations themselves."""
    return iter(conversations)
