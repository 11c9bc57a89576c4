import re

import pytest

from clio_assets.conversations.pseudonyms import pseudonym
from clio_assets.errors import UsageError

KEY = bytes(range(32))


def test_pseudonym_is_fixed_when_key_kind_and_id_are() -> None:
    assert pseudonym(KEY, "user", "alice") == "u_fe69cbc3756873cd3e1ad5a63f23a661"
    assert re.fullmatch(r"u_[0-9a-f]{32}", pseudonym(KEY, "user", "alice"))
    assert re.fullmatch(r"c_[0-9a-f]{32}", pseudonym(KEY, "conversation", "ünïcode"))


def test_pseudonyms_differ_when_key_kind_or_id_do() -> None:
    found = {
        pseudonym(KEY, "user", "alice")[2:],
        pseudonym(KEY, "conversation", "alice")[2:],
        pseudonym(KEY, "user", "Alice")[2:],
        pseudonym(KEY + b"x", "user", "alice")[2:],
    }
    assert len(found) == 4


@pytest.mark.parametrize("key", [b"", b"short", bytes(31)])
def test_pseudonym_refuses_when_the_key_is_short(key: bytes) -> None:
    with pytest.raises(UsageError):
        pseudonym(key, "user", "alice")
