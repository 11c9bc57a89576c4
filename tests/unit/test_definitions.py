from pathlib import Path

import pyarrow as pa
import pytest

from clio_assets.definitions import build_workbench
from clio_assets.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    made = Home(tmp_path / "home")
    made.prepare()
    return made


def test_engine_spills_into_the_private_zone_when_memory_is_short(home: Home) -> None:
    rows = build_workbench(home).engine.query(
        "SELECT current_setting('temp_directory') AS folder", {"unused": pa.table({"a": [1]})}
    )
    assert rows["folder"].to_pylist() == [str(home.private / "scratch")]
    assert home.scratch.stat().st_mode & 0o777 == 0o700
    assert not Path(".tmp").exists()
