"""The event loop of a process's calls."""

import asyncio

import pytest

from clio_assets.analyst.claude.loop.background import Background


def test_only_the_kind_of_an_error_is_logged_when_it_reached_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(said: str) -> None:
        raise ValueError(said)

    async def forget() -> None:
        asyncio.get_running_loop().call_soon(fail, "a secret")
        await asyncio.sleep(0.01)

    background = Background()
    background.run(forget())
    background.stop()
    (record,) = caplog.records
    assert "ValueError" in record.getMessage()
    assert "secret" not in caplog.text
