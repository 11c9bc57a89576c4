"""Does the audit tell texts that identify somebody from texts that do not? (paper, D)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clio_assets.analyst.protocol import Analyst, NotAnswered
from clio_assets.errors import AnalystError
from clio_assets.evaluate.auditor_texts import Probe
from clio_assets.evaluate.privacy import RATINGS

CLEAN = "clean"


@dataclass(frozen=True)
class KindFigures:
    """Texts of one kind. `accuracy`: share judged rightly; `ratings`: share at each rating."""

    texts: int
    accuracy: float
    ratings: Mapping[int, float]


@dataclass(frozen=True)
class AuditorFigures:
    """`clean`: share of clean texts that pass; `broken`: share of broken ones that do not.

    A text without a rating does not pass: `unanswered` of them.
    """

    texts: int
    accuracy: float
    clean: float
    broken: float
    unanswered: int
    kinds: Mapping[str, KindFigures]


def figures_of_auditor(
    probes: Sequence[Probe], analyst: Analyst, lowest_passing: int
) -> AuditorFigures:
    """Have every text audited and compare with what is known of it."""
    answers = analyst.audit([probe.text for probe in probes])
    if len(answers) != len(probes):
        raise AnalystError("the analyst audited more or fewer texts than it was asked to")
    right = [
        _passes(answer, lowest_passing) == (probe.kind is None)
        for probe, answer in zip(probes, answers, strict=True)
    ]
    of_kind: dict[str, list[int]] = {CLEAN: []}
    for at, probe in enumerate(probes):
        of_kind.setdefault(probe.kind or CLEAN, []).append(at)
    clean = of_kind[CLEAN]
    broken = [at for kind, rows in of_kind.items() if kind != CLEAN for at in rows]
    return AuditorFigures(
        len(probes),
        _share(right, range(len(probes))),
        _share(right, clean),
        _share(right, broken),
        sum(isinstance(answer, NotAnswered) for answer in answers),
        {
            kind: KindFigures(
                len(rows),
                _share(right, rows),
                {r: sum(answers[at] == r for at in rows) / max(1, len(rows)) for r in RATINGS},
            )
            for kind, rows in of_kind.items()
        },
    )


def _passes(answer: int | NotAnswered, lowest: int) -> bool:
    return not isinstance(answer, NotAnswered) and answer >= lowest


def _share(right: Sequence[bool], rows: Sequence[int]) -> float:
    return sum(right[at] for at in rows) / len(rows) if rows else 0.0
