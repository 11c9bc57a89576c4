"""What a landed source remembers of its files."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import pyarrow as pa

from clio_assets.lake.partitions import Partitions
from clio_assets.lake.records import Manifest
from clio_assets.landing.schema import LANDED_FILES

FILES = "files"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A row of LANDED_FILES."""

    file: int
    name: bytes
    state: bytes


def known_files(lake: Partitions, manifest: Manifest) -> dict[bytes, KnownFile] | None:
    """The files of a landed source by the digest of their place; None where it was landed by an
    earlier version, which kept less of them. LakeError where the table is damaged."""
    if FILES not in manifest.tables:
        return None
    table = lake.load(manifest, FILES)
    if table.schema.names != LANDED_FILES.names:
        return None
    return {row["name"]: KnownFile(**row) for row in table.to_pylist()}


def table_of_files(files: Iterable[KnownFile]) -> pa.Table:
    """The table that remembers them, by number."""
    rows = sorted(map(astuple, files))
    columns = zip(*rows, strict=True) if rows else ([] for _ in LANDED_FILES)
    arrays = [pa.array(c, field.type) for c, field in zip(columns, LANDED_FILES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=LANDED_FILES)
