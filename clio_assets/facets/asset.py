"""The `facets` stage as an asset."""

from collections.abc import Sequence

from clio_assets.errors import contained
from clio_assets.facets.days import ConversationsOfDays
from clio_assets.facets.extract import extract_facets
from clio_assets.facets.schema import facets_schema
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench


def prepare_facets(bench: Workbench, keys: Sequence[str]) -> None:
    """Ask about the conversations of several days at once: volume goes by batch."""
    days = [key for key in keys if bench.lake.seal("conversations", key) is not None]
    if len(days) < 2:
        return
    span = f"{days[0]} to {days[-1]}"
    with contained("facets", span):
        rows = sum(bench.lake.sealed_manifest("conversations", day).rows_kept for day in days)
        conversations = ConversationsOfDays(
            lambda day: bench.lake.read("conversations", day, "conversations"), days, rows
        )
        asked = [facet for facet in bench.facets if facet.kind != "computed"]
        bench.analyst.working_on("facets", span).prepare(conversations, asked)


def make_facets(bench: Workbench, key: str) -> Manifest:
    """Make one day's partition from its sealed conversations."""
    with contained("facets", key):
        plan = making(bench, "facets", key)
        conversations = bench.lake.read("conversations", key, "conversations")
        analyst = bench.analyst.working_on("facets", key)
        tables = extract_facets(
            conversations, analyst, bench.facets, bench.policy, bench.progress.track
        )
        return bench.lake.write(
            plan,
            {"facets": tables.facets, "set_aside": tables.set_aside},
            Accounts.of(
                conversations.num_rows,
                tables.facets.num_rows,
                tables.set_aside,
                {**tables.counts, **analyst.usage},
            ),
        )


FACETS_ASSET = StageAsset(
    stage="facets",
    description="What each conversation of a day is about, without personal data: request, task, "
    "language, concern, turns, or whatever facets are configured. Private.",
    make=make_facets,
    columns=lambda bench: facets_schema(bench.facets),
    prepare=prepare_facets,
)
