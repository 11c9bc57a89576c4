"""Expect texts to use no content words but those that enough people are known to have used."""

from collections.abc import Iterable
from typing import Any, ClassVar

import pandas as pd

from privacy_checks.expectations.counting_expectation import (
    CountingExpectation,
    CountingMetric,
    Counts,
)
from privacy_checks.language.vocabulary import unsupported


class TextsOutsideVocabulary(CountingMetric):
    """Texts with a word that is not supported."""

    metric_name = "table.texts_outside_vocabulary"
    value_keys = ("column", "supported_column", "supported")

    @classmethod
    def count(cls, frame: pd.DataFrame, **parameters: Any) -> Counts:
        """Look for unsupported lemmas, text by text."""
        texts = frame[parameters["column"]]
        everywhere = frozenset(parameters["supported"] or ())
        of_row = parameters["supported_column"]
        cells: Iterable[Any] = frame[of_row] if of_row is not None else [()] * len(frame)
        words = [
            len(unsupported(text, everywhere | _lemmas(cell))) if isinstance(text, str) else 1
            for text, cell in zip(texts, cells, strict=True)
        ]
        return Counts(len(words), sum(map(bool, words)), {"unsupported_words": sum(words)})


class ExpectTextsToUseSupportedVocabulary(CountingExpectation):
    """Expect every content word of a text to be one of the supported lemmas.

    Function words and the words of the platform's own templates are free; see
    `privacy_checks.language.lemmas` for how texts are read. A missing text is not supported.

    Args:
        column: the texts.
        supported_column: the lemmas that are supported for the text of the same row: a list or set
            of them, or one text with blanks between them; missing for none.
        supported: lemmas that are supported in every row.
    """

    column: str
    supported_column: str | None = None
    supported: list[str] | None = None

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.texts_outside_vocabulary",)
    success_keys: ClassVar[tuple[str, ...]] = ("column", "supported_column", "supported")


def _lemmas(cell: Any) -> frozenset[str]:
    if isinstance(cell, str):
        return frozenset(cell.split())
    return frozenset(cell) if isinstance(cell, Iterable) else frozenset()
