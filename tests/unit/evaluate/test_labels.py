"""Labels are read from every accepted form, and what cannot be used is refused without quoting."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clio_assets.errors import UsageError
from clio_assets.evaluate.labels import (
    LABEL_FIELDS,
    Wanted,
    read_descriptions,
    read_labels,
    read_parents,
    records_of,
)
from clio_assets.home.settings import SourceSettings

EXPECTED = {"c1": "cards", "c2": "loans"}
CANARY = "canary-7c1e"


def nothing() -> Iterator[tuple[str, Mapping[str, Any]]]:
    return iter(())


def written(path: Path, text: str) -> Path:
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(*records: Mapping[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


FORMS = {
    "labels.jsonl": lines(
        {"conversation_id": "c1", "label": "cards"}, {"conversation_id": "c2", "label": "loans"}
    ),
    "truth.jsonl.gz": lines(
        {"conversation_id": "c1", "domain": "x", "topic": "cards", "language": "English"},
        {"conversation_id": "c2", "domain": "x", "topic": "loans", "language": "English"},
    ),
    "source.jsonl.gz": lines(
        {"conversation_id": "c1", "messages": [], "metadata": {"intent": "cards"}},
        {"conversation_id": "c2", "messages": [], "metadata": {"intent": "loans"}},
    ),
    "map.json": json.dumps(EXPECTED),
    "list.json": json.dumps([{"id": "c1", "label": "cards"}, {"id": "c2", "label": "loans"}]),
    "table.csv": "conversation_id,label\nc1,cards\nc2,loans\n",
    "table.csv.gz": "id,topic\nc1,cards\nc2,loans\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_labels_are_read_when_the_file_has_an_accepted_form(name: str, tmp_path: Path) -> None:
    path = written(tmp_path / name, FORMS[name])
    found = read_labels(Wanted.of("--labels", str(path)), LABEL_FIELDS, nothing)
    assert (dict(found.of_conversation), found.without) == (EXPECTED, 0)


def test_field_is_used_when_it_is_named_behind_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "source.jsonl.gz", FORMS["source.jsonl.gz"])
    wanted = Wanted.of("--labels", f"{path}#metadata.intent")
    assert read_labels(wanted, LABEL_FIELDS, nothing).of_conversation == EXPECTED


def test_records_of_the_source_are_read_when_a_field_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path / "source.jsonl",
        lines(
            {"conversation_id": "c1", "messages": [], "metadata": {"intent": "cards"}},
            {"conversation_id": "c2", "messages": [], "metadata": {}},
        ),
    )
    source = SourceSettings(paths=(str(path),))
    wanted = Wanted.of("--labels", "metadata.intent")
    found = read_labels(wanted, LABEL_FIELDS, lambda: records_of([source]))
    assert (dict(found.of_conversation), found.without) == ({"c1": "cards"}, 1)


def test_blanks_are_counted_when_records_have_no_label(tmp_path: Path) -> None:
    path = written(tmp_path / "table.csv", "id,label\nc1,cards\nc2,\nc3,  \n")
    found = read_labels(Wanted.of("--labels", str(path)), LABEL_FIELDS, nothing)
    assert (dict(found.of_conversation), found.without) == ({"c1": "cards"}, 2)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("labels.jsonl", lines({"conversation_id": CANARY, "what": CANARY}), "FILE#field"),
        ("labels.jsonl", lines({"label": CANARY}), "needs a conversation id"),
        ("table.csv", "", "holds nothing"),
        ("labels.json", '{"c1": ', "damaged or of another form"),
        ("table.csv.gz", "", "holds nothing"),
        (
            "labels.jsonl",
            lines({"id": CANARY, "label": "a"}, {"id": CANARY, "label": "b"}),
            "different things of 1 of 1",
        ),
    ],
)
def test_file_is_refused_without_quoting_it_when_it_cannot_be_used(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    path = written(tmp_path / name, text)
    with pytest.raises(UsageError, match=message) as caught:
        read_labels(Wanted.of("--labels", str(path)), LABEL_FIELDS, nothing)
    assert CANARY not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([f"{CANARY} {n}" for n in range(40)], "40 different labels, which look like ids"),
        ([f"{CANARY} {'words ' * 30}"] * 40, "longer than 100 characters"),
    ],
)
def test_labels_are_refused_when_they_look_like_ids_or_texts(
    labels: list[str], message: str, tmp_path: Path
) -> None:
    records = [{"conversation_id": f"c{n}", "label": label} for n, label in enumerate(labels)]
    path = written(tmp_path / "labels.jsonl", lines(*records))
    with pytest.raises(UsageError, match=message) as caught:
        read_labels(Wanted.of("--labels", str(path)), LABEL_FIELDS, nothing)
    assert CANARY not in str(caught.value)
    mapped = written(tmp_path / "map.json", json.dumps(dict(enumerate(labels))))
    with pytest.raises(UsageError, match=message):
        read_labels(Wanted.of("--labels", str(mapped)), LABEL_FIELDS, nothing)


def test_option_is_refused_when_it_names_no_file_and_no_field(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a file that exists") as caught:
        Wanted.of("--labels", str(tmp_path / "gone.jsonl"))
    assert str(tmp_path) not in str(caught.value)


def test_field_is_refused_when_no_record_has_it() -> None:
    records = [("c1", {"metadata": {"intent": CANARY}})]
    with pytest.raises(UsageError, match="no record of the source has the field") as caught:
        read_labels(Wanted.of("--labels", "metadata.topic"), LABEL_FIELDS, lambda: records)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("of_labels.csv", "label,parent\ncards,money\nloans,debt\n"),
        ("of_labels.json", json.dumps({"cards": "money", "loans": "debt"})),
        ("of_conversations.csv", "conversation_id,parent\nc1,money\nc2,debt\n"),
        ("of_conversations.json", json.dumps({"c1": "money", "c2": "debt"})),
        (
            "truth.jsonl",
            lines(
                {"conversation_id": "c1", "topic": "cards", "domain": "money"},
                {"conversation_id": "c2", "topic": "loans", "domain": "debt"},
            ),
        ),
    ],
)
def test_parents_belong_to_conversations_when_given_for_labels_or_conversations(
    name: str, text: str, tmp_path: Path
) -> None:
    path = written(tmp_path / name, text)
    found = read_parents(Wanted.of("--parents", str(path)), EXPECTED, nothing)
    assert dict(found.of_conversation) == {"c1": "money", "c2": "debt"}


def test_descriptions_are_read_when_a_table_has_labels_and_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "lines.csv", "label,description\ncards,Plastic money\nloans,\n")
    assert read_descriptions(path) == {"cards": "Plastic money"}
    with pytest.raises(UsageError, match="not a file that exists"):
        read_descriptions(tmp_path / "gone.csv")
