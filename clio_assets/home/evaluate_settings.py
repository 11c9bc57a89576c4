"""How good a map has to be: the table `[evaluate]` of clio.toml."""

from typing import Annotated

from pydantic import Field

from clio_assets.home.section import Section

Share = Annotated[float | None, Field(ge=0, le=1)]


class EvaluateSettings(Section):
    """What `clio evaluate` has to find, else it ends with 3, and what a window needs for release.

    No threshold is set by default. Shares and coefficients between 0 and 1; docs/evaluate.md says
    what each figure means.
    """

    labels: str = Field(
        "",
        description="for thresholds that need labels, when a window is released: a file in the "
        "home, FILE#field, or a field of the source's records, as --labels of clio evaluate",
    )
    parents: str = Field("", description="labels of the top level, as --parents of clio evaluate")
    min_coherent_share: Share = Field(
        None, description="share of the map's conversations that lie in published coherent groups"
    )

    min_purity: Share = Field(
        None,
        description="share of the labelled conversations of published base clusters that "
        "have their cluster's commonest label",
    )
    min_v_measure: Share = Field(
        None, description="V-measure of published base clusters against the labels"
    )
    min_ari: Share = Field(
        None, description="adjusted Rand index of published base clusters against the labels"
    )
    min_coverage: Share = Field(
        None, description="share of the labelled conversations that are in a published base cluster"
    )
    min_top_purity: Share = Field(
        None, description="purity of the top level, against --parents where given"
    )
    min_top_v_measure: Share = Field(
        None, description="V-measure of the top level, against --parents where given"
    )
    min_accuracy: Share = Field(
        None,
        description="share of labels told from the published names alone (paper, C: 0.94 and 0.84)",
    )
    min_macro_f1: Share = Field(
        None, description="F1 of the labels told from names, mean over labels"
    )
    min_weighted_f1: Share = Field(
        None, description="F1 of the labels told from names, weighted by conversations"
    )
    min_hit_at_1: Share = Field(
        None, description="share of members whose own cluster's name is the most alike"
    )
    min_mean_reciprocal_rank: Share = Field(
        None, description="mean of 1 / rank of the own cluster's name"
    )
    max_name_similarity: Share = Field(
        None, description="mean cosine of each name to the nearest other one"
    )
    min_v_topic: Share = Field(
        None, description="V-measure of published base clusters against topics"
    )
    max_v_language: Share = Field(
        None, description="V-measure of published base clusters against languages"
    )
    min_joined: Share = Field(
        None,
        description="share of requests not in English that join their topic's main English cluster",
    )
    max_identifying_share: Share = Field(
        None, description="share of published texts rated below min_audit_rating (paper: none)"
    )
    min_auditor_accuracy: Share = Field(
        None, description="share of generated texts that the audit judges rightly (paper: 0.98)"
    )
    min_seed_ari: Share = Field(
        None, description="mean adjusted Rand index of base clusters of two seeds"
    )
    min_resample_ari: Share = Field(
        None, description="mean adjusted Rand index of base clusters of two resamples of 80 %"
    )

    @property
    def bounds(self) -> dict[str, tuple[str, float]]:
        """Figure -> "min" or "max", and the threshold; of those that are set."""
        found = {}
        for name, value in self:
            bound, _, figure = name.partition("_")
            if isinstance(value, float):
                found[figure] = (bound, value)
        return found
