"""A privacy policy in plain words: what each field asks for, and what that protects."""

import json
from dataclasses import dataclass
from textwrap import wrap

from privacy_checks.policy.fields import NOTES
from privacy_checks.policy.model import PrivacyPolicy


@dataclass(frozen=True)
class Explanation:
    """One field. `protects` says whom or what; `says` is a sentence with the value in it."""

    field: str
    value: str
    says: str
    protects: str
    is_default: bool


def explain(policy: PrivacyPolicy) -> tuple[Explanation, ...]:
    """Every field of the policy, in the order of the model."""
    default = PrivacyPolicy()
    return tuple(
        Explanation(
            field=name,
            value=_toml(getattr(policy, name)),
            says=_sentence(policy, name),
            protects=note.protects,
            is_default=getattr(policy, name) == getattr(default, name),
        )
        for name, note in NOTES.items()
    )


def policy_file(policy: PrivacyPolicy) -> str:
    """The policy as a commented `privacy.toml`; reading it gives the same policy again."""
    lines = [
        "# The privacy policy of this home. Raise `version` with every change.",
        "# A looser policy voids no seal. After a stricter one run `clio regate`, which judges",
        "# what is stored again. `clio policy` explains the policy in force.",
    ]
    for one in explain(policy):
        meaning = PrivacyPolicy.model_fields[one.field].description or ""
        comment = f"{meaning[:1].upper()}{meaning[1:]}. Protects {one.protects}."
        lines += ["", *wrap(comment, 98, initial_indent="# ", subsequent_indent="# ")]
        if getattr(policy, one.field) is None:
            lines.append(f"# {one.field} = {NOTES[one.field].example}")
        else:
            lines.append(f"{one.field} = {one.value}")
    return "\n".join(lines) + "\n"


def _sentence(policy: PrivacyPolicy, name: str) -> str:
    """What a field says, its value and those of other fields filled in."""
    note, value = NOTES[name], getattr(policy, name)
    filled = {other: _in_words(getattr(policy, other)) for other in NOTES}
    if isinstance(value, tuple):
        filled |= {"listed": _in_words(value), "count": len(value)}
    if isinstance(value, int | float):
        filled |= {"percent": f"{100 * value:.4g} %"}
    return note.instead.get(value, note.says).format(value=value, **filled)


def _in_words(value: object) -> object:
    return ", ".join(value) or "none" if isinstance(value, tuple) else value


def _toml(value: object) -> str:
    """A value as TOML writes it; `none` for one that is not set."""
    if value is None:
        return "none"
    return json.dumps(value, ensure_ascii=False)  # numbers, texts and lists are alike in both
