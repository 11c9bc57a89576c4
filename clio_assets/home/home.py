"""The home folder: what lies where, who may read it, and what is fixed when it is made.

HOME/home.json     the kind of its windows and the first day, fixed by the first run; its layout
     clio.toml     settings (optional)        privacy.toml   policy (optional)
     private/      0700: lake, staging, keys, sources, stored answers, locks
     public/       the release; nothing else is ever shown
     dagster/      Dagster's own state; holds no content
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.files import private_folder, write_whole
from clio_assets.ground.windows import WindowKind, first_day_of_window
from clio_assets.home import keys
from clio_assets.home.access import open_to_others
from clio_assets.home.layout_version import (
    FIRST_LAYOUT,
    HOME_RECORD,
    LAYOUT,
    damaged_record,
    layout_of,
    migrate,
)
from clio_assets.home.settings import Settings, load_settings
from clio_assets.lake.folders import ReleaseFolders
from privacy_checks.policy.model import PolicyError, PrivacyPolicy, load_policy

HOME_VARIABLE = "CLIO_HOME"
DEFAULT_HOME = ".clio"
POLICY_FILE = "privacy.toml"

#: Folders and files of the private zone whose modes every run looks at, those near the root first;
#: `clio doctor` looks at all. A tenth of a second.
_CHECKED_AT_START = 20_000


class HomeRecord(BaseModel):
    """home.json."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    window: WindowKind
    first_day: date
    layout: int = FIRST_LAYOUT


class Home:
    """One home folder. Nothing is written before `prepare`.

    Raises UsageError for a URL: as a path it would name a folder of this machine, and keys would
    lie where nobody looks for them.
    """

    def __init__(self, path: Path) -> None:
        if _is_url(path):
            raise UsageError(
                "a home is a folder of this machine, and --home or CLIO_HOME is a URL; name a "
                "folder (sources may be URLs: `[source] paths` in clio.toml)"
            )
        self.path = path.absolute()
        self.private = self.path / "private"
        self.lake = self.private / "lake"
        self.dagster = self.path / "dagster"
        self.release_folders = ReleaseFolders(self.path / "public", self.private)
        self.sources = self.private / "sources.json"
        self.policy_file = self.path / POLICY_FILE
        self.key_file = keys.key_file(self.private, "pseudonym")
        self.delimiter_key_file = keys.key_file(self.private, "delimiters")
        self.answers = self.private / "answers"

    @cached_property
    def settings(self) -> Settings:
        """clio.toml and the environment."""
        return load_settings(self.path / "clio.toml")

    @cached_property
    def policy(self) -> PrivacyPolicy:
        """privacy.toml, or the default policy."""
        try:
            return load_policy(self.policy_file)
        except PolicyError as error:
            raise UsageError(str(error)) from None

    @property
    def exists(self) -> bool:
        """Whether the home has been made."""
        return (self.path / HOME_RECORD).exists()

    @property
    def record(self) -> HomeRecord:
        """What was fixed when the home was made. HomeError where a newer version made it."""
        self.require()
        layout_of(self.path)
        try:
            return HomeRecord.model_validate_json((self.path / HOME_RECORD).read_bytes())
        except ValidationError:
            raise damaged_record() from None

    @property
    def window_kinds(self) -> Mapping[str, WindowKind]:
        """The kind of each map's windows: first, under "", that of the home's own map."""
        own = self.record.window if self.exists else self.settings.window
        return {"": own, **{one.name: one.cadence or own for one in self.settings.maps}}

    def require(self) -> None:
        """Refuse a folder that is no home yet."""
        if not self.exists:
            raise HomeError("there is no home here yet; make one with `clio run SOURCE`")

    def prepare(self) -> None:
        """Make the folders; the kind of window stays open until `fix`. A home of an older version
        becomes one of the present version; HomeError for one of a newer version."""
        if layout_of(self.path) < LAYOUT:
            with self.only_run():
                migrate(self.path, self._say_layout)
        self.path.mkdir(parents=True, exist_ok=True)  # as open as any, for the public zone in it
        for folder in (self.private, self.lake, self.private / "keys"):
            private_folder(folder)
        private_folder(self.dagster)
        if not self.release_folders.public.exists():
            self.release_folders.public.mkdir()
            self.release_folders.public.chmod(0o755)  # whatever the mask: readers, not writers

    def check_window(self, window: WindowKind | None) -> WindowKind:
        """The kind of window of this home, refused where another one was fixed before."""
        if not self.exists:
            return window or self.settings.window
        if window not in (None, self.record.window):
            raise UsageError(
                f"this home holds one map per window of kind {self.record.window!r}, fixed when it "
                f"was made; for {window!r} choose another folder with --home"
            )
        return self.record.window

    def fix(self, window: WindowKind | None, first_day: date) -> None:
        """Fix the kind of window, and let the partitions begin no later than that day."""
        kind = self.check_window(window)
        start = first_day_of_window(first_day, kind)
        if self.exists:
            start = min(start, self.record.first_day)
        record = HomeRecord(window=kind, first_day=start, layout=LAYOUT)
        if not self.exists or record != self.record:
            self._write_record(record)

    def _say_layout(self, layout: int) -> None:
        self._write_record(self.record.model_copy(update={"layout": layout}))

    def _write_record(self, record: HomeRecord) -> None:
        write_whole(self.path / HOME_RECORD, record.model_dump_json().encode(), mode=0o644)

    def check_access(self) -> None:
        """Refuse a private zone of which others may read, write or enter anything."""
        for entry in open_to_others(self.private, _CHECKED_AT_START):
            raise HomeError(
                f"{entry.path.relative_to(self.path)} is open to other users (mode "
                f"{entry.mode:04o}); run `chmod -R go-rwx` on the home's private folder, and "
                "`clio doctor` to see what else is wrong"
            )

    @property
    def key_from_environment(self) -> bool:
        """Whether the environment names the pseudonym key; the file does not count then."""
        return keys.key_from_environment() is not None

    @cached_property
    def pseudonym_key(self) -> bytes:
        """The key of the pseudonyms: the environment's, or a 0600 file made at first use."""
        return keys.pseudonym_key(self.key_file)

    @cached_property
    def delimiter_key(self) -> bytes:
        """The key of the delimiters around conversations in prompts, and of the digests that say
        which conversation a stored answer is about: a 0600 file made at first use.

        Apart from the pseudonym key, so that answers outlive a change of that one.
        """
        return keys.delimiter_key(self.delimiter_key_file)

    @contextmanager
    def only_maker(self, stage: str, key: str) -> Iterator[None]:
        """Make a partition alone: a second run waits, and then finds what the first one asked for.

        A killed process lets go.
        """
        folder = private_folder(self.private / "making")
        with FileLock(folder / f"{stage}-{key}.lock", mode=0o600):
            yield

    @contextmanager
    def only_run(self) -> Iterator[None]:
        """Hold the home for one command that writes; a second is refused. A killed one lets go."""
        lock = FileLock(private_folder(self.private) / "run.lock", timeout=0, mode=0o600)
        try:
            with lock:
                yield
        except Timeout:
            raise HomeError(
                "another `clio run` is at work in this home, or a command like it; wait for it to "
                "end, then run again"
            ) from None


def _is_url(path: Path) -> bool:
    """Whether it was a URL, whose two slashes are one in a path: `s3:/bucket`, but not `C:`."""
    first = path.parts[0] if path.parts else ""
    return first.endswith(":") and len(first) > 2


def home_from_environment() -> Home:
    """The home that CLIO_HOME names, else `.clio` in the working directory."""
    return Home(Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME))
