"""What can be wrong with an operator's own facets and fixed top level."""

import json
from dataclasses import replace
from typing import Any

import pyarrow as pa

from privacy_checks.stored.declared import (
    DEFAULT_FACETS,
    Declared,
    DeclaredAttribute,
    DeclaredCategory,
    DeclaredFacet,
)
from tests.gates.poisons_daily import QUOTED
from tests.gates.steps import FACET, KEY, PHONE, At, Poison, Step, extra_column, top_text
from tests.gates.talks import DAYS
from tests.gates.world import World

TALKS = "conversations"
FACETS, NODES, SUMMARIES = At("facets"), At("hierarchy"), At("audited_summaries")
OWN = (
    DeclaredFacet("mood", "category", values=("calm", "cross")),
    DeclaredFacet("effort", "scale"),
    DeclaredFacet("obstacle", "text"),
    DeclaredFacet("wanted_language", "languages"),
    DeclaredFacet("length", "computed"),
)
#: Words that nobody in the world wrote.
CATEGORIES = (
    DeclaredCategory("Play with zebras", "Everything about zebras and their owners."),
    DeclaredCategory("Repair submarines", "Everything about submarines."),
    DeclaredCategory("Count clouds", "Everything about clouds."),
)


def then(*steps: Step) -> Step:
    """One step after the other."""

    def apply(world: World) -> None:
        for step in steps:
            step(world)

    return apply


def own_facets(world: World) -> None:
    """One facet of each kind beside the default ones, declared and stored."""
    world.declared = Declared((*DEFAULT_FACETS, *OWN))
    for day in DAYS:
        talks = {row["conversation"]: row for row in world.rows("conversations", day, TALKS)}
        facets = world.stored["facets", day]["facets"]
        lengths = [len(talks[one]["transcript"]) for one in facets["conversation"].to_pylist()]
        for name, kind, values in (
            ("mood", pa.string(), ["calm", "cross"]),
            ("effort", pa.int8(), [1, 5]),
            ("obstacle", pa.string(), ["", "Could not find the right tool"]),
            ("wanted_language", pa.string(), ["Norwegian Bokmål"]),
            ("length", pa.int32(), lengths),
        ):
            column = [values[at % len(values)] for at in range(facets.num_rows)]
            field = pa.field(name, kind, nullable=False)
            facets = facets.append_column(field, pa.array(column, kind))
        world.stored["facets", day] = {**world.stored["facets", day], "facets": facets}


def own(values: dict[str, Any]) -> Step:
    """Own facets, and other values in the first row."""
    return then(own_facets, FACETS.set("facets", values))


def quoting(world: World) -> None:
    """A facet of the operator's own quotes its conversation."""
    own_facets(world)
    row = FACETS.first(world, "facets")
    transcript = f"<user>Oh {QUOTED} bread is fine.</user>"
    At("conversations").set(
        "conversations", {"transcript": transcript}, conversation=row["conversation"]
    )(world)
    said = {"obstacle": f"Asked: {QUOTED} it is good", "length": len(transcript)}
    FACETS.set("facets", said, conversation=row["conversation"])(world)


def without(name: str) -> Step:
    """A declared facet has no column."""
    return then(own_facets, FACETS.replace("facets", lambda t: t.drop_columns([name])))


def as_category(*values: str) -> Step:
    """The language is declared to be a category."""

    def apply(world: World) -> None:
        world.declared = Declared(
            tuple(
                replace(facet, kind="category", values=values)
                if facet.name == "language"
                else facet
                for facet in DEFAULT_FACETS
            )
        )

    return apply


def categories_at_the_top(world: World) -> None:
    """The two topmost groups are declared categories, made of words that nobody wrote."""
    world.declared = Declared(top_level=CATEGORIES)
    for cluster, category in enumerate(CATEGORIES[:2]):
        text = {"name": category.name, "description": category.description}
        NODES.set("nodes", text, level=2, cluster=cluster)(world)
        for stage in ("audited_summaries", "published_insights"):
            At(stage).set("clusters", text, id=f"{KEY}:{FACET}:2:{cluster}")(world)


def category_below(world: World) -> None:
    """A group below the top is called like a category."""
    categories_at_the_top(world)
    text = {"name": CATEGORIES[2].name, "description": CATEGORIES[2].description}
    NODES.set("nodes", text, level=1, cluster=0)(world)


def one_category_twice(world: World) -> None:
    """Both topmost groups are the same category."""
    categories_at_the_top(world)
    text = {"name": CATEGORIES[0].name, "description": CATEGORIES[0].description}
    NODES.set("nodes", text, level=2, cluster=1)(world)


HEADING = "Watch zebras and submarines"


def heading_at_the_top(world: World) -> None:
    """A top cluster is called by a declared heading: words that nobody in the world wrote."""
    world.declared = Declared(headings=(HEADING, "Count clouds"))
    top_text("name", HEADING)(world)


