"""Money is exact: whole microdollars, rounded up per reply."""

from pathlib import Path

import pytest

from clio_assets.analyst.claude.exchange import Request, Usage
from clio_assets.analyst.claude.money.prices import PriceTable
from clio_assets.errors import UsageError

MILLION = 1_000_000
TABLE = PriceTable.load()


@pytest.mark.parametrize(
    ("model", "usage", "batch", "microdollars"),
    [
        ("claude-haiku-5-5", Usage(1_000, 100), False, 150),
        ("claude-haiku-5-5", Usage(1_000, 100), True, 75),
        ("claude-haiku-5-5-20261001", Usage(1_000, 100), False, 150),
        ("claude-haiku-5-5", Usage(100_000, 0), False, 10_000),
        ("claude-haiku-5-5", Usage(100_001, 1_000), False, 50_001 + 2_500),  # the long tier
        (
            "claude-haiku-5-5",
            Usage(1, 1_000, 100_000),
            False,
            1 + 2_500 + 5_000,
        ),  # cached tokens count
        ("claude-haiku-5-5", Usage(1, 0), True, 1),  # a twentieth, rounded up
        ("claude-haiku-5-5", Usage(0, 0), False, 0),
        ("claude-sonnet-5-5", Usage(MILLION, MILLION), False, 12 * MILLION),
        ("claude-sonnet-5-5", Usage(0, 0, MILLION, 0), False, 200_000),
        ("claude-sonnet-5-5", Usage(0, 0, 0, MILLION), False, 2_500_000),
        ("claude-sonnet-5-5", Usage(0, 0, 0, MILLION), True, 1_250_000),
        ("claude-opus-5-5", Usage(MILLION, MILLION), True, 12 * MILLION),
        ("a-model-nobody-knows", Usage(MILLION, MILLION), False, 0),
    ],
)
def test_reply_costs_what_the_price_list_says(
    model: str, usage: Usage, batch: bool, microdollars: int
) -> None:
    assert TABLE.microdollars(model, usage, batch) == microdollars


def test_cost_is_exact_when_binary_fractions_would_not_be() -> None:
    # 0.1 * 3 in binary fractions is more than 0.3, and would be rounded up to one too many
    assert TABLE.microdollars("claude-haiku-5-5", Usage(30), False) == 3


def test_models_without_a_price_are_named_when_prices_are_needed() -> None:
    assert TABLE.knows("claude-haiku-5-5")
    assert not TABLE.knows("local-7b")
    TABLE.require(["claude-haiku-5-5"])
    with pytest.raises(UsageError, match="no price for local-7b"):
        TABLE.require(["claude-haiku-5-5", "local-7b"])


def test_operators_file_extends_and_overrides_when_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(
        "[factors]\nbatch = 0.25\n[models.claude-haiku-5-5]\ninput = 8\noutput = 8\n"
        '[models."local-7b"]\ninput = 0\noutput = 0\n'
        "[models.claude-haiku-5-5-special]\ninput = 1\noutput = 1\n"
    )
    table = PriceTable.load(path)
    usage = Usage(1_000, 0)
    assert table.microdollars("claude-haiku-5-5", usage, False) == 8_000
    assert table.microdollars("claude-haiku-5-5", usage, True) == 2_000
    assert table.microdollars("claude-haiku-5-5-special", usage, False) == 1_000
    assert table.microdollars("claude-sonnet-5-5", usage, False) == 2_000
    assert table.knows("local-7b")


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[models.x]\ninput = 1",
        "[models.x]\ninput = -1\noutput = 1",
        '[models.x]\ninput = "secret"\noutput = 1',
        "[models.x]\ninput = 1\noutput = 1\ninptu = 2",
        "models = 3",
        "[factor]\nbatch = 1",
        "[models.x]\ninput = 0.00000000001\noutput = 1",
    ],
)
def test_price_file_is_refused_when_it_says_nothing_clear(text: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match="price file") as caught:
        PriceTable.load(path)
    assert "secret" not in str(caught.value)


def test_price_file_is_refused_when_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        PriceTable.load(tmp_path / "none.toml")


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("text", ["short", "x" * 300_000, "汉" * 40_000, "🫠" * 3])
def test_request_never_costs_more_than_the_most_when_every_byte_is_a_token(
    text: str, batch: bool
) -> None:
    parameters = {
        "model": "claude-haiku-5-5",
        "max_tokens": 500,
        "messages": [{"role": "user", "content": text}],
    }
    tokens = len(text.encode())
    most = TABLE.most(Request("extract", parameters), batch)
    for usage in (Usage(tokens, 500), Usage(0, 500, tokens, 0), Usage(0, 500, 0, tokens)):
        assert TABLE.microdollars("claude-haiku-5-5", usage, batch) <= most


def test_most_is_refused_when_the_model_has_no_price() -> None:
    with pytest.raises(UsageError):
        TABLE.most(Request("extract", {"model": "local-7b", "max_tokens": 1}), False)
