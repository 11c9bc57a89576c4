"""What can be wrong with a day: conversations, facets, embeddings."""

import pyarrow as pa

from tests.gates.steps import (
    FACET,
    HIDDEN_PSEUDONYM,
    KEY,
    PHONE,
    RAW,
    At,
    Poison,
    Step,
    everywhere,
)
from tests.gates.world import World

TALKS, FACETS, VECTORS = At("conversations"), At("facets"), At("embeddings")
NAN = float("nan")


def one_more_landed(world: World) -> None:
    """A landed record that went nowhere."""
    landed = world.stored["landing", "source"]
    today = landed[f"landed_{KEY}"]
    doubled = pa.concat_tables([today, today.slice(0, 1)])
    world.stored["landing", "source"] = {**landed, f"landed_{KEY}": doubled}


def facet_row_in_both(world: World) -> None:
    """A conversation with facets that is set aside as well."""
    row = {"conversation": FACETS.first(world, "facets")["conversation"], "reason": "not_answered"}
    world.append("facets", KEY, "set_aside", row)


def multilingual_twice(world: World) -> None:
    """A text has two vectors in the other space."""
    rows = world.rows("embeddings", KEY, "multilingual")
    world.put("embeddings", KEY, "multilingual", [*rows, rows[0]])


def in_a_language_it_does_not_know(world: World) -> None:
    """A conversation in such a language has a vector by the encoder."""
    conversation = VECTORS.first(world, "multilingual", language="French")["conversation"]
    for stage, table in (("embeddings", "multilingual"), ("facets", "facets")):
        At(stage).set(table, {"language": "Welsh"}, conversation=conversation)(world)


def vector_of_a_blank_text(world: World) -> None:
    """The empty text gets a vector instead of being set aside."""
    aside = world.rows("embeddings", KEY, "set_aside")[0]["conversation"]
    VECTORS.append("embeddings", {"conversation": aside})(world)
    world.put("embeddings", KEY, "set_aside", [])


def text_left_out(world: World) -> None:
    """A text is set aside as empty that is not."""
    row = VECTORS.first(world, "embeddings")["conversation"]
    VECTORS.drop("embeddings")(world)
    aside = {"conversation": row, "facet": FACET, "reason": "empty_text"}
    world.append("embeddings", KEY, "set_aside", aside)


def said_and_written(said: str, written: str) -> Step:
    """The first facet, and the transcript of its conversation."""

    def apply(world: World) -> None:
        conversation = FACETS.first(world, "facets")["conversation"]
        transcript = f"<user>{said}</user>"
        TALKS.set("conversations", {"transcript": transcript}, conversation=conversation)(world)
        FACETS.set("facets", {"request": written}, conversation=conversation)(world)

    return apply


QUOTED = "please tell the old baker by the river that"

CONVERSATIONS_POISONS = [
    TALKS.poison("accounting", "lost row", TALKS.drop("conversations")),
    TALKS.poison("accounting", "lost aside", TALKS.drop("set_aside", reason="not_sampled")),
    TALKS.poison("accounting", "one more landed", one_more_landed),
    TALKS.poison(
        "pseudonyms", "raw id", TALKS.set("conversations", {"conversation": RAW}, turns=4)
    ),
    TALKS.poison(
        "pseudonyms",
        "raw id aside",
        TALKS.set("set_aside", {"conversation": RAW}, reason="not_sampled"),
    ),
    TALKS.poison(
        "pseudonyms",
        "raw user",
        TALKS.set_alike("conversations", lambda row: {**row, "user": RAW}, like="user"),
    ),
    TALKS.poison("users", "split in two", TALKS.set("conversations", {"user": HIDDEN_PSEUDONYM})),
    TALKS.poison(
        "reasons",
        "free text",
        TALKS.set("set_aside", {"reason": "boring"}, reason="not_sampled"),
    ),
    TALKS.poison(
        "day",
        "tomorrow",
        TALKS.set_alike(
            "conversations",
            lambda row: {**row, "started_at": row["started_at"].replace(day=29)},
            like="user",
        ),
    ),
    TALKS.poison("turns", "none", TALKS.set("conversations", {"turns": 0})),
    TALKS.poison("turns", "no transcript", TALKS.set("conversations", {"transcript": ""})),
]

