"""Ids of published clusters."""


def cluster_id(window: str, facet: str, level: int, number: int) -> str:
    """`<window>:<facet>:<level>:<number>`, for example `2026-09-28:request:0:12`."""
    return f"{window}:{facet}:{level}:{number}"
