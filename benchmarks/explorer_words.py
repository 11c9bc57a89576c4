"""Names and descriptions of the synthetic clusters of explorer_release.py."""

from collections.abc import Mapping
from itertools import product

import numpy as np

from benchmarks.explorer_nodes import Nodes


def _listed(text: str) -> list[str]:
    return text.split("|")


#: Domain -> subjects. A subject is a middle level; leaves combine it with a verb and a setting.
DOMAINS: Mapping[str, str] = {
    "Software development": "Python scripts|React components|SQL queries|API clients|unit tests|"
    "shell commands|game engines|mobile screens|build pipelines|data structures",
    "Writing and editing": "cover letters|short stories|poems|blog posts|newsletters|speeches|"
    "product reviews|dialogue|essays|headlines",
    "Education": "lesson plans|chemistry homework|algebra problems|history summaries|vocabulary "
    "lists|reading questions|lab reports|grammar drills|exam revision|study schedules",
    "Business": "marketing copy|pitch decks|budgets|customer surveys|job descriptions|meeting "
    "notes|pricing pages|supplier contracts|sales e-mails|market research",
    "Data and statistics": "spreadsheets|charts|regression models|dashboards|survey data|time "
    "series|sampling plans|pivot tables|data cleaning|probability puzzles",
    "Health and wellbeing": "training plans|meal plans|sleep routines|first-aid questions|allergy "
    "advice|stretching exercises|medical notes|habit trackers|breathing exercises|vitamins",
    "Cooking": "bread recipes|vegetarian dinners|leftovers|cake icing|spice mixes|party menus|"
    "soups|grilling|pickles|school lunches",
    "Travel": "itineraries|rail journeys|packing lists|visa questions|city walks|camping trips|"
    "flight changes|language phrases|museum visits|road trips",
    "Law and administration": "tenancy questions|tax forms|legal clauses|complaint letters|privacy "
    "notices|pension forms|parking fines|company registration|copyright|wills",
    "Leisure and play": "board games|game worlds|crosswords|film lists|gardening|knitting patterns|"
    "football tactics|guitar chords|model railways|photo editing",
}
VERBS = _listed(
    "Debug|Explain|Plan|Review|Compare|Draft|Summarise|Translate|Design|Optimise|Practise|"
    "Teach|Refactor|Organise|Research|Simplify|Check|Rewrite|Estimate|Illustrate"
)
SETTINGS = _listed(
    "for beginners|for students|for a client|for small firms|under deadline|with examples|in "
    "production|at home|for a team|on a budget|step by step|for children|in plain words|with a "
    "checklist|for a portfolio|for older readers|from scratch|as a table|after a mistake|for a blog"
)
NEEDS = _listed(
    "structured steps|worked examples|short answers|a second opinion|a comparison of options|"
    "corrections in place|a checklist|a friendly tone|a formal tone|sources to read further|"
    "a table of results|gentle explanations|several versions|hints before solutions"
)
CONCERNS = _listed(
    "length|clarity|common mistakes|edge cases|deadlines|cost|audience|vocabulary|format|naming|"
    "accuracy|structure|ordering|safety|performance|layout|spelling|units|versions|style"
)


def texts(nodes: Nodes, at: int) -> tuple[list[str], list[str]]:
    """Names and descriptions; a later window changes some of the leaves' words."""
    generator = np.random.default_rng([11, at])
    settings = list(product(VERBS, SETTINGS))
    domains = list(DOMAINS)
    names: list[str] = []
    descriptions: list[str] = []
    for level, number, parent in zip(nodes.level, nodes.number, nodes.parent, strict=True):
        if level == 2:
            name = domains[number % len(domains)]
        elif level == 1:
            subjects = _listed(DOMAINS[names[parent]])
            subject = subjects[number % len(subjects)]
            name = f"{subject[0].upper()}{subject[1:]}"
        else:
            above = names[parent]
            shift = at if generator.random() < 0.05 else 0
            verb, setting = settings[(int(number) * 37 + shift * 13) % len(settings)]
            name = f"{verb} {above[0].lower()}{above[1:]} {setting}"
        names.append(name)
        descriptions.append(_description(name, int(level), generator))
    return names, descriptions


def _description(name: str, level: int, generator: np.random.Generator) -> str:
    subject = f"{name[0].lower()}{name[1:]}"
    first, second = generator.choice(len(NEEDS), 2, replace=False)
    about = [CONCERNS[at] for at in generator.choice(len(CONCERNS), 3, replace=False)]
    start = "Users asked to" if level == 0 else "A group of requests about"
    return (
        f"{start} {subject}, usually wanting {NEEDS[first]} and {NEEDS[second]}. Compared with "
        f"neighbouring clusters, they more often mentioned {about[0]}, {about[1]} and {about[2]}."
    )
