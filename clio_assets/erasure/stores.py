"""Other places that keep something per conversation: the stored answers of a model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from clio_assets.analyst.claude.database.file import FILE
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.claude.store.erasing import PartitionErasure
from clio_assets.analyst.claude.store.subjects import subject_of
from clio_assets.home.home import Home


@dataclass(frozen=True)
class Erased:
    """What an erasure takes away of a day or window: all that was kept for it, except about
    conversations with the `staying` transcripts; and, wherever it was kept, all about those with
    the transcripts that are `gone`. For windows nothing is kept about single conversations."""

    cadence: Literal["day", "window"]
    key: str
    gone: Sequence[str] = field(default=(), repr=False)
    staying: Sequence[str] = field(default=(), repr=False)


class Forgetful(Protocol):
    """A store that can forget conversations."""

    def forget(self, erasure: str, erased: Iterable[Erased], before: date | None) -> int:
        """Delete what the erasure of that id takes away, and what was kept for days and windows
        before that day, all or nothing; how much it was.

        Asked again with the id it was asked with last, it looks at nothing and changes nothing.
        """
        ...


class StoredAnswers:
    """The answers of the analyst `claude`."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def forget(self, erasure: str, erased: Iterable[Erased], before: date | None) -> int:
        """See Forgetful. Without the key nobody can tell the answers apart, so all are deleted;
        nobody could find them again either."""
        store = AnswerStore(self._home.answers)
        try:
            if store.carried_out(erasure):
                store.scrub()
                return 0
            if not self._home.delimiter_key_file.exists():
                return store.erase(erasure, None)
            first_day = before.isoformat() if before is not None else ""
            return store.erase(erasure, list(self._parts(erased)), first_day)
        finally:
            store.close()

    def _parts(self, erased: Iterable[Erased]) -> Iterator[PartitionErasure]:
        key = self._home.delimiter_key
        for one in erased:
            gone = [subject_of(key, transcript) for transcript in one.gone]
            staying = [subject_of(key, transcript) for transcript in one.staying]
            yield PartitionErasure(one.key, gone, staying, groups_alone=one.cadence == "window")


def stores_of(home: Home) -> tuple[Forgetful, ...]:
    """Every store of the home beside the lake: none where no model was ever asked."""
    return (StoredAnswers(home),) if (home.answers / FILE).exists() else ()
