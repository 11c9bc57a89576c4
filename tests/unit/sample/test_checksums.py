"""Encodings agree with the vectors their standards publish."""

import pytest

from clio_assets.sample.personal_data.checksums import base58check, bech32, eip55, keccak256


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_keccak_gives_the_published_digest_when_short(message: bytes, digest: str) -> None:
    assert keccak256(message).hex() == digest


@pytest.mark.parametrize("length", [134, 135, 136, 137, 272])
def test_keccak_changes_with_every_byte_when_around_a_block(length: int) -> None:
    digests = {keccak256(b"a" * length), keccak256(b"a" * (length - 1)), keccak256(b"b" * length)}
    assert len(digests) == 3
    assert all(len(digest) == 32 for digest in digests)


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    ],
)
def test_ethereum_capitals_are_right_when_compared_with_the_standard(address: str) -> None:
    assert eip55(bytes.fromhex(address[2:])) == address


def test_bech32_gives_the_address_of_the_standard_when_encoding_its_key_hash() -> None:
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert bech32("bc", program) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


def test_base58check_gives_the_known_address_when_encoding_its_key_hash() -> None:
    payload = bytes.fromhex("0062e907b15cbf27d5425399ebf6f0fb50ebb88f18")
    assert base58check(payload) == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
