"""What can be wrong with audited summaries and with a release."""

from collections.abc import Callable

from tests.gates.steps import (
    ELEVEN_WORDS,
    FACET,
    HIDDEN_PSEUDONYM,
    KEY,
    PHONE,
    At,
    Poison,
    Step,
    top_text,
)
from tests.gates.world import Row, World

SUMMARIES, RELEASE = At("audited_summaries"), At("published_insights")
NAN = float("nan")
LEAF, TOP, WITHHELD = (f"{KEY}:{FACET}:{at}" for at in ("0:0", "2:0", "1:1"))
OTHER_PARENT = f"{KEY}:{FACET}:1:3"
OWN_TEXT_OF_WITHHELD = {
    "name": "Describe things of kind b1",
    "description": "Users asked to describe recipe and castle.",
}
BASE_RATE = {"facet": "concern", "cluster": None}
HIDDEN = {"size": None, "share": None, "lift": None, "suppressed": True}


def hide(place: str | None) -> Step:
    """Suppress all cells of one attribute in one place, and nothing with them."""
    return _each_cell(
        lambda row: row | HIDDEN if (row["facet"], row["cluster"]) == ("concern", place) else row
    )


def one_alone(world: World) -> None:
    """One conversation in a third language; of the window's languages it alone is hidden."""
    rare = world.rows("clusters", KEY, "set_aside")[0]["conversation"]
    for stage, key in [at for at in world.stored if at[0] == "facets"]:
        rows = world.rows(stage, key, "facets")
        for row in rows:
            if row["conversation"] == rare:
                row["language"] = "Welsh"
        world.put(stage, key, "facets", rows)
    SUMMARIES.append(
        "breakdowns", HIDDEN | {"facet": "language", "cluster": None, "value": "Welsh"}
    )(world)
    _each_cell(_with_the_languages_of_the_window)(world)


def _with_the_languages_of_the_window(row: Row) -> Row:
    size = {"English": 58, "French": 8}.get(row["value"])
    if row["facet"] != "language" or row["cluster"] is not None or size is None:
        return row
    return row | {"size": size, "share": size / 67, "lift": 1.0, "suppressed": False}


def _each_cell(change: Callable[[Row], Row]) -> Step:
    def apply(world: World) -> None:
        rows = map(change, world.rows("audited_summaries", KEY, "breakdowns"))
        world.put("audited_summaries", KEY, "breakdowns", rows)

    return apply


