"""Other places that keep something per conversation, for example stored answers of a model."""

from collections.abc import Sequence
from typing import Protocol

from clio_assets.home import Home


class Forgetful(Protocol):
    """A store that can forget conversations."""

    def forget(self, transcripts: Sequence[str]) -> int:
        """Delete whatever was kept about conversations with these transcripts; how much it was.

        Asking it again with the same transcripts changes nothing.
        """
        ...


def stores_of(home: Home) -> tuple[Forgetful, ...]:
    """Every store of the home beside the lake. The local analyst's answers are not stored, so
    there is none yet; whoever adds a store names it here."""
    del home
    return ()
