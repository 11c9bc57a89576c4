"""A candidate for a cluster's name, and when it counts as one."""

from dataclasses import dataclass

#: A phrase takes this share of the cluster's users, and no fewer than so many.
MIN_SHARE = 0.03
MIN_USERS = 3
#: How much the share of users who say a phrase counts beside how well it finds the cluster.
SUPPORT_POWER = 0.25
#: Candidates kept.
KEPT = 12


@dataclass(frozen=True)
class Candidate:
    """A phrase with what speaks for it.

    `template`: do, for, about, value, learn, talk, greet, mixed, wh, whether (English) or native
    (another language).
    `fitness`: how well its lemmas find the cluster. `joins`: it can stand beside another in one
    name. `asked_how`: most of those who wished it asked how to do it. `gapped`: most who said it
    had another word where it steps over one. `whole`: it is a member's whole request.
    """

    template: str
    lemmas: frozenset[str]
    words: tuple[str, ...]
    score: float
    fitness: float
    joins: bool = True
    asked_how: bool = False
    gapped: bool = False
    whole: bool = False


def best_first(found: list[Candidate]) -> list[Candidate]:
    """The candidates by score; ties by their words."""
    return sorted(found, key=lambda one: (-one.score, one.template, one.words))
