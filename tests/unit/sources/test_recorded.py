from typing import get_args

import pytest

from clio_assets.sources import losses, recorded
from clio_assets.sources.formats import FORMATS
from clio_assets.sources.formats.protocol import LeftOut, Loss, Reason


def test_settings_are_of_known_shapes_and_words_when_they_are_looked_up() -> None:
    assert set(recorded._RECORDED) <= set(FORMATS)
    words = {*get_args(Loss), *get_args(LeftOut), *get_args(Reason)}
    assert {what for settings in recorded._RECORDED.values() for what in settings} <= words


@pytest.mark.parametrize(
    ("missing", "formats", "found"),
    [
        ("content_not_logged", ["otel"], 1),
        ("user_id_missing", ["otel", "litellm", "plain"], 2),
        ("user_id_missing", ["plain"], 0),
        ("canary", ["otel"], 0),
    ],
)
def test_only_loggers_that_are_there_are_advised_when_something_is_missing(
    missing: str, formats: list[str], found: int
) -> None:
    advice = recorded.settings_for(missing, formats)  # type: ignore[arg-type]
    assert len(advice) == found
    assert all(line.split(":")[0] in formats for line in advice)


def test_every_loss_has_words_when_it_is_shown() -> None:
    assert all(losses.in_words(loss) != loss.replace("_", " ") for loss in get_args(Loss))
