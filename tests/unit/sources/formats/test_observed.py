"""What holds for all shapes of gateways and tracing tools."""

import copy
import json
from typing import Any

import pytest

from clio_assets.sample.settings import SampleSettings
from clio_assets.sample.shapes import SHAPES
from clio_assets.sample.stream import conversations
from clio_assets.sources.formats import FORMATS, detect, plain, read
from clio_assets.sources.formats.observed import Who, labels, number, user_and_session, who
from clio_assets.sources.formats.protocol import Keys, Malformed
from tests.fakes.grouped import talks
from tests.unit.sources.formats.test_detect import RECORDS

NAMES = ("langfuse", "langsmith", "litellm", "mlflow", "llm")
SESSION = "0a1b2c3d-0000-4000-8000-123456789abc"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_record_is_told_when_it_is_malformed(name: Any) -> None:
    key = {"langsmith": "inputs", "mlflow": "spans", "llm": "prompt", "langfuse": "input"}
    canary = [{"role": "canary", "content": "canary"}]
    value: Any = canary if name != "llm" else canary[0]
    if name == "mlflow":
        value = copy.deepcopy(RECORDS[name]["spans"])
        value[0]["attributes"]["mlflow.spanInputs"] = json.dumps(canary)
    with pytest.raises(Malformed) as caught:
        list(read(FORMATS[name], RECORDS[name] | {key.get(name, "messages"): value}, Keys()))
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        *NAMES,
        "messages-api",
        "chat-completions",
        "responses",
        "claude-compliance",
        "openai-compliance",
        "openai-compliance-logs",
        "microsoft-graph",
        "claude-code",
    ],
)
def test_the_sample_is_read_back_when_it_was_written_in_a_shape(name: Any) -> None:
    samples = [sample.record for sample in conversations(SampleSettings(conversations=150))]
    records = list(SHAPES[name].records(samples))
    assert detect(records[:20]).name == name
    found = {(talk.user, _asked(talk.turns)) for talk in talks(FORMATS[name], records)}
    expected = {(parsed.user_id, _asked(parsed.messages)) for parsed in map(plain.parse, samples)}
    if "users" in SHAPES[name].lacks:
        expected = {(None, asked) for _, asked in expected}
    assert len(expected) > 100
    assert found == {(user, asked) for user, asked in expected if asked}


def _asked(turns: Any) -> tuple[str, ...]:
    return tuple(text for role, text in turns if role == "user")


@pytest.mark.parametrize(
    ("value", "user", "session"),
    [
        ("user-1", "user-1", None),
        (17.0, "17", None),
        ("None", None, None),
        (f"user_ab_account_cd_session_{SESSION}", "user_ab_account_cd", SESSION),
        ({"account_uuid": "cd", "session_id": SESSION}, "cd", SESSION),
        (json.dumps({"device_id": "d", "session_id": SESSION}), "d", SESSION),
        ({"tier": "free"}, '{"tier": "free"}', None),
        ("{not json", "{not json", None),
    ],
)
def test_a_user_id_is_taken_apart_when_it_names_a_session_too(
    value: object, user: str | None, session: str | None
) -> None:
    assert user_and_session(value) == (user, session)


def test_what_is_missing_counts_as_silence_when_several_fields_may_speak() -> None:
    record = {"a": "NaN", "b": float("nan"), "c": {"d": "user-1"}, "e": " "}
    assert who(record, Keys(user=("a", "b")), ("c.d",), ("e",)) == Who("user-1")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("web", "web"),
        (3, 3),
        (False, False),
        (["web", 5, ""], ["web"]),
        ("x" * 201, None),
        ("two\nlines", None),
        ({"a": 1}, None),
        ([], None),
        (float("inf"), None),
        ("NaN", None),
    ],
)
def test_an_attribute_is_a_short_label_when_it_is_kept(value: object, kept: object) -> None:
    assert labels({"tags": value}) == ({} if kept is None else {"tags": kept})


@pytest.mark.parametrize(
    ("value", "found"),
    [("0.25", 0.25), (12, 12), ("twelve", None), (float("nan"), None), ("inf", None), (None, None)],
)
def test_a_number_is_read_when_a_writer_made_text_of_it(value: object, found: object) -> None:
    assert number(value) == found
