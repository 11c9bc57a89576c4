"""A PostgreSQL of a test's own: in a folder of its own, on a port of its own, by no superuser."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "dagster"
DATABASE = "postgres"


def binaries() -> Path | None:
    """Where initdb and pg_ctl lie; Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in places if (one / "pg_ctl").exists()), None)


@dataclass(frozen=True)
class Cluster:
    """A cluster that can be stopped and started. PostgreSQL refuses to run as root."""

    programs: Path
    folder: Path
    port: int
    password: str

    def create(self) -> None:
        """Make the cluster; nobody gets in without the password."""
        (self.folder / "password").write_text(self.password)
        if os.getuid() == 0:
            shutil.chown(self.folder, "nobody", "nogroup")
            shutil.chown(self.folder / "password", "nobody", "nogroup")
        self._call(
            "initdb",
            *("--no-sync", "--auth=scram-sha-256", f"--username={USER}"),
            f"--pwfile={self.folder / 'password'}",
        )

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -F"
        self._call("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Throw all clients out and stop, as for an upgrade of the server."""
        self._call("pg_ctl", "stop", "-w", "-m", "fast")

    @property
    def variables(self) -> Mapping[str, str]:
        """What deploy/dagster.yaml asks the environment for."""
        return {
            "DAGSTER_POSTGRES_HOST": "127.0.0.1",
            "DAGSTER_POSTGRES_PORT": str(self.port),
            "DAGSTER_POSTGRES_DB": DATABASE,
            "DAGSTER_POSTGRES_USER": USER,
            "DAGSTER_POSTGRES_PASSWORD": self.password,
        }

    def _call(self, program: str, *arguments: str) -> None:
        ordinary = {"user": "nobody", "group": "nogroup"} if os.getuid() == 0 else {}
        subprocess.run(
            [self.programs / program, "-D", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            extra_groups=[] if ordinary else None,
            **ordinary,  # type: ignore[arg-type]
        )


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """A running cluster, stopped and deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="clio-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(programs, Path(folder), _free_port(), secrets.token_hex(16))
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            if (cluster.folder / "data" / "postmaster.pid").exists():
                cluster.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
