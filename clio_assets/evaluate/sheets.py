"""The sheet of each evaluation, from its JSON form alone: nothing else can get into it."""

from typing import Any

from clio_assets.evaluate.page.sheet import Bars, Figure, Heat, Sheet, Stacks, Table

_RATINGS = ("1 identifies a person", "2", "3", "4", "5 no one")
_MOST_BARS = 25
_MOST_ROWS = 25
_MOST_HEAT = 18


def clusters_sheet(found: dict[str, Any]) -> Sheet:
    """Of `clio evaluate clusters`."""
    leaves, top, told = found["levels"][0], found["levels"][-1], found["reconstruction"]
    figures = [
        Figure("Purity", leaves["purity"], "base clusters: members with the commonest label"),
        Figure("V-measure", leaves["v_measure"], "base clusters: one label each, one cluster each"),
        Figure("Adjusted Rand index", leaves["ari"], "pairs kept together, beyond chance"),
        Figure("Coverage", leaves["coverage"], "labelled conversations in a published cluster"),
        Figure("Accuracy from names", told["accuracy"], "labels told from names and descriptions"),
        Figure("Macro F1 from names", told["macro_f1"], "the same, every label counted alike"),
    ]
    languages = told["per_language"]
    charts: list[Bars | Heat] = [
        Bars(
            "Each level against the labels",
            "V-measure: 1 where every cluster has one label and every label one cluster.",
            [
                (f"level {one['level']}, {one['clusters']:,} clusters", one["v_measure"], "")
                for one in found["levels"]
            ],
        ),
        Bars(
            "Labels told from names, by language",
            "Share of conversations whose cluster's text is most like their own label.",
            [
                (language, one["accuracy"], f"of {one['conversations']:,}")
                for language, one in list(languages.items())[:_MOST_BARS]
            ],
        ),
    ]
    of_parents = found.get("reconstruction_of_parents", {"confusion": [], "labels": {}})
    charts += _confusion(told) + _confusion(of_parents)
    return Sheet(
        "How well clusters follow known labels",
        [*_about(found), _matched(found["labels"]), *_parents(found, top)],
        figures,
        charts,
        [_levels(found["levels"]), _confused(told["confusion"]), _impure(found["least_pure"])],
        (
            "Labels are one way of grouping among many. A cluster that parts a label in two, or "
            "joins two, may be right for another purpose.",
            "What is in no published cluster counts in the coverage alone.",
            "Accuracy from names depends on the embedder that compares texts, and on how well the "
            "labels' own names say what they mean.",
        ),
    )


def names_sheet(found: dict[str, Any]) -> Sheet:
    """Of `clio evaluate names`."""
    grouped = found["by_the_embedder_that_grouped_them"]
    return Sheet(
        "How well names tell clusters apart",
        [
            *_about(found),
            f"{found['members']:,} members of {found['clusters']:,} base clusters were ranked; "
            f"{found['held_out']:,} of them were not among the examples a namer is shown.",
        ],
        [
            Figure("Hit at 1", found["hit_at_1"], f"by {found['encoder']}"),
            Figure("Mean reciprocal rank", found["mean_reciprocal_rank"], "1 = always first"),
            Figure("Nearest other name", found["distinctness"], "mean cosine; lower is better"),
            Figure("Hit at 1, embedder", grouped["hit_at_1"], "by the embedder that grouped them"),
        ],
        [
            Bars(
                "Members that find their own name",
                "Share of members whose own cluster's name is the most alike, by encoder.",
                [
                    (one["encoder"], one["hit_at_1"], f"mean reciprocal rank {one[_RANK]:.3f}")
                    for one in (found, grouped)
                ],
            ),
            Bars(
                "Forms of names",
                "Share of base clusters' names of each form; a name may have several or none.",
                [
                    (form.replace("_", " "), count / max(1, found["clusters"]), f"{count:,} names")
                    for form, count in found["forms"].items()
                ],
            ),
        ],
        limits=(
            "A name that is found is distinct, not yet right or well put: people have to say that.",
            "Pieces of words see spelling: a name in other words than its members scores low, and "
            "the local analyst, whose names are made of members' words, gains by it.",
            "The local analyst counts the words of all members, so none of them is unknown to it.",
        ),
    )


