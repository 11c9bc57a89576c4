"""What can be wrong with audited summaries and with a release."""

from tests.gates import published, valid
from tests.gates.steps import (
    ANY_WORD,
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
from tests.gates.talks import node_id
from tests.gates.world import Row, World

SUMMARIES, RELEASE = At("audited_summaries"), At("published_insights")
NAN = float("nan")
LEAF, TOP, WITHHELD = (f"{KEY}:{FACET}:{at}" for at in ("0:0", "2:0", "1:1"))
OTHER_PARENT = f"{KEY}:{FACET}:1:3"
OWN_TEXT_OF_WITHHELD = {
    "name": "Describe recipe and castle",
    "description": "Users asked to describe recipe or castle.",
}
BASE_RATE = {"facet": "concern", "cluster": None}
FEW = {"stage": "conversations", "reason": "other"}
HIDDEN = {"size": None, "share": None, "lift": None, "suppressed": True}


def show(attribute: str, *places: published.Place, value: str | None = None) -> Step:
    """Show cells of an attribute in some places, with the numbers that are theirs."""

    def change(row: Row) -> Row:
        of_place = {place and node_id(*place): place for place in places}
        if row["facet"] != attribute or row["cluster"] not in of_place:
            return row
        if value is not None and row["value"] != value:
            return row
        return published.cell_row(of_place[row["cluster"]], attribute, row["value"], shown=True)

    def apply(world: World) -> None:
        rows = map(change, world.rows("audited_summaries", KEY, "breakdowns"))
        world.put("audited_summaries", KEY, "breakdowns", rows)

    return apply


def leaf_text(name: str, text: str) -> Step:
    """A text of a base cluster, as hierarchy and audit have it."""

    def apply(world: World) -> None:
        At("hierarchy").set("nodes", {name: text}, level=0, cluster=0)(world)
        SUMMARIES.set("clusters", {name: text}, id=LEAF)(world)

    return apply


def under(**policy: int) -> Poison:
    """Clusters that are too small for a policy, published with the numbers they have under it."""

    def apply(world: World) -> None:
        with published.in_force(published.POLICY.model_copy(update=policy)):
            valid.summaries(world)

    return Poison("audited_summaries", "thresholds", "conversations", apply, policy)


SUMMARIES_POISONS = [
    SUMMARIES.poison("nodes", "lost aside", SUMMARIES.drop("set_aside", reason="audit_failed")),
    SUMMARIES.poison("nodes", "size aside", SUMMARIES.set("set_aside", {"size": 1})),
    SUMMARIES.poison(
        "nodes",
        "withheld and not there",
        SUMMARIES.set("set_aside", {"reason": "text_withheld"}, reason="audit_failed"),
    ),
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
    SUMMARIES.poison("personal_data", "phone", top_text("name", PHONE), **ANY_WORD),
    SUMMARIES.poison(
        "names", "given name", top_text("name", "Describe gardens of Wendell"), **ANY_WORD
    ),
    SUMMARIES.poison(
        "names", "in a description", top_text("description", "Users asked Wendell."), **ANY_WORD
    ),
    SUMMARIES.poison("vocabulary", "nobody's word", top_text("name", "Describe the zebra")),
    SUMMARIES.poison("vocabulary", "of another cluster", top_text("description", "A river.")),
    SUMMARIES.poison("vocabulary", "of a base cluster", leaf_text("name", "Describe the piano")),
    SUMMARIES.strict("vocabulary", "too few users", min_vocabulary_users=13),
    SUMMARIES.poison(
        "pseudonyms",
        "in a text",
        top_text("description", f"Users as {HIDDEN_PSEUDONYM} asked."),
        **ANY_WORD,
    ),
    SUMMARIES.poison("sizes", "users", SUMMARIES.set("clusters", {"users": 99})),
    SUMMARIES.poison("sizes", "exact", SUMMARIES.set("clusters", {"size": 7}, id=LEAF)),
    SUMMARIES.strict("thresholds", "users", min_users=9),
    under(min_conversations=9),
    SUMMARIES.poison("parents", "none", SUMMARIES.set("clusters", {"parent": None}, id=LEAF)),
    SUMMARIES.poison(
        "parents", "other", SUMMARIES.set("clusters", {"parent": OTHER_PARENT}, id=LEAF)
    ),
    SUMMARIES.poison("shares", "half", SUMMARIES.set("clusters", {"share": 0.5})),
    SUMMARIES.poison("coordinates", "outside", SUMMARIES.set("clusters", {"x": 1.5})),
    SUMMARIES.poison("coordinates", "no number", SUMMARIES.set("clusters", {"y": NAN})),
    SUMMARIES.poison(
        "coordinates", "other weights", SUMMARIES.set("clusters", {"x": 0.2502}, id=TOP)
    ),
    SUMMARIES.poison("windows", "users", SUMMARIES.set("windows", {"users": 99})),
    SUMMARIES.poison("windows", "exact", SUMMARIES.set("windows", {"conversations": 67})),
    SUMMARIES.poison("windows", "kind", SUMMARIES.set("windows", {"kind": "day"})),
    SUMMARIES.poison("windows", "analyst", SUMMARIES.set("windows", {"analyst": "Some One"})),
    SUMMARIES.poison("windows", "coherent", SUMMARIES.set("windows", {"coherent": 2})),
    SUMMARIES.poison(
        "windows", "bound", SUMMARIES.set("windows", {"min_coherence": 1.5, "coherent": 0})
    ),
    SUMMARIES.poison("windows", "users asked for", SUMMARIES.set("windows", {"min_users": 9})),
    SUMMARIES.poison("accounts", "exact", SUMMARIES.set("accounts", {"conversations": 67})),
    SUMMARIES.poison("accounts", "window", SUMMARIES.set("accounts", {"window": "2026-10-05"})),
    SUMMARIES.poison(
        "accounts", "reason of few", SUMMARIES.set("accounts", {"reason": "superseded"}, **FEW)
    ),
    SUMMARIES.poison(
        "accounts",
        "reason of one user",
        SUMMARIES.set("accounts", {"reason": "below_min_users"}, stage="clusters", reason="other"),
    ),
    SUMMARIES.poison(
        "accounts", "added up wrongly", SUMMARIES.drop("accounts", reason="text_failed")
    ),
    SUMMARIES.strict("accounts", "users of a reason", min_cell_users=1),
    SUMMARIES.poison(
        "coherence", "exact", SUMMARIES.set("clusters", {"coherence": 0.9512}, id=LEAF)
    ),
    SUMMARIES.poison(
        "coherence", "of a parent", SUMMARIES.set("clusters", {"coherence": 0.5}, id=TOP)
    ),
    SUMMARIES.poison(
        "coherence", "no number", SUMMARIES.set("clusters", {"coherence": NAN}, id=LEAF)
    ),
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
    SUMMARIES.poison("breakdowns", "twice", SUMMARIES.append("breakdowns", {})),
    SUMMARIES.poison("breakdowns", "lost row", SUMMARIES.drop("breakdowns", suppressed=True)),
    SUMMARIES.strict("suppression", "conversations", min_cell_conversations=4),
    SUMMARIES.strict("suppression", "users", min_cell_users=5),
    SUMMARIES.poison(
        "suppression", "speaking", SUMMARIES.set("breakdowns", {"share": 0.1}, suppressed=True)
    ),
    SUMMARIES.poison("nesting", "below a hidden one", show("concern", (0, 4))),
    SUMMARIES.poison("derivable", "difference of two levels", show("concern", (2, 1))),
    SUMMARIES.poison(
        "derivable", "rest of a place", show("language", (2, 0), (1, 1), (0, 2), value="English")
    ),
]

RELEASE_POISONS = [
    RELEASE.poison("copies", "size", RELEASE.set("clusters", {"size": 98})),
    RELEASE.poison(
        "copies",
        "cell shown",
        RELEASE.set("breakdowns", {"size": 2, "suppressed": False}, suppressed=True),
    ),
    RELEASE.poison("copies", "lost row", RELEASE.drop("breakdowns")),
    RELEASE.poison(
        "copies",
        "reason told",
        RELEASE.set("accounts", {"reason": "superseded"}, reason="other"),
    ),
    RELEASE.poison("lineage", "lost row", RELEASE.drop("lineage")),
    RELEASE.poison("lineage", "stranger", RELEASE.append("lineage", {"cluster": "other"})),
    RELEASE.poison("lineage", "other stage", RELEASE.append("lineage", {"stage": "landing"})),
    RELEASE.poison("verdicts", "twice", RELEASE.append("verdicts", {})),
    RELEASE.poison("verdicts", "window", RELEASE.set("verdicts", {"window": "2026-10-05"})),
    RELEASE.poison("verdicts", "failed", RELEASE.set("verdicts", {"passed": False})),
    RELEASE.poison("verdicts", "lost stage", RELEASE.replace("verdicts", lambda t: t.slice(1))),
    RELEASE.poison(
        "rounding",
        "rows of a stage",
        RELEASE.set("lineage", {"rows_in": 15, "rows_set_aside": 1}, stage="hierarchy"),
    ),
    RELEASE.poison("accounting", "sum", RELEASE.set("lineage", {"rows_in": 2}, stage="hierarchy")),
    RELEASE.poison(
        "accounting",
        "other conversations",
        RELEASE.set("lineage", {"rows_in": 68, "rows_kept": 66}, stage="embeddings"),
    ),
    RELEASE.poison(
        "accounting",
        "other unclustered",
        RELEASE.set("lineage", {"rows_kept": 58, "rows_set_aside": 10}, stage="clusters"),
    ),
    RELEASE.poison("usage", "tokens", RELEASE.set("lineage", {"input_tokens": 130_001})),
    RELEASE.poison("usage", "dollars", RELEASE.set("lineage", {"usd": 0.0131})),
    RELEASE.poison("personal_data", "phone", top_text("name", PHONE)),
    RELEASE.poison("names", "given name", top_text("name", "Describe gardens of Wendell")),
    RELEASE.poison(
        "pseudonyms", "in the runs", RELEASE.set("lineage", {"runs": f'["{HIDDEN_PSEUDONYM}"]'})
    ),
]

POISONS: list[Poison] = SUMMARIES_POISONS + RELEASE_POISONS
