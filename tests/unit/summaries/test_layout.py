import numpy as np
import pytest

from clio_assets.domain.clusters import ClusterText
from clio_assets.home.settings import Layout
from clio_assets.summaries import layout
from clio_assets.summaries.audit import AuditedCluster, Key
from clio_assets.summaries.layout import (
    FEWEST_FOR_NEIGHBOURS,
    MOST_FOR_TSNE,
    place,
    positions,
)


def unit(rows: int, dimension: int = 16) -> "np.typing.NDArray[np.float32]":
    vectors = np.random.default_rng(0).normal(size=(rows, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def cluster(level: int, number: int, parent: int | None, size: int) -> AuditedCluster:
    above = None if parent is None else ("request", level + 1, parent)
    return AuditedCluster(
        ("request", level, number), above, ClusterText("Name", "Text."), size, 10, 5
    )


@pytest.mark.parametrize("rows", [2, 3, FEWEST_FOR_NEIGHBOURS - 1, 40])
def test_place_fills_the_unit_square_along_its_longer_side(rows: int) -> None:
    points = place(unit(rows), "pca", seed=0)
    assert points.shape == (rows, 2)
    assert points.min() >= 0
    assert points.max() <= 1
    extent = points.max(axis=0) - points.min(axis=0)
    assert extent.max() == pytest.approx(1)
    np.testing.assert_allclose((points.max(axis=0) + points.min(axis=0)) / 2, 0.5, atol=1e-9)


def test_place_keeps_proportions() -> None:
    flat = np.zeros((4, 3), dtype=np.float32)
    flat[:, 0] = [0, 1, 2, 4]
    flat[:, 1] = [0, 0.5, 0, 0]
    points = place(flat, "pca", seed=0)
    before = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    after = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.testing.assert_allclose(after, before * after.max() / before.max(), atol=1e-6)


@pytest.mark.parametrize("rows", [1, 5])
def test_place_puts_everything_in_the_middle_when_there_is_one_place(rows: int) -> None:
    points = place(np.tile(unit(1), (rows, 1)), "auto", seed=0)
    np.testing.assert_array_equal(points, np.full((rows, 2), 0.5))


@pytest.mark.parametrize("method", ["auto", "tsne", "umap"])
def test_place_takes_principal_components_when_points_are_few(method: Layout) -> None:
    few = unit(FEWEST_FOR_NEIGHBOURS - 1)
    np.testing.assert_array_equal(place(few, method, 0), place(few, "pca", 0))


def test_place_does_not_flip_when_a_component_could_have_either_sign() -> None:
    vectors = unit(30)
    mirrored = place(vectors[::-1].copy(), "pca", 0)[::-1]
    np.testing.assert_allclose(mirrored, place(vectors, "pca", 0), atol=1e-6)


@pytest.mark.parametrize(
    "method",
    ["auto", pytest.param("umap", marks=pytest.mark.slow)],  # UMAP compiles itself once a process
)
def test_place_sets_groups_apart_and_repeats_itself_when_points_are_many(method: Layout) -> None:
    vectors = np.repeat(np.eye(3, 16), 20, axis=0) + 0.05 * unit(60)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    first, second = (place(vectors, method, seed=0) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    centres = first.reshape(3, 20, 2).mean(axis=1)
    spread = np.linalg.norm(first.reshape(3, 20, 2) - centres[:, None], axis=2).max()
    assert (
        min(np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2))) > spread
    )


def test_positions_put_a_parent_at_the_weighted_mean_of_its_children() -> None:
    clusters = [
        cluster(0, 0, 0, 30),
        cluster(0, 1, 0, 10),
        cluster(0, 2, 1, 20),
        cluster(1, 0, 0, 40),
        cluster(1, 1, 0, 20),
        cluster(2, 0, None, 60),
    ]
    vectors: dict[Key, np.typing.NDArray[np.float32]] = {
        ("request", 0, number): vector for number, vector in enumerate(unit(4))
    }
    points = positions(clusters, vectors, "pca", seed=0)
    assert set(points) == {c.key for c in clusters}
    leaf = [points["request", 0, number] for number in range(3)]
    expected = (30 * leaf[0] + 10 * leaf[1]) / 40
    np.testing.assert_allclose(points["request", 1, 0], expected, atol=1e-4)
    np.testing.assert_allclose(points["request", 1, 1], leaf[2], atol=1e-4)
    np.testing.assert_allclose(
        points["request", 2, 0], (40 * expected + 20 * leaf[2]) / 60, atol=2e-4
    )
    assert all(point.tolist() == np.round(point, 4).tolist() for point in points.values())


def test_positions_leave_clusters_out_that_are_not_published() -> None:
    vectors = {("request", 0, number): vector for number, vector in enumerate(unit(12))}
    shown = [cluster(0, number, None, 20) for number in (0, 3, 5)]
    alone = positions(shown, vectors, "pca", seed=0)
    assert set(alone) == {("request", 0, number) for number in (0, 3, 5)}
    assert positions([], vectors, "pca", seed=0) == {}


@pytest.mark.parametrize(
    ("method", "rows", "expected"),
    [("auto", MOST_FOR_TSNE, "tsne"), ("auto", MOST_FOR_TSNE + 1, "umap"), ("umap", 40, "umap")],
)
def test_place_projects_by_the_size_of_the_map_when_the_method_is_auto(
    method: Layout, rows: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for name in ("tsne", "umap"):
        monkeypatch.setattr(
            layout, f"_{name}", lambda vectors, seed, name=name: asked.append(name) or vectors
        )
    place(unit(rows, 2), method, seed=0)
    assert asked == [expected]
