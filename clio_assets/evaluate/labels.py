"""Known labels of conversations, from a file of any usual form or from the source's own records.

    FILE                 JSONL, JSON, CSV or Parquet (.gz and .zst too) with the usual columns
    FILE#field           the same with a column, or dotted path into a record, of your choice
    field                a dotted path into the source's own records, such as metadata.intent

Conversation ids are those of the source. Messages name options, columns and counts, never a value.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clio_assets.errors import SourceError, UsageError
from clio_assets.home.settings import SourceSettings
from clio_assets.landing.counts import Tally
from clio_assets.landing.shaped import require_read, shaped_records
from clio_assets.sources.files import find_files
from clio_assets.sources.formats import read
from clio_assets.sources.formats.protocol import Aside, Keys, Malformed
from clio_assets.sources.reading import read_records

ID_FIELDS: Final = ("conversation_id", "conversation_hash", "conversation", "id", "uuid")
LABEL_FIELDS: Final = tuple(
    f"{prefix}{name}" for prefix in ("", "metadata.") for name in ("label", "topic", "intent")
)
PARENT_FIELDS: Final = tuple(
    f"{prefix}{name}" for prefix in ("", "metadata.") for name in ("parent", "domain", "category")
)
DESCRIPTION_FIELDS: Final = ("description", "text")

_DOTTED = re.compile(r"[^\W\d][\w-]*(\.[\w-]+)*")
_FIRST_RECORDS: Final = 100
_LONGEST_LABEL: Final = 100
#: Entries from which labels have to be shared by two on average.
_FEW: Final = 20

#: (conversation id, record) of everything a source holds.
Records = Callable[[], Iterable[tuple[str, Mapping[str, Any]]]]


@dataclass(frozen=True)
class Wanted:
    """Where an option's labels lie: in a file, in a field of it, or in a field of the source."""

    option: str
    file: Path | None
    field: str | None

    @classmethod
    def of(cls, option: str, given: str) -> "Wanted":
        """What the option's value means. UsageError where it is no file and no field."""
        if Path(given).is_file():
            return cls(option, Path(given), None)
        head, sign, field = given.rpartition("#")
        if sign and Path(head).is_file() and _DOTTED.fullmatch(field):
            return cls(option, Path(head), field)
        if _DOTTED.fullmatch(given):
            return cls(option, None, given)
        raise UsageError(
            f"{option} is neither a file that exists, nor FILE#field, nor a field of the source's "
            "records such as metadata.intent"
        )


@dataclass(frozen=True)
class Labels:
    """Conversation id of the source -> label. `without` records had no label or no id."""

    of_conversation: Mapping[str, str]
    without: int = 0


def read_labels(wanted: Wanted, usual: Sequence[str], records: Records) -> Labels:
    """The labels; `usual` are the fields looked for where none is named.

    UsageError where there are none, or where a conversation has two.
    """
    if wanted.file is None:
        return _from_records(wanted, records())
    rows = _rows(wanted)
    if isinstance(rows, Mapping):
        return Labels(_checked(wanted, _pairs(rows)))
    field = wanted.field or _field(rows, usual)
    ids = _field(rows, ID_FIELDS)
    if field is None or ids is None:
        raise UsageError(_unknown_columns(wanted, ("conversation id", ID_FIELDS), usual))
    return _collected(wanted, ((_text(at(row, ids)), at(row, field)) for row in rows))


def read_parents(wanted: Wanted, labels: Mapping[str, str], records: Records) -> Labels:
    """Conversation id -> label of the top level, from a file of conversations or of labels."""
    if wanted.file is None:
        return _from_records(wanted, records())
    rows = _rows(wanted)
    if isinstance(rows, Mapping):
        pairs = _pairs(rows)
        of_labels = set(pairs) & set(labels.values())
        return Labels(_by_label(labels, pairs) if of_labels else _checked(wanted, pairs))
    if _field(rows, ID_FIELDS) is not None:
        return read_labels(wanted, PARENT_FIELDS, records)
    field, of_label = wanted.field or _field(rows, PARENT_FIELDS), _field(rows, LABEL_FIELDS)
    if field is None or of_label is None:
        raise UsageError(_unknown_columns(wanted, ("label", LABEL_FIELDS), PARENT_FIELDS))
    pairs = dict(
        _collected(wanted, ((_text(at(r, of_label)), at(r, field)) for r in rows)).of_conversation
    )
    return Labels(_by_label(labels, pairs))


def read_descriptions(path: Path) -> dict[str, str]:
    """Label -> what it means in a line. UsageError where the file has no such columns."""
    wanted = Wanted("--descriptions", path, None)
    if not path.is_file():
        raise UsageError("--descriptions is not a file that exists")
    rows = _rows(wanted)
    if isinstance(rows, Mapping):
        return _pairs(rows)
    label = _field(rows, ("label", "name", "topic", "intent"))
    field = _field(rows, DESCRIPTION_FIELDS)
    if label is None or field is None:
        raise UsageError(_unknown_columns(wanted, ("label", ("label", "name")), DESCRIPTION_FIELDS))
    return {
        name: text
        for row in rows
        if (name := _text(at(row, label))) and (text := _text(at(row, field)))
    }


