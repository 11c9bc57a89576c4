"""The policy in words, and the file that `clio policy --init` writes."""

from pathlib import Path

import pytest

from privacy_checks.policy.explain import explain, policy_file
from privacy_checks.policy.model import PrivacyPolicy, load_policy

OTHER = PrivacyPolicy(
    version=7,
    min_users=12,
    max_quarantine_share=0.125,
    vocabulary="rare",
    rounding=1,
    extractive_analysts=(),
    detectors_off=("phone",),
    min_detector_score=0.4,
    extra_detectors=("mine:staff",),
    allowed_names=('The "Blue" Café',),
    retention_days=90,
)


def test_every_field_is_explained_when_the_model_is_read() -> None:
    assert [one.field for one in explain(PrivacyPolicy())] == list(PrivacyPolicy.model_fields)


def test_sentences_say_the_value_when_it_is_set() -> None:
    said = {one.field: one.says for one in explain(OTHER)}
    assert "12 users" in said["min_users"]
    assert "12.5 %" in said["max_quarantine_share"]
    assert "outside ordinary vocabulary" in said["vocabulary"]
    assert "exact" in said["rounding"]
    assert "phone" in said["detectors_off"]
    assert "mine:staff" in said["extra_detectors"]
    assert "90 days" in said["retention_days"]
    assert "40 %" in said["min_detector_score"]


def test_sentence_differs_when_the_value_does() -> None:
    default = {one.field: one.says for one in explain(PrivacyPolicy())}
    changed = {field for field in default if default[field] != _says(OTHER)[field]}
    assert changed == {one.field for one in explain(OTHER) if not one.is_default}


@pytest.mark.parametrize("policy", [PrivacyPolicy(), OTHER], ids=["default", "other"])
def test_file_gives_the_same_policy_when_it_is_read(tmp_path: Path, policy: PrivacyPolicy) -> None:
    path = tmp_path / "privacy.toml"
    path.write_text(policy_file(policy), encoding="utf-8")
    assert load_policy(path) == policy
    assert all(len(line) <= 100 for line in path.read_text("utf-8").splitlines())


def _says(policy: PrivacyPolicy) -> dict[str, str]:
    return {one.field: one.says for one in explain(policy)}
