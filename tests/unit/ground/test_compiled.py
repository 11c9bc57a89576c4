"""Where compiled code is kept."""

import os
from pathlib import Path

import pytest

from clio_assets.ground.compiled import keep_compiled


@pytest.mark.parametrize("own", ["", "/elsewhere"])
def test_compiled_code_is_kept_in_the_folder_when_the_operator_named_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", own)
    if not own:
        monkeypatch.delenv("NUMBA_CACHE_DIR")
    keep_compiled(tmp_path)
    assert os.environ["NUMBA_CACHE_DIR"] == (own or str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", own)  # so that what was there before is put back
