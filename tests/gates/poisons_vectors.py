"""A world whose source has vectors of its own, and what can be wrong with them."""

from typing import Any

import numpy as np
import pyarrow as pa

from clio_assets.conversations.schema import WITHOUT_VECTOR, vectors_schema
from clio_assets.embeddings.schema import source_vectors_schema
from clio_assets.landing.schema import LANDED_WITH_VECTORS
from privacy_checks.stored.declared import Declared, DeclaredVectors
from tests.gates.poisons_operator import then
from tests.gates.steps import FACET, KEY, At, Poison, Step
from tests.gates.world import Row, World

#: Another length than that of the vectors of texts.
WIDTH = 3
NAN = float("nan")
TALKS, VECTORS, LANDED = At("conversations"), At("embeddings"), f"landed_{KEY}"


def vector(conversation: str) -> list[float]:
    """A vector of unit length of a conversation's own."""
    seed = int(conversation[2:10], 16)
    found = np.random.default_rng(seed).normal(size=WIDTH)
    return list(map(float, (found / np.linalg.norm(found)).astype(np.float32)))


def of_source(world: World) -> None:
    """Each conversation of the day has a vector, but for one that is not finite."""
    world.declared = Declared(source_vectors=DeclaredVectors(FACET, WIDTH))
    kept = [row["conversation"] for row in world.rows("conversations", KEY, "conversations")]
    lacking = world.rows("embeddings", KEY, "embeddings")[-1]["conversation"]
    land(world, lacking)
    tables = {
        "vectors": pa.Table.from_pylist(
            [{"conversation": one, "vector": vector(one)} for one in kept if one != lacking],
            vectors_schema(WIDTH),
        ),
        "without_vector": pa.Table.from_pylist(
            [{"conversation": lacking, "reason": "vector_not_finite"}], WITHOUT_VECTOR
        ),
    }
    world.stored["conversations", KEY] = {**world.stored["conversations", KEY], **tables}
    for table in ("embeddings", "multilingual"):
        rows = world.rows("embeddings", KEY, table)
        world.put("embeddings", KEY, table, [row for row in rows if row["conversation"] != lacking])
    aside = {"conversation": lacking, "facet": FACET, "reason": "vector_not_finite"}
    world.append("embeddings", KEY, "set_aside", aside)
    taken = [
        {**row, "vector": vector(row["conversation"])}
        for row in world.rows("embeddings", KEY, "embeddings")
    ]
    table = pa.Table.from_pylist(taken, source_vectors_schema(WIDTH))
    world.stored["embeddings", KEY] = {**world.stored["embeddings", KEY], "source_vectors": table}


def land(world: World, lacking: str) -> None:
    """The day's landed rows with the vectors."""

    def row(landed: Row) -> Row:
        conversation = landed["conversation_id"].removeprefix("id of ")
        if conversation == lacking:
            return {**landed, "vector": None, "vector_fault": "vector_not_finite"}
        stored = np.array(vector(conversation), "<f4").tobytes()
        return {**landed, "vector": stored, "vector_fault": None}

    source = world.stored["landing", "source"]
    rows = [row(one) for one in source[LANDED].to_pylist()]
    table = pa.Table.from_pylist(rows, LANDED_WITH_VECTORS)
    world.stored["landing", "source"] = {**source, LANDED: table}


def other_vector(at: At, table: str, values: list[float]) -> Step:
    """The first row has another vector."""
    return then(of_source, at.set(table, {"vector": values}))


def of_other_width(at: At, table: str) -> Step:
    """All vectors are longer than declared, by a zero."""

    def change(found: pa.Table | None) -> pa.Table:
        assert found is not None
        rows = [{**row, "vector": [*row["vector"], 0.0]} for row in found.to_pylist()]
        place = found.schema.get_field_index("vector")
        kind = pa.list_(pa.float32(), WIDTH + 1)
        return pa.Table.from_pylist(
            rows, found.schema.set(place, pa.field("vector", kind, nullable=False))
        )

    return then(of_source, at.replace(table, change))


def of_another(at: At, table: str) -> Step:
    """The first row has the vector of the second."""

    def apply(world: World) -> None:
        of_source(world)
        rows = world.rows(at.stage, KEY, table)
        world.put(at.stage, KEY, table, [{**rows[0], "vector": rows[1]["vector"]}, *rows[1:]])

    return apply


def set_aside_with_a_vector(world: World) -> None:
    """A text whose conversation has a vector is set aside, as if it had none."""
    of_source(world)
    gone = VECTORS.first(world, "embeddings")["conversation"]
    for table in ("embeddings", "source_vectors", "multilingual"):
        rows = world.rows("embeddings", KEY, table)
        world.put("embeddings", KEY, table, [row for row in rows if row["conversation"] != gone])
    aside: dict[str, Any] = {"conversation": gone, "facet": FACET, "reason": "no_vector"}
    world.append("embeddings", KEY, "set_aside", aside)


def lost(at: At, table: str) -> Step:
    """The first row is gone."""
    return then(of_source, at.drop(table))


def poison(at: At, check: str, what: str, step: Step) -> Poison:
    return at.poison(check, what, step)


POISONS = [
    poison(TALKS, "vectors", "lost", lost(TALKS, "vectors")),
    poison(TALKS, "vectors", "lost reason", lost(TALKS, "without_vector")),
    poison(TALKS, "vectors", "no number", other_vector(TALKS, "vectors", [NAN] * WIDTH)),
    poison(TALKS, "vectors", "too long", other_vector(TALKS, "vectors", [1.0] * WIDTH)),
    poison(TALKS, "vectors", "invented", other_vector(TALKS, "vectors", [0.6, 0.8, 0.0])),
    poison(TALKS, "vectors", "twice", of_another(TALKS, "vectors")),
    poison(TALKS, "vectors", "other dimension", of_other_width(TALKS, "vectors")),
    poison(
        TALKS,
        "vectors",
        "free text",
        then(of_source, TALKS.set("without_vector", {"reason": "tired"})),
    ),
    poison(
        TALKS,
        "vectors",
        "other reason",
        then(of_source, TALKS.set("without_vector", {"reason": "vector_of_zeros"})),
    ),
    poison(VECTORS, "source_vectors", "lost", lost(VECTORS, "source_vectors")),
    poison(
        VECTORS,
        "source_vectors",
        "other facet",
        then(of_source, VECTORS.set("source_vectors", {"facet": "task"})),
    ),
    poison(
        VECTORS,
        "source_vectors",
        "no number",
        other_vector(VECTORS, "source_vectors", [NAN] * WIDTH),
    ),
    poison(VECTORS, "source_vectors", "of another", of_another(VECTORS, "source_vectors")),
    poison(VECTORS, "source_vectors", "other dimension", of_other_width(VECTORS, "source_vectors")),
    poison(
        VECTORS,
        "source_vectors",
        "other reason",
        then(of_source, VECTORS.set("set_aside", {"reason": "no_vector"}, reason="empty_text")),
    ),
    poison(
        VECTORS,
        "reasons",
        "free text",
        then(of_source, VECTORS.set("set_aside", {"reason": "tired"}, reason="empty_text")),
    ),
    poison(VECTORS, "blank_texts", "set aside with a vector", set_aside_with_a_vector),
]
