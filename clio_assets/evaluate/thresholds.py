"""The operator's thresholds: which figures of an evaluation fall short of clio.toml."""

from collections.abc import Mapping, Sequence

from clio_assets.errors import ShortfallError
from clio_assets.home.evaluate_settings import EvaluateSettings


def falls_short(settings: EvaluateSettings, figures: Mapping[str, float]) -> list[str]:
    """The figures below their `min_`, or above their `max_`."""
    return [
        name
        for name, (bound, limit) in settings.bounds.items()
        if name in figures and (figures[name] < limit if bound == "min" else figures[name] > limit)
    ]


def shortfalls(settings: EvaluateSettings, figures: Mapping[str, float]) -> list[str]:
    """A sentence for each figure that falls short; others do not count."""
    limits, found = settings.bounds, []
    for name in falls_short(settings, figures):
        bound, limit = limits[name]
        side = "below" if bound == "min" else "above"
        found.append(f"{name} is {figures[name]:.3f}, {side} {bound}_{name} = {limit:g}")
    return found


def require(settings: EvaluateSettings, figures: Mapping[str, float]) -> None:
    """ShortfallError where a figure does not reach its threshold."""
    found: Sequence[str] = shortfalls(settings, figures)
    if found:
        raise ShortfallError(f"{'; '.join(found)} (thresholds of [evaluate] in clio.toml)")