def heading_as_text_of_a_leaf(world: World) -> None:
    """A base cluster is called by a declared heading."""
    heading_at_the_top(world)
    for stage, table in (("clusters", "clusters"), ("hierarchy", "nodes")):
        at = {"cluster": 0} if stage == "clusters" else {"cluster": 0, "level": 0}
        At(stage).set(table, {"name": "Count clouds"}, **at)(world)


LINE = "Count clouds"


def line_of_a_leaf(world: World) -> None:
    """A base cluster is called by a declared line, and what is above tells of it in its words."""
    world.declared = Declared(lines=(LINE,))
    for stage, table in (("clusters", "clusters"), ("hierarchy", "nodes")):
        at = {"cluster": 0} if stage == "clusters" else {"cluster": 0, "level": 0}
        text = {"name": LINE, "description": "Users asked to count clouds."}
        At(stage).set(table, text, **at)(world)
    top_text("description", "Users asked to count clouds.")(world)


def french(world: World) -> None:
    """Nobody wrote English."""
    for day in DAYS:
        facets = world.stored["facets", day]["facets"]
        at = facets.schema.get_field_index("language")
        field = facets.schema.field(at)
        facets = facets.set_column(at, field, pa.array(["French"] * facets.num_rows))
        world.stored["facets", day] = {**world.stored["facets", day], "facets": facets}


def line_of_a_french_leaf(world: World) -> None:
    """A base cluster whose members wrote no English is called by a declared line."""
    line_of_a_leaf(world)
    french(world)


def leaf_text(column: str, text: str) -> Step:
    """What a base cluster is called, or told, in both stages."""
    return then(
        At("clusters").set("clusters", {column: text}, cluster=0),
        NODES.set("nodes", {column: text}, cluster=0, level=0),
    )


def declare_nothing(world: World) -> None:
    """The operator has taken the facets out of the configuration."""
    world.declared = Declared()


#: What the source says of conversations, by turns, and the labels that are made of it.
ATTRIBUTES = (
    DeclaredAttribute("model", "model", "category", top=3),
    DeclaredAttribute("plan", "metadata.plan", "category", ("free", "paid")),
    DeclaredAttribute("seconds", "latency_seconds", "number", bins=(1.0, 5.0, 30.0)),
)
SAID: tuple[dict[str, Any], ...] = (
    {"model": "swift-2", "plan": "free", "latency_seconds": "2.5"},
    {"model": "call +1 202 555 0143", "plan": "trial", "latency_seconds": 900},
    {"model": "x" * 61, "plan": None, "latency_seconds": "long"},
)
LABELS: tuple[dict[str, str | None], ...] = (
    {"model": "swift-2", "plan": "free", "seconds": "1 to under 5"},
    {"model": "other", "plan": "other", "seconds": "30 or more"},
    {"model": "other", "plan": None, "seconds": "other"},
)
#: Of each label the number that is stored, drawn into the range.
NUMBERS = (2.5, 30.0, None)


def own_attributes(world: World) -> None:
    """Three attributes, landed, declared and stored; an undeclared one is landed too."""
    world.declared = Declared(attributes=ATTRIBUTES)
    for day in DAYS:
        landed = world.stored["landing", "source"][f"landed_{day}"]
        said = [SAID[at % len(SAID)] for at in range(landed.num_rows)]
        rows = [
            {
                **row,
                "attributes": json.dumps(
                    {name: of for name, of in one.items() if name != "plan"} | {"region": "north"}
                ),
                "metadata": json.dumps({"plan": one["plan"]}),
            }
            for row, one in zip(landed.to_pylist(), said, strict=True)
        ]
        world.put("landing", "source", f"landed_{day}", rows)
        labels = [
            {"conversation": row["conversation"], **LABELS[at % len(LABELS)]}
            for at, row in enumerate(world.rows("conversations", day, TALKS))
        ]
        schema = pa.schema(
            [
                pa.field("conversation", pa.string(), nullable=False),
                *(pa.field(one.name, pa.string()) for one in ATTRIBUTES),
            ]
        )
        tables = world.stored["conversations", day]
        tables["attributes"] = pa.Table.from_pylist(labels, schema)
        numbers = pa.array([NUMBERS[at % len(NUMBERS)] for at in range(len(labels))], pa.float64())
        tables["numbers"] = pa.table(
            [tables["attributes"]["conversation"], numbers],
            schema=pa.schema([schema.field("conversation"), pa.field("seconds", pa.float64())]),
        )


def labelled(values: dict[str, Any], **where: Any) -> Step:
    """Own attributes, and another label in the first such row."""
    return then(own_attributes, At("conversations").set("attributes", values, **where))


def numbered(values: dict[str, Any], **where: Any) -> Step:
    """Own attributes, and another number in the first such row."""
    return then(own_attributes, At("conversations").set("numbers", values, **where))