FACETS_POISONS = [
    FACETS.poison("accounting", "lost row", FACETS.drop("facets")),
    FACETS.poison("accounting", "lost aside", FACETS.drop("set_aside")),
    FACETS.poison("accounting", "in both", facet_row_in_both),
    FACETS.poison(
        "pseudonyms",
        "raw id",
        everywhere("conversation", RAW, ("facets", "facets"), ("conversations", "conversations")),
    ),
    FACETS.poison("reasons", "free text", FACETS.set("set_aside", {"reason": "odd"})),
    FACETS.poison("carried", "user", FACETS.set("facets", {"user": HIDDEN_PSEUDONYM})),
    FACETS.poison("carried", "flag", FACETS.set("facets", {"flagged": None}, flagged=True)),
    FACETS.poison("carried", "turns", FACETS.set("facets", {"turns": 77})),
    FACETS.poison("personal_data", "phone", FACETS.set("facets", {"request": PHONE})),
    FACETS.poison("personal_data", "digits", FACETS.set("facets", {"task": "Sum 4711"})),
    Poison(
        "facets",
        "shared_words",
        "nine",
        said_and_written(f"Oh {QUOTED} bread is fine.", f"Asked: {QUOTED} it is good"),
        policy={"extractive_analysts": ()},
    ),
    FACETS.poison(
        "conversation_personal_data",
        "a part of an address",
        said_and_written("Write to lindqvistmaren@post.example.org.", "Write to Lindqvistmaren"),
    ),
    FACETS.poison("lengths", "long", FACETS.set("facets", {"task": "word " * 200})),
    FACETS.poison(
        "language",
        "sentence",
        FACETS.set("facets", {"language": "the language that they speak on the island"}),
    ),
    FACETS.poison("language", "code", FACETS.set("facets", {"language": "en_US"})),
    FACETS.poison("concern", "six", FACETS.set("facets", {"concern": 6})),
    FACETS.poison("concern", "zero", FACETS.set("facets", {"concern": 0})),
    FACETS.strict("quarantine", "too many", max_quarantine_share=0.0),
    Poison(
        "facets",
        "quarantine",
        "too many overlaps",
        FACETS.set("set_aside", {"reason": "overlap"}),
        {"max_quarantine_share": 0.0},
    ),
]

EMBEDDINGS_POISONS = [
    VECTORS.poison("accounting", "lost row", VECTORS.drop("embeddings")),
    VECTORS.poison("accounting", "other facet", VECTORS.set("embeddings", {"facet": "task"})),
    VECTORS.poison(
        "pseudonyms",
        "raw id",
        everywhere(
            "conversation",
            RAW,
            ("embeddings", "embeddings"),
            ("embeddings", "multilingual"),
            ("facets", "facets"),
        ),
    ),
    VECTORS.poison("reasons", "free text", VECTORS.set("set_aside", {"reason": "odd"})),
    VECTORS.poison("blank_texts", "left out", text_left_out),
    VECTORS.poison("blank_texts", "vector of nothing", vector_of_a_blank_text),
    VECTORS.poison("vectors", "no number", VECTORS.set("embeddings", {"vector": [NAN] * 4})),
    VECTORS.poison("vectors", "too long", VECTORS.set("embeddings", {"vector": [1.0] * 4})),
    VECTORS.poison("multilingual", "language", VECTORS.set("multilingual", {"language": "Thai"})),
    VECTORS.poison(
        "multilingual", "too long", VECTORS.set("multilingual", {"vector": [1.0] * 512})
    ),
    VECTORS.poison("multilingual", "other facet", VECTORS.set("multilingual", {"facet": "task"})),
    VECTORS.poison("multilingual", "twice", multilingual_twice),
    VECTORS.poison("multilingual", "left out", VECTORS.drop("multilingual", language="French")),
    VECTORS.poison("multilingual", "not known to it", in_a_language_it_does_not_know),
]

POISONS: list[Poison] = CONVERSATIONS_POISONS + FACETS_POISONS + EMBEDDINGS_POISONS

#: Tables that no rule could be applied to.
UNREADABLE = [
    TALKS.poison("columns", "no table", TALKS.replace("set_aside", lambda _: None)),
    FACETS.poison(
        "columns", "no column", FACETS.replace("facets", lambda t: t.drop_columns(["language"]))
    ),
    FACETS.poison(
        "columns",
        "null",
        FACETS.replace(
            "facets",
            lambda t: t.set_column(
                4,
                pa.field("request", pa.string(), nullable=False),
                pa.array([None] * t.num_rows, pa.string()),
            ),
        ),
    ),
]
