"""What Dagster is told of assets and partitions: counts, digests and links, never content."""

import inspect
from collections.abc import Mapping
from typing import Any, Final

import dagster as dg
import pyarrow as pa

from clio_assets.ground.windows import map_of, window_in
from clio_assets.lake.records import Manifest
from clio_assets.run.outcomes import RELEASE, Outcome
from clio_assets.stages import RELEASED, WINDOW_STAGES
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench

_OF_WINDOWS: Final = frozenset({*WINDOW_STAGES, RELEASE})
#: Stage -> what is plotted of it -> the gate's check and its number.
_PLOTTED: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "facets": {"quarantined": ("quarantine", "quarantined")},
    "clusters": {
        "smallest_cluster": ("thresholds", "fewest_conversations"),
        "fewest_users": ("thresholds", "fewest_users"),
    },
}


def of_asset(bench: Workbench, stage: StageAsset) -> dict[str, Any]:
    """What the page of a stage's asset shows besides its description."""
    settings = bench.settings.dagster
    docs = (
        {"documentation": dg.MetadataValue.url(settings.docs_url)}
        if settings.docs_url
        else {"documentation": dg.MetadataValue.text("docs/architecture.md, docs/privacy.md")}
    )
    return {
        "dagster/column_schema": column_schema(stage.columns(bench)),
        "dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[_code(stage)]),
        "zone": stage.zone,
        **docs,
    }


def _code(stage: StageAsset) -> dg.LocalFileCodeReference:
    return dg.LocalFileCodeReference(
        file_path=inspect.getfile(stage.make),
        line_number=inspect.getsourcelines(stage.make)[1],
        label=stage.make.__name__,
    )


def column_schema(schema: pa.Schema) -> dg.TableSchema:
    """A table's columns with their types."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                str(column.type),
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in schema
        ]
    )


def of_partition(bench: Workbench, outcome: Outcome) -> dict[str, Any]:
    """A partition's accounts, its gate's numbers that are worth a plot, and where to look."""
    manifest = outcome.manifest
    accounts = {} if manifest is None else counts(manifest)
    return {
        **accounts,
        **_plotted(outcome),
        **(links(bench, outcome.key) if outcome.stage in _OF_WINDOWS else {}),
        "unchanged": outcome.kind == "unchanged",
    }


def of_release(bench: Workbench, outcome: Outcome) -> dict[str, Any]:
    """What the public database holds of a window."""
    manifest = outcome.manifest
    rows = {name: table.rows for name, table in manifest.tables.items()} if manifest else {}
    return {
        "dagster/row_count": rows.get("clusters", 0),
        "published_rows": dg.MetadataValue.json(rows),
        **_coherence(bench, outcome.key),
        **links(bench, outcome.key),
        "unchanged": outcome.kind == "unchanged",
    }


def _coherence(bench: Workbench, key: str) -> dict[str, float]:
    """Facet by facet, the share of the window's conversations that lie in coherent groups."""
    windows = bench.lake.read(RELEASED, key, "windows").to_pylist()
    return {
        f"coherent_share_{row['facet']}": row["coherent"] / max(1, row["conversations"])
        for row in windows
    }


def counts(manifest: Manifest) -> dict[str, Any]:
    """A partition's accounts as Dagster metadata."""
    set_aside = dict(sorted(manifest.rows_set_aside.items()))
    return {
        "dagster/row_count": manifest.rows_kept,
        "rows_in": manifest.rows_in,
        "rows_kept": manifest.rows_kept,
        "rows_set_aside": sum(set_aside.values()),
        "set_aside_by_reason": dg.MetadataValue.json(set_aside),
        **dict(sorted(manifest.counts.items())),
        "content_digest": manifest.content,
        "recipe": manifest.recipe,
        "analyst": manifest.provenance.analyst,
    }


def _plotted(outcome: Outcome) -> Mapping[str, int | float]:
    """What an operator wants to see over partitions, of all that the gate counted."""
    numbers = {check.check: check.numbers for check in outcome.checks}
    wanted = _PLOTTED.get(outcome.stage, {})
    return {
        name: numbers[check][number]
        for name, (check, number) in wanted.items()
        if number in numbers.get(check, {})
    }


def links(bench: Workbench, key: str) -> dict[str, Any]:
    """A window's page in the explorer, where its address is known, and how to see its verdicts."""
    of_map = f" --map {map_of(key)}" if map_of(key) else ""
    at = bench.settings.dagster.explorer_url.rstrip("/")
    page = {"explorer": dg.MetadataValue.url(f"{at}/#window={key}")} if at else {}
    return {"verdicts": f"`clio verdicts {window_in(key)}{of_map}`", **page}
