from pathlib import Path

import pyarrow as pa

from clio_assets.definitions import build_workbench
from clio_assets.home import Home


def test_engine_has_nowhere_to_spill_rows_to_when_it_is_built(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    rows = build_workbench(home).engine.query(
        "SELECT current_setting('temp_directory') AS folder", {"unused": pa.table({"a": [1]})}
    )
    assert rows["folder"].to_pylist() == [""]
