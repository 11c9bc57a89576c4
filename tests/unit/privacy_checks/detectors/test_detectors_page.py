"""docs/detectors.md says what is so."""

import re
from pathlib import Path

import pytest

from privacy_checks.detectors import ALL, registry_of
from privacy_checks.policy.model import PrivacyPolicy

PAGE = Path(__file__).parents[4] / "docs" / "detectors.md"


def test_own_detector_works_when_it_is_written_as_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "our_detectors.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = registry_of(PrivacyPolicy(extra_detectors=("our_detectors:BADGE",)))
    assert registry.mask("lost badge AB-cdef today") == "lost [badge] today"


def test_page_lists_every_kind_and_placeholder_when_it_is_read() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(\[[^`]+\])` \|$", text, re.MULTILINE)
    assert rows == [(detector.name, detector.placeholder) for detector in ALL.detectors]
