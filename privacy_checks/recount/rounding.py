"""What a window's published numbers must be, worked out from the true ones by the public rules.

With base b, an atom (a base cluster, or the conversations in none) has the offset SHA-256 of
"window|facet|number of the cluster, or -1", modulo b.

- Its size s is published as b * floor((s + offset) / b), but at least as the lowest multiple whose
  sizes all reach the threshold.
- Its cells are differences of cumulative counts rounded in the same way, values in order and
  unknown ones last; what the threshold added to its size belongs to the largest cell.
- All else adds up from there. Users go to the nearest multiple, within bounds (see
  `published_users`).
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from privacy_checks.policy.model import PrivacyPolicy
from privacy_checks.recount.counting import Codes

#: In place of a base cluster's number: the conversations that are in none, and no atom at all.
UNCLUSTERED, NO_ATOM = -1, -2


@dataclass(frozen=True)
class Nesting:
    """Which place lies directly below which: `above` is -1 for windows.

    `leaf` is the number of an atom's base cluster, UNCLUSTERED, or NO_ATOM for places above those.
    `facets` names the clustered facet of each place, `published` says which are.
    """

    facets: list[str]
    above: Codes
    leaf: Codes
    published: np.ndarray

    @property
    def atoms(self) -> Codes:
        """The places that nothing lies below."""
        return np.flatnonzero(self.leaf != NO_ATOM)

    def generations(self) -> list[Codes]:
        """Places by their number of places above them, windows first."""
        found = [np.flatnonzero(self.above < 0)]
        while len(found[-1]):
            found.append(np.flatnonzero(np.isin(self.above, found[-1])))
        return found[:-1]

    @property
    def window(self) -> Codes:
        """The window that each place lies in; itself for one."""
        found = np.arange(len(self.above))
        for places in self.generations()[1:]:
            found[places] = found[self.above[places]]
        return found

    def summed(self, of_atoms: Codes) -> Codes:
        """Numbers of all places, given those of the atoms (first axis)."""
        found = np.zeros((len(self.above), *of_atoms.shape[1:]), dtype=np.int64)
        found[self.atoms] = of_atoms
        for places in self.generations()[:0:-1]:
            np.add.at(found, self.above[places], found[places])
        return found


def offsets_of_atoms(nesting: Nesting, window: str, base: int) -> Codes:
    """The offset of each atom."""
    found = []
    for atom in nesting.atoms.tolist():
        name = f"{window}|{nesting.facets[atom]}|{nesting.leaf[atom]}"
        found.append(int(hashlib.sha256(name.encode()).hexdigest(), 16) % base)
    return np.array(found, dtype=np.int64)


def published_sizes(nesting: Nesting, size: Codes, shift: Codes, policy: PrivacyPolicy) -> Codes:
    """Published sizes of all places. A window without clusters holds a conversation at least."""
    base, atoms = policy.rounding, nesting.atoms
    threshold = np.full(len(atoms), policy.min_conversations)
    unclustered = nesting.leaf[atoms] == UNCLUSTERED
    clustered = {nesting.facets[atom] for atom in atoms[~unclustered]}
    threshold[unclustered] = [nesting.facets[at] not in clustered for at in atoms[unclustered]]
    found = (size[atoms] + shift) // base * base
    whole_block = (threshold + shift + base - 1) // base * base
    return nesting.summed(np.where(threshold > 0, np.maximum(found, whole_block), found))


def published_cells(nesting: Nesting, count: Codes, shift: Codes, size: Codes, base: int) -> Codes:
    """Published numbers of all places (rows) by value (columns), given the published sizes."""
    atoms = nesting.atoms
    reached = np.zeros(len(atoms), dtype=np.int64)
    before = np.zeros(len(atoms), dtype=np.int64)
    found = np.zeros((len(atoms), count.shape[1]), dtype=np.int64)
    for value in range(count.shape[1]):
        reached = reached + count[atoms, value]
        rounded = (reached + shift) // base * base
        found[:, value] = rounded - before
        before = rounded
    if count.shape[1]:
        largest = count[atoms].argmax(axis=1)
        found[np.arange(len(atoms)), largest] += size[atoms] - before
    return nesting.summed(found)


def published_users(
    nesting: Nesting, people: Codes, size: Codes, shift: Codes, policy: PrivacyPolicy
) -> Codes:
    """Published users of all published places.

    The nearest multiple, of two the larger. Of clusters at least the lowest one that the threshold
    does not cut short. Not under those of any cluster below; and not more than what lies directly
    below holds, where a base cluster holds what fits the lower end of its block of sizes.
    """
    base, half = policy.rounding, policy.rounding // 2
    least = (policy.min_users + half + base - 1) // base * base
    most = np.zeros(len(size), dtype=np.int64)
    atoms = nesting.atoms
    most[atoms] = np.maximum((size[atoms] - shift + half) // base * base, 0)
    below = np.zeros(len(size), dtype=np.int64)
    found = np.zeros(len(size), dtype=np.int64)
    for places in reversed(nesting.generations()):
        above = nesting.above[places]
        near = (people[places] + half) // base * base
        near = np.maximum(near, np.where(above >= 0, least, 0))
        near = np.minimum(np.maximum(near, below[places]), most[places])
        shown = nesting.published[places]
        found[places] = np.where(shown, near, 0)
        most[places] = np.where(shown, near, most[places])
        inner = above >= 0
        np.add.at(most, above[inner], most[places][inner])
        np.maximum.at(below, above[inner], np.where(shown, near, below[places])[inner])
    return found
