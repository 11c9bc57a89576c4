"""The privacy policy in force: thresholds and rules, versioned, with a digest.

The digest stands in every seal: a partition sealed under another policy is refused until its gate
has judged it again.
"""

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class PolicyError(ValueError):
    """The policy file cannot be used; the message says which field and why, without values."""


class PrivacyPolicy(BaseModel):
    """What must hold before anything moves on. Sources: paper section D and DESIGN.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: int = Field(1, ge=1, description="raised by the operator with every change")
    min_users: int = Field(
        10, ge=1, description="distinct users a published cluster needs (paper, D)"
    )
    min_conversations: int = Field(
        20, ge=1, description="distinct conversations a published cluster needs (paper, D)"
    )
    min_cell_conversations: int = Field(
        15, ge=1, description="conversations behind a breakdown cell (published Clio indices)"
    )
    min_cell_users: int = Field(
        5, ge=1, description="distinct users behind a breakdown cell (published Clio indices)"
    )
    min_vocabulary_users: int = Field(
        5, ge=1, description="distinct users of a cluster who wrote a word of its name"
    )
    max_quarantine_share: float = Field(
        0.2, ge=0, le=1, description="share of a partition's rows that may be quarantined"
    )
    min_audit_rating: int = Field(
        3, ge=1, le=5, description="lowest rating of a published text (paper, G.8)"
    )
    max_facet_characters: int = Field(
        600, ge=50, description="length of a facet text; two sentences fit (paper, B.1)"
    )
    max_shared_words: int = Field(
        7, ge=3, le=50, description="consecutive words a facet may share with its conversation"
    )
    extractive_analysts: tuple[str, ...] = Field(
        ("local",), description="analysts whose facets may quote, as long as those stay private"
    )
    vocabulary: Literal["by_analyst", "all", "rare"] = Field(
        "by_analyst",
        description="words of published texts that need min_vocabulary_users: all content words, "
        "or only those outside ordinary vocabulary; by_analyst: all for extractive ones, else rare",
    )
    rounding: int = Field(
        5, ge=1, le=100, description="published sizes are multiples of this; 1 publishes them exact"
    )
    detectors_off: tuple[str, ...] = Field(
        (), description="kinds of personal data that are not looked for"
    )
    min_detector_score: float = Field(
        0.0, ge=0, le=1, description="hits a detector is less sure of than this are ignored"
    )
    extra_detectors: tuple[str, ...] = Field(
        (), description="an operator's own detectors, each as `module:name`"
    )
    allowed_names: tuple[str, ...] = Field(
        (), description="names of people, places or organisations that may be published"
    )
    retention_days: int | None = Field(
        None, ge=1, description="days after which private partitions are deleted; none: kept"
    )
    example_conversations: int = Field(
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
