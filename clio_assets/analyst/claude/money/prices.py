"""What tokens cost, from a table in a file; exact, in whole microdollars rounded up per reply.

A model that the table does not know costs 0 (a local server's, say) and `knows` says so. Where a
price is needed, for a budget or an estimate, `require` refuses it instead.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clio_assets.analyst.claude.exchange import Request, Usage
from clio_assets.errors import UsageError

MICRODOLLARS: Final = 1_000_000  # a dollar
#: A dollar per million tokens is a microdollar per token; rates are kept in billionths of it.
BILLION: Final = 10**9
#: Tokens that a server may add to a prompt on its own account, for the reply's schema.
_ADDED_TOKENS: Final = 1_000


class _FilePart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Long(_FilePart):
    above: int = Field(ge=0)
    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


class _Model(_FilePart):
    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    long: _Long | None = None


class _Factors(_FilePart):
    cache_read: Decimal = Field(ge=0)
    cache_write: Decimal = Field(ge=0)
    batch: Decimal = Field(ge=0)


class _PriceFile(_FilePart):
    factors: _Factors
    models: Mapping[str, _Model]


@dataclass(frozen=True)
class _Rates:
    """Billionths of a microdollar per token."""

    input: int
    output: int
    cache_read: int
    cache_write: int


@dataclass(frozen=True)
class _Price:
    """Rates by `batch`; `long` ones for prompts of more than `above` tokens."""

    usual: Mapping[bool, _Rates]
    long: Mapping[bool, _Rates]
    above: int | None


class PriceTable:
    """Prices of models by the beginning of their names."""

    def __init__(self, prices: Mapping[str, _Price]) -> None:
        self._prices = dict(sorted(prices.items(), key=lambda item: -len(item[0])))
        self._find = lru_cache(maxsize=256)(self._longest)

    @classmethod
    def load(cls, path: Path | None = None) -> "PriceTable":
        """The table that is built in, with the operator's file on top where there is one."""
        built_in = _read(Path(__file__).with_name("prices.toml"))
        own = _read(path) if path is not None else {}
        merged = {
            section: {**built_in.get(section, {}), **own.get(section, {})}
            for section in built_in.keys() | own.keys()
        }
        try:
            file = _PriceFile.model_validate(merged)
            prices = {name: _price(model, file.factors) for name, model in file.models.items()}
        except ValidationError as error:
            fields = "; ".join(
                f"{'.'.join(map(str, e['loc']))}: {e['msg']}"
                for e in error.errors(include_input=False, include_url=False)
            )
            raise UsageError(f"the price file cannot be used: {fields}") from None
        return cls(prices)

    def knows(self, model: str) -> bool:
        """Whether the model has a price."""
        return self._find(model) is not None

    def require(self, models: Iterable[str]) -> None:
        """Refuse models without a price."""
        unknown = sorted({model for model in models if not self.knows(model)})
        if unknown:
            raise UsageError(
                f'there is no price for {", ".join(unknown)}: add [models."NAME"] with `input` '
                "and `output`, in dollars per million tokens, to the file that `prices` in "
                "clio.toml names (0 for a server of your own)"
            )

    def microdollars(self, model: str, usage: Usage, batch: bool) -> int:
        """What the reply cost, rounded up; 0 for a model without a price."""
        return -(-self.billionths(model, usage, batch) // BILLION)

    def billionths(self, model: str, usage: Usage, batch: bool) -> int:
        """What the reply cost in billionths of a microdollar, to be summed before rounding."""
        price = self._find(model)
        if price is None:
            return 0
        prompt = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
        rates = (price.long if _is_long(price, prompt) else price.usual)[batch]
        return (
            usage.input_tokens * rates.input
            + usage.output_tokens * rates.output
            + usage.cache_read_tokens * rates.cache_read
            + usage.cache_write_tokens * rates.cache_write
        )

    def most(self, request: Request, batch: bool) -> int:
        """The most that the request can cost, in microdollars.

        A token stands for at least one byte, so the request has no more of them than bytes. Raises
        UsageError for a model without a price.
        """
        self.require((request.model,))
        size = len(json.dumps(request.parameters, ensure_ascii=False).encode())
        tokens, reply = size + _ADDED_TOKENS, request.max_tokens
        plain = self.microdollars(request.model, Usage(tokens, reply), batch)
        cached = self.microdollars(request.model, Usage(0, reply, 0, tokens), batch)
        return max(plain, cached)

    def _longest(self, model: str) -> _Price | None:
        return next((p for name, p in self._prices.items() if model.startswith(name)), None)


def _is_long(price: _Price, prompt_tokens: int) -> bool:
    return price.above is not None and prompt_tokens > price.above


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        values = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except OSError:
        raise UsageError(f"the price file {path.name} cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise UsageError(f"the price file {path.name} is not valid TOML") from None
    for section, table in values.items():
        if not isinstance(table, dict):
            raise UsageError(f"the price file {path.name}: {section} has to be a table")
    return values


def _price(model: _Model, factors: _Factors) -> _Price:
    long = model.long or model
    return _Price(
        {batch: _rates(model.input, model.output, factors, batch) for batch in (False, True)},
        {batch: _rates(long.input, long.output, factors, batch) for batch in (False, True)},
        model.long.above if model.long else None,
    )


def _rates(prompt: Decimal, reply: Decimal, factors: _Factors, batch: bool) -> _Rates:
    part = Fraction(factors.batch) if batch else Fraction(1)
    of_input = (Fraction(1), Fraction(factors.cache_read), Fraction(factors.cache_write))
    fresh, read, written = (_exact(Fraction(prompt) * part * share) for share in of_input)
    return _Rates(fresh, _exact(Fraction(reply) * part), read, written)


def _exact(rate: Fraction) -> int:
    units = rate * BILLION
    if units.denominator != 1:
        raise UsageError(
            "a price or factor in the price file is too fine: prices times factors may have nine "
            "decimal places"
        )
    return int(units)
