"""What the home says of itself: its record, policy and settings, partitions and the release."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from clio_assets.doctor.finding import Finding, listed
from clio_assets.ground.files import sha256_of
from clio_assets.home.home import Home
from clio_assets.judging.regate import releases_not_sealed
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Manifest
from clio_assets.run.declared import declared_by, lake_of
from clio_assets.stages import LANDING, STAGES


def record(home: Home) -> Iterable[Finding]:
    """home.json says which windows the home holds."""
    home.check_window(None)  # reads it; a damaged one is refused there
    return ()


def configuration(home: Home) -> Iterable[Finding]:
    """privacy.toml and clio.toml can be used."""
    _ = home.policy, home.settings, declared_by(home)  # what cannot be used is refused there
    return ()


def tables(home: Home) -> Iterator[Finding]:
    """Every partition's bytes are those that its manifest names."""
    lake = Lake(home.lake, home.policy)
    unreadable, damaged = [], []
    for stage in (LANDING, *STAGES):
        for key in lake.keys(stage):
            manifest = lake.manifest(stage, key)
            if manifest is None:
                unreadable.append(f"{stage} {key}")
            else:
                damaged += [f"{stage} {key} {table}" for table in _damaged(lake, manifest)]
    again = "delete the partition's folder under private/lake, then run `clio run`"
    yield from listed("error", unreadable, "the manifest cannot be read", again)
    yield from listed("error", damaged, "the bytes are not those that were written", again)


def _damaged(lake: Lake, manifest: Manifest) -> list[str]:
    folder = lake.folder(manifest.stage, manifest.key)
    return [
        name
        for name, table in manifest.tables.items()
        if not (folder / table.file).is_file() or sha256_of(folder / table.file) != table.sha256
    ]


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
        yield from listed("warning", keys, f"{stage} not sealed, {why}", advice)


def release(home: Home) -> Iterator[Finding]:
    """What is published can be opened and is what is sealed."""
    lake = lake_of(home)
    found: dict[str, list[str]] = defaultdict(list)
    for window, why in releases_not_sealed(lake, home.release_folders).items():
        found[why].append(window)
    for why, windows in found.items():
        yield from listed(
            "warning",
            windows,
            f"published, but no longer sealed ({why})",
            "`clio run` makes again and releases what changes",
        )
