"""Which arithmetic kernels this processor gets: another kind gives vectors of other bytes."""

import os
import platform
from pathlib import Path
from typing import Final

_CPUINFO: Final = Path("/proc/cpuinfo")

#: Instructions that kernels are written for, widest first (x86, then 64-bit ARM).
_WIDEST: Final = ("avx512f", "avx2", "avx", "sse4_2", "sve", "asimd")

#: Instructions for products of matrices, beside those.
_BESIDE: Final = ("amx_tile",)

#: Settings that make torch, MKL, oneDNN, numpy or its OpenBLAS use other kernels than the
#: processor's own.
#: (MKL_DEBUG_CPU_TYPE is read by no MKL since 2020.)
_FORCING: Final = (
    "ATEN_CPU_CAPABILITY",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "NPY_ENABLE_CPU_FEATURES",
)


def kind_of_processor() -> str:
    """Maker and widest instructions, such as `GenuineIntel avx512f+amx_tile`, and what is forced.

    The maker counts because libraries choose by it, too. A forced setting is named as it stands: it
    may change nothing, but is never overlooked. Where the system lists no instructions, the
    architecture stands for them. Imports nothing heavy.
    """
    maker, flags = _listed()
    widest = next((name for name in _WIDEST if name in flags), platform.machine() or "unknown")
    instructions = "+".join([widest, *(name for name in _BESIDE if name in flags)])
    forced = [f"{name}={os.environ[name]}" for name in _FORCING if os.environ.get(name)]
    return " ".join(part for part in (maker, instructions, *forced) if part)


def _listed() -> tuple[str, set[str]]:
    """Maker ("" if unknown) and flags of the first processor in the system's listing."""
    try:
        listing = _CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "", set()
    facts: dict[str, str] = {}
    for line in listing.splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    return facts.get("vendor_id", ""), set(facts.get("flags", facts.get("Features", "")).split())
