"""Who can open what, the pseudonym key, and what killed runs left behind."""

from collections.abc import Iterator

from clio_assets.doctor.finding import Finding, findings_of, inside
from clio_assets.ground.files import TEMPORARY_PREFIX
from clio_assets.home.access import Entry, of_another_user, open_to_others, writable_by_others
from clio_assets.home.home import Home
from clio_assets.home.keys import KEY_VARIABLE, SHORTEST_KEY
from clio_assets.run.declared import partitions_of
from clio_assets.stages import LANDING, STAGES


def private_zone(home: Home) -> Iterator[Finding]:
    """Only the owner can open the private zone."""
    yield from findings_of(
        "error",
        (_with_mode(home, entry) for entry in open_to_others(home.private)),
        "open to other users",
        "run `chmod -R go-rwx` on the home's private folder",
    )
    yield from findings_of(
        "warning",
        (inside(home.path, entry.path) for entry in of_another_user(home.private)),
        "belongs to another user, who can open it",
        "run `chown -R` on the home's private folder, or use the account it belongs to",
    )


def public_zone(home: Home) -> Iterator[Finding]:
    """Only the owner can change what is published."""
    public = home.release_folders.public
    yield from findings_of(
        "error",
        (_with_mode(home, entry) for entry in writable_by_others(public)),
        "other users can change it",
        "run `chmod -R go-w` on the home's public folder",
    )


def pseudonym_key(home: Home) -> Iterator[Finding]:
    """The pseudonym key is long enough and lies outside the lake."""
    if home.key_from_environment:
        if home.key_file.exists():
            yield Finding(
                "note",
                f"the key of {KEY_VARIABLE} is used, and there is a key file as well",
                "delete the file if no pseudonyms of it are needed any more",
            )
        length = len(home.pseudonym_key)  # a short one is refused there
    elif home.key_file.exists():
        length = home.key_file.stat().st_size
    else:
        yield Finding("note", "there is no pseudonym key yet", "the first `clio run` makes one")
        return
    if length < SHORTEST_KEY:
        yield Finding(
            "error",
            f"the pseudonym key has fewer than {SHORTEST_KEY} bytes",
            "restore it from a backup, or run `clio rotate-key`",
        )
    if home.key_file.resolve().is_relative_to(home.lake.resolve()):
        yield Finding("error", "the key lies in the lake", "move the keys folder out of the lake")


def leftovers(home: Home) -> Iterator[Finding]:
    """No file lies about that nothing names."""
    yield from findings_of(
        "warning",
        (
            inside(home.path, path)
            for zone in (home.private, home.release_folders.public)
            for path in zone.rglob(f"{TEMPORARY_PREFIX}*")
        ),
        "temporary files of a run that is at work, or was killed",
        "if none is at work, delete them; the next run of the partition does so too",
    )
    yield from findings_of(
        "warning",
        _unnamed(home),
        "files in the lake that no manifest names",
        "delete them, or materialize their partition again, which does so",
    )


def _unnamed(home: Home) -> Iterator[str]:
    lake = partitions_of(home)  # manifests alone are read: whatever policy and configuration say
    for stage in (LANDING, *STAGES):
        for key in lake.keys(stage):
            manifest = lake.manifest(stage, key)
            if manifest is not None:  # a damaged one is found by another check
                yield from (f"private/{name}" for name in lake.strays(manifest))


def _with_mode(home: Home, entry: Entry) -> str:
    return f"{inside(home.path, entry.path)} (mode {entry.mode:04o})"
