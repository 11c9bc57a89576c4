"""Passwords and keys: what a known prefix or a word before it gives away, and private keys."""

import re
from collections.abc import Iterator

from privacy_checks.detectors.helpers.cues import whole_words
from privacy_checks.detectors.helpers.entropy import character_classes, entropy
from privacy_checks.detectors.protocol import Hit, Trigger

#: Keys in the shapes that their issuers document.
_ISSUED = (
    r"sk-[\w-]{16,}",
    r"[spr]k_(?:live|test)_\w{10,}",
    r"gh[pousr]_\w{20,}",
    r"github_pat_\w{20,}",
    r"glpat-[\w-]{16,}",
    r"xox[abeoprs]-[\w-]{10,}",
    r"A(?:KI|SI)A[0-9A-Z]{16}",
    r"AIza[\w-]{30,}",
    r"ya29\.[\w-]{20,}",
    r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?",
    r"hf_[A-Za-z0-9]{20,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[\w-]{16,}",
    r"dop_v1_[0-9a-f]{32,}",
    r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,}",
    r"sq0[a-z]{3}-[\w-]{20,}",
    r"key-[0-9a-f]{32}",
    r"hooks\.slack\.com/services/[\w/]{20,}",
    r"[0-9]{8,10}:AA[\w-]{32,34}",
    r"sl\.[\w-]{60,}",
)
_KEY = re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(_ISSUED)})")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z0-9+/=\s:,.-](?!-----END))*+.?(?:-----END [A-Z0-9 ]{0,30}-----)?",
    re.DOTALL,
)
_CUE_WORDS = (
    "password", "passwords", "passwd", "passcode", "passphrase", "pwd", "pw", "pass", "pin",
    "pin code", "passwort", "kennwort", "mot de passe", "contraseña", "senha", "clave",
    "wachtwoord",
    "secret", "secret key", "client secret", "token", "access token", "auth token", "bearer token",
    "bearer", "api key", "api-key", "apikey", "api_key", "access key", "private key", "otp",
    "verification code", "security code", "cvv", "cvc", "secret_key", "access_token",
    "aws_secret_access_key", "db_password", "auth_token",
)  # fmt: skip
_LINK = r"\s{1,2}(?:is|was|are|ist|lautet|es|est|é)\s?:?\s{1,2}|\s{0,2}(?:=>|:=|=|:)\s{0,2}|\s{1,2}"
_ANNOUNCED = re.compile(
    rf"(?:{whole_words(*_CUE_WORDS)}|пароль|密码|密碼|パスワード|비밀번호)"
    rf"(?:\s(?:for|to)\s[\w.-]{{1,30}})?[\"']?(?P<link>{_LINK})[\"'`]?"
    r"(?P<hit>[^\s\"'`,;<>\[\]\ufffc]{3,200}+)",
    re.IGNORECASE,
)
#: Where the arguments of a function begin, in code that handles secrets.
_CALL = re.compile(r"(?<=\w)\(")
_SYMBOLS = frozenset("@#$%^&*!?+=~|\\")
_MIN_KEY_LENGTH = 16
_MIN_ENTROPY = 3.0


class SecretDetector:
    """Keys of known issuers, PEM private keys, and what follows a word such as "password".

    After such a word with a sign between ("is", ":", "=") a string with digits or symbols is
    one; right after the word only a long random string is.
    """

    name = "secret"
    placeholder = "[secret]"
    trigger = Trigger(
        any_of=(
            "-", "_", "akia", "asia", "aiza", "ya29.", "eyj", "sg.", "hooks.slack", ":aa", "sl.",
            "pass", "pw", "pin", "kennwort", "contrase", "senha", "clave", "wachtwoord",
            "secret", "token", "bearer", "api", "key", "otp", "code", "cvv", "cvc",
            "пароль", "密码", "密碼", "パスワード", "비밀번호",
        )
    )  # fmt: skip

    def find(self, text: str) -> Iterator[Hit]:
        """Hits, by the way they are recognised."""
        for match in _KEY.finditer(text):
            if any(c.isdigit() for c in match.group()) or entropy(match.group()) > _MIN_ENTROPY:
                yield Hit(self.name, *match.span(), 0.95)
        if "-----BEGIN" in text:
            for match in _PRIVATE_KEY.finditer(text):
                yield Hit(self.name, *match.span(), 1.0)
        for match in _ANNOUNCED.finditer(text):
            value = _without_punctuation(match["hit"])
            if value and _is_announced(value, signed=not match["link"].isspace()):
                start = match.start("hit")
                yield Hit(self.name, start, start + len(value), 0.75)


def _without_punctuation(value: str) -> str:
    """A value less a call's arguments, a bracket that it did not open, and the sentence's end."""
    value = _CALL.split(value)[0].rstrip(".!?")
    return value.rstrip(").!?") if value.count(")") > value.count("(") else value


def _is_announced(value: str, *, signed: bool) -> bool:
    if (
        len(value) >= _MIN_KEY_LENGTH
        and character_classes(value) >= 2
        and entropy(value) >= _MIN_ENTROPY
    ):
        return any(c.isdigit() for c in value)
    odd = any(c.isdigit() or c in _SYMBOLS for c in value)
    return signed and len(value) >= 4 and odd
