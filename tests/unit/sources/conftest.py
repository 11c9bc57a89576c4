"""Small sources."""

from tests.fakes.records import jsonl, plain

__all__ = ["jsonl", "plain"]
