"""Dagster's storage in PostgreSQL: only through the driver that it works with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from clio_assets.errors import UsageError

#: What dagster-postgres is written for. SQLAlchemy 2.1 takes a plain `postgresql:` for psycopg 3,
#: which is not installed, and refuses Dagster's NOTIFY where it is.
SCHEME: Final = "postgresql+psycopg2"
_PARTS: Final = ("run_storage", "event_log_storage", "schedule_storage")


def check_storage(configuration: Mapping[str, Any], file: Path) -> None:
    """Refuse a dagster.yaml that leads to PostgreSQL by another driver.

    A URL that an environment variable holds is looked at by nobody before Dagster opens it.
    """
    for stored in _of_postgres(configuration):
        url, parts = stored.get("postgres_url"), stored.get("postgres_db")
        if isinstance(url, str) and not url.startswith(f"{SCHEME}://"):
            raise UsageError(f"`postgres_url` in {file} must begin with `{SCHEME}://`")
        if isinstance(parts, Mapping) and parts.get("scheme") != SCHEME:
            raise UsageError(f"add `scheme: {SCHEME}` under each `postgres_db` in {file}")


def _of_postgres(configuration: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every place of a dagster.yaml that configures PostgreSQL: in one part, or in three."""
    storage = configuration.get("storage")
    found = [storage.get("postgres")] if isinstance(storage, Mapping) else []
    for part in _PARTS:
        written = configuration.get(part)
        if isinstance(written, Mapping) and "dagster_postgres" in str(written.get("module")):
            found.append(written.get("config"))
    return [one for one in found if isinstance(one, Mapping)]
