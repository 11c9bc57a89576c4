"""Data versions of partitions as Dagster keeps them: digests of content, and what was read.

Dagster writes these tags itself where a step materializes one partition. In a range it gives all
partitions one version, so that a day that came out the same would make its week look stale.
"""

from collections.abc import Iterable, Mapping

import dagster as dg
from dagster._core.definitions.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    get_input_data_version_tag,
    get_input_event_pointer_tag,
)


def own_version(content: str) -> dict[str, str]:
    """Tags of a materialization that is made from no other asset."""
    return {DATA_VERSION_TAG: content, DATA_VERSION_IS_USER_PROVIDED_TAG: "true"}


class Versions:
    """Version tags of materializations, with what their inputs stand at in this instance."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    def tags(
        self, content: str, code_version: str, inputs: Iterable[dg.AssetKey]
    ) -> Mapping[str, str]:
        """Tags of one materialization whose data has the digest `content`.

        An input's pointer is its newest event: what comes after it is compared with what each of
        its partitions held before.
        """
        found = {CODE_VERSION_TAG: code_version, **own_version(content)}
        for key in inputs:
            records = self._instance.fetch_materializations(key, limit=1).records
            if records:
                found[get_input_data_version_tag(key)] = self.newest(key) or "unknown"
                found[get_input_event_pointer_tag(key)] = str(records[0].storage_id)
        return found

    def newest(self, asset: dg.AssetKey) -> str:
        """The data version of an asset's newest materialization, "" where there is none."""
        records = self._instance.fetch_materializations(asset, limit=1).records
        found = records[0].asset_materialization if records else None
        return (found.tags or {}).get(DATA_VERSION_TAG, "") if found else ""

    def latest(self, asset: dg.AssetKey, partition: str) -> dg.EventLogRecord | None:
        """The record of a partition's newest materialization."""
        found = dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[partition])
        records = self._instance.fetch_materializations(found, limit=1).records
        return records[0] if records else None
