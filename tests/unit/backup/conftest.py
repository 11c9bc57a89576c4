"""The small home of the erasures' tests."""

from tests.unit.erasure.conftest import template, world

__all__ = ["template", "world"]
