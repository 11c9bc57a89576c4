"""What the policy's fields say of themselves, and that the documentation says the same."""

import re
from pathlib import Path
from string import Formatter

import pytest

from privacy_checks.policy.fields import NOTES, fields_that_change
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.policy.notes import VOIDS_NOTHING

PAGE = Path(__file__).parents[4] / "docs" / "configuration.md"
#: Fields that change no stage's result: a name for the policy, and what holds for what is stored.
CHANGE_NOTHING = {"version", "retention_days", "example_conversations"}


def test_every_field_has_a_note_when_the_model_is_read() -> None:
    assert list(NOTES) == list(PrivacyPolicy.model_fields)


@pytest.mark.parametrize("field", NOTES)
def test_note_says_and_protects_something_when_it_is_read(field: str) -> None:
    note = NOTES[field]
    assert note.protects
    assert not note.protects.endswith(".")
    for sentence in (note.says, *note.instead.values()):
        assert sentence.endswith(".")
    filled = {name for _, name, _, _ in Formatter().parse(note.says) if name}
    assert filled  # the sentence holds the value


@pytest.mark.parametrize("field", NOTES)
def test_field_changes_a_stage_when_it_is_not_declared_to_change_nothing(field: str) -> None:
    assert (NOTES[field].changes == ()) == (field in CHANGE_NOTHING)


def test_field_voids_no_seal_when_it_changes_nothing() -> None:
    voids_nothing = {name for name, note in NOTES.items() if note.direction is VOIDS_NOTHING}
    assert voids_nothing == CHANGE_NOTHING


def test_fields_that_change_a_stage_are_none_when_it_reads_no_policy() -> None:
    assert fields_that_change("embeddings") == frozenset()
    assert fields_that_change("published_insights") == {"rounding"}


@pytest.mark.parametrize("field", NOTES)
def test_an_example_is_given_when_a_field_has_no_value(field: str) -> None:
    assert bool(NOTES[field].example) == (getattr(PrivacyPolicy(), field) is None)


def test_page_lists_every_field_and_what_is_stricter_when_it_is_read() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\| ([^|]*?) ?\|$", PAGE.read_text("utf-8"), re.M)
    found = {field: stricter for field, stricter in rows if field in NOTES}
    assert found == {field: note.direction.stricter for field, note in NOTES.items()}
