"""When a seal made under one policy is good under another: the policy was as strict, or stricter.

Every field of the policy says in its note which values are stricter (`model.py`).
"""

from privacy_checks.policy.fields import NOTES
from privacy_checks.policy.model import PrivacyPolicy


def tightened(made: PrivacyPolicy, in_force: PrivacyPolicy) -> tuple[str, ...]:
    """Fields in which the policy in force asks for more than the one a seal was made under.

    Where there are none the seal holds: what it stands for needs no new judgement.
    """
    return tuple(name for name in NOTES if not _as_strict(name, made, in_force))


def _as_strict(name: str, made: PrivacyPolicy, in_force: PrivacyPolicy) -> bool:
    """Whether `made` asked for at least as much in a field."""
    note, before, now = NOTES[name], getattr(made, name), getattr(in_force, name)
    if note.equal_if is not None and note.equal_if(made, in_force):
        return set(before) == set(now) if isinstance(before, tuple) else bool(before == now)
    return note.direction.holds(before, now)