_RANK = "mean_reciprocal_rank"


def languages_sheet(found: dict[str, Any]) -> Sheet:
    """Of `clio evaluate languages`."""
    return Sheet(
        "Whether topics meet across languages",
        [*_about(found), _matched(found["labels"])],
        [
            Figure(
                "V-measure, topic", found["v_topic"], "clusters against topics; higher is better"
            ),
            Figure("V-measure, language", found["v_language"], "clusters against languages"),
            Figure("Topics themselves", found["truth_v_language"], "topics against languages"),
            Figure("Joined", found["joined"], "others in their topic's main English cluster"),
        ],
        [
            Bars(
                "Requests that join their topic's main English cluster",
                "Share of the requests in each language.",
                [
                    (language, one["joined"], f"of {one['conversations']:,}")
                    for language, one in list(found["per_language"].items())[:_MOST_BARS]
                ],
            )
        ],
        limits=(
            "Languages are those of the language facet, which may be wrong for short requests.",
            "Some topics belong to a language: clusters against languages need not reach 0, but "
            "what the topics themselves have.",
        ),
    )


def privacy_sheet(found: dict[str, Any]) -> Sheet:
    """Of `clio evaluate privacy`."""
    layers = found["layers"]
    return Sheet(
        "How far texts identify somebody, layer by layer",
        [*_about(found), "Each text was rated by the analyst's own audit, 1 to 5."],
        [
            Figure(one["layer"].capitalize(), one["identifying"], _rated(one, found["limit"]))
            for one in layers
        ],
        [
            Stacks(
                "Ratings of each layer",
                "From raw conversations to what is published (paper, figure 5).",
                _RATINGS,
                [
                    (one["layer"], list(one["shares"].values()), f"{one['rated']:,} rated")
                    for one in layers
                ],
            )
        ],
        [
            Table(
                "Shares by rating",
                "Of the texts that were rated.",
                ("layer", "texts", "rated", "not rated", "1", "2", "3", "4", "5"),
                [
                    (
                        *(one[name] for name in ("layer", "texts", "rated", "unrated")),
                        *one["shares"].values(),
                    )
                    for one in layers
                ],
            )
        ],
        (
            "The audit rates itself here: what it overlooks counts as harmless in every layer. "
            "How much that is, clio evaluate auditor says.",
            "The local audit looks at form; a long transcript has more of it than a name.",
        ),
    )


def auditor_sheet(found: dict[str, Any]) -> Sheet:
    """Of `clio evaluate auditor`."""
    kinds = found["kinds"]
    return Sheet(
        "Whether the audit tells harmless texts from identifying ones",
        [
            f"{found['texts']:,} generated texts, half of them with one identifying sentence, "
            f"judged by the {found['analyst']} analyst's audit; {found['limit']} and above pass.",
        ],
        [
            Figure("Accuracy", found["accuracy"], "judged rightly (paper: 0.98)"),
            Figure("Clean", found["clean"], "clean texts that pass"),
            Figure("Broken", found["broken"], "broken texts that do not"),
        ],
        [
            Bars(
                "Judged rightly, by kind",
                "Clean texts that pass, and broken ones that do not.",
                [
                    (kind.replace("_", " "), one["accuracy"], f"of {one['texts']:,}")
                    for kind, one in kinds.items()
                ],
            ),
            Stacks(
                "Ratings, by kind",
                "Share of the texts of each kind at each rating.",
                _RATINGS,
                [
                    (
                        kind.replace("_", " "),
                        list(one["ratings"].values()),
                        f"{one['texts']:,} texts",
                    )
                    for kind, one in kinds.items()
                ],
            ),
        ],
        limits=(
            "The texts are made by templates: real leaks come in more shapes than these.",
            "Before the audit, detectors and the support of words keep out most of what is tried "
            "here; this measures the audit alone.",
        ),
    )


