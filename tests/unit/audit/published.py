"""What is published of one week, for what audits it."""

import pyarrow as pa

from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.writer import Accounts, Making
from clio_assets.stages import RELEASED, STAGES
from clio_assets.summaries.schema import PUBLISHED
from tests.fakes.home import PASSED, WEEK


def publish(lake: Lake, users: int = 10) -> None:
    """Seal a release with a cluster in it."""
    tables = {name: schema.empty_table() for name, schema in PUBLISHED.items()}
    text = {"name": "Ask about trains", "description": "Users asked.", "parent": None}
    numbers = {"level": 0, "size": 20, "users": users, "share": 0.5, "audit": 5}
    place = {"coherence": 0.6, "x": 0.5, "y": 0.5}
    of = {"id": f"{WEEK}:request:0:0", "window": WEEK, "facet": "request"}
    rows = [{**of, **text, **numbers, **place}]
    tables["clusters"] = pa.Table.from_pylist(rows, schema=PUBLISHED["clusters"])
    summaries = lake.stored("audited_summaries", WEEK).manifest
    inputs = {"audited_summaries": {WEEK: summaries.content_for(RELEASED, WEEK)}}
    code = Provenance(code_version=STAGES[RELEASED].code_version)
    lake.write(Making(RELEASED, WEEK, "r", code, inputs), tables, Accounts(1, 1))
    lake.judge(lake.stored(RELEASED, WEEK), PASSED, "run-1")
