"""The notes of the policy's fields, by field, and which fields decide a stage's result."""

from collections.abc import Mapping
from typing import Final

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.policy.notes import FieldNote


def _note(name: str) -> FieldNote:
    found = [one for one in PrivacyPolicy.model_fields[name].metadata if isinstance(one, FieldNote)]
    if len(found) != 1:
        raise TypeError(f"the policy's field {name} has {len(found)} notes instead of one")
    return found[0]


#: Field -> its note, in the order of the model.
NOTES: Final[Mapping[str, FieldNote]] = {name: _note(name) for name in PrivacyPolicy.model_fields}


def fields_that_change(stage: str) -> frozenset[str]:
    """The fields that the result of a stage depends on; none for a stage that reads no policy."""
    return frozenset(name for name, note in NOTES.items() if stage in note.changes)