def stability_sheet(found: dict[str, Any]) -> Sheet:
    """Of `clio evaluate stability`."""
    seeds, parts = found["seeds"], found["resamples"]
    return Sheet(
        "Whether base clusters come out alike",
        [
            *_about(found),
            f"{found['conversations']:,} conversations were grouped {seeds['runs']} times with "
            f"other seeds, and {parts['runs']} times leaving out another fifth of them.",
        ],
        [
            Figure("ARI, seeds", seeds["ari"], "pairs of runs, everything grouped"),
            Figure("V-measure, seeds", seeds["v_measure"], "the same"),
            Figure("ARI, resamples", parts["ari"], "pairs of runs, on what both hold"),
            Figure("V-measure, resamples", parts["v_measure"], "the same"),
        ],
        [
            Bars(
                "Agreement of two runs",
                "Means over all pairs.",
                [
                    (f"{name} {what}", one[key], f"{one['pairs']} pairs")
                    for name, one in (("Seeds,", seeds), ("Resamples,", parts))
                    for what, key in (("ARI", "ari"), ("V-measure", "v_measure"))
                ],
            )
        ],
        limits=(
            "Steady clusters need not be good ones, and V-measure is high for many small clusters.",
            "Only the grouping is repeated: facets, vectors and names stay as they are.",
        ),
    )


def _about(found: dict[str, Any]) -> list[str]:
    return [f"Window {found['window']}, facet {found['facet']}, analyst {found['analyst']}."]


def _matched(labels: dict[str, Any]) -> str:
    words = f"{labels['matched']:,} of {labels['given']:,} labels were matched to a conversation"
    if labels["unmatched"]:
        words += f"; {labels['unmatched']:,} belong to none that was landed"
    if labels["without"]:
        words += f"; {labels['without']:,} records have no label"
    return f"{words}."


def _parents(found: dict[str, Any], top: dict[str, Any]) -> list[str]:
    if "parents" not in found or top["against"] != "parents":
        return []
    return [f"The top level is compared with the parents: {_matched(found['parents'])}"]


def _rated(layer: dict[str, Any], limit: int) -> str:
    return f"rated under {limit}, of {layer['rated']:,}"


def _levels(levels: list[dict[str, Any]]) -> Table:
    return Table(
        "Levels",
        "Level 0 are the base clusters. Figures are over the covered conversations.",
        ("level", "clusters", "compared with", "purity", "V-measure", "ARI", "coverage"),
        [
            (
                str(one["level"]),
                *(one[name] for name in ("clusters", "against")),
                *(one[name] for name in ("purity", "v_measure", "ari", "coverage")),
            )
            for one in levels
        ],
    )


def _confused(confusion: list[dict[str, Any]]) -> Table:
    rows = [(one["label"], one["guessed"], one["conversations"]) for one in confusion]
    return Table(
        "What is taken for what",
        f"The {min(_MOST_ROWS, len(rows))} largest confusions when labels are told from names.",
        ("label", "taken for", "conversations"),
        rows[:_MOST_ROWS],
    )


def _impure(rows: list[dict[str, Any]]) -> Table:
    return Table(
        "Least pure base clusters",
        "Published names, with the share of labelled members that have the commonest label.",
        ("name", "labelled members", "purity"),
        [(one["name"], one["conversations"], one["purity"]) for one in rows],
    )


def _confusion(told: dict[str, Any]) -> list[Heat]:
    """A picture of the whole where there are few labels; none where there are many, or one."""
    labels = told["labels"]
    names = list(labels)
    if not 2 <= len(names) <= _MOST_HEAT:
        return []
    wrong = {(one["label"], one["guessed"]): one["conversations"] for one in told["confusion"]}
    shares = []
    for name in names:
        of = {guess: wrong.get((name, guess), 0) for guess in names if guess != name}
        right = labels[name] - sum(of.values())
        shares.append([(right if n == name else of[n]) / max(1, labels[name]) for n in names])
    says = "Each row is a label; fuller cells hold more of its conversations."
    return [Heat("Labels and what they are taken for", says, names, names, shares)]
