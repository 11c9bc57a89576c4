"""Fixtures of the gates' tests."""

import pytest

from privacy_checks.policy.model import PrivacyPolicy
from tests.gates.valid import POLICY, build_world
from tests.gates.world import World


@pytest.fixture(scope="session")
def valid_world() -> World:
    """The valid world; not to be changed."""
    return build_world()


@pytest.fixture
def world(valid_world: World) -> World:
    """A valid world of the test's own."""
    return World({key: dict(tables) for key, tables in valid_world.stored.items()})


@pytest.fixture
def policy() -> PrivacyPolicy:
    """The thresholds that fit the world's size."""
    return POLICY
