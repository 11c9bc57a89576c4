"""All the checks, in the order they are shown."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from clio_assets.doctor import access, answers, contents, machine
from clio_assets.doctor.finding import Finding
from clio_assets.errors import ClioError, contained
from clio_assets.home.home import Home

Check = Callable[[Home], Iterable[Finding]]

CHECKS: Final[Mapping[str, Check]] = {
    "home": contents.record,
    "layout": contents.layout,
    "configuration": contents.configuration,
    "private_zone": access.private_zone,
    "public_zone": access.public_zone,
    "pseudonym_key": access.pseudonym_key,
    "answers_key": answers.key,
    "answers": answers.database,
    "leftovers": access.leftovers,
    "tables": contents.tables,
    "seals": contents.seals,
    "release": contents.published,
    "backup": contents.backup,
    "dagster": machine.dagster,
    "model": machine.model,
    "other_runs": machine.other_runs,
    "disk": machine.disk,
}


@dataclass(frozen=True)
class Examined:
    """One check and what it found. `asks` says what should be so."""

    check: str
    asks: str
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong; notes do not count."""
        return all(finding.severity == "note" for finding in self.findings)


def examine(home: Home, checks: Mapping[str, Check] = CHECKS) -> Iterator[Examined]:
    """Run every check; one that cannot be made is an error of its own and stops no other."""
    for name, check in checks.items():
        try:
            with contained("the check", name):
                findings = tuple(check(home))
        except ClioError as error:
            findings = (Finding("error", str(error), "mend that first, then look again"),)
        yield Examined(name, (check.__doc__ or "").partition("\n")[0], findings)
