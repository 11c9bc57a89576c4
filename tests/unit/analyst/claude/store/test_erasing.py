"""What an erasure deletes of the answer store, and that nothing of it is left on disk."""

from dataclasses import replace

import pytest

from clio_assets.analyst.claude.exchange import Purpose
from clio_assets.analyst.claude.money import ledger
from clio_assets.analyst.claude.store.answers import AnswerStore
from clio_assets.analyst.claude.store.erasing import PartitionErasure
from clio_assets.analyst.claude.store.subjects import subject_of
from tests.unit.analyst.claude.kept import DAY, REPLY, keep, request_of

KEY = b"k" * 32


def bytes_on_disk(store: AnswerStore) -> bytes:
    return b"".join(path.read_bytes() for path in store.database.folder.iterdir() if path.is_file())


def test_nothing_is_left_on_disk_when_answers_are_deleted(store: AnswerStore) -> None:
    subject = subject_of(KEY, "a transcript")
    for number in range(40):
        keep(store, request_of(number), replace(REPLY, text="canary " * 900))
    keep(store, request_of(100, subject), replace(REPLY, text="subject-canary"))
    assert b"canary" in bytes_on_disk(store)
    staying = [subject_of(KEY, "another")]
    assert store.erase("e", [PartitionErasure(DAY.partition, [subject], staying)]) == 41
    assert b"canary" not in bytes_on_disk(store)
    assert bytes.fromhex(subject) not in bytes_on_disk(store)


@pytest.mark.parametrize(
    ("parts", "before", "left"),
    [
        ([], "", "AaBbWw"),
        ([PartitionErasure("2026-10-05")], "", "BbWw"),
        ([PartitionErasure("2026-10-05", staying=["a" * 64])], "", "aBbWw"),
        ([PartitionErasure("2026-10-05", gone=["b" * 64], staying=["a" * 64])], "", "aBWw"),
        ([PartitionErasure("2026-09-28")], "", "AaBb"),
        ([PartitionErasure("2026-10-05", groups_alone=True)], "", "aBbWw"),
        ([], "2026-10-06", "Bb"),
        (None, "", ""),
    ],
)
def test_only_what_a_part_names_goes_when_answers_are_deleted(
    parts: list[PartitionErasure] | None, before: str, left: str, store: AnswerStore
) -> None:
    kept = {
        "A": ("", "2026-10-05"),  # about a group
        "a": ("a" * 64, "2026-10-05"),
        "B": ("", "2026-10-06"),
        "b": ("b" * 64, "2026-10-06"),
        "W": ("", "2026-09-28"),
        "w": ("", "2026-09-28"),
        "?": ("c" * 64, ""),  # for no day at all: nobody can tell when it has to go
    }
    requests = {
        name: request_of(number, subject)
        for number, (name, (subject, _)) in enumerate(kept.items())
    }
    for name, (_, partition) in kept.items():
        keep(store, requests[name], where=Purpose("facets", partition))
    store.erase("e", parts, before)
    found = [name for name, request in requests.items() if store.find(request.digest)]
    assert "".join(found) == left
    assert store.read(ledger.spent) > 0  # money stays
    assert store.carried_out("e")
    assert not store.carried_out("f")
