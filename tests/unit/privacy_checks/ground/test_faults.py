"""Nothing reaches the streams while libraries are muted, and everything does afterwards."""

import logging
import os
import subprocess
import sys
import warnings

import pytest

from privacy_checks.ground.faults import muted, place_of, says_nothing


def talk(word: str) -> None:
    """On every road to the streams."""
    print(word)
    print(word, file=sys.stderr)
    sys.__stdout__.write(word)  # type: ignore[union-attr]
    for descriptor in (1, 2):
        os.write(descriptor, word.encode())
    logging.getLogger("a.library").critical(word)
    warnings.warn(word, stacklevel=1)


@pytest.mark.filterwarnings("ignore:quoted")
def test_muted_lets_nothing_through_when_libraries_talk(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    print("before")
    with muted():
        talk("quoted")
        with muted():
            talk("quoted")
        talk("quoted")
    print("after")
    assert tuple(capfd.readouterr()) == ("before\nafter\n", "")
    assert caplog.text == ""


@pytest.mark.filterwarnings("ignore:heard")
def test_muted_gives_the_streams_back_when_it_ends_with_an_error(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError, match="broken"), muted():
        raise ValueError("broken")
    talk("heard")
    out, err = capfd.readouterr()
    assert out.count("heard") >= 2
    assert err.count("heard") >= 2
    assert "heard" in caplog.text


def test_muted_works_when_the_streams_are_closed() -> None:
    script = (
        "import os; from privacy_checks.ground.faults import muted\n"
        "os.close(1); os.close(2)\n"
        "with muted(): os.getpid()\n"
        "os._exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 7


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyboardInterrupt(), True),
        (SystemExit(3), True),
        (GeneratorExit(), True),
        (SystemExit("row"), False),
        (KeyboardInterrupt("row"), False),
        (ValueError(), False),
    ],
    ids=repr,
)
def test_says_nothing_tells_words_from_bare_interruptions(
    error: BaseException, expected: bool
) -> None:
    assert says_nothing(error) is expected


def test_place_of_names_the_innermost_line_when_an_error_was_raised() -> None:
    with pytest.raises(ValueError) as caught:
        int("row")
    assert place_of(caught.value).startswith("test_faults.py:")
    assert place_of(ValueError("row")) == "an unknown place"
