import copy
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clio_assets.domain.transcript import decode_messages, encode_messages
from clio_assets.errors import SourceError
from clio_assets.sources.formats import FORMATS, detect, read
from clio_assets.sources.formats.protocol import Aside, Keys, LeftOut, Malformed, Piece, Reason

TURNS = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": [{"type": "text"}]}]
RECORDS: Mapping[str, dict[str, Any]] = {
    "plain": {
        "conversation_id": "c",
        "user_id": "u",
        "started_at": 1772366400,
        "messages": TURNS,
        "metadata": {"a": [1]},
        "flagged": None,
    },
    "wildchat": {
        "conversation_hash": "c",
        "hashed_ip": "u",
        "timestamp": "2026-03-01T10:00:00Z",
        "conversation": TURNS,
        "toxic": True,
    },
    "lmsys": {"conversation_id": "c", "conversation": TURNS, "openai_moderation": [{}]},
    "sharegpt": {"id": "c", "conversations": [{"from": "human", "value": "hi"}]},
    "chatgpt": {
        "id": "c",
        "create_time": 1772366400.0,
        "current_node": "b",
        "mapping": {
            "a": {"parent": None, "message": None},
            "b": {
                "parent": "a",
                "message": {
                    "author": {"role": "user"},
                    "recipient": "all",
                    "metadata": {"attachments": [{"mime_type": "image/png"}]},
                    "content": {"content_type": "text", "parts": ["hi", {"content_type": "x"}]},
                },
            },
        },
    },
    "claude": {
        "uuid": "c",
        "account": {"uuid": "u"},
        "created_at": "2026-03-01T10:00:00Z",
        "current_leaf_message_uuid": "m",
        "chat_messages": [
            {"uuid": "m", "parent_message_uuid": "", "sender": "human", "text": "hi", "files": []}
        ],
    },
    "messages-api": {
        "timestamp": "2026-03-01T10:00:00Z",
        "request": {"system": "s", "messages": TURNS, "metadata": {"user_id": "u"}},
        "response": {"content": [{"type": "text", "text": "hello"}]},
    },
}


@pytest.mark.parametrize("name", RECORDS)
def test_exactly_one_shape_recognises_a_record_when_it_is_well_formed(name: str) -> None:
    assert [shape.name for shape in FORMATS.values() if shape.recognises(RECORDS[name])] == [name]
    assert detect([RECORDS[name]]).name == name


def test_every_shape_is_tried_when_shapes_are_tested() -> None:
    assert set(FORMATS) == set(RECORDS)


def test_detect_goes_with_the_majority_when_single_records_are_odd() -> None:
    assert detect([RECORDS["plain"], {"stray": 1}, RECORDS["plain"]]).name == "plain"


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([{"text": "canary"}], r"\(seen: none\)"),
        ([RECORDS["plain"], RECORDS["lmsys"]], r"\(seen: lmsys, plain\)"),
        ([RECORDS["plain"], {}], r"\(seen: plain\)"),
        ([RECORDS["plain"] | {"conversation": []}], r"\(seen: lmsys, plain\)"),
    ],
)
def test_detect_names_formats_and_option_when_the_shape_is_unclear(
    records: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        detect(records)
    assert "--format" in str(caught.value)
    assert all(name in str(caught.value) for name in FORMATS)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_parse_says_so_when_a_record_is_of_another_shape(name: str) -> None:
    others = [other for other in RECORDS if other not in {name, "plain", "messages-api"}]
    for other in others:
        if (name, other) in {("lmsys", "wildchat"), ("wildchat", "lmsys")}:
            continue  # read the same turns
        with pytest.raises(Malformed, match="of_another_shape"):
            read(FORMATS[name], RECORDS[other], Keys())  # type: ignore[index]


KEY = st.text(max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=5,
)


def places(value: object) -> list[list[Any]]:
    """Paths to every value inside."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    below = [(key, places(value[key])) for key in keys]  # type: ignore[index]
    return [[key] for key in keys] + [[key, *rest] for key, paths in below for rest in paths]


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_parse_accepts_or_says_malformed_when_any_value_is_replaced(
    name: str, data: st.DataObject
) -> None:
    record = copy.deepcopy(RECORDS[name])
    path = data.draw(st.sampled_from(places(record)))
    inner: Any = record
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JSON)
    try:
        parts = list(read(FORMATS[name], record, Keys()))  # type: ignore[index]
    except Malformed:
        return
    for found in parts:
        if isinstance(found, Aside):
            assert found.reason in get_args(Reason) + get_args(LeftOut)
            continue
        assert list(decode_messages(encode_messages(found.messages))) == list(found.messages)
        assert isinstance(found, Piece) or found.conversation_id.encode()
