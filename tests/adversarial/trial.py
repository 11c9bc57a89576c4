"""A home full of canaries, the platform at work on it, and everything it leaves outside of it."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.adversarial.canaries import STEMS, PlantedSources
from tests.adversarial.search import Search
from tests.forked.clio import ENVIRONMENT, ForkedClio, Parent

HERE = Path(__file__).parent
SETTINGS = {"CLIO_SOURCE__MAX_REJECT_SHARE": "0.2"}


@dataclass(frozen=True)
class Attempt:
    """One `clio` command. `faults` break it (see forced/sitecustomize.py)."""

    name: str
    arguments: Sequence[str]
    faults: Mapping[str, str] = field(default_factory=dict)
    without: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """Where things lie: the sources, the home, and whatever else a process may write to."""

    root: Path
    planted: PlantedSources

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def printed(self) -> Path:
        return self.root / "printed"

    @property
    def cwd(self) -> Path:
        return self.root / "cwd"

    def prepare(self) -> None:
        for name in ("printed", "cwd", "temporary", "user", "orders"):
            (self.root / name).mkdir()

    def environment(self) -> dict[str, str]:
        """Of a process whose every file lands below the root."""
        return {
            **ENVIRONMENT,
            **SETTINGS,
            "FORCED": str(self._orders),
            "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE / "forced")]),
            "TMPDIR": str(self.root / "temporary"),
            "HOME": str(self.root / "user"),
        }

    def order(self, faults: Mapping[str, str], without: Sequence[str] = ()) -> None:
        """Say what breaks from now on."""
        self._orders.write_text(json.dumps(self._told(faults, without)))

    def drive(self, parent: Parent, attempts: Sequence[Attempt]) -> dict[str, int]:
        """Run commands one after the other, each in a process of its own; their exit codes."""
        clio = ForkedClio(parent, self.printed, self.environment(), self.cwd)
        codes = {}
        for attempt in attempts:
            self.order(attempt.faults, attempt.without)
            done = clio(
                *attempt.arguments,
                home=self.home,
                environment=attempt.environment,
                name=attempt.name,
            )
            codes[attempt.name] = done.code
        return codes

    def said(self, name: str) -> str:
        """What a command printed on standard error."""
        return (self.printed / f"{name}.err").read_text("utf-8")

    def hits(self) -> dict[str, set[str]]:
        """Canaries anywhere outside of the private zone, and in any name within it."""
        search = Search({**STEMS, "pseudonym key": ENVIRONMENT["CLIO_PSEUDONYM_KEY"]})
        private = self.home / "private"
        sources = [self.root / "sources", self.root / "orders"]
        found = search.folder(self.root, without=[private, *sources])
        for folder in ("home", "printed", "cwd", "temporary", "user"):
            found |= search.names(self.root / folder)
        return found

    @property
    def _orders(self) -> Path:
        return self.root / "orders" / "orders.json"

    def _told(self, faults: Mapping[str, str], without: Sequence[str]) -> dict[str, Any]:
        texts = [next(c for c in self.planted.planted if c.startswith(s)) for s in STEMS.values()]
        return {"points": dict(faults), "without": list(without), "texts": texts}
