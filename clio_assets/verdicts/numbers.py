"""Numbers of a verdict as text."""

from collections.abc import Mapping


def number(value: float) -> str:
    """A count with separators; a share or bound with four digits at most."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def phrase(numbers: Mapping[str, int | float]) -> str:
    """`violations 3, rows in 120`."""
    return ", ".join(f"{name.replace('_', ' ')} {number(v)}" for name, v in numbers.items())


def phrase_of_ranges(ranges: Mapping[str, tuple[float, float]]) -> str:
    """The same over several partitions: `violations 0, rows in 98 to 120`."""
    return ", ".join(
        f"{name.replace('_', ' ')} {number(low)}{f' to {number(high)}' if high != low else ''}"
        for name, (low, high) in ranges.items()
    )
