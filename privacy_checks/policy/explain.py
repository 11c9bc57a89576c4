"""A privacy policy in plain words: what each field asks for, and what that protects."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from privacy_checks.policy.model import PrivacyPolicy

Says = Callable[[PrivacyPolicy], str]


@dataclass(frozen=True)
class Explanation:
    """One field. `protects` says whom or what; `says` is a sentence with the value in it."""

    field: str
    value: str
    says: str
    protects: str
    is_default: bool


def _percent(share: float) -> str:
    return f"{share:.4g}" if share > 1 else f"{100 * share:.4g} %"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _vocabulary(policy: PrivacyPolicy) -> str:
    users = policy.min_vocabulary_users
    extractive = _listed(policy.extractive_analysts) or "none"
    every = f"every content word of a published name or description needs {users} users"
    rare = f"a published word outside ordinary vocabulary needs {users} users"
    return {
        "all": f"Whoever named a cluster, {every}.",
        "rare": f"Whoever named a cluster, {rare}; ordinary words are free.",
        "by_analyst": f"Where an extractive analyst ({extractive}) named a cluster, {every}; "
        f"where another did, {rare} and ordinary words are free.",
    }[policy.vocabulary]


def _extractive(policy: PrivacyPolicy) -> str:
    if not policy.extractive_analysts:
        return "No analyst's facets may quote a conversation."
    return (
        f"Facets of these analysts may quote a conversation: {_listed(policy.extractive_analysts)}."
        " Such text stays private."
    )


def _rounding(policy: PrivacyPolicy) -> str:
    if policy.rounding == 1:
        return "Published sizes are exact."
    return f"Published sizes are multiples of {policy.rounding}."


def _detectors_off(policy: PrivacyPolicy) -> str:
    if not policy.detectors_off:
        return "Every kind of personal data that there is a detector for is looked for."
    return f"These kinds of personal data are not looked for: {_listed(policy.detectors_off)}."


def _min_detector_score(policy: PrivacyPolicy) -> str:
    if policy.min_detector_score == 0:
        return "Every hit of a detector counts, however unsure."
    return f"Hits that a detector is less than {_percent(policy.min_detector_score)} sure of pass."


def _extra_detectors(policy: PrivacyPolicy) -> str:
    if not policy.extra_detectors:
        return "No detectors of your own are used."
    return f"Your own detectors are used as well: {_listed(policy.extra_detectors)}."


def _allowed_names(policy: PrivacyPolicy) -> str:
    count = len(policy.allowed_names)
    if not count:
        return "No names may be published beyond those on the public list that everybody knows."
    return f"{count:,} names of people, places or organisations of yours may be published."


def _retention(policy: PrivacyPolicy) -> str:
    if policy.retention_days is None:
        return "Private partitions are kept until somebody deletes them."
    return f"Private partitions are due for deletion after {policy.retention_days:,} days."


def _examples(policy: PrivacyPolicy) -> str:
    count = policy.example_conversations
    if not count:
        return "Nobody is shown a conversation: the explorer shows published aggregates alone."
    return (
        f"The data is declared non-sensitive: the explorer shows up to {count:,} example "
        "conversations of a leaf, and records every access."
    )


#: Field -> its sentence, and what it protects.
_WORDS: Final[Mapping[str, tuple[Says, str]]] = {
    "version": (
        lambda p: f"This is version {p.version} of the policy.",
        "whoever audits: raise it with every change, so that seals can be told apart",
    ),
    "min_users": (
        lambda p: f"A published cluster holds conversations of at least {p.min_users:,} users.",
        "a person, or a small group, whose conversations are a topic of their own",
    ),
    "min_conversations": (
        lambda p: f"A published cluster holds at least {p.min_conversations:,} conversations.",
        "rare topics, which would point at those who talked about them",
    ),
    "min_cell_conversations": (
        lambda p: (
            "A number in a breakdown or a trend stands for at least "
            f"{p.min_cell_conversations:,} conversations; smaller ones are suppressed, with others "
            "that would give them away."
        ),
        "few conversations with something in common, such as a language within a topic",
    ),
    "min_cell_users": (
        lambda p: (
            f"A number in a breakdown or a trend stands for at least {p.min_cell_users:,} users."
        ),
        "few people with something in common within a topic",
    ),
    "min_vocabulary_users": (
        lambda p: (
            "A word of a published text that needs support was used by at least "
            f"{p.min_vocabulary_users:,} users of its cluster."
        ),
        "names, projects and turns of phrase that only a few people use",
    ),
    "max_quarantine_share": (
        lambda p: (
            f"A partition in which more than {_percent(p.max_quarantine_share)} of the rows had to "
            "be set aside is refused as a whole."
        ),
        "everybody, from a source or an analyst that has gone wrong",
    ),
    "min_audit_rating": (
        lambda p: (
            "A published text was rated at least "
            f"{p.min_audit_rating} of 5 by the privacy audit (5: nothing identifying)."
        ),
        "individuals, from names and descriptions that point at them",
    ),
    "max_facet_characters": (
        lambda p: f"A facet or a description has at most {p.max_facet_characters:,} characters.",
        "conversations, from being retold at length",
    ),
    "max_shared_words": (
        lambda p: (
            f"A facet shares at most {p.max_shared_words} consecutive words with its conversation."
        ),
        "conversations, from being quoted",
    ),
    "extractive_analysts": (_extractive, "conversations: what quotes them is held to other rules"),
    "vocabulary": (_vocabulary, "names and expressions that could identify somebody"),
    "rounding": (_rounding, "individuals, from the difference between two exact numbers"),
    "detectors_off": (_detectors_off, "e-mail addresses, numbers, keys and other personal data"),
    "min_detector_score": (_min_detector_score, "personal data that is hard to recognise"),
    "extra_detectors": (_extra_detectors, "identifiers that only you know the form of"),
    "allowed_names": (_allowed_names, "people, places and organisations"),
    "retention_days": (_retention, "everybody, from data that is no longer needed"),
    "example_conversations": (_examples, "everybody whose conversations would be read"),
}


#: What to write, commented out, for a field that is not set.
_EXAMPLES: Final[Mapping[str, str]] = {"retention_days": "90"}


def explain(policy: PrivacyPolicy) -> tuple[Explanation, ...]:
    """Every field of the policy, in the order of the model."""
    default = PrivacyPolicy()
    return tuple(
        Explanation(
            field=field,
            value=_toml(getattr(policy, field)),
            says=_WORDS[field][0](policy),
            protects=_WORDS[field][1],
            is_default=getattr(policy, field) == getattr(default, field),
        )
        for field in PrivacyPolicy.model_fields
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
            lines.append(f"# {one.field} = {_EXAMPLES[one.field]}")
        else:
            lines.append(f"{one.field} = {one.value}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A value as TOML writes it; `none` for one that is not set."""
    if value is None:
        return "none"
    return json.dumps(value, ensure_ascii=False)  # numbers, texts and lists are alike in both
