#!/usr/bin/env bash
# dagster-duckdb-pandas 0.29.27 (dagster 1.13.27, duckdb 2.0.0), DuckDBPandasIOManager.
#
# The first materialization makes a table of the data frame. Later ones delete the partition's rows and
# insert the new ones by position, each step on its own. Seen on 2026-11-28:
#   1. A frame with the same columns in another order is stored with their values exchanged: what was
#      asked stands under "answer". The run succeeds, as long as the types can be cast.
#   2. A frame with one column more fails, as one might expect, but the partition's earlier rows are
#      gone by then: a run that failed has emptied a good partition.
# The types of the columns and the names are at hand in both cases; `INSERT ... BY NAME` and a
# transaction would do. Order the columns in the asset, and let changes of them be a new table.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  dagster==1.13.27 dagster-duckdb==0.29.27 dagster-duckdb-pandas==0.29.27 duckdb==2.0.0 pandas==2.3.3
cat > "$folder/run.py" <<'PYTHON'
import sys

import dagster as dg
import pandas as pd
from dagster_duckdb_pandas import DuckDBPandasIOManager

database, key, *columns = sys.argv[1:]
VALUES = {"day": key, "question": "Which flour?", "answer": "Rye.", "stars": "5"}


@dg.asset(
    partitions_def=dg.StaticPartitionsDefinition(["monday", "tuesday"]),
    metadata={"partition_expr": "day"},
)
def turns() -> pd.DataFrame:
    return pd.DataFrame([{column: VALUES[column] for column in columns}])


manager = DuckDBPandasIOManager(database=database, schema="main")
result = dg.materialize(
    [turns], partition_key=key, resources={"io_manager": manager}, raise_on_error=False
)
sys.exit(0 if result.success else 3)
PYTHON
run() { "$folder/venv/bin/python" -W ignore "$folder/run.py" "$folder/turns.duckdb" "$@" 2>/dev/null; }
rows() {
  "$folder/venv/bin/python" -c '
import sys, duckdb
print(duckdb.connect(sys.argv[1]).sql("SELECT * FROM turns ORDER BY day").fetchall())
' "$folder/turns.duckdb"
}
run monday day question answer
run tuesday day question answer
whole="[('monday', 'Which flour?', 'Rye.'), ('tuesday', 'Which flour?', 'Rye.')]"
[ "$(rows)" = "$whole" ]
run monday day answer question
echo "monday with its columns in another order: $(rows)"
[ "$(rows)" = "${whole/\'Which flour?\', \'Rye.\'/\'Rye.\', \'Which flour?\'}" ]
status=0
run tuesday day question answer stars || status=$?
echo "tuesday with a column more, exit $status: $(rows)"
[ "$status" = 3 ]
[ "$(rows)" = "[('monday', 'Rye.', 'Which flour?')]" ]
