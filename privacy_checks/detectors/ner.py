"""Names found by a model for named entities that the operator has on disk (optional).

Not part of the default detectors: a policy adds it with `extra_detectors`, see docs/detectors.md.
Nothing is ever downloaded: the model is a folder as `save_pretrained` of transformers writes it.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from privacy_checks.detectors.protocol import Hit, Trigger

#: Environment variable with the folder of the model that `from_environment` loads.
MODEL_VARIABLE = "CLIO_NER_MODEL"

#: A text's part goes in, entities with "entity_group", "score", "start" and "end" come out.
Tagger = Callable[[str], Sequence[Mapping[str, Any]]]

#: Labels of the usual data sets (CoNLL-2003, OntoNotes) for people, places and organisations.
NAME_LABELS = frozenset(
    {"PER", "PERSON", "LOC", "LOCATION", "GPE", "FAC", "ORG", "ORGANIZATION", "ORGANISATION"}
)
_ALWAYS = Trigger()
#: Characters that go to the model at a time: bounds its memory.
_PART = 2_000


@dataclass
class NerDetector:
    """People, places and organisations as a token-classification model marks them.

    `folder` holds the model and its tokenizer; it is loaded when the first text is read. Entities
    with a score below `min_score` or a label not in `labels` are left out. Raises ValueError where
    the folder holds no model.
    """

    folder: Path
    min_score: float = 0.5
    labels: frozenset[str] = NAME_LABELS
    name: str = "named_entity"
    placeholder: str = "[name]"
    trigger: Trigger = _ALWAYS
    tagger: Tagger | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.tagger is None and not (self.folder / "config.json").is_file():
            raise ValueError(
                "the folder of the model for named entities holds no config.json; "
                "save model and tokenizer there with save_pretrained"
            )

    def find(self, text: str) -> Iterator[Hit]:
        """Hits in order of position."""
        if self.tagger is None:
            self.tagger = _load(self.folder)
        for start, end in _parts(text):
            for entity in self.tagger(text[start:end]):
                label = str(entity["entity_group"]).removeprefix("B-").removeprefix("I-").upper()
                score = float(entity["score"])
                if label in self.labels and score >= self.min_score:
                    first, last = start + int(entity["start"]), start + int(entity["end"])
                    yield Hit(self.name, first, last, min(score, 1.0))


def from_environment() -> NerDetector:
    """The detector for the model in the folder that `CLIO_NER_MODEL` names."""
    folder = os.environ.get(MODEL_VARIABLE)
    if not folder:
        raise ValueError(f"{MODEL_VARIABLE} is not set: name the folder of the model there")
    return NerDetector(Path(folder))


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of at most `_PART` characters that cover the text and end at blanks if they can."""
    start = 0
    while start < len(text):
        end = min(start + _PART, len(text))
        if end < len(text):
            blank = max(text.rfind(sign, start, end) for sign in " \n\t")
            end = blank + 1 if blank > start else end
        yield start, end
        start = end


def _load(folder: Path) -> Tagger:
    """The model of a folder as a function; one word's pieces count as one entity."""
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
    # Two positions are reserved in some models; longer texts are read in overlapping pieces.
    most = int(getattr(model.config, "max_position_embeddings", 512)) - 2
    tokenizer.model_max_length = min(tokenizer.model_max_length, most)
    tagger = pipeline(
        "token-classification",
        model=model,
        tokenizer=tokenizer,
        aggregation_strategy="first",
        stride=most // 4,
    )
    return cast(Tagger, tagger)
