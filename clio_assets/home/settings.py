"""One frozen settings tree: defaults, then `clio.toml` of the home, then the environment.

Environment variables are `CLIO_` + section + `__` + field, for example
`CLIO_CLUSTERS__CONVERSATIONS_PER_CLUSTER=50`. Every field says its unit and where its default
comes from.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from clio_assets.domain.attributes import AttributeKind
from clio_assets.domain.facets import FacetKind
from clio_assets.errors import UsageError
from clio_assets.ground.windows import WindowKind
from clio_assets.home.dagster_settings import DagsterSettings
from clio_assets.home.evaluate_settings import EvaluateSettings
from clio_assets.home.map_settings import MapSettings
from clio_assets.home.notify_settings import NotifySettings
from clio_assets.home.schedule_settings import ScheduleSettings
from clio_assets.home.section import Section
from clio_assets.home.trend_settings import TrendSettings

Format = Literal[
    "plain",
    "wildchat",
    "lmsys",
    "arena",
    "sharegpt",
    "chatgpt",
    "claude",
    "deepseek",
    "open-webui",
    "librechat",
    "inspect",
    "messages-api",
    "chat-completions",
    "responses",
    "claude-compliance",
    "openai-compliance",
    "openai-compliance-logs",
    "microsoft-graph",
    "claude-code",
    "langfuse",
    "langsmith",
    "litellm",
    "mlflow",
    "llm",
    "otel",
    "phoenix",
]

Layout = Literal["auto", "tsne", "umap", "pca"]


class SourceSettings(Section):
    """Where conversations come from and how they are read."""

    paths: tuple[str, ...] = Field((), description="files, directories, globs or fsspec URLs")
    format: Format | None = Field(
        None, description="shape of the records; told apart by itself where absent"
    )
    namespace: str = Field(
        "",
        max_length=200,
        description="of the ids: sources of one namespace may hold versions of one conversation",
    )
    user_from: tuple[str, ...] = Field(
        (), description="fields or span attributes that hold the user, before those known"
    )
    conversation_from: tuple[str, ...] = Field(
        (), description="fields or span attributes that hold the conversation's id"
    )
    tenant_from: tuple[str, ...] = Field(
        (),
        description="fields or span attributes that hold the tenant; where one is found, users and "
        "conversations are those of the tenant",
    )
    day: date | None = Field(None, description="day of records that carry no timestamp (UTC)")
    each_conversation_is_a_user: bool = Field(
        False, description="count each conversation without a user id as a user of its own"
    )
    max_reject_share: float = Field(
        0.01, ge=0, le=1, description="share of malformed records above which a run stops"
    )
    max_unreadable_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="share of files of which nothing can be read above which a run stops: then it "
        "is the place where they lie that is broken",
    )
    settle_seconds: float = Field(
        60,
        ge=0,
        description="a file that was written to in the last seconds waits, where nobody watches; "
        "`clio run` takes all",
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
    """The sentence-transformers model for text facets; vectors that the source has already."""

    model: str = Field(
        "all-MiniLM-L6-v2",
        description="all-MiniLM-L6-v2 comes with the installation and needs no network; any other "
        "name or folder is loaded by sentence-transformers (the paper used all-mpnet-base-v2)",
    )

    bridge: bool = Field(
        True,
        description="whether texts in other languages are moved to where English ones on the same "
        "thing lie; the local analyst's texts alone, since a model describes all in English",
    )

    from_source: str = Field(
        "",
        max_length=200,
        description="field of the records that holds a conversation's vector, dotted where nested; "
        "conversations are grouped by it then",
    )
    source_model: str = Field(
        "",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99})?$",
        description="the model that made the source's vectors: you say so, and lineage repeats it",
    )
    dimension: int | None = Field(
        None, ge=2, le=16_384, description="length of the source's vectors; others are not taken"
    )
    source_facet: str = Field(
        "request", description="the one clustered facet that the source's vectors group"
    )

    @model_validator(mode="after")
    def _of_one_kind(self) -> "EmbeddingSettings":
        """Vectors of an unknown model or length cannot be told from those of another."""
        if self.from_source and not (self.source_model and self.dimension):
            raise ValueError("from_source needs source_model and dimension beside it")
        if not self.from_source and (self.source_model or self.dimension):
            raise ValueError("source_model and dimension are of vectors that from_source names")
        return self

    @model_validator(mode="before")
    @classmethod
    def _without_batch_size(cls, values: Any) -> Any:
        """Earlier versions had it; a number of texts a pass may not change a vector's bytes."""
        if isinstance(values, dict) and "batch_size" in values:
            raise ValueError("batch_size is no setting any more; take the line out")
        return values


class ClusterSettings(Section):
    """K-means (paper, B.2); the paper withholds its rule for k."""

    conversations_per_cluster: float = Field(
        100, gt=0, description="mean size of a cluster in a large window (paper, table 3)"
    )
    small_window_factor: float = Field(
        0.75, ge=0, description="k is at least this times the root of the window's conversations"
    )
    split_below: float = Field(
        0.6,
        ge=0,
        le=1,
        description="coherence (mean cosine to the centroid) under which a cluster is split, where "
        "its halves are clearly more coherent; docs/configuration.md",
    )
    merge_above: float = Field(
        0.85,
        ge=0,
        le=1,
        description="cosine of two centroids from which their clusters are made one",
    )
    min_coherence: float = Field(
        0.5,
        ge=0,
        le=1,
        description="coherence under which a group counts as mixed, and is called so; readers "
        "accepted one name in eight there",
    )
    phrase_book: str = Field(
        "",
        description="text file of an operator's own lines for names, relative to the home; they "
        "come before the bundled ones",
    )