SUMMARIES_POISONS = [
    SUMMARIES.poison("nodes", "lost aside", SUMMARIES.drop("set_aside", reason="audit_failed")),
    SUMMARIES.poison("nodes", "size aside", SUMMARIES.set("set_aside", {"size": 1})),
    SUMMARIES.poison("nodes", "window", SUMMARIES.set("clusters", {"window": "2026-10-05"})),
    SUMMARIES.poison(
        "reasons",
        "free text",
        SUMMARIES.set("set_aside", {"reason": "odd"}, reason="audit_failed"),
    ),
    SUMMARIES.poison("audit", "two", SUMMARIES.set("clusters", {"audit": 2})),
    SUMMARIES.poison("audit", "six", SUMMARIES.set("clusters", {"audit": 6})),
    SUMMARIES.poison("own_texts", "other", SUMMARIES.set("clusters", {"name": "Other"}, id=LEAF)),
    SUMMARIES.poison(
        "own_texts",
        "withheld one shown",
        SUMMARIES.set("clusters", OWN_TEXT_OF_WITHHELD, id=WITHHELD),
    ),
    SUMMARIES.poison("texts", "eleven words", top_text("name", ELEVEN_WORDS)),
    SUMMARIES.poison("personal_data", "phone", top_text("name", PHONE)),
    SUMMARIES.poison(
        "pseudonyms", "in a text", top_text("description", f"Users as {HIDDEN_PSEUDONYM} asked.")
    ),
    SUMMARIES.poison("sizes", "users", SUMMARIES.set("clusters", {"users": 99})),
    SUMMARIES.strict("thresholds", "users", min_users=9),
    SUMMARIES.strict("thresholds", "conversations", min_conversations=9),
    SUMMARIES.poison("parents", "none", SUMMARIES.set("clusters", {"parent": None}, id=LEAF)),
    SUMMARIES.poison(
        "parents", "other", SUMMARIES.set("clusters", {"parent": OTHER_PARENT}, id=LEAF)
    ),
    SUMMARIES.poison("shares", "half", SUMMARIES.set("clusters", {"share": 0.5})),
    SUMMARIES.poison("coordinates", "outside", SUMMARIES.set("clusters", {"x": 1.5})),
    SUMMARIES.poison("coordinates", "no number", SUMMARIES.set("clusters", {"y": NAN})),
    SUMMARIES.poison("windows", "users", SUMMARIES.set("windows", {"users": 99})),
    SUMMARIES.poison("windows", "kind", SUMMARIES.set("windows", {"kind": "day"})),
    SUMMARIES.poison("windows", "analyst", SUMMARIES.set("windows", {"analyst": "Some One"})),
    SUMMARIES.poison("breakdowns", "size", SUMMARIES.set("breakdowns", {"size": 99}, **BASE_RATE)),
    SUMMARIES.poison("breakdowns", "lift", SUMMARIES.set("breakdowns", {"lift": 2.0}, **BASE_RATE)),
    SUMMARIES.poison(
        "breakdowns", "no number", SUMMARIES.set("breakdowns", {"size": None}, **BASE_RATE)
    ),
    SUMMARIES.poison(
        "breakdowns",
        "nobody's value",
        SUMMARIES.append("breakdowns", HIDDEN | {"facet": "language", "value": "Welsh"}),
    ),
    SUMMARIES.strict("suppression", "conversations", min_cell_conversations=4),
    SUMMARIES.strict("suppression", "users", min_cell_users=4),
    SUMMARIES.poison(
        "suppression", "speaking", SUMMARIES.set("breakdowns", {"share": 0.1}, suppressed=True)
    ),
    SUMMARIES.poison("derivable", "one of a place", one_alone),
    SUMMARIES.poison("derivable", "one below a place", hide(LEAF)),
    SUMMARIES.poison("derivable", "sum of what is below", hide(TOP)),
    SUMMARIES.poison("derivable", "share behind a lift", hide(None)),
]

RELEASE_POISONS = [
    RELEASE.poison("copies", "size", RELEASE.set("clusters", {"size": 99})),
    RELEASE.poison(
        "copies",
        "cell shown",
        RELEASE.set("breakdowns", {"size": 1, "suppressed": False}, suppressed=True),
    ),
    RELEASE.poison("copies", "lost window", RELEASE.drop("windows")),
    RELEASE.poison("lineage", "lost row", RELEASE.drop("lineage")),
    RELEASE.poison("lineage", "stranger", RELEASE.append("lineage", {"cluster": "other"})),
    RELEASE.poison("verdicts", "failed", RELEASE.set("verdicts", {"passed": 1})),
    RELEASE.poison("verdicts", "lost stage", RELEASE.replace("verdicts", lambda t: t.slice(1))),
    RELEASE.poison("trends", "small", RELEASE.set("trends", {"size": 1}, suppressed=False)),
    RELEASE.poison("trends", "speaking", RELEASE.set("trends", {"size": 4}, suppressed=True)),
    RELEASE.poison("trends", "stranger", RELEASE.set("trends", {"cluster": "other"})),
    RELEASE.poison("personal_data", "phone", top_text("name", PHONE)),
    RELEASE.poison(
        "pseudonyms", "in the runs", RELEASE.set("lineage", {"runs": f'["{HIDDEN_PSEUDONYM}"]'})
    ),
]

POISONS: list[Poison] = SUMMARIES_POISONS + RELEASE_POISONS
