"""What the home says of itself: its record, policy and settings, partitions and the release."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from clio_assets.backup.made import last_backup
from clio_assets.doctor.finding import Finding, findings_of
from clio_assets.home.home import Home
from clio_assets.home.layout_version import LAYOUT, layout_of
from clio_assets.judging.regate import releases_not_sealed
from clio_assets.run.declared import declared_by, lake_of, partitions_of
from clio_assets.stages import LANDING, STAGES

#: Days after which a backup counts as old.
OLD_BACKUP: Final = 30


def record(home: Home) -> Iterable[Finding]:
    """home.json says which windows the home holds."""
    home.check_window(None)  # reads it; a damaged one is refused there
    return ()


def layout(home: Home) -> Iterator[Finding]:
    """The home's files lie as this version of clio-assets lays them."""
    found = layout_of(home.path)  # a newer one is refused there
    if found < LAYOUT:
        yield Finding(
            "note",
            f"the home is of layout {found}, and the present one is {LAYOUT}",
            "take a backup with `clio backup`; the next `clio run` brings the home up to date",
        )


def backup(home: Home) -> Iterator[Finding]:
    """The last backup, where one is known, is not old."""
    last = last_backup(home.private)
    days = 0 if last is None else (datetime.now(UTC) - last).days
    if days > OLD_BACKUP:
        yield Finding("note", f"the last backup is {days} days old", "take one with `clio backup`")


def configuration(home: Home) -> Iterable[Finding]:
    """privacy.toml and clio.toml can be used."""
    _ = home.policy, home.settings, declared_by(home)  # what cannot be used is refused there
    return ()


def tables(home: Home) -> Iterator[Finding]:
    """Every partition's bytes are those that its manifest names."""
    lake = partitions_of(home)  # bytes are compared: whatever policy and configuration say
    unreadable, damaged = [], []
    for stage in (LANDING, *STAGES):
        for key in lake.keys(stage):
            manifest = lake.manifest(stage, key)
            if manifest is None:
                unreadable.append(f"{stage} {key}")
            else:
                damaged += [f"{stage} {key} {table}" for table in lake.damaged(manifest)]
    again = "delete the partition's folder under private/lake, then run `clio run`"
    yield from findings_of("error", unreadable, "the manifest cannot be read", again)
    yield from findings_of("error", damaged, "the bytes are not those that were written", again)


def seals(home: Home) -> Iterator[Finding]:
    """Every partition is sealed under the policy in force."""
    lake = lake_of(home)
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for stage in STAGES:
        for key in lake.keys(stage):
            standing = lake.standing(stage, key)
            if not standing.sealed:
                advice = standing.advice.replace(f"{stage} for {key}", "it")
                found[stage, standing.why, advice].append(key)
    for (stage, why, advice), keys in found.items():
        yield from findings_of("warning", keys, f"{stage} not sealed, {why}", advice)


def published(home: Home) -> Iterator[Finding]:
    """What is published can be opened and is what is sealed."""
    lake = lake_of(home)
    found: dict[str, list[str]] = defaultdict(list)
    for window, why in releases_not_sealed(lake, home.release_folders).items():
        found[why].append(window)
    for why, windows in found.items():
        yield from findings_of(
            "warning",
            windows,
            f"published, but no longer sealed ({why})",
            "`clio run` makes again and releases what changes",
        )
