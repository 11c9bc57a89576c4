"""Zstandard as the standard library has it from Python 3.14 on: by itself and within ZIP archives.

The names that differ between versions of Python stand here and nowhere else.
"""

import sys

if sys.version_info >= (3, 14):
    import zipfile

    from compression import zstd
else:
    from backports import zstd
    from backports.zstd import zipfile

__all__ = ["zipfile", "zstd"]
