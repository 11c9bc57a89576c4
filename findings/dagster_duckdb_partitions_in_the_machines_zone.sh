#!/usr/bin/env bash
# dagster-duckdb-pandas 0.29.27 (dagster 1.13.27, duckdb 2.0.0), daily partitions of times with a zone.
#
# Partitions are days in UTC unless a zone is given. The IO manager finds a day's rows by comparing the
# column with '2026-11-03 00:00:00', without a zone. For TIMESTAMP WITH TIME ZONE, which is what a frame
# with times in UTC becomes, DuckDB reads that in the session's zone, which is the machine's. Seen on
# 2026-11-28, two days of 24 hourly rows, materialized twice:
#   TZ=UTC: 24 rows are handed to the asset below, 48 rows are stored;
#   TZ=America/New_York: 19 are handed on, five are missing without an error; 53 rows are stored, as the
#     rows of the last five hours were not deleted before they were written again.
#
# So tests on servers in UTC pass, and the same code on a laptop loses and doubles rows. The session's
# zone set to UTC would help; "sent AT TIME ZONE 'UTC'" as `partition_expr` does, with 24 and 48.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  dagster==1.13.27 dagster-duckdb==0.29.27 dagster-duckdb-pandas==0.29.27 duckdb==2.0.0 \
  pandas==2.3.3 pytz==2026.6 tzdata
cat > "$folder/run.py" <<'PYTHON'
import sys

import dagster as dg
import duckdb
import pandas as pd
from dagster_duckdb_pandas import DuckDBPandasIOManager

database, column, expected_read, expected_stored = sys.argv[1:]
DAYS = dg.DailyPartitionsDefinition("2026-11-01")
read = []


@dg.asset(partitions_def=DAYS, metadata={"partition_expr": column})
def turns(context: dg.AssetExecutionContext) -> pd.DataFrame:
    start = pd.Timestamp(context.partition_key, tz="UTC")
    return pd.DataFrame({"sent": [start + pd.Timedelta(hours=hour) for hour in range(24)]})


@dg.asset(partitions_def=DAYS)
def below(turns: pd.DataFrame) -> None:
    read.append(len(turns))


for _ in range(2):
    for key in ("2026-11-03", "2026-11-04"):
        manager = DuckDBPandasIOManager(database=database, schema="main")
        dg.materialize([turns, below], partition_key=key, resources={"io_manager": manager})
((stored,),) = duckdb.connect(database).sql("SELECT count(*) FROM turns").fetchall()
print(f"handed on: {read}; stored: {stored}")
assert read == [int(expected_read)] * 4 and stored == int(expected_stored)
PYTHON
run() {
  echo "TZ=$1, $2"
  TZ=$1 "$folder/venv/bin/python" -W ignore "$folder/run.py" "$(mktemp -u -p "$folder")" "${@:2}" \
    2>"$folder/log" || { tail -5 "$folder/log"; exit 1; }
}
run UTC sent 24 48
run America/New_York sent 19 53
run America/New_York "sent AT TIME ZONE 'UTC'" 24 48
