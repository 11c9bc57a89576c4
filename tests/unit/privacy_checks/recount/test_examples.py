"""The worked examples in the docstrings of the recounts and joins come out as they say."""

import doctest
from importlib import import_module

import pytest

#: Module -> how many of its functions show an example.
EXAMPLES = {
    "recount.cells": 3,
    "recount.counting": 6,
    "recount.recounted_places": 1,
    "recount.terms": 2,
    "recount.tree": 1,
    "recount.words": 2,
    "rules.vocabulary": 1,
}


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_come_out_as_written_when_they_are_run(module: str) -> None:
    found = doctest.DocTestFinder(exclude_empty=True).find(
        import_module(f"privacy_checks.{module}")
    )
    examples = [one for one in found if one.examples]
    assert len(examples) == EXAMPLES[module]
    runner = doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    for one in examples:
        runner.run(one, out=said.append)
    assert said == []
