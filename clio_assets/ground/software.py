"""Which code and which packages this process runs: what a seal says of how it came about."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
#: The rooms whose code makes partitions and judges them.
_OWN: Final = ("clio_assets", "privacy_checks")
#: Packages that results depend on.
_PACKAGES: Final = (
    "anthropic",
    "cryptography",
    "dagster",
    "duckdb",
    "great-expectations",
    "numpy",
    "pandas",
    "pyarrow",
    "scikit-learn",
    "scipy",
    "sentence-transformers",
    "torch",
    "umap-learn",
)


@cache
def software() -> Mapping[str, str]:
    """Name -> version: of this platform, its commit where it is a checkout, the digest of its
    source files (which tells a changed checkout from its commit), Python, and the packages."""
    named = {"clio": _version("clio-assets"), "commit": _commit(_ROOT / ".git")}
    named |= {"code": _code_digest(), "python": python_version()}
    named |= {name: _version(name) for name in _PACKAGES}
    return {name: found for name, found in named.items() if found}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _code_digest() -> str:
    digest = sha256()
    files = [path for room in _OWN for path in sorted((_ROOT / room).rglob("*.py"))]
    for path in files:
        digest.update(
            f"{path.relative_to(_ROOT)} {sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def _commit(git: Path) -> str:
    """The checkout's commit as its files name it; "" where it is none, or not to be told so."""
    try:
        if git.is_file():  # a further worktree
            git = (git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()).resolve()
        head = (git / "HEAD").read_text("ascii").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        shared = git / "commondir"
        common = (git / shared.read_text("utf-8").strip()).resolve() if shared.exists() else git
        if (common / name).exists():
            return (common / name).read_text("ascii").strip()
        packed = (common / "packed-refs").read_text("ascii").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except (OSError, ValueError):
        return ""
