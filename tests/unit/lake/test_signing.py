"""Seals are signed: what no key of the home has signed is not believed, whatever it says."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clio_assets.errors import HomeError, UnsealedError, UsageError
from clio_assets.lake import envelope, signing
from clio_assets.lake.envelope import SEAL, key_id
from clio_assets.lake.lake import Lake
from clio_assets.lake.records import Provenance
from clio_assets.lake.signing import FILE_VARIABLE, KEY_VARIABLE, Signing, public_key_of
from clio_assets.lake.storage import LocalStorage
from clio_assets.lake.writer import Accounts, Making
from clio_assets.stages import STAGES
from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.stored.declared import Declared
from privacy_checks.stored.protocol import Verdict
from tests.fakes.lake import folder_of, predicate_of, signed_seal

DAY = "2026-09-28"
PASSED = [Verdict("columns", passed=True)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Conversations and facets of a day, sealed."""
    made = Lake(LocalStorage(tmp_path / "private"), PrivacyPolicy(), Declared())
    for stage, inputs in (("conversations", {}), ("facets", {"conversations": {DAY: ""}})):
        named = {up: {DAY: made.stored(up, DAY).manifest.content} for up in inputs}
        code = Provenance(code_version=STAGES[stage].code_version)
        plan = Making(stage, DAY, "r", code, named)
        made.write(plan, {stage: pa.table({"n": [1]})}, Accounts(1, 1))
        made.judge(made.stored(stage, DAY), PASSED, "run-1")
    return made


def reopened(lake: Lake) -> Lake:
    return Lake(lake.storage, lake.policy, lake.declared)


def seal_of(lake: Lake) -> Path:
    return folder_of(lake, "facets", DAY) / "seal.json"


def by_another_key(lake: Lake, path: Path) -> bytes:
    says = predicate_of(path)
    subjects = {f"{says['stage']}/{says['key']}": says["manifest"]}
    return envelope.signed(Ed25519PrivateKey.generate(), SEAL, subjects, says)


def of_another_kind(lake: Lake, path: Path) -> bytes:
    says = predicate_of(path)
    return lake.signing.sign("urn:clio:other:1", {f"facets/{DAY}": says["manifest"]}, says)


def about_something_else(lake: Lake, path: Path) -> bytes:
    return lake.signing.sign(SEAL, {f"facets/{DAY}": "0" * 64}, predicate_of(path))


def changed(lake: Lake, path: Path) -> bytes:
    document = json.loads(path.read_bytes())
    payload = base64.b64decode(document["payload"]).replace(b'"run-1"', b'"run-2"')
    return json.dumps({**document, "payload": base64.b64encode(payload).decode()}).encode()


def without_signature(lake: Lake, path: Path) -> bytes:
    return json.dumps({**json.loads(path.read_bytes()), "signatures": []}).encode()


def plain(lake: Lake, path: Path) -> bytes:
    return json.dumps(predicate_of(path)).encode()


@pytest.mark.parametrize(
    ("tamper", "state"),
    [
        (by_another_key, "forged"),
        (of_another_kind, "forged"),
        (about_something_else, "forged"),
        (changed, "forged"),
        (without_signature, "forged"),
        (plain, "unsigned"),
    ],
)
def test_partition_is_not_read_when_its_seal_was_tampered_with(
    lake: Lake, tamper: Callable[[Lake, Path], bytes], state: str
) -> None:
    assert lake.standing("facets", DAY).state == "sealed"
    seal_of(lake).write_bytes(tamper(lake, seal_of(lake)))
    assert lake.standing("facets", DAY).state == state
    with pytest.raises(UnsealedError, match="`clio regate`"):
        lake.read("facets", DAY, "facets")


def test_forged_seal_would_be_believed_when_signatures_are_not_checked(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_of(lake).write_bytes(by_another_key(lake, seal_of(lake)))
    monkeypatch.setattr(envelope, "_is_signed", lambda *_: True)
    assert reopened(lake).standing("facets", DAY).state == "sealed"


def test_partition_is_sealed_again_when_its_unsigned_seal_is_judged_again(lake: Lake) -> None:
    seal_of(lake).write_bytes(plain(lake, seal_of(lake)))
    lake.judge(lake.stored("facets", DAY), PASSED, "run-2")
    assert reopened(lake).standing("facets", DAY).sealed


def test_seal_names_its_inputs_as_they_were_when_it_is_made(lake: Lake) -> None:
    says = predicate_of(seal_of(lake))
    manifest = lake.stored("conversations", DAY).manifest.digest
    seal = lake.seal_digest("conversations", DAY)
    assert says["inputs"] == {"conversations": {DAY: {"manifest": manifest, "seal": seal}}}
    assert len(seal) == 64
    assert len(says["software"]["code"]) == 64


def test_older_seals_stay_believed_when_the_key_is_rotated_twice(lake: Lake) -> None:
    first, second = lake.signing.rotate()
    assert Signing(lake.storage).rotate()[0] == second
    assert reopened(lake).standing("facets", DAY).sealed
    assert set(Signing(lake.storage).believed) > {first, second}


def test_older_seals_are_not_believed_when_nobody_vouches_for_their_key(
    lake: Lake, tmp_path: Path
) -> None:
    old = lake.signing.public_key
    lake.signing.rotate()
    (word,) = (tmp_path / "private" / "keys").glob("retired-*.json")
    document = signed_seal(lake, {"stage": "a", "key": "b", "manifest": "c"})
    word.write_bytes(document)
    assert reopened(lake).standing("facets", DAY).state == "forged"
    Signing(lake.storage).retire(old)
    assert reopened(lake).standing("facets", DAY).sealed


def test_key_is_the_owners_alone_when_it_is_made(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "private" / "keys" / "signing.key"
    assert path.stat().st_mode & 0o777 == 0o600
    lake.signing.publish(tmp_path / "public")
    published = tmp_path / "public" / "keys" / f"{key_id(lake.signing.public_key)}.pem"
    assert published.stat().st_mode & 0o777 == 0o644
    assert key_id(public_key_of(published.read_bytes())) == key_id(lake.signing.public_key)


def test_no_key_is_made_when_seals_are_only_read(tmp_path: Path) -> None:
    looked_at = Signing(LocalStorage(tmp_path))
    assert looked_at.opened(b"{}", SEAL) is None
    assert not (tmp_path / "keys").exists()


def pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("in_a_file", [True, False])
def test_key_of_the_environment_counts_when_it_is_set(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_a_file: bool
) -> None:
    other = Ed25519PrivateKey.generate()
    if in_a_file:
        (tmp_path / "other.pem").write_bytes(pem(other))
        monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "other.pem"))
    else:
        monkeypatch.setenv(KEY_VARIABLE, pem(other).decode())
    assert reopened(lake).standing("facets", DAY).state == "forged"
    assert key_id(Signing(lake.storage).public_key) == key_id(other.public_key())
    with pytest.raises(UsageError, match="--retire"):
        Signing(lake.storage).rotate()


@pytest.mark.parametrize(
    "damaged",
    [b"", b"nonsense", pem(Ed25519PrivateKey.generate())[:-40]],
    ids=["empty", "nonsense", "cut off"],
)
def test_home_is_refused_when_its_signing_key_is_damaged(lake: Lake, damaged: bytes) -> None:
    lake.storage.put(signing.KEY_FILE, damaged)
    with pytest.raises(HomeError, match=r"restore private/keys/signing\.key"):
        reopened(lake).standing("facets", DAY)
