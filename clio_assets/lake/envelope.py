"""Signed statements: in-toto statements in DSSE envelopes, which tools of others can verify.

An envelope holds the bytes of a statement and Ed25519 signatures over them. A statement says
something (its predicate) of things that it names by their digests (its subjects). What is signed
is never written anew: whoever reads it reads the very bytes that were signed.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
#: What a statement is about; names without a host, since nothing is to be fetched.
SEAL: Final = "urn:clio:seal:1"
RELEASE: Final = "urn:clio:release:1"
RETIRED_KEYS: Final = "urn:clio:retired-keys:1"

#: Id of a key -> the key.
Keys = Mapping[str, Ed25519PublicKey]


@dataclass(frozen=True)
class Statement:
    """What was signed. `digest` is that of the signed bytes."""

    kind: str
    subjects: Mapping[str, str]
    predicate: Mapping[str, Any]
    digest: str


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key in DER, hexadecimal: `openssl pkey -pubin -outform DER` gives the
    same bytes."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(der).hexdigest()


def signed(
    key: Ed25519PrivateKey, kind: str, subjects: Mapping[str, str], predicate: Mapping[str, Any]
) -> bytes:
    """The envelope of a statement, as the bytes of a file. `subjects`: name -> SHA-256."""
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": of}} for name, of in subjects.items()],
        "predicateType": kind,
        "predicate": predicate,
    }
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
    signature = {
        "keyid": key_id(key.public_key()),
        "sig": _text(key.sign(_as_signed(payload))),
    }
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": _text(payload),
        "signatures": [signature],
    }
    return (json.dumps(envelope, sort_keys=True, indent=1) + "\n").encode()


def is_envelope(data: bytes) -> bool:
    """Whether the bytes are of an envelope at all, whoever signed it."""
    try:
        document = json.loads(data)
    except ValueError:
        return False
    return isinstance(document, dict) and {"payload", "signatures"} <= set(document)


def opened(data: bytes, keys: Keys, kind: str) -> Statement | None:
    """The statement, where one of the keys signed it and it is of that kind; else None."""
    try:
        envelope = json.loads(data)
        payload = base64.b64decode(envelope["payload"], validate=True)
        if envelope["payloadType"] != PAYLOAD_TYPE:
            return None
        if not _is_signed(envelope["signatures"], payload, keys):
            return None
        return _statement(json.loads(payload), kind, sha256(payload).hexdigest())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # what cannot be read is not believed


def _is_signed(signatures: list[Mapping[str, str]], payload: bytes, keys: Keys) -> bool:
    """Whether a key that is known signed the payload; a key's id only says which one to try."""
    for signature in signatures:
        key = keys.get(signature["keyid"])
        if key is None:
            continue
        try:
            key.verify(base64.b64decode(signature["sig"], validate=True), _as_signed(payload))
        except InvalidSignature:
            continue
        return True
    return False


def _statement(found: Mapping[str, Any], kind: str, digest: str) -> Statement | None:
    if (found["_type"], found["predicateType"]) != (STATEMENT, kind):
        return None
    subjects = {one["name"]: one["digest"]["sha256"] for one in found["subject"]}
    return Statement(kind, subjects, dict(found["predicate"]), digest)


def _as_signed(payload: bytes) -> bytes:
    """DSSE's encoding of type and payload: what is signed."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