def labels_without_a_row(world: World) -> None:
    """The last conversation has no labels."""
    own_attributes(world)
    world.put(
        "conversations", KEY, "attributes", world.rows("conversations", KEY, "attributes")[:-1]
    )


def undeclared_label(world: World) -> None:
    """What was landed beside the declared attributes is stored as well."""
    own_attributes(world)
    tables = world.stored["conversations", KEY]
    region = pa.array(["north"] * tables["attributes"].num_rows)
    tables["attributes"] = tables["attributes"].append_column("region", region)


def gone(table: pa.Table) -> None:
    """Instead of a table."""
    del table


def labels_of_nobodys(world: World) -> None:
    """The operator has taken the attributes out of the configuration."""
    own_attributes(world)
    world.declared = Declared()


POISONS: list[Poison] = [
    *(
        At("conversations").poison("attributes", what, labelled(values))
        for what, values in {
            "invented": {"model": "owl"},
            "of another attribute": {"model": "free"},
            "undeclared value": {"plan": "trial"},
            "personal data": {"model": "call +1 202 555 0143"},
            "long": {"model": "x" * 61},
        }.items()
    ),
    At("conversations").poison(
        "attributes",
        "of somebody else",
        labelled({"conversation": f"c_{'0' * 32}"}),
    ),
    At("conversations").poison("attributes", "left out", labels_without_a_row),
    *(
        At("conversations").poison("attributes", what, numbered(values, **where))
        for what, values, where in (
            ("another number", {"seconds": 2.75}, {"seconds": 2.5}),
            ("number as it was said", {"seconds": 900.0}, {"seconds": 30.0}),
            ("number of another label", {"seconds": 2.5}, {"seconds": 30.0}),
            ("number that is gone", {"seconds": None}, {"seconds": 30.0}),
            ("number of none", {"seconds": 2.5}, {"seconds": None}),
            ("no number at all", {"seconds": float("nan")}, {"seconds": 30.0}),
            ("number of somebody else", {"conversation": f"c_{'0' * 32}"}, {}),
        )
    ),
    FACETS.poison("categories", "undeclared", own({"mood": "furious"})),
    FACETS.poison("categories", "of another facet", own({"mood": "English"})),
    FACETS.poison("concern", "scale of six", own({"effort": 6})),
    FACETS.poison("personal_data", "own text", own({"obstacle": PHONE})),
    FACETS.poison("lengths", "own text", own({"obstacle": "word " * 200})),
    FACETS.poison("language", "own sentence", own({"wanted_language": "a" * 50})),
    FACETS.poison("carried", "own length", own({"length": 3})),
    Poison("facets", "shared_words", "own text", quoting, {"extractive_analysts": ()}),
    SUMMARIES.poison("breakdowns", "undeclared value", as_category("English", "Welsh")),
    NODES.poison(
        "top_level",
        "another text",
        then(
            categories_at_the_top,
            top_text("name", "Describe the garden"),
            top_text("description", "Users asked to describe a garden."),
        ),
    ),
    NODES.poison("top_level", "twice", one_category_twice),
    NODES.poison("vocabulary", "category below the top", category_below),
    NODES.poison(
        "vocabulary",
        "nearly a heading",
        then(heading_at_the_top, top_text("name", f"{HEADING} at night")),
    ),
    NODES.poison(
        "vocabulary",
        "heading as a description",
        then(heading_at_the_top, top_text("description", f"{HEADING}.")),
    ),
    NODES.poison("vocabulary", "heading of a base cluster", heading_as_text_of_a_leaf),
    NODES.poison("vocabulary", "line where users write English", line_of_a_leaf),
    NODES.poison(
        "vocabulary",
        "nearly a line",
        then(line_of_a_french_leaf, leaf_text("name", f"{LINE} at night")),
    ),
    NODES.poison(
        "vocabulary",
        "other words beside a line",
        then(line_of_a_french_leaf, leaf_text("description", "Users asked to count zebras.")),
    ),
    SUMMARIES.poison(
        "vocabulary",
        "nearly a heading",
        then(heading_at_the_top, top_text("name", f"{HEADING} at night")),
    ),
]

#: Tables of other columns than the declared facets ask for.
UNDECLARED = [
    FACETS.poison("columns", "own", then(own_facets, FACETS.replace("facets", extra_column))),
    FACETS.poison("columns", "nobody's", then(own_facets, declare_nothing)),
    At("conversations").poison("columns", "undeclared attribute", undeclared_label),
    At("conversations").poison("columns", "attributes of nobody's", labels_of_nobodys),
    At("conversations").poison(
        "columns",
        "undeclared number",
        then(own_attributes, At("conversations").replace("numbers", extra_column)),
    ),
    At("conversations").poison(
        "columns", "no numbers", then(own_attributes, At("conversations").replace("numbers", gone))
    ),
]
MISSING = [FACETS.poison("columns", f"no {facet.name}", without(facet.name)) for facet in OWN]
