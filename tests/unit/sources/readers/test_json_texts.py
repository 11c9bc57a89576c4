import json

import pytest

from clio_assets.sources.readers.json_texts import are_lines

RECORDS = [{"n": 1, "m": [{"a": 1}, "{"]}, {"n": 2}]
ONE = json.dumps(RECORDS[0])


@pytest.mark.parametrize("expected", [True, False])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"n": 1}\n{"n": 2}\n', True),
        ('\ufeff\n{"n": 1}\r\n', True),
        ('{"n": 1}', True),
        ('{"n": 1}\n\n{"n": \n', True),
        (json.dumps(RECORDS), False),
        (json.dumps(RECORDS) + "\n", False),
        ("\ufeff" + json.dumps(RECORDS, indent=1), False),
        ("[\n{}\n]".format(",\n".join(map(json.dumps, RECORDS))), False),
        ("[{}]".format(",\n".join(map(json.dumps, RECORDS))), False),
        (json.dumps(RECORDS[0], indent=2), False),
        (json.dumps(RECORDS[0], indent=0), False),
        ("\n".join(json.dumps(record, indent=4) for record in RECORDS), False),
        ('{"n": 1, "m":\n  {"a": 1}}', False),
        ("[]", False),
        ("[\n]", False),
    ],
)
def test_lines_are_told_from_documents_when_either_may_have_any_name(
    text: str, lines: bool, expected: bool
) -> None:
    assert are_lines(text.encode(), expected=expected) is lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{\n[",
        "{\n" + ONE,
        '{"n":\n' + ONE,
        '{"n": 1,\n' + ONE,
        '{"n": [{"a": 1},\n' + ONE,
        "junk\n" + ONE,
        "[1]\n[2]\n",
        "null\n",
        '{"n": "' + "x" * 5000,  # a first record longer than what was seen of it
        '{"n": ' * 100_000,
    ],
)
def test_broken_first_line_costs_only_itself_when_lines_are_expected(text: str) -> None:
    assert are_lines(text.encode(), expected=True)
    assert not are_lines(text.encode(), expected=False)


@pytest.mark.parametrize("beginning", ['[{"n": "' + "x" * 5000, "[" * 100_000])
def test_long_array_is_a_document_when_only_its_beginning_was_seen(beginning: str) -> None:
    assert not are_lines(beginning.encode(), expected=True)
