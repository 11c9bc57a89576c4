"""`clio restore` asks what was erased since: nobody comes back because nobody thought of it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from clio_assets.cli.backup import restore
from clio_assets.errors import UsageError
from clio_assets.home.home import Home


@pytest.mark.parametrize(("erasures", "nothing"), [(None, False), (Path("home"), True)])
def test_restore_is_refused_when_it_is_not_said_what_was_erased_since(
    tmp_path: Path, erasures: Path | None, nothing: bool
) -> None:
    context = SimpleNamespace(obj=Home(tmp_path / "home"))
    with pytest.raises(UsageError, match="--nothing-erased-since"):
        restore(context, tmp_path / "a.tar", erasures, nothing)  # type: ignore[arg-type]
