"""The SQLite file of stored answers, batches under way and money: one writer thread a process.

Changes are jobs for that thread, which runs all that wait in one transaction, so that many share
one `fsync` (group commit). Reading happens in the caller's own thread, on a connection of its own.
"""

import asyncio
import contextlib
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from filelock import FileLock

from clio_assets.errors import ClioError, HomeError
from clio_assets.ground.files import private_folder, sync_folder, temporary_beside

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
_Waiting = tuple[Job[Any], "asyncio.Future[Any] | Future[Any]"]

FILE: Final = "answers.sqlite"
_VERSION: Final = 1
_BUSY_SECONDS: Final = 60
_MOST_IN_A_GROUP: Final = 1_000
_PAUSE: Final = 0.005  # seconds after a transaction, in which jobs gather for the next


class Database:
    """answers.sqlite in a folder; made at first use, safe for several processes and threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._own = threading.local()
        self._lock = threading.Lock()
        self._opened: list[sqlite3.Connection] = []
        self._jobs: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._writer: threading.Thread | None = None

    def reader(self) -> sqlite3.Connection:
        """This thread's connection, to be used within `told` and for reading alone."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._open()
        return connection

    def submit(self, job: Job[T]) -> "Future[T]":
        """Have the job done by the writer; the future ends when what it wrote is durable.

        A job that refuses with an error of the taxonomy must do so before it writes.
        """
        future: Future[T] = Future()
        self._put(job, future)
        return future

    def do(self, job: Job[T]) -> T:
        """Have the job done and wait for it, for callers outside an event loop."""
        return self.submit(job).result()

    async def run(self, job: Job[T]) -> T:
        """Have the job done, and let the event loop go on meanwhile."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(job, future)
        return await future

    def close(self) -> None:
        """Finish what waits and let go of the file; using it again opens it again."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            self._jobs.put(None)
            writer.join()
        with self._lock:
            self._own = threading.local()
            while self._opened:
                self._opened.pop().close()

    def _put(self, job: Job[Any], future: "asyncio.Future[Any] | Future[Any]") -> None:
        if self._writer is None:
            with self._lock:
                if self._writer is None:
                    name = "clio-answers"
                    self._writer = threading.Thread(target=self._write, name=name, daemon=True)
                    self._writer.start()
        self._jobs.put((job, future))

    def _write(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, last = [first], False
            with contextlib.suppress(Empty):
                while len(group) < _MOST_IN_A_GROUP:
                    waiting = self._jobs.get_nowait()
                    if waiting is None:
                        last = True
                        break
                    group.append(waiting)
            _deliver(group, self._transaction(group))
            if last:
                return
            time.sleep(_PAUSE)

    def _transaction(self, group: list[_Waiting]) -> list[tuple[Any, BaseException | None]]:
        """Result and error of each job; an error that comes from the file is everybody's."""
        outcomes: list[tuple[Any, BaseException | None]] = []
        try:
            with told():
                connection = self.reader()
                with transaction(connection):
                    for job, _ in group:
                        try:
                            outcomes.append((job(connection), None))
                        except ClioError as error:
                            outcomes.append((None, error))
        except BaseException as error:  # noqa: BLE001 - raised again where the job came from
            return [(None, error)] * len(group)
        return outcomes

    def _open(self) -> sqlite3.Connection:
        with told():
            if not self.path.exists():
                _create(self.path)
            connection = _connect(self.path)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            connection.close()
            raise (
                _damaged()
                if version < _VERSION
                else HomeError(
                    "private/answers was written by a newer version of this program: use that one"
                )
            )
        with self._lock:
            self._opened.append(connection)
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; waits for other processes that write."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def told() -> Iterator[None]:
    """Say in words what the operator can do where SQLite cannot use the file."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise _damaged() from None
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise HomeError(
                "another process has held private/answers for more than a minute; end it or wait "
                "for it, then run again"
            ) from None
        if code in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_PERM,
        ):
            raise HomeError(
                "private/answers cannot be read or written: look at its owner, its mode and the "
                "free space of the disk, then run again"
            ) from None
        raise


def _damaged() -> HomeError:
    return HomeError(
        f"private/answers/{FILE} is damaged: restore the folder private/answers from a backup, or "
        "move it away to start an empty one, in which case answers are paid for again and "
        "`budget_usd` no longer counts what was spent"
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")  # a commit that returned outlives a power cut
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _create(path: Path) -> None:
    """Make the file under another name first: an empty or half-made one is never taken for new."""
    private_folder(path.parent)
    with FileLock(path.with_name("create.lock"), mode=0o600):
        if path.exists():
            return
        for leftover in path.parent.glob(f".tmp-*-{path.name}*"):
            leftover.unlink(missing_ok=True)
        temporary = temporary_beside(path)
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        connection = _connect(temporary)
        schema = Path(__file__).with_name("schema.sql").read_text("utf-8")
        connection.executescript(f"BEGIN; {schema}; PRAGMA user_version = {_VERSION}; COMMIT;")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        temporary.replace(path)
        sync_folder(path.parent)


def _deliver(group: list[_Waiting], outcomes: list[tuple[Any, BaseException | None]]) -> None:
    """Wake whoever waits: each event loop once for all its jobs."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[Any, Any, BaseException | None]]]
    loops = defaultdict(list)
    for (_, future), (result, error) in zip(group, outcomes, strict=True):
        if asyncio.isfuture(future):
            loops[future.get_loop()].append((future, result, error))
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    for loop, settled in loops.items():
        with contextlib.suppress(RuntimeError):  # a loop that was closed has nobody waiting
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: list[tuple[Any, Any, BaseException | None]]) -> None:
    for future, result, error in settled:
        if future.done():  # whoever waited was cancelled
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
