#!/usr/bin/env bash
# datasets 5.2.0 (pyarrow 26.0.1), conversations from JSON Lines.
#
# In a file of conversations one message has a key more than the others: "name", as chat formats allow.
# One might expect a null for the others, as pyarrow's and DuckDB's readers of JSON fill in, and as
# `datasets` itself does for a key that a row lacks. Seen on 2026-11-28:
#   1. All messages of all rows become JSON text: list<struct<role, content>> without the key,
#      list<arrow.json> with it, and Parquet made of it has strings where messages were. In memory they
#      are decoded, so the first to notice is the next program.
#   2. Of two such files, one with the key and one without, [with, without] loads and
#      [without, with] raises, since the first file's type is taken; so it is with Parquet made of them.
#      Concatenating the two datasets raises.
# So a daily export changes its type on the day on which somebody gives a name, and the days
# before no longer fit. With "name": null in each message, or with `features=`, the type stays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  datasets==5.2.0 pyarrow==26.0.1 pandas==3.1.1
HF_HUB_OFFLINE=1 HF_HOME="$folder/hub" "$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sys
from pathlib import Path

import datasets
import pyarrow.parquet as pq

datasets.disable_progress_bars()
folder = Path(sys.argv[1])


def conversation(number: int, **more: str | None) -> dict:
    asked = {"role": "user", "content": "Which flour?", **more}
    return {"id": number, "messages": [asked, {"role": "assistant", "content": "Rye.", **more}]}


def load(kind: str, names: list[str]) -> datasets.Dataset:
    files = [str(folder / name) for name in names]
    return datasets.load_dataset(
        kind, data_files=files, split="train", cache_dir=str(folder / "cache")
    )


def outcome(call, *arguments) -> str:
    try:
        call(*arguments)
    except Exception as error:
        return type(error).__name__
    return "loads"


rows = {"without": [conversation(n) for n in range(1000)]}
rows["with"] = [*rows["without"][:-1], conversation(999)]
rows["with"][500] = conversation(500)
rows["with"][500]["messages"][0]["name"] = "ada"
rows["nulls"] = [conversation(n, name=None) for n in range(1000)]
rows["nulls"][500]["messages"][0]["name"] = "ada"
kinds = {}
for name, records in rows.items():
    lines = (json.dumps(record) + "\n" for record in records)
    (folder / f"{name}.jsonl").write_text("".join(lines))
    dataset = load("json", [f"{name}.jsonl"])
    dataset.to_parquet(str(folder / f"{name}.parquet"))
    assert dataset[0]["messages"][0]["role"] == "user"
    first = pq.read_table(folder / f"{name}.parquet")["messages"][0].as_py()[0]
    kinds[name] = type(first).__name__
print("a message in Parquet:", kinds)
assert kinds == {"without": "dict", "with": "str", "nulls": "dict"}, kinds
seen = {
    "with, without": outcome(load, "json", ["with.jsonl", "without.jsonl"]),
    "without, with": outcome(load, "json", ["without.jsonl", "with.jsonl"]),
    "concatenated": outcome(
        datasets.concatenate_datasets,
        [load("json", [f"{name}.jsonl"]) for name in ("with", "without")],
    ),
    "Parquet, with, without": outcome(load, "parquet", ["with.parquet", "without.parquet"]),
    "Parquet, without, with": outcome(load, "parquet", ["without.parquet", "with.parquet"]),
}
print(seen)
assert [each == "loads" for each in seen.values()] == [True, False, False, True, False], seen
PYTHON
