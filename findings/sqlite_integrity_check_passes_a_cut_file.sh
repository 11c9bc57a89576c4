#!/usr/bin/env bash
# SQLite 3.54.1 (apsw 3.54.1.0); the same was seen with 3.40.1.
#
# A copy of a database that ended early, by less than a row of its last page. The size is no multiple of
# the page size, and the header names one page more than is there in full. Seen on 2026-11-28, with 1
# and with 500 bytes missing: opening, reading all rows, `PRAGMA quick_check` and `PRAGMA
# integrity_check` succeed ("ok"). What is missing is taken for zeros, and as a page is filled from its
# end, that is the end of a row before the last: 1 and 500 NUL characters stand in one text, where its
# words were. With 1,000 bytes missing the checks complain, but all rows can still be read, one of them
# as NULL; with a page missing the first statement fails.
#
# So neither check tells a whole copy from one that is cut. The size does: the number of pages that the
# header names, times their size.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check apsw==3.54.1.0
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import shutil
import sys
from pathlib import Path

import apsw

folder = Path(sys.argv[1])
texts = [f"{number:04} " + "word " * 100 for number in range(2000)]
whole = apsw.Connection(str(folder / "whole.db"))
whole.execute("CREATE TABLE turns (text)")
with whole:
    whole.executemany("INSERT INTO turns VALUES (?)", [(text,) for text in texts])
whole.close()


def read(missing: int) -> tuple[list[str], int, int] | str:
    """Both checks, texts that are NULL, and NUL characters, of a copy without its last bytes."""
    path = folder / f"{missing}.db"
    shutil.copy(folder / "whole.db", path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - missing)
    copy = apsw.Connection(str(path))
    try:
        found = [text for (text,) in copy.execute("SELECT text FROM turns")]
        checks = [copy.pragma(check).split("\n")[0] for check in ("quick_check", "integrity_check")]
    except apsw.CorruptError as error:
        return str(error)
    assert len(found) == len(texts)
    return checks, found.count(None), sum(text.count("\0") for text in found if text is not None)


seen = {missing: read(missing) for missing in (0, 1, 500, 1000, 4096)}
print("bytes missing: (checks, texts that are NULL, NUL characters):", seen)
ok = ["ok", "ok"]
assert seen[0] == (ok, 0, 0), seen
assert seen[1] == (ok, 0, 1) and seen[500] == (ok, 0, 500), seen
assert ok != seen[1000][0] and seen[1000][1] == 1, seen
assert "malformed" in seen[4096], seen
PYTHON
