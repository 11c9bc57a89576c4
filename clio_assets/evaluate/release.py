"""The thresholds of clio.toml as a gate: what falls short of them is not released."""

from collections.abc import Mapping, Sequence, Set

import pyarrow.compute as pc

from clio_assets.evaluate.measures import MEASURES, NEED_LABELS, KnownLabels, Measured
from clio_assets.evaluate.subject import Subject
from clio_assets.evaluate.thresholds import falls_short
from clio_assets.evaluate.window import read_map
from clio_assets.stages import RELEASED
from clio_assets.workbench.workbench import Workbench
from privacy_checks.gates.judge import Judge
from privacy_checks.gates.table import GATES
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.protocol import StoredPartition, Verdict

CHECK = "quality"


def judges_of(bench: Workbench) -> Mapping[str, Judge]:
    """Gates that stand in for those of their stages: none where clio.toml sets no threshold."""
    if not bench.settings.evaluate.bounds:
        return {}
    known = KnownLabels(bench.home)

    def judge(partition: StoredPartition, policy: PrivacyPolicy) -> Sequence[Verdict]:
        verdicts = tuple(GATES[RELEASED](partition, policy))
        if not all(verdict.passed for verdict in verdicts):
            return verdicts  # what may not be published is not worth measuring
        return (*verdicts, quality(bench, known, partition))

    return {RELEASED: judge}


def quality(bench: Workbench, known: KnownLabels, partition: StoredPartition) -> Verdict:
    """Whether every facet of a release reaches every threshold.

    A figure that has a threshold and cannot be measured (no labels of this window, no text rated)
    refuses the release as well. A release without clusters passes: nothing is published.
    """
    published = partition.table("clusters")
    facets = [
        facet.name
        for facet in bench.facets
        if facet.clustered and pc.any(pc.equal(published["facet"], facet.name)).as_py()
    ]
    if not facets:
        return Verdict(CHECK, True, {"clusters": 0})
    settings = bench.settings.evaluate
    (audited,) = partition.inputs("audited_summaries")
    days = [day.key for day in audited.inputs("conversations")]
    short, missing = 0, 0
    numbers: dict[str, float] = {}
    for place, facet in enumerate(facets):
        found = read_map(bench.lake, partition.key, facet, days)
        measured = Measured(Subject(bench, found, days), partition.table("windows"), known)
        asked = settings.bounds.keys() - (NEED_LABELS if place else set())
        figures = _figures(measured, asked)
        short += len(falls_short(settings, figures))
        missing += len(asked - figures.keys())
        of = "" if place == 0 else f"{facet}_"
        numbers |= {f"{of}{name}": round(value, 3) for name, value in figures.items()}
    limits = {f"{bound}_{name}": limit for name, (bound, limit) in settings.bounds.items()}
    counts = {"short": short, "not_measured": missing}
    return Verdict(CHECK, not short and not missing, {**numbers, **limits, **counts})


def _figures(measured: Measured, asked: Set[str]) -> dict[str, float]:
    """Those of the asked figures that can be measured."""
    found: dict[str, float] = {}
    for names, measure in MEASURES.items():
        if not asked.isdisjoint(names):
            found.update(measure(measured))
    return {name: value for name, value in found.items() if name in asked}
