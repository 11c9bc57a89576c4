"""Loads the building blocks of planted names and addresses."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Names:
    """First and last names that go together."""

    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """How a language writes an address, and its invented streets and towns."""

    pattern: str
    streets: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True)
class Pools:
    """Names by pool, addresses by language."""

    names: dict[str, Names]
    addresses: dict[str, Addresses]


@cache
def pools() -> Pools:
    """The building blocks, read once."""
    text = resources.files(__package__).joinpath("pools.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Pools(
        names={
            key: Names(tuple(value["first"]), tuple(value["last"]))
            for key, value in data["names"].items()
        },
        addresses={
            key: Addresses(value["pattern"], tuple(value["streets"]), tuple(value["towns"]))
            for key, value in data["addresses"].items()
        },
    )
