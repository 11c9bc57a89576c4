"""The script of docs/audit.md verifies a seal with nothing of this platform."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from clio_assets.lake.signing import pem_of
from clio_assets.run.declared import lake_of
from tests.fakes.home import WEEK, made_home
from tests.fakes.lake import folder_of

PAGE = Path(__file__).parents[3] / "docs" / "audit.md"


@pytest.mark.parametrize("forged", [False, True])
def test_script_tells_a_seal_from_a_forged_one_when_an_auditor_runs_it(
    tmp_path: Path, *, forged: bool
) -> None:
    lake = lake_of(made_home(tmp_path / "home"))
    key, script = tmp_path / "key.pem", tmp_path / "script.py"
    key.write_bytes(pem_of(lake.signing.public_key))
    script.write_text(PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0])
    folder = folder_of(lake, "clusters", WEEK)
    if forged:
        data = (folder / "seal.json").read_text().replace('"payload": "e', '"payload": "f')
        (folder / "seal.json").write_text(data)
    command = [sys.executable, str(script), str(key), str(folder / "seal.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == forged
    digest = sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert forged or done.stdout.split() == ["urn:clio:seal:1", f"clusters/{WEEK}", digest]
