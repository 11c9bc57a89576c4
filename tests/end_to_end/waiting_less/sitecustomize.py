"""Lets Dagster's daemon and its runs begin sooner (tests/forked/changes.py)."""

import sys

from tests.forked.changes import CHANGES, Changing

sys.meta_path.insert(0, Changing(CHANGES))
