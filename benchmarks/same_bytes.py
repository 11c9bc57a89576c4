"""Whether two builds make the same of the same source: every table of every partition is compared.

    .venv/bin/python benchmarks/same_bytes.py OLD_CHECKOUT NEW_CHECKOUT [SOURCE --window all ...]

Both checkouts run `clio run` with one pseudonym key, in homes of their own, with this environment's
packages. Private tables are compared by the digests of their files and by their accounts, public
ones row by row; of lineage and verdicts what may differ is left out: run ids, times, and digests of
recipes, which name the code. Exits with 1 where anything differs. Without a source, a sample of
5,000 conversations is made and mapped week by week.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

_CLIO = [sys.executable, "-c", "from clio_assets.cli import main; main()"]
_KEY = "0123456789abcdef" * 4

#: Published table -> columns that tell of the run rather than of the result.
_OF_THE_RUN = {
    "lineage": ("data_digest", "runs", "models", "prompts"),
    "verdicts": ("sealed_at",),
    "releases": ("manifest", "run_id", "released_at"),
}


def clio(checkout: Path, *arguments: str) -> None:
    """Run the checkout's `clio`."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "CLIO_PSEUDONYM_KEY": _KEY}
    subprocess.run(
        [*_CLIO, *arguments], env=environment, cwd=checkout, check=True, stdout=subprocess.DEVNULL
    )


def private(home: Path) -> dict[str, object]:
    """Stage, key and table -> digest of its file; stage and key -> the accounts."""
    found: dict[str, object] = {}
    for path in sorted((home / "private" / "lake").glob("*/*/manifest.json")):
        manifest = json.loads(path.read_bytes())
        where = f"{manifest['stage']} {manifest['key']}"
        accounts = ("rows_in", "rows_kept", "rows_set_aside", "counts")
        found[where] = {name: manifest[name] for name in accounts}
        for name, table in manifest["tables"].items():
            if not (manifest["stage"] == "published_insights" and name in _OF_THE_RUN):
                found[f"{where} {name}"] = table["sha256"]
        seal = _said(path.parent / "seal.json") if _sealed(path) else {}
        found[f"{where} seal"] = [
            (check["check"], check["passed"], _found(check["numbers"]))
            for check in seal.get("checks", ())
        ]
    return found


def _found(numbers: dict[str, float]) -> dict[str, float]:
    """What a check found, without how many expectations of the library it took."""
    return {name: number for name, number in numbers.items() if name != "expectations"}


def _said(seal: Path) -> dict[str, Any]:
    """What a seal says; those of earlier versions are not signed."""
    document = json.loads(seal.read_bytes())
    if "payload" in document:
        document = json.loads(base64.b64decode(document["payload"]))["predicate"]
    return dict(document)


def _sealed(manifest: Path) -> bool:
    return (manifest.parent / "seal.json").exists()


def public(home: Path) -> dict[str, object]:
    """Published table -> its rows, sorted, without what tells of the run."""
    found: dict[str, object] = {}
    database = str(home / "public" / "insights.duckdb")
    with duckdb.connect(database, read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            left_out = ", ".join(_OF_THE_RUN.get(table, ()))
            columns = f"* EXCLUDE ({left_out})" if left_out else "*"
            rows = connection.execute(f'SELECT {columns} FROM "{table}"').fetchall()
            found[f"public {table}"] = sorted(map(repr, rows))
    return found


def compare(old: Path, new: Path, source: str, arguments: list[str], folder: Path) -> list[str]:
    """Run both builds on a source; what differs between the results, by name."""
    results = []
    for label, checkout in (("old", old), ("new", new)):
        home = folder / label
        clio(checkout, "--home", str(home), "run", source, *arguments)
        results.append({**private(home), **public(home)})
    before, after = results
    print(f"{len(before)} and {len(after)} parts of {Path(source).name} compared", flush=True)
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def main() -> None:
    """Compare, and list what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("source", nargs="?")
    options, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = options.source
        if source is None:
            source = str(folder / "sample.jsonl.gz")
            clio(options.old.absolute(), "sample", source)
            arguments = ["--window", "week", *arguments]
        different = compare(
            options.old.absolute(),
            options.new.absolute(),
            str(Path(source).absolute()),
            arguments,
            folder,
        )
    for part in different:
        print(f"differs: {part}")
    print("the same bytes" if not different else f"{len(different)} parts differ")
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
