"""What lies where in the private zone: a partition's names, and what may lie beside its tables.

lake/<stage>/<key>/<table>.<digest>.parquet   the tables
                   manifest.json              names them; replaced in one step
                   seal.json                  a gate's word for that manifest and a policy
                   refusal.json               or why there is none
purged/<stage>/<key>.<digest>.json            what is kept of a partition that was deleted
"""

from clio_assets.lake.records import Manifest

LAKE = "lake"
ARCHIVE = "purged"
MANIFEST = "manifest.json"
SEAL = "seal.json"
REFUSAL = "refusal.json"

#: All that may lie beside the tables.
RECORDS = (MANIFEST, SEAL, REFUSAL)


def stage_prefix(stage: str) -> str:
    """Where a stage's partitions lie."""
    return f"{LAKE}/{stage}"


def prefix_of(stage: str, key: str) -> str:
    """Where a partition lies."""
    return f"{LAKE}/{stage}/{key}"


def archive_prefix(stage: str) -> str:
    """Where what is left of a stage's deleted partitions lies."""
    return f"{ARCHIVE}/{stage}"


def named_by(manifest: Manifest | None) -> set[str]:
    """Names that belong to a partition: its records, and the tables that its manifest names."""
    tables = manifest.tables.values() if manifest is not None else ()
    return {*RECORDS, *(table.file for table in tables)}
