"""What can be wrong with a window's clusters and their hierarchy."""

from tests.gates.steps import (
    ANY_WORD,
    ELEVEN_WORDS,
    FACET,
    KEY,
    PHONE,
    RAW,
    At,
    Poison,
    everywhere,
    top_text,
)
from tests.gates.talks import DAYS, TOPICS
from tests.gates.world import World

CLUSTERS, NODES = At("clusters"), At("hierarchy")
NAN = float("nan")


def users_swapped(world: World) -> None:
    """Two members of a cluster change their users: all counts stay."""
    rows = world.rows("clusters", KEY, "members")
    rows[0]["user"], rows[1]["user"] = rows[1]["user"], rows[0]["user"]
    world.put("clusters", KEY, "members", rows)


def member_in_both(world: World) -> None:
    """A member of a cluster that is set aside as well."""
    conversation = CLUSTERS.first(world, "members")["conversation"]
    row = {"facet": FACET, "conversation": conversation, "reason": "not_named"}
    world.append("clusters", KEY, "set_aside", row)


def top_of_four(world: World) -> None:
    """Each cluster of the middle gets a top cluster of its own."""
    rows = [row for row in world.rows("hierarchy", KEY, "nodes") if row["level"] < 2]
    tops = [{**row, "level": 2, "parent": None} for row in rows if row["level"] == 1]
    middle = [{**row, "parent": row["cluster"]} if row["level"] else row for row in rows]
    world.put("hierarchy", KEY, "nodes", middle + tops)


def childless(world: World) -> None:
    """A parent of nothing."""
    text = {"name": "Unnamed group", "description": "Other requests."}  # words of no one
    row = {**NODES.first(world, "nodes", level=1), **text, "cluster": 9, "size": 0, "users": 0}
    world.append("hierarchy", KEY, "nodes", row)


def map_of_others(world: World) -> None:
    """A stored map that is not the one by which the members were grouped."""
    rows = world.rows("clusters", KEY, "bridge")
    world.put("clusters", KEY, "bridge", [{**row, "weights": row["weights"][::-1]} for row in rows])


def map_of_no_numbers(world: World) -> None:
    """An entry of the map is no number, where no text of the window would show it."""
    rows = world.rows("clusters", KEY, "bridge")
    world.put("clusters", KEY, "bridge", [*rows[:-1], {**rows[-1], "weights": [NAN] * 4}])


def name_in_small_letters(world: World) -> None:
    """A topic's word is a name that its users write with a capital; its term has none."""
    for day in DAYS:
        rows = world.rows("facets", day, "facets")
        named = [row["request"].replace(TOPICS[0], "Quibblewick") for row in rows]
        world.put(
            "facets",
            day,
            "facets",
            [{**row, "request": text} for row, text in zip(rows, named, strict=True)],
        )
    CLUSTERS.set("terms", {"lemma": "quibblewick", "surface": "quibblewick"}, lemma=TOPICS[0])(
        world
    )


CLUSTERS_POISONS = [
    CLUSTERS.poison("accounting", "lost aside", CLUSTERS.drop("set_aside")),
    CLUSTERS.poison("accounting", "in both", member_in_both),
    CLUSTERS.poison(
        "pseudonyms",
        "raw id",
        everywhere(
            "conversation",
            RAW,
            ("clusters", "members"),
            ("embeddings", "multilingual"),
            ("facets", "facets"),
            ("embeddings", "embeddings"),
        ),
    ),
    CLUSTERS.poison("reasons", "free text", CLUSTERS.set("set_aside", {"reason": "odd"})),
    CLUSTERS.poison("users", "swapped", users_swapped),
    CLUSTERS.poison("sizes", "size", CLUSTERS.set("clusters", {"size": 99})),
    CLUSTERS.poison("sizes", "users", CLUSTERS.set("clusters", {"users": 99})),
    CLUSTERS.strict("thresholds", "users", min_users=9),
    CLUSTERS.strict("thresholds", "conversations", min_conversations=9),
    CLUSTERS.poison("texts", "eleven words", CLUSTERS.set("clusters", {"name": ELEVEN_WORDS})),
    CLUSTERS.poison("texts", "blank", CLUSTERS.set("clusters", {"description": " "})),
    CLUSTERS.poison("personal_data", "phone", CLUSTERS.set("clusters", {"name": PHONE})),
    CLUSTERS.poison(
        "personal_data", "digits", CLUSTERS.set("clusters", {"description": "Users like 4711."})
    ),
    CLUSTERS.poison("centroids", "lost", CLUSTERS.drop("centroids")),
    CLUSTERS.poison(
        "centroids", "not the mean", CLUSTERS.set("centroids", {"vector": [1.0, 0.0, 0.0, 0.0]})
    ),
    CLUSTERS.poison("centroids", "coherence", CLUSTERS.set("clusters", {"coherence": 0.5})),
    CLUSTERS.poison("centroids", "another map", map_of_others),
    CLUSTERS.poison("centroids", "map of no numbers", map_of_no_numbers),
    CLUSTERS.poison("centroids", "map of nothing", CLUSTERS.append("bridge", {"facet": "task"})),
    CLUSTERS.poison("centroids", "no number", CLUSTERS.set("centroids", {"vector": [NAN] * 4})),
    CLUSTERS.poison(
        "terms", "nobody's", CLUSTERS.append("terms", {"lemma": "zebra", "surface": "zebras"})
    ),
    CLUSTERS.poison("terms", "form", CLUSTERS.set("terms", {"surface": "garden of Wendell"})),
    CLUSTERS.poison("terms", "users", CLUSTERS.set("terms", {"users": 99})),
    CLUSTERS.poison("terms", "lost capital", name_in_small_letters),
    CLUSTERS.strict("terms", "too few", min_vocabulary_users=9),
]

HIERARCHY_POISONS = [
    NODES.poison("base", "renamed", NODES.set("nodes", {"name": "Other"}, level=0)),
    NODES.poison("parents", "childless", childless),
    NODES.poison("parents", "dangling", NODES.set("nodes", {"parent": 7}, level=2)),
    NODES.poison("sizes", "top", NODES.set("nodes", {"size": 99}, level=2)),
    NODES.poison("users", "top", NODES.set("nodes", {"users": 99}, level=2)),
    NODES.poison("levels", "no smaller", top_of_four),
    NODES.poison("texts", "eleven words", top_text("name", ELEVEN_WORDS)),
    NODES.poison("personal_data", "phone", top_text("description", PHONE), **ANY_WORD),
    NODES.poison("vocabulary", "nobody's word", top_text("name", "Describe the zebra")),
    NODES.strict("vocabulary", "too few", min_vocabulary_users=99),
]

POISONS: list[Poison] = CLUSTERS_POISONS + HIERARCHY_POISONS
