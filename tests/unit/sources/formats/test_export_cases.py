"""Files that were met badly, and logs that the real packages wrote, where they lie beside."""

from pathlib import Path

import pytest

from clio_assets.sources.files import find_files
from clio_assets.sources.formats import detect, read
from clio_assets.sources.formats.protocol import Aside, Keys
from clio_assets.sources.reading import read_records

CASES = Path(__file__).parents[5] / "shared" / "cases"

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the cases are not here")


@pytest.mark.parametrize(
    ("path", "shape", "conversations", "user_turns", "users"),
    [
        ("inputs/01-chatgpt-shards/conversations-*.json", "chatgpt", 6, 6, 0),
        ("inputs/02-chatgpt-update-time-only.json", "chatgpt", 1, 1, 0),
        ("inputs/03-chatgpt-went-back/second-export", "chatgpt", 1, 1, 0),
        ("inputs/04-chatgpt-wrapped.json", "chatgpt", 2, 2, 0),
        ("inputs/05-deepseek.json", "deepseek", 2, 2, 0),
        ("inputs/07-claude-folder/conversations.json", "claude", 6, 6, 3),
        ("inputs/08-claude-voice-note.json", "claude", 2, 2, 2),
        ("inputs/09-claude-branches-no-leaf.json", "claude", 2, 3, 2),
        ("inputs/10-claude-pasted-text.json", "claude", 2, 2, 2),
        ("inputs/12-wildchat-first-release.jsonl", "wildchat", 2, 2, 0),
        ("inputs/14-sharegpt-openai-roles.json", "sharegpt", 2, 2, 0),
        ("inputs/25-sharegpt-html.json", "sharegpt", 42, 42, 0),
        ("inputs/src-chatgpt-small.json", "chatgpt", 5, 10, 0),
        ("inputs/src-chatgpt-small-duckdb.jsonl", "chatgpt", 5, 10, 0),
        ("inputs/src-chatgpt-uuid.json", "chatgpt", 60, 120, 0),
        ("inputs/src-chatgpt-uuid-duckdb.parquet", "chatgpt", 60, 120, 0),
        ("inputs/src-chatgpt-small-duckdb.parquet", "chatgpt", 5, 10, 0),
        ("sources/inspect.json", "inspect", 2, 2, 0),
        ("sources/inspect.eval", "inspect", 2, 2, 0),
    ],
)
def test_read_finds_all_conversations_when_a_case_is_an_export(
    path: str, shape: str, conversations: int, user_turns: int, users: int
) -> None:
    records = [found.found.value for found in read_records(find_files([str(CASES / path)]))]
    values = [value for value in records if value is not None]
    found_shape = detect(values)
    assert found_shape.name == shape
    parts = [part for value in values for part in read(found_shape, value, Keys())]
    found = [part for part in parts if not isinstance(part, Aside)]
    assert len(found) == len(parts) == conversations
    assert sum(turn.role == "user" for part in found for turn in part.messages) == user_turns
    assert len({part.user_id for part in found} - {None}) == users


def test_detect_knows_no_shape_when_a_case_tells_of_an_account() -> None:
    for path in ("01-chatgpt-shards/user.json", "07-claude-folder/users.json"):
        records = [
            found.found.value for found in read_records(find_files([str(CASES / "inputs" / path)]))
        ]
        with pytest.raises(Exception, match="no known shape in common"):
            detect([value for value in records if value is not None])
