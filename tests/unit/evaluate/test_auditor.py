"""The generated texts, and what is counted of an audit of them."""

from collections import Counter

from clio_assets.analyst.local.naming.audit import audit
from clio_assets.domain.clusters import ClusterText
from clio_assets.evaluate.auditor import figures_of_auditor
from clio_assets.evaluate.auditor_texts import Probe, kinds, probes
from privacy_checks.detectors import find
from tests.fakes.analyst import FakeAnalyst


def test_half_are_clean_and_kinds_are_even_when_texts_are_generated() -> None:
    counts = Counter(probe.kind for probe in probes(630, seed=0))
    assert counts[None] == 630
    assert set(counts) == {None, *kinds()}
    assert {counts[kind] for kind in kinds()} <= {39, 40}
    assert {"person", "organisation", "place", "small_group", "email", "phone"} <= set(kinds())


def test_texts_are_the_same_when_the_seed_is() -> None:
    assert list(probes(60, seed=1)) == list(probes(60, seed=1))
    assert list(probes(60, seed=1)) != list(probes(60, seed=2))


def test_no_text_repeats_when_all_are_generated() -> None:
    texts = [probe.text.description for probe in probes(630, seed=0)]
    assert len(set(texts)) >= 0.98 * len(texts)


def test_clean_texts_hold_no_personal_data_when_detectors_read_them() -> None:
    clean = [probe.text for probe in probes(600, seed=0) if probe.kind is None]
    hits = [hit.kind for text in clean for hit in find(text.description)]
    assert set(hits) <= {"digit_run"}
    assert len(hits) < 60


def test_local_audit_judges_most_rightly_when_it_is_tried() -> None:
    class Local(FakeAnalyst):
        def audit(self, texts):  # type: ignore[no-untyped-def]
            return audit(texts)

    found = figures_of_auditor(list(probes(600, seed=0)), Local(), 3)
    assert found.accuracy > 0.9
    assert found.kinds["email"].accuracy == 1.0
    assert found.kinds["person"].accuracy > 0.95


def test_unanswered_texts_do_not_pass_when_they_are_counted() -> None:
    analyst = FakeAnalyst(ratings={"leak": 1, "silent": None})
    texts = ["fine", "silent clean", "a leak", "an unseen one", "silent broken"]
    known = [None, None, "person", "person", "email"]
    tried = [Probe(ClusterText("", text), kind) for text, kind in zip(texts, known, strict=True)]
    found = figures_of_auditor(tried, analyst, 3)
    assert (found.accuracy, found.clean, found.broken) == (3 / 5, 1 / 2, 2 / 3)
    assert found.unanswered == 2
    assert found.kinds["person"].accuracy == 0.5
    assert found.kinds["person"].ratings == {1: 0.5, 2: 0.0, 3: 0.0, 4: 0.0, 5: 0.5}
