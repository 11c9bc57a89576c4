"""The landed copy as others see it: days, current or not, and read by a plan."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from clio_assets.errors import LakeError
from clio_assets.lake.lake import Lake
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts
from clio_assets.landing.landed import (
    day_of,
    is_current,
    landed_days,
    landed_for,
    landed_ids,
    landed_rows,
    landing_of,
    table_of,
    tables_by_day,
)
from clio_assets.landing.schema import LANDED, LANDED_INDEX
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared

DAYS = (date(2026, 10, 1), date(2026, 9, 28))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(LocalStorage(tmp_path), PrivacyPolicy(), Declared())


def write(lake: Lake, source: str, days: tuple[date, ...] = DAYS, files: str = "files") -> None:
    tables = {table_of(day): rows() for day in days} | {"index": LANDED_INDEX.empty_table()}
    lake.write(landing_of(source, files), tables, Accounts(0, 0))


def rows() -> pa.Table:
    return LANDED.empty_table()


def test_day_comes_back_when_a_table_is_named_after_it() -> None:
    assert [day_of(table_of(day)) for day in DAYS] == list(DAYS)


@pytest.mark.parametrize("table", ["index", "rejected"])
def test_no_day_is_told_when_the_table_holds_none(table: str) -> None:
    assert day_of(table) is None


def test_days_come_in_order_and_once_when_several_sources_hold_them(lake: Lake) -> None:
    write(lake, "one")
    write(lake, "two", (date(2026, 9, 28), date(2026, 9, 29)))
    assert landed_days(lake) == [date(2026, 9, 28), date(2026, 9, 29), date(2026, 10, 1)]
    one, _ = lake.landed()
    assert tables_by_day(one) == {
        date(2026, 9, 28): "landed_2026-09-28",
        date(2026, 10, 1): "landed_2026-10-01",
    }


def test_source_is_current_when_neither_files_nor_code_changed(lake: Lake) -> None:
    landing = landing_of("one", "files")
    assert not is_current(None, landing)
    write(lake, "one")
    (landed,) = lake.landed()
    assert is_current(landed, landing)
    assert not is_current(landed, landing_of("one", "other files"))
    assert not is_current(landed, replace(landing, recipe="of other code"))


def test_rows_have_todays_columns_when_an_earlier_version_landed_them(lake: Lake) -> None:
    before = rows().drop_columns(["source_id", "attributes"])
    old = pa.Table.from_pylist(
        [
            dict.fromkeys(before.column_names)
            | {
                "line": 1,
                "file": 1,
                "conversation_id": "c",
                "user_id": "u",
                "started_at": datetime(2026, 10, 1, tzinfo=UTC),
                "latest_at": datetime(2026, 10, 1, tzinfo=UTC),
                "messages": "[]",
            }
        ],
        before.schema,
    )
    lake.write(landing_of("one", "files"), {table_of(DAYS[0]): old}, Accounts(1, 1))
    (row,) = landed_rows(lake, lake.landed(), DAYS[0]).to_pylist()
    assert (row["conversation_id"], row["source_id"], row["attributes"]) == ("c", "c", None)
    (ids,) = landed_ids(lake, lake.landed(), DAYS[0]).to_pylist()
    assert ids == {"conversation_id": "c", "source_id": "c", "source": "one"}


def test_ids_come_without_texts_when_only_they_are_asked_for(lake: Lake) -> None:
    row = dict.fromkeys(LANDED.names) | {
        "line": 1,
        "file": 1,
        "conversation_id": "digest",
        "source_id": "c",
        "user_id": "u",
        "started_at": datetime(2026, 10, 1, tzinfo=UTC),
        "latest_at": datetime(2026, 10, 1, tzinfo=UTC),
        "messages": "[]",
    }
    landed = pa.Table.from_pylist([row], LANDED)
    lake.write(landing_of("one", "files"), {table_of(DAYS[0]): landed}, Accounts(1, 1))
    (ids,) = landed_ids(lake, lake.landed(), DAYS[0]).to_pylist()
    assert ids == {"conversation_id": "digest", "source_id": "c", "source": "one"}


def test_recipe_stays_when_the_code_has_not_changed() -> None:
    """A home that an earlier version landed need not be landed again."""
    assert landing_of("one", "files").recipe == (
        "4cba5da96a49c7d2a498022a4e839ff7889118607fe2ed5b5f553c90365752df"
    )


def test_sources_are_read_in_order_and_named_when_a_plan_names_them(lake: Lake) -> None:
    write(lake, "two")
    write(lake, "one")
    day = DAYS[0].isoformat()
    landed = landed_for(lake, {one.key: one.content_of(day) for one in lake.landed()}, DAYS[0])
    assert [manifest.key for manifest in landed] == ["one", "two"]
    assert landed_rows(lake, landed, DAYS[0]).column_names == [*LANDED.names, "source"]


@pytest.mark.parametrize("inputs", [{"one": "other"}, {"gone": "content"}])
def test_reading_is_refused_when_the_plan_names_another_landing(
    lake: Lake, inputs: dict[str, str]
) -> None:
    write(lake, "one")
    with pytest.raises(LakeError, match="landed again meanwhile"):
        landed_for(lake, inputs, DAYS[0])
