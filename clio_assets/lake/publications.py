"""What else is made public of a release: an export is a publication, and recorded as one."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from clio_assets.ground.files import append_line, private_folder
from clio_assets.lake.folders import ReleaseFolders
from clio_assets.lake.release import LOG


def record_export(
    folders: ReleaseFolders, windows: Sequence[str], release: str, page: bytes
) -> None:
    """Append the export to the release log before it happens: what of which release, never where.

    `release` is the digest that the explorer shows, `page` the bytes of the file.
    """
    entry = {
        "kind": "export",
        "windows": list(windows),
        "release": release,
        "sha256": hashlib.sha256(page).hexdigest(),
        "exported_at": str(datetime.now(UTC)),
    }
    append_line(private_folder(folders.private) / LOG, entry)
