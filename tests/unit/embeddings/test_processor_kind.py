"""The kind of processor: told from the system's listing, and from what the environment forces."""

from pathlib import Path

import pytest

from clio_assets.embeddings import processor_kind
from clio_assets.embeddings.processor_kind import kind_of_processor

_LISTING = """processor\t: 0
vendor_id\t: {maker}
flags\t\t: {flags}

processor\t: 1
vendor_id\t: another
flags\t\t: none
"""


@pytest.fixture(autouse=True)
def nothing_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in processor_kind._FORCING:
        monkeypatch.delenv(name, raising=False)


def listed(folder: Path, monkeypatch: pytest.MonkeyPatch, maker: str, flags: str) -> None:
    (folder / "cpuinfo").write_text(_LISTING.format(maker=maker, flags=flags))
    monkeypatch.setattr(processor_kind, "_CPUINFO", folder / "cpuinfo")


@pytest.mark.parametrize(
    ("maker", "flags", "kind"),
    [
        ("GenuineIntel", "sse4_2 avx avx2 avx512f amx_tile", "GenuineIntel avx512f+amx_tile"),
        ("AuthenticAMD", "avx2 avx sse4_2", "AuthenticAMD avx2"),
        ("GenuineIntel", "fpu sse4_2", "GenuineIntel sse4_2"),
    ],
)
def test_kind_names_the_maker_and_the_widest_instructions_when_the_system_lists_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: str, flags: str, kind: str
) -> None:
    listed(tmp_path, monkeypatch, maker, flags)
    assert kind_of_processor() == kind


def test_kind_is_another_when_the_environment_forces_instructions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(tmp_path, monkeypatch, "GenuineIntel", "avx512f")
    monkeypatch.setenv("MKL_CBWR", "AVX2,STRICT")
    assert kind_of_processor() == "GenuineIntel avx512f MKL_CBWR=AVX2,STRICT"


def test_kind_is_the_architecture_when_the_system_lists_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor_kind, "_CPUINFO", tmp_path / "absent")
    monkeypatch.setattr(processor_kind.platform, "machine", lambda: "arm64")
    assert kind_of_processor() == "arm64"
