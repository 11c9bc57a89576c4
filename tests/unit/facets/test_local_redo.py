"""The embedded analyst heeds a complaint, end to end through the stage."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.analyst.protocol import Extraction
from clio_assets.conversations.schema import CONVERSATIONS
from clio_assets.domain.conversation import Complaint, Conversation
from clio_assets.facets.extract import extract_facets
from clio_assets.facets.schema import DEFAULT_FACETS
from privacy_checks.policy.model import PrivacyPolicy
from tests.fakes.analyst import FakeEmbedder

SAID = (
    "<user>Write a birthday poem for Zelda please</user>\n<assistant>Where to?</assistant>\n"
    "<user>Send it to zelda.fitz@example.org</user>"
)


def test_extract_masks_what_is_personal_elsewhere_in_the_conversation() -> None:
    row = {
        "conversation": "c",
        "user": "u",
        "started_at": datetime(2026, 9, 28, tzinfo=UTC),
        "turns": 2,
        "flagged": None,
        "transcript": SAID,
    }
    tables = extract_facets(
        pa.Table.from_pylist([row], schema=CONVERSATIONS),
        LocalAnalyst(FakeEmbedder(64)),
        DEFAULT_FACETS,
        PrivacyPolicy(),
    )
    assert tables.counts == {"redone": 1, "mended": 1}
    (request,) = tables.facets["request"].to_pylist()
    assert "poem" in request
    assert "[…]" in request
    assert "Zelda" not in request


@pytest.mark.parametrize("complaints", [(), ("personal_data",)])
def test_extract_leaves_other_facets_as_they_were_when_asked_again(
    complaints: tuple[Complaint, ...],
) -> None:
    asked = [facet for facet in DEFAULT_FACETS if facet.kind != "computed"]
    (answer,) = LocalAnalyst(FakeEmbedder(64)).extract([Conversation(SAID, 2, complaints)], asked)
    assert isinstance(answer, Extraction)
    assert {name: answer.values[name] for name in ("language", "concern")} == {
        "language": "English",
        "concern": 1,
    }
