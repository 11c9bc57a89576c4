"""The optional model for named entities, without a model."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from privacy_checks.detectors import ALL, registry_of
from privacy_checks.detectors.ner import MODEL_VARIABLE, NerDetector
from privacy_checks.policy.model import PolicyError, PrivacyPolicy

LABELS = {"Poppendieck": "PER", "Tannenbach": "LOC", "Acme": "B-ORG", "Monday": "MISC"}


class FakeTagger:
    """Knows four words, as a pipeline of transformers would answer."""

    def __init__(self, score: float = 0.9) -> None:
        self.score = score
        self.longest = 0

    def __call__(self, text: str) -> Sequence[Mapping[str, Any]]:
        self.longest = max(self.longest, len(text))
        return [
            {"entity_group": label, "score": self.score, "start": m.start(), "end": m.end()}
            for word, label in LABELS.items()
            for m in re.finditer(word, text)
        ]


def detector(score: float = 0.9) -> NerDetector:
    return NerDetector(Path("unused"), tagger=FakeTagger(score))


def test_names_are_masked_when_the_model_marks_them() -> None:
    registry = ALL.extended(detector())
    masked = registry.mask("on Monday Poppendieck of Acme left Tannenbach, jane@example.org")
    assert masked == "on Monday [name] of [name] left [name], [e-mail]"


def test_name_is_left_when_the_model_is_not_sure() -> None:
    assert ALL.extended(detector(0.49)).find("Poppendieck") == []
    assert [hit.score for hit in ALL.extended(detector(0.5)).find("Poppendieck")] == [0.5]


@pytest.mark.parametrize("separator", [" ", "\n", ""])
def test_positions_are_those_of_the_text_when_it_is_read_in_parts(separator: str) -> None:
    text = separator.join(["Poppendieck", "x" * 789] * 12)
    ner = detector()
    found = {text[hit.start : hit.end] for hit in ner.find(text)}
    assert found == {"Poppendieck"}
    assert len(list(ner.find(text))) == 12
    assert isinstance(ner.tagger, FakeTagger)
    assert ner.tagger.longest <= 2_000


def test_detector_is_refused_when_the_folder_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no config\.json"):
        NerDetector(tmp_path)


@pytest.mark.parametrize("value", [None, "folder"])
def test_policy_is_refused_when_the_environment_names_no_model(
    value: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if value is None:
        monkeypatch.delenv(MODEL_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path / value))
    entry = "privacy_checks.detectors.ner:from_environment"
    with pytest.raises(PolicyError, match=rf"{entry} cannot be made: .*"):
        registry_of(PrivacyPolicy(extra_detectors=(entry,)))


def test_detector_is_used_when_the_environment_names_a_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path))
    policy = PrivacyPolicy(
        version=77, extra_detectors=("privacy_checks.detectors.ner:from_environment",)
    )
    assert "named_entity" in registry_of(policy).kinds
