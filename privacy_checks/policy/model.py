"""The privacy policy in force: thresholds and rules, versioned, with a digest.

Everything that is known of a field stands in its annotation: `strictness.py`, `explain.py` and the
platform's recipes read it from there. The digest stands in every seal: a partition sealed under
another policy is refused until its gate has judged it again.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from privacy_checks.policy.notes import (
    EQUAL,
    FEWER,
    HIGHER,
    LOWER,
    MORE,
    VOIDS_NOTHING,
    FieldNote,
    in_order,
)

#: Stages whose results depend on a field: on what counts as personal data, on which words need
#: support, on how many clusters there are, on what is left to publish.
_PERSONAL_DATA: Final = ("facets", "clusters", "hierarchy", "audited_summaries")
_SUPPORT: Final = ("clusters", "hierarchy", "audited_summaries")
_SIZE: Final = ("clusters", "audited_summaries")
_LENGTH: Final = ("facets", "audited_summaries")
_SUMMARIES: Final = ("audited_summaries",)
_CELLS: Final = ("slices", "audited_summaries")


class PolicyError(ValueError):
    """The policy file cannot be used; the message says which field and why, without values."""


def _decides_support(made: "PrivacyPolicy", in_force: "PrivacyPolicy") -> bool:
    """Whether it matters who is extractive: by_analyst asks more of those who may quote."""
    return in_force.vocabulary == "by_analyst" and made.vocabulary != "all"


class PrivacyPolicy(BaseModel):
    """What must hold before anything moves on. Sources: paper section D and DESIGN.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Annotated[
        int,
        FieldNote(
            VOIDS_NOTHING,
            says="This is version {value} of the policy.",
            protects="whoever audits: raise it with every change, so that seals can be told apart",
            changes=(),
        ),
    ] = Field(1, ge=1, description="raised by the operator with every change")

    min_users: Annotated[
        int,
        FieldNote(
            HIGHER,
            says="A published cluster holds conversations of at least {value:,} users.",
            protects="a person, or a small group, whose conversations are a topic of their own",
            changes=_SIZE,
        ),
    ] = Field(10, ge=1, description="distinct users a published cluster needs (paper, D)")

    min_conversations: Annotated[
        int,
        FieldNote(
            HIGHER,
            says="A published cluster holds at least {value:,} conversations.",
            protects="rare topics, which would point at those who talked about them",
            changes=_SIZE,
        ),
    ] = Field(20, ge=1, description="distinct conversations a published cluster needs (paper, D)")

    min_cell_conversations: Annotated[
        int,
        FieldNote(
            HIGHER,
            says="A number in a breakdown or a trend stands for at least {value:,} conversations; "
            "smaller ones are suppressed, with others that would give them away.",
            protects="few conversations with something in common, such as a language within a "
            "topic",
            changes=_CELLS,
        ),
    ] = Field(
        15, ge=1, description="conversations behind a breakdown cell (published Clio indices)"
    )

    min_cell_users: Annotated[
        int,
        FieldNote(
            HIGHER,
            says="A number in a breakdown or a trend stands for at least {value:,} users.",
            protects="few people with something in common within a topic",
            changes=_CELLS,
        ),
    ] = Field(
        5, ge=1, description="distinct users behind a breakdown cell (published Clio indices)"
    )

    min_vocabulary_users: Annotated[
        int,
        FieldNote(
            HIGHER,
            says="A word of a published text that needs support was used by at least {value:,} "
            "users of its cluster.",
            protects="names, projects and turns of phrase that only a few people use",
            changes=_SUPPORT,
        ),
    ] = Field(5, ge=1, description="distinct users of a cluster who wrote a word of its name")

    max_quarantine_share: Annotated[
        float,
        FieldNote(
            LOWER,
            says="A partition in which more than {percent} of the rows had to be set aside is "
            "refused as a whole.",
            protects="everybody, from a source or an analyst that has gone wrong",
            changes=_SUMMARIES,
        ),
    ] = Field(0.2, ge=0, le=1, description="share of a partition's rows that may be quarantined")

    min_audit_rating: Annotated[
        int,
        FieldNote(
            HIGHER,
            says="A published text was rated at least {value} of 5 by the privacy audit "
            "(5: nothing identifying).",
            protects="individuals, from names and descriptions that point at them",
            changes=_SUMMARIES,
        ),
    ] = Field(3, ge=1, le=5, description="lowest rating of a published text (paper, G.8)")

    max_facet_characters: Annotated[
        int,
        FieldNote(
            LOWER,
            says="A facet or a description has at most {value:,} characters.",
            protects="conversations, from being retold at length",
            changes=_LENGTH,
        ),
    ] = Field(600, ge=50, description="length of a facet text; two sentences fit (paper, B.1)")

    max_shared_words: Annotated[
        int,
        FieldNote(
            LOWER,
            says="A facet shares at most {value} consecutive words with its conversation.",
            protects="conversations, from being quoted",
            changes=_LENGTH,
        ),
    ] = Field(
        7, ge=3, le=50, description="consecutive words a facet may share with its conversation"
    )

    extractive_analysts: Annotated[
        tuple[str, ...],
        FieldNote(
            FEWER,
            says="Facets of these analysts may quote a conversation: {listed}. Such text stays "
            "private.",
            instead={(): "No analyst's facets may quote a conversation."},
            protects="conversations: what quotes them is held to other rules",
            changes=_PERSONAL_DATA,  # whether a facet may quote, and which words need support
            equal_if=_decides_support,
        ),
    ] = Field(
        ("local",), description="analysts whose facets may quote, as long as those stay private"
    )

    vocabulary: Annotated[
        Literal["by_analyst", "all", "rare"],
        FieldNote(
            in_order("all", "by_analyst", "rare"),
            says="Where an extractive analyst ({extractive_analysts}) named a cluster, every "
            "content word of a published name or description needs {min_vocabulary_users} users; "
            "where another did, a published word outside ordinary vocabulary needs "
            "{min_vocabulary_users} users and ordinary words are free.",
            instead={
                "all": "Whoever named a cluster, every content word of a published name or "
                "description needs {min_vocabulary_users} users.",
                "rare": "Whoever named a cluster, a published word outside ordinary vocabulary "
                "needs {min_vocabulary_users} users; ordinary words are free.",
            },
            protects="names and expressions that could identify somebody",
            changes=_SUPPORT,
        ),
    ] = Field(
        "by_analyst",
        description="words of published texts that need min_vocabulary_users: all content words, "
        "or only those outside ordinary vocabulary; by_analyst: all for extractive ones, else rare",
    )

    rounding: Annotated[
        int,
        FieldNote(
            EQUAL,  # another base is other numbers, not safer ones
            says="Published sizes are multiples of {value}.",
            instead={1: "Published sizes are exact."},
            protects="individuals, from the difference between two exact numbers",
            changes=("audited_summaries", "published_insights"),
        ),
    ] = Field(
        5, ge=1, le=100, description="published sizes are multiples of this; 1 publishes them exact"
    )

    detectors_off: Annotated[
        tuple[str, ...],
        FieldNote(
            FEWER,
            says="These kinds of personal data are not looked for: {listed}.",
            instead={(): "Every kind of personal data that there is a detector for is looked for."},
            protects="e-mail addresses, numbers, keys and other personal data",
            changes=_PERSONAL_DATA,
        ),
    ] = Field((), description="kinds of personal data that are not looked for")

    min_detector_score: Annotated[
        float,
        FieldNote(
            LOWER,
            says="Hits that a detector is less than {percent} sure of pass.",
            instead={0.0: "Every hit of a detector counts, however unsure."},
            protects="personal data that is hard to recognise",
            changes=_PERSONAL_DATA,
        ),
    ] = Field(0.0, ge=0, le=1, description="hits a detector is less sure of than this are ignored")

    extra_detectors: Annotated[
        tuple[str, ...],
        FieldNote(
            MORE,
            says="Your own detectors are used as well: {listed}.",
            instead={(): "No detectors of your own are used."},
            protects="identifiers that only you know the form of",
            changes=_PERSONAL_DATA,
        ),
    ] = Field((), description="an operator's own detectors, each as `module:name`")

    allowed_names: Annotated[
        tuple[str, ...],
        FieldNote(
            FEWER,
            says="{count:,} names of people, places or organisations of yours may be published.",
            instead={
                (): "No names may be published beyond those on the public list that everybody "
                "knows."
            },
            protects="people, places and organisations",
            changes=_SUPPORT,
        ),
    ] = Field((), description="names of people, places or organisations that may be published")

    retention_days: Annotated[
        int | None,
        FieldNote(
            VOIDS_NOTHING,
            says="Private partitions are due for deletion after {value:,} days.",
            instead={None: "Private partitions are kept until somebody deletes them."},
            protects="everybody, from data that is no longer needed",
            changes=(),
            example="90",
        ),
    ] = Field(None, ge=1, description="days after which private partitions are deleted; none: kept")

    example_conversations: Annotated[
        int,
        FieldNote(
            VOIDS_NOTHING,  # holds from the next look on
            says="The data is declared non-sensitive: the explorer shows up to {value:,} example "
            "conversations of a leaf, and records every access.",
            instead={
                0: "Nobody is shown a conversation: the explorer shows published aggregates alone."
            },
            protects="everybody whose conversations would be read",
            changes=(),
        ),
    ] = Field(
        0,
        ge=0,
        le=20,
        description="conversations of a leaf that the explorer shows; 0 unless the operator "
        "declares the data non-sensitive",
    )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all fields, hexadecimal."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def load_policy(path: Path) -> PrivacyPolicy:
    """The policy of `privacy.toml`, or the defaults where there is no such file."""
    import tomllib

    if not path.exists():
        return PrivacyPolicy()
    try:
        return PrivacyPolicy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path.name} is not valid TOML: {error}") from error
    except ValidationError as error:
        fields = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise PolicyError(f"{path.name} is not a valid policy: {fields}") from None
