"""The figures that a release can be held to: each named as its threshold in clio.toml, less `min_`
or `max_`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from clio_assets.clusters.group import cluster_vectors
from clio_assets.evaluate.auditor import figures_of_auditor
from clio_assets.evaluate.auditor_texts import probes
from clio_assets.evaluate.clusters import figures_of_levels
from clio_assets.evaluate.encoders import CharacterEncoder
from clio_assets.evaluate.labels import (
    LABEL_FIELDS,
    Labels,
    Wanted,
    read_labels,
    read_parents,
    records_of,
)
from clio_assets.evaluate.languages import figures_of_languages
from clio_assets.evaluate.names import draw_members, figures_by
from clio_assets.evaluate.privacy import rate_layer
from clio_assets.evaluate.reconstruction import reconstruct
from clio_assets.evaluate.stability import over_resamples, over_seeds, steadiness
from clio_assets.evaluate.subject import Subject
from clio_assets.evaluate.window import values_of
from clio_assets.ground.types import Indices, Vector
from clio_assets.home.home import Home
from clio_assets.workbench.workbench import known_sources

#: As the options of `clio evaluate` have by default.
_MEMBERS: Final = 30
_TEXTS: Final = 1_000
_RUNS: Final = 3
_PROBES: Final = 630


class KnownLabels:
    """What `[evaluate]` of clio.toml says is true of the sources' conversations, read when asked.

    `labels` and `parents` are as the options of `clio evaluate clusters`; files lie in the home.
    """

    def __init__(self, home: Home) -> None:
        self._home = home

    @cached_property
    def labels(self) -> Labels | None:
        """None where clio.toml names none. UsageError where they cannot be read."""
        wanted = self._wanted("labels")
        return read_labels(wanted, LABEL_FIELDS, self._records) if wanted else None

    @cached_property
    def parents(self) -> Labels | None:
        """Labels of the top level; None without them, or without `labels`."""
        wanted = self._wanted("parents")
        if wanted is None or self.labels is None:
            return None
        return read_parents(wanted, self.labels.of_conversation, self._records)

    def _wanted(self, field: str) -> Wanted | None:
        given = getattr(self._home.settings.evaluate, field)
        file, sign, of_file = given.partition("#")
        path = self._home.path / file
        located = f"{path}{sign}{of_file}" if file and path.is_file() else given
        return Wanted.of(f"{field} of [evaluate] in clio.toml", located) if given else None

    def _records(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return records_of(known_sources(self._home))


@dataclass(frozen=True)
class Measured:
    """A map that is about to be published: `windows` is that table of it."""

    subject: Subject
    windows: pa.Table
    known: KnownLabels


Measure = Callable[[Measured], Mapping[str, float]]


def _coherence(measured: Measured) -> Mapping[str, float]:
    facet = measured.subject.map.facet
    (row,) = measured.windows.filter(pc.equal(measured.windows["facet"], facet)).to_pylist()
    return {"coherent_share": row["coherent"] / max(1, row["conversations"])}


def _names(measured: Measured) -> Mapping[str, float]:
    subject = measured.subject
    texts = values_of(subject.bench.lake, subject.days, subject.map.facet)
    drawn = draw_members(subject.map, texts, _MEMBERS, subject.bench.settings.seed)
    found = figures_by(CharacterEncoder(), drawn)
    return {
        "hit_at_1": found.hit_at_1,
        "mean_reciprocal_rank": found.mean_reciprocal_rank,
        "name_similarity": found.distinctness,
    }


def _clusters(measured: Measured) -> Mapping[str, float]:
    subject, known, above = measured.subject, measured.known.labels, measured.known.parents
    labels = subject.pseudonymous(known.of_conversation) if known else {}
    if not labels:
        return {}
    parents = subject.pseudonymous(above.of_conversation) if above else None
    levels = figures_of_levels(subject.map, labels, parents)
    told = reconstruct(subject.map, labels, {}, {}, subject.bench.embedder).scores
    leaves, top = levels[0], levels[-1]
    return {
        "purity": leaves.purity,
        "v_measure": leaves.v_measure,
        "ari": leaves.ari,
        "coverage": leaves.coverage,
        "top_purity": top.purity,
        "top_v_measure": top.v_measure,
        "accuracy": told.accuracy,
        "macro_f1": told.macro_f1,
        "weighted_f1": told.weighted_f1,
    }


def _languages(measured: Measured) -> Mapping[str, float]:
    subject, known = measured.subject, measured.known.labels
    labels = subject.pseudonymous(known.of_conversation) if known else {}
    spoken = subject.languages if labels else {}
    if not spoken:
        return {}
    found = figures_of_languages(subject.map, labels, spoken)
    return {"v_topic": found.v_topic, "v_language": found.v_language, "joined": found.joined}


def _privacy(measured: Measured) -> Mapping[str, float]:
    bench, found = measured.subject.bench, measured.subject.map
    analyst = bench.analyst.working_on("audited_summaries", found.window)
    texts = [text for level in found.levels for text in level.texts.values()]
    limit = bench.policy.min_audit_rating
    layer = rate_layer("published", texts, analyst, limit, _TEXTS, bench.settings.seed)
    return {"identifying_share": layer.identifying} if layer.rated else {}


def _auditor(measured: Measured) -> Mapping[str, float]:
    bench = measured.subject.bench
    analyst = bench.analyst.working_on("audited_summaries", "evaluation")
    limit = bench.policy.min_audit_rating
    return {
        "auditor_accuracy": figures_of_auditor(list(probes(_PROBES, 0)), analyst, limit).accuracy
    }


def _stability(measured: Measured) -> Mapping[str, float]:
    subject, bench = measured.subject, measured.subject.bench
    vectors = subject.grouping_vectors

    def cluster(rows: Vector, seed: int) -> Indices:
        return cluster_vectors(rows, bench.settings.clusters, bench.policy, seed)

    seed = bench.settings.seed
    seeds = steadiness(list(over_seeds(vectors, cluster, _RUNS, seed)))
    parts = steadiness(list(over_resamples(vectors, cluster, _RUNS, seed)))
    return {"seed_ari": seeds.ari, "resample_ari": parts.ari}


#: Figures -> what measures them; only what has a threshold is measured.
MEASURES: Final[Mapping[tuple[str, ...], Measure]] = {
    ("coherent_share",): _coherence,
    ("hit_at_1", "mean_reciprocal_rank", "name_similarity"): _names,
    (
        "purity",
        "v_measure",
        "ari",
        "coverage",
        "top_purity",
        "top_v_measure",
        "accuracy",
        "macro_f1",
        "weighted_f1",
    ): _clusters,
    ("v_topic", "v_language", "joined"): _languages,
    ("identifying_share",): _privacy,
    ("auditor_accuracy",): _auditor,
    ("seed_ari", "resample_ari"): _stability,
}
#: Figures that need labels: those of the first clustered facet alone are compared with them.
NEED_LABELS: Final = frozenset(
    figure
    for figures, measure in MEASURES.items()
    if measure in (_clusters, _languages)
    for figure in figures
)
