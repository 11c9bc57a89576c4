"""Whom to tell when something needs an operator: the table `[notify]` of clio.toml."""

from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from clio_assets.home.section import Section

Occasion = Literal["failure", "overdue", "doctor"]

#: Where plain HTTP reaches nobody else.
_OWN = frozenset({"localhost", "127.0.0.1", "::1"})


class NotifySettings(Section):
    """One webhook. Off unless an address is named. What is sent holds no content."""

    url: str = Field("", description="where to POST to: https, or http on this machine")
    url_variable: str = Field(
        "", description="environment variable that holds the address, where it is a secret"
    )
    authorization_variable: str = Field(
        "", description="environment variable that holds the value of the header Authorization"
    )
    on: tuple[Occasion, ...] = Field(
        get_args(Occasion),
        description="failure: a run failed or a gate refused; overdue: a day or window is late; "
        "doctor: `clio doctor` found something",
    )
    timeout_seconds: float = Field(5, gt=0, le=60, description="for one attempt")
    attempts: int = Field(3, ge=1, le=10, description="before a notice is given up")

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        """Partition keys and rules are no business of whoever listens on the way."""
        if url and not is_safe(url):
            raise ValueError("write an https address, or http on this machine")
        return url

    @model_validator(mode="after")
    def _of_one_place(self) -> "NotifySettings":
        if self.url and self.url_variable:
            raise ValueError("url and url_variable name the address twice; keep one")
        return self


def is_safe(url: str) -> bool:
    """Whether an address is one of HTTPS, or of HTTP on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _OWN))
