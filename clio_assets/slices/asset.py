"""The `slices` stage as an asset."""

from clio_assets.errors import contained
from clio_assets.lake.records import Manifest
from clio_assets.lake.writer import Accounts
from clio_assets.maps.population import everyone_of, rules_of
from clio_assets.slices.build import build_slice
from clio_assets.slices.schema import SLICES as SLICES_TABLE
from clio_assets.stages import SLICES
from clio_assets.workbench.recipes import making
from clio_assets.workbench.stage_asset import StageAsset
from clio_assets.workbench.workbench import Workbench


def make_slices(bench: Workbench, key: str) -> Manifest:
    """Make one window's partition from the sealed facets and attributes of its days."""
    with contained(SLICES, key):
        plan, rules = making(bench, SLICES, key), rules_of(bench, key)
        if rules is None:
            raise ValueError("the home's own map has no slices")
        everyone = everyone_of(bench, key)
        tables = build_slice(everyone, rules)
        rows = everyone.facets.num_rows
        accounts = Accounts.of(rows, tables.slices.num_rows, tables.set_aside)
        return bench.lake.write(plan, tables.by_name(), accounts)


SLICES_ASSET = StageAsset(
    stage=SLICES,
    description="Which of a window's conversations a named map is of; none where that would give "
    "few away beside the other maps. Private.",
    make=make_slices,
    columns=lambda bench: SLICES_TABLE,
)
