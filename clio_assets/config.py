"""One frozen settings tree: defaults, then `clio.toml` of the home, then the environment.

Environment variables are `CLIO_` + section + `__` + field, for example
`CLIO_CLUSTERS__CONVERSATIONS_PER_CLUSTER=50`. Every field says its unit and where its default
comes from.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from clio_assets.errors import UsageError
from clio_assets.windows import WindowKind

Format = Literal["plain", "wildchat", "lmsys", "sharegpt", "chatgpt", "claude", "messages-api"]


class Section(BaseModel):
    """A table of clio.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SourceSettings(Section):
    """Where conversations come from and how they are read."""

    paths: tuple[str, ...] = Field((), description="files, directories, globs or fsspec URLs")
    format: Format | None = Field(
        None, description="shape of the records; told apart by itself where absent"
    )
    day: date | None = Field(None, description="day of records that carry no timestamp (UTC)")
    each_conversation_is_a_user: bool = Field(
        False, description="count each conversation without a user id as a user of its own"
    )
    max_reject_share: float = Field(
        0.01, ge=0, le=1, description="share of malformed records above which a run stops"
    )


class ConversationSettings(Section):
    """Sampling, screening and normalisation (paper, G.1 to G.3)."""

    sampling: Literal["conversation", "completion"] = Field(
        "conversation",
        description="sample conversations (equal weight), or completions and keep the newest "
        "sampled one of each conversation (long ones weigh more); paper, G.1",
    )
    sample_share: float = Field(1.0, gt=0, le=1, description="share that is sampled; 1 = all")
    transcript_budget: int = Field(
        24_000,
        ge=500,
        description="characters of a transcript; longer ones keep head and tail (about 6,000 "
        "tokens, well within a small model's context)",
    )
    screener: str = Field("", description="yes/no question; only conversations answering yes stay")


class EmbeddingSettings(Section):
    """The sentence-transformers model for text facets."""

    model: str = Field(
        "all-MiniLM-L6-v2",
        description="all-MiniLM-L6-v2 comes with the installation and needs no network; any other "
        "name or folder is loaded by sentence-transformers (the paper used all-mpnet-base-v2)",
    )
    batch_size: int = Field(64, ge=1, description="texts a forward pass")


class ClusterSettings(Section):
    """K-means (paper, B.2); the paper withholds its rule for k."""

    conversations_per_cluster: float = Field(
        100, gt=0, description="mean size of a cluster in a large window (paper, table 3)"
    )
    small_window_factor: float = Field(
        0.75, ge=0, description="k is at least this times the root of the window's conversations"
    )


class HierarchySettings(Section):
    """Levels above the base clusters (paper, G.7)."""

    top_clusters: int = Field(10, ge=2, description="wanted clusters at the top (paper, table 3)")
    level_ratio: float = Field(
        10, gt=1.5, description="largest ratio of neighbouring levels (paper, table 3)"
    )
    neighbourhood_size: int = Field(40, ge=4, description="mean clusters a neighbourhood (G.7)")


class SummarySettings(Section):
    """The map."""

    layout: Literal["umap", "pca"] = Field(
        "umap",
        description="projection of the clusters to two dimensions; UMAP as in the paper, G.6",
    )


class Settings(BaseSettings):
    """Everything an operator can set, except the privacy policy (privacy.toml)."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="CLIO_",
        env_nested_delimiter="__",
        hide_input_in_errors=True,
    )

    window: WindowKind = Field("week", description="all, day, week or month; fixed for a home")
    analyst: Literal["local"] = Field("local", description="who answers the paper's questions")
    seed: int = Field(0, ge=0, description="of every random choice")
    source: SourceSettings = SourceSettings()
    conversations: ConversationSettings = ConversationSettings()
    embeddings: EmbeddingSettings = EmbeddingSettings()
    clusters: ClusterSettings = ClusterSettings()
    hierarchy: HierarchySettings = HierarchySettings()
    summaries: SummarySettings = SummarySettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose values come in as arguments."""
        return env_settings, init_settings


def load_settings(path: Path) -> Settings:
    """Settings of a `clio.toml` (defaults where it is absent) and the environment."""
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        return Settings(**values)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}") from error
    except ValidationError as error:
        fields = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        )
        raise UsageError(f"the configuration in {path.name} cannot be used: {fields}") from None
