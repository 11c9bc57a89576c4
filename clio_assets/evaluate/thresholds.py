"""The operator's thresholds: which figures of an evaluation fall short of clio.toml."""

from collections.abc import Mapping, Sequence

from clio_assets.errors import ShortfallError
from clio_assets.home.settings import EvaluateSettings


def shortfalls(settings: EvaluateSettings, figures: Mapping[str, float]) -> list[str]:
    """A sentence for each figure below its `min_`, or above its `max_`; others do not count."""
    found = []
    for name, threshold in settings:
        bound, _, figure = name.partition("_")
        if threshold is None or figure not in figures:
            continue
        value = figures[figure]
        if value < threshold if bound == "min" else value > threshold:
            side = "below" if bound == "min" else "above"
            found.append(f"{figure} is {value:.3f}, {side} {name} = {threshold:g}")
    return found


def require(settings: EvaluateSettings, figures: Mapping[str, float]) -> None:
    """ShortfallError where a figure does not reach its threshold."""
    found: Sequence[str] = shortfalls(settings, figures)
    if found:
        raise ShortfallError(f"{'; '.join(found)} (thresholds of [evaluate] in clio.toml)")
