"""The spool: requests that wait on disk to be sent by batch.

Memory stays flat whatever their number. The file has no name, so it is gone with the
process, however that ends.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from clio_assets.analyst.claude.batches.journal import OutgoingRequest
from clio_assets.analyst.claude.exchange import Request
from clio_assets.analyst.claude.store.answers import Asked
from clio_assets.ground.files import private_folder

_HEAD: Final = b'{"requests":['
_TAIL: Final = b"]}"
_CHUNK: Final = 256 * 1024


class Spool:
    """Requests by digest: what the journal keeps of each, and its line in the file."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=private_folder(folder))  # noqa: SIM115
        self._end = 0
        self._places: dict[bytes, tuple[int, int, OutgoingRequest]] = {}

    def add(self, request: Request, reserved: int) -> bytes:
        """Keep a request; its digest."""
        item = {"custom_id": request.digest, "params": dict(request.parameters)}
        line = json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()
        outgoing = OutgoingRequest(Asked.of(request), reserved)
        self._file.seek(self._end)
        self._file.write(line)
        self._places[outgoing.asked.digest] = (self._end, len(line), outgoing)
        self._end += len(line)
        return outgoing.asked.digest

    def outgoing(self, digest: bytes) -> OutgoingRequest:
        """What the journal keeps of the request."""
        return self._places[digest][2]

    def bytes_of(self, digest: bytes) -> int:
        """What the request adds to a body: itself and a comma."""
        return self._places[digest][1] + 1

    def size(self, digests: Sequence[bytes]) -> int:
        """Bytes of the body with these requests."""
        commas = max(len(digests) - 1, 0)
        return len(_HEAD) + sum(self._places[d][1] for d in digests) + commas + len(_TAIL)

    def body(self, digests: Sequence[bytes]) -> Iterator[bytes]:
        """That body, in pieces of moderate size."""
        piece = bytearray(_HEAD)
        for number, digest in enumerate(digests):
            start, length, _ = self._places[digest]
            self._file.seek(start)
            if number:
                piece += b","
            piece += self._file.read(length)
            if len(piece) >= _CHUNK:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece) + _TAIL

    def close(self) -> None:
        """Delete all."""
        self._file.close()
        self._places.clear()
