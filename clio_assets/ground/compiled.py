"""Where compiled code is kept between processes: UMAP's import compiles for twenty seconds."""

import os
from pathlib import Path
from typing import Final

_VARIABLE: Final = "NUMBA_CACHE_DIR"


def keep_compiled(folder: Path) -> None:
    """Let Numba keep what it compiles in that folder, unless the operator named another.

    By itself it writes beside the libraries' sources, or fails where it may not. Code is loaded
    from there again, so the folder is one that nobody else may write to. Numba reads the variable
    when it is first imported.
    """
    os.environ.setdefault(_VARIABLE, str(folder))
