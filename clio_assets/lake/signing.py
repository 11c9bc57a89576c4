"""The operator's signing key, and which keys are believed.

private/keys/signing.key             Ed25519, PKCS #8 in PEM, made at first use, unless the
                                     environment names another (KEY_VARIABLE, FILE_VARIABLE)
             retired-<key id>.json   earlier public keys, vouched for by the key of that id
public/keys/<key id>.pem             the public key, for auditors
            <key id>.retired.json    and the earlier ones

A key vouches for those before it with a signature of its own: whoever can write to the folder and
has no key adds none to those that are believed.
"""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from clio_assets.errors import HomeError, UsageError
from clio_assets.ground.files import write_whole
from clio_assets.lake.envelope import RETIRED_KEYS, Keys, Statement, key_id, opened, signed
from clio_assets.lake.storage import Storage

KEY_VARIABLE: Final = "CLIO_SIGNING_KEY"
FILE_VARIABLE: Final = "CLIO_SIGNING_KEY_FILE"
FOLDER: Final = "keys"
KEY_FILE: Final = f"{FOLDER}/signing.key"


class Signing:
    """Signs statements by the key in force, and opens those of keys that are believed.

    `storage` is that of a home's private zone. Keys are read once, so use it for one command.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def sign(self, kind: str, subjects: Mapping[str, str], predicate: Mapping[str, Any]) -> bytes:
        """The envelope of a statement. Makes the key at first use."""
        return signed(self._key_made(), kind, subjects, predicate)

    def opened(self, data: bytes, kind: str) -> Statement | None:
        """The statement of an envelope, where a key that is believed signed it. Makes no key."""
        return opened(data, self.believed, kind)

    @property
    def believed(self) -> Keys:
        """The public key in force and those that it vouches for; none before there is a key."""
        if not self._there:
            return {}
        return self._believed

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The public key in force, made at first use."""
        return self._key_made().public_key()

    def is_in_force(self, key: Ed25519PublicKey) -> bool:
        """Whether it is the public key in force. Makes no key."""
        return self._there and key_id(self.public_key) == key_id(key)

    def publish(self, public: Path) -> None:
        """Put the public key, and the earlier ones, where an auditor finds them."""
        folder, name = public / FOLDER, key_id(self.public_key)
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o755)  # whatever the mask: readers, not writers
        files = {f"{name}.pem": pem_of(self.public_key)}
        if (retired := self._storage.get(_retired_by(name))) is not None:
            files[f"{name}.retired.json"] = retired
        for file, data in files.items():
            path = folder / file
            if not path.exists() or path.read_bytes() != data:
                write_whole(path, data, mode=0o644)

    def rotate(self) -> tuple[str, str]:
        """Replace the home's key by a new one that vouches for it; ids of the old and the new.

        The old private key is gone. UsageError where the environment names the key.
        """
        if _given() is not None:
            raise UsageError(
                f"the signing key comes from {KEY_VARIABLE} or {FILE_VARIABLE}: replace it there, "
                "then let the new one vouch for the old one with `clio keys --retire OLD.pem`"
            )
        old, new = self.public_key, Ed25519PrivateKey.generate()
        # first what the new key vouches for: a crash in between leaves the old key as it was
        self._vouch(new, (*self._retired.values(), old))
        self._storage.put(KEY_FILE, _private_pem(new))
        self._forget()
        return key_id(old), key_id(new.public_key())

    def retire(self, old: Ed25519PublicKey) -> None:
        """Let the key in force vouch for an earlier one, whose seals then stay believed."""
        self._vouch(self._key_made(), (*self._retired.values(), old))
        self._forget()

    # --- the key -------------------------------------------------------------------------------

    @property
    def _there(self) -> bool:
        return "_key" in self.__dict__ or _given() is not None or self._storage.exists(KEY_FILE)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return _private_key(_given() or self._storage.get(KEY_FILE) or b"")

    def _key_made(self) -> Ed25519PrivateKey:
        if not self._there:
            with self._storage.lock(FOLDER):
                if not self._storage.exists(KEY_FILE):
                    self._storage.put(KEY_FILE, _private_pem(Ed25519PrivateKey.generate()))
        return self._key

    def _forget(self) -> None:
        for name in ("_key", "_retired", "_believed"):
            self.__dict__.pop(name, None)

    # --- the keys before -----------------------------------------------------------------------

    @cached_property
    def _believed(self) -> Keys:
        own = self.public_key
        return {key_id(own): own, **self._retired}

    @cached_property
    def _retired(self) -> Keys:
        own = self.public_key
        data = self._storage.get(_retired_by(key_id(own)))
        return {} if data is None else retired_keys(data, own)

    def _vouch(self, key: Ed25519PrivateKey, earlier: Iterable[Ed25519PublicKey]) -> None:
        """Keep what a key vouches for; itself needs no word."""
        own = key_id(key.public_key())
        named = {key_id(one): pem_of(one).decode("ascii") for one in earlier}
        named.pop(own, None)
        data = signed(key, RETIRED_KEYS, {f"key {one}": one for one in named}, {"keys": named})
        self._storage.put(_retired_by(own), data)


def retired_keys(data: bytes, key: Ed25519PublicKey) -> Keys:
    """The earlier keys that a public key vouches for; none where the word is not its own."""
    statement = opened(data, {key_id(key): key}, RETIRED_KEYS)
    if statement is None:
        return {}
    found = [public_key_of(pem.encode("ascii")) for pem in statement.predicate["keys"].values()]
    return {key_id(one): one for one in found}


def public_key_of(pem: bytes) -> Ed25519PublicKey:
    """The public key in a PEM. UsageError where there is none of Ed25519."""
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise _no_public_key() from None
    if not isinstance(key, Ed25519PublicKey):
        raise _no_public_key()
    return key


def pem_of(key: Ed25519PublicKey) -> bytes:
    """A public key in PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _no_public_key() -> UsageError:
    return UsageError("that is no public key of Ed25519 in PEM; `clio keys` prints the home's")


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _private_key(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        key = None
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise HomeError(
        "the signing key is no private key of Ed25519 in PEM without a password: restore "
        f"private/keys/signing.key from a backup, or mend what {KEY_VARIABLE} or {FILE_VARIABLE} "
        "names"
    )


def _given() -> bytes | None:
    """The key that the environment names, in words or in a file; the home's does not count then."""
    if value := os.environ.get(KEY_VARIABLE):
        return value.encode()
    if name := os.environ.get(FILE_VARIABLE):
        try:
            return Path(name).read_bytes()
        except OSError:
            raise UsageError(f"the file that {FILE_VARIABLE} names cannot be read") from None
    return None


def _retired_by(name: str) -> str:
    return f"{FOLDER}/retired-{name}.json"
