"""What the server left without a reply is not passed over."""

import pytest

from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.verbs.audit import audit
from clio_assets.analyst.claude.verbs.desk import UNREPLIED
from clio_assets.analyst.claude.verbs.extract import extract
from clio_assets.analyst.protocol import NotAnswered
from clio_assets.domain.clusters import ClusterText
from clio_assets.domain.conversation import Conversation
from clio_assets.errors import AnalystError
from clio_assets.facets.schema import DEFAULT_FACETS
from tests.fakes.desk import Model, desk_of, user_of

ASKED = [facet for facet in DEFAULT_FACETS if facet.kind != "computed"]
GOOD = '{"request": "help", "task": "help", "language": "English", "concern": 1}'


def silent_for(count: int, reason: str) -> Model:
    """No reply to the first conversations."""
    return lambda r: NotAnswered(reason) if _number(r) < count else GOOD


def _number(request: Request) -> int:
    return int(user_of(request).split("conversation number ")[1].split()[0])


def conversations(count: int) -> list[Conversation]:
    return [Conversation(f"conversation number {n} ", 1) for n in range(count)]


@pytest.mark.parametrize("reason", sorted(UNREPLIED))
def test_extraction_stops_when_many_conversations_have_no_reply(reason: str) -> None:
    desk, _ = desk_of(silent_for(4, reason))
    with pytest.raises(AnalystError, match=r"4 of 20 requests.*run again"):
        list(extract(desk, conversations(20), ASKED))


def test_extraction_sets_conversations_aside_when_few_have_no_reply() -> None:
    desk, _ = desk_of(silent_for(3, "no_reply"))
    answers = list(extract(desk, conversations(20), ASKED))
    assert answers[:3] == [NotAnswered("no_reply")] * 3
    assert not any(isinstance(answer, NotAnswered) for answer in answers[3:])


def test_extraction_goes_on_when_models_refuse_many() -> None:
    desk, _ = desk_of(silent_for(10, "refused"))
    assert len(list(extract(desk, conversations(20), ASKED))) == 20


def test_audit_stops_when_a_single_request_has_no_reply() -> None:
    desk, _ = desk_of(lambda _: NotAnswered("no_reply"))
    with pytest.raises(AnalystError, match="run again"):
        audit(desk, [ClusterText("Write letters", "Users wrote letters. They did.")])