def records_of(sources: Sequence[SourceSettings]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every record of the sources that names a conversation, with its id, as landing reads it."""
    for source in sources:
        keys = Keys(source.user_from, source.conversation_from, source.tenant_from)
        files, tally = dict(enumerate(find_files(source.paths), 1)), Tally()
        for record in shaped_records(files.items(), source, tally):
            if record.found.value is None:
                continue
            try:
                parts = list(read(record.shape, record.found.value, keys))
            except Malformed:  # not landed either
                continue
            for part in parts:
                if not isinstance(part, Aside) and part.conversation_id is not None:
                    yield part.conversation_id, record.found.value
        require_read(tally, dict(zip(files, files, strict=True)))


def at(record: Mapping[str, Any], field: str) -> object:
    """The value at a dotted path, None where there is none; a key with dots in it goes first."""
    if field in record:
        return record[field]
    value: object = record
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _from_records(wanted: Wanted, records: Iterable[tuple[str, Mapping[str, Any]]]) -> Labels:
    field = wanted.field or ""
    found = _collected(wanted, ((name, at(record, field)) for name, record in records))
    if not found.of_conversation:
        raise UsageError(
            f"no record of the source has the field that {wanted.option} names, and there is no "
            "file of that name"
        )
    return found


def _collected(wanted: Wanted, pairs: Iterable[tuple[str | None, object]]) -> Labels:
    found: dict[str, str] = {}
    twice: set[str] = set()
    without = 0
    for name, value in pairs:
        text = _text(value)
        if name is None or text is None:
            without += 1
        elif found.setdefault(name, text) != text:
            twice.add(name)
    if twice:
        raise UsageError(
            f"{wanted.option} says different things of {len(twice):,} of {len(found):,} entries: "
            "give each one label"
        )
    return Labels(_checked(wanted, found), without)


def _checked(wanted: Wanted, found: dict[str, str]) -> dict[str, str]:
    """The labels, unless they look like ids or texts: labels are printed, those must not be."""
    if any(len(label) > _LONGEST_LABEL for label in found.values()):
        raise UsageError(
            f"{wanted.option} names something longer than {_LONGEST_LABEL} characters, which looks "
            "like a text rather than a label: name the field of the labels"
        )
    distinct = len(set(found.values()))
    if len(found) >= _FEW and 2 * distinct > len(found):
        raise UsageError(
            f"{wanted.option} gives {len(found):,} entries {distinct:,} different labels, which "
            "look like ids rather than labels: name the field of the labels"
        )
    return found


def _by_label(labels: Mapping[str, str], parents: Mapping[str, str]) -> dict[str, str]:
    return {name: parents[label] for name, label in labels.items() if label in parents}


def _pairs(rows: Mapping[str, Any]) -> dict[str, str]:
    return {key: text for key, value in rows.items() if (text := _text(value))}


def _text(value: object) -> str | None:
    """A label as text; None for what is no label: nothing, lists, objects, blanks."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value).strip() or None
    return None


def _field(rows: Sequence[Mapping[str, Any]], usual: Sequence[str]) -> str | None:
    """The first of the usual fields that any of the first rows has a text in."""
    first = rows[:_FIRST_RECORDS]
    return next((f for f in usual if any(_text(at(row, f)) for row in first)), None)


def _unknown_columns(wanted: Wanted, key: tuple[str, Sequence[str]], value: Sequence[str]) -> str:
    return (
        f"the file of {wanted.option} needs a {key[0]} ({', '.join(key[1])}) and one of "
        f"{', '.join(value)} in its records or columns; FILE#field names another one"
    )


def _rows(wanted: Wanted) -> Sequence[Mapping[str, Any]] | Mapping[str, Any]:
    """Records of the file, or the one object of a JSON file that maps keys to values."""
    path = wanted.file
    if path is None:
        raise AssertionError("only files have rows")
    name = path.name.lower()
    try:
        if name.endswith((".csv", ".csv.gz")):
            rows: Sequence[Mapping[str, Any]] = _table(path)
        elif name.endswith(".json"):
            rows = _document(path)
        else:
            records = read_records(find_files([str(path)]))
            rows = [r.found.value for r in records if r.found.value is not None]
    except SourceError as error:
        raise UsageError(f"the file of {wanted.option} cannot be read: {error}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error, gzip.BadGzipFile, EOFError):
        raise UsageError(f"the file of {wanted.option} is damaged or of another form") from None
    if not rows:
        raise UsageError(f"the file of {wanted.option} holds nothing")
    return rows


def _document(path: Path) -> Any:
    value = json.loads(path.read_text("utf-8-sig"))
    if isinstance(value, Mapping):
        return (
            value if all(not isinstance(one, (list, dict)) for one in value.values()) else [value]
        )
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _table(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))