class HierarchySettings(Section):
    """Levels above the base clusters (paper, G.7)."""

    top_clusters: int = Field(
        15,
        ge=2,
        description="wanted clusters at the top (paper, table 3: 10; docs/configuration.md)",
    )
    level_ratio: float = Field(
        10, gt=1.5, description="largest ratio of neighbouring levels (paper, table 3)"
    )
    neighbourhood_size: int = Field(40, ge=4, description="mean clusters a neighbourhood (G.7)")
    top_level: str = Field(
        "", description="TOML file of fixed top categories; absent: the top is found (G.7)"
    )


class SummarySettings(Section):
    """The map."""

    layout: Layout = Field(
        "auto",
        description="projection of the clusters to two dimensions; auto is t-SNE for up to 2,000 "
        "clusters, which takes seconds, and else UMAP as in the paper (G.6), which compiles itself "
        "for twenty seconds of processor time in each process",
    )


class FacetSettings(Section):
    """One facet of the operator's own (paper, B.1), or in place of a default one of that name."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,39}$", description="name of a column, such as `sentiment`"
    )
    kind: FacetKind = Field(description="text, category, scale (1 to 5), languages or computed")
    question: str = Field("", max_length=2000, description="what the analyst is asked")
    criteria: str = Field(
        "", max_length=2000, description="what a good cluster name looks like, where clustered"
    )
    clustered: bool = Field(False, description="whether to cluster it; text facets alone")
    values: tuple[str, ...] = Field(
        (), max_length=50, description="the values of a category, each at most 60 characters"
    )


class AttributeSettings(Section):
    """Something that sources say of a conversation beside its words: a breakdown, no facet."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,39}$", description="of the breakdown, such as `model`"
    )
    source: str = Field(
        "",
        alias="from",
        max_length=200,
        description="what a source calls it: a name that importers give (docs/sources.md), or "
        "`metadata.` and a dotted path; absent: the name",
    )
    kind: AttributeKind = Field("category", description="category, number or boolean")
    values: tuple[str, ...] = Field(
        (),
        max_length=50,
        description="the values of a category; absent: the most common ones of each window",
    )
    top: int = Field(10, ge=1, le=50, description="how many values of a category without `values`")
    bins: tuple[float, ...] = Field(
        (), max_length=20, description="edges of the ranges of a number, rising"
    )


class ModelSettings(Section):
    """The model of one role."""

    model: str = Field(min_length=1, description="name of a model of the server")
    max_tokens: int = Field(ge=1, description="most tokens of a reply, thinking included")
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = Field(
        None, description="output_config.effort; not sent where absent"
    )
    thinking: Literal["disabled", "adaptive", "unset"] = Field(
        "disabled", description="unset leaves it to the server, for servers that do not know it"
    )


class ClaudeSettings(Section):
    """The analyst `claude`: any server that speaks the Messages API."""

    base_url: str | None = Field(None, description="of the server; absent: Anthropic's")
    api_key_variable: str = Field(
        "ANTHROPIC_API_KEY", description="environment variable that holds the key"
    )
    mode: Literal["auto", "live", "batch"] = Field(
        "auto", description="auto sends `batch_from` or more questions as Message Batches"
    )
    batch_from: int = Field(2_000, ge=1, description="questions from which auto uses batches")
    batch_requests: int = Field(
        100_000, ge=1, le=100_000, description="most requests of a batch (API limit)"
    )
    batch_bytes: int = Field(
        250_000_000, ge=1_000, le=256_000_000, description="bytes of a batch (API limit 256 MB)"
    )
    batch_poll_seconds: float = Field(30, gt=0, description="between looks at a batch under way")
    max_concurrent: int = Field(1_000, ge=1, le=10_000, description="live calls at a time")
    call_deadline_seconds: float = Field(
        600, gt=0, description="for one live call with all its attempts"
    )
    budget_usd: float | None = Field(
        None, ge=0, description="dollars this home may spend in all; absent: no limit"
    )
    prices: str = Field("", description="TOML file of prices; absent: the one that is built in")
    extract: ModelSettings = ModelSettings(model="claude-haiku-5-5", max_tokens=1_000)
    name: ModelSettings = ModelSettings(model="claude-sonnet-5-5", max_tokens=4_000)
    hierarchy: ModelSettings = ModelSettings(model="claude-haiku-5-5", max_tokens=4_000)
    audit: ModelSettings = ModelSettings(model="claude-sonnet-5-5", max_tokens=1_000)


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
    analyst: Literal["local", "claude"] = Field(
        "local", description="who answers the paper's questions"
    )
    seed: int = Field(0, ge=0, description="of every random choice")
    facets: tuple[FacetSettings, ...] = Field(
        (), description="facets besides the default ones, or in place of those of the same name"
    )
    attributes: tuple[AttributeSettings, ...] = Field(
        (), description="what sources say of conversations, to break maps down by"
    )
    maps: tuple[MapSettings, ...] = Field(
        (), description="maps of some conversations, beside the one of all"
    )
    without_facets: tuple[str, ...] = Field((), description="default facets to leave out")
    source: SourceSettings = SourceSettings()
    claude: ClaudeSettings = ClaudeSettings()
    conversations: ConversationSettings = ConversationSettings()
    embeddings: EmbeddingSettings = EmbeddingSettings()
    clusters: ClusterSettings = ClusterSettings()
    hierarchy: HierarchySettings = HierarchySettings()
    summaries: SummarySettings = SummarySettings()
    evaluate: EvaluateSettings = EvaluateSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    notify: NotifySettings = NotifySettings()
    trends: TrendSettings = TrendSettings()
    dagster: DagsterSettings = DagsterSettings()

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
