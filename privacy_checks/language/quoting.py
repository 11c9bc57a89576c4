"""Whether a facet quotes its conversation: how many consecutive words they share.

A facet describes; it does not quote. Words are compared case-folded and in the one spelling that
detectors read (NFKC, nothing invisible). In scripts without spaces every character counts as half
a word, so that eight words are sixteen characters.
"""

from collections.abc import Iterator, Sequence

from privacy_checks.language.lemmas import is_unspaced, tokens
from privacy_checks.language.normalise import normalise
from privacy_checks.language.transcript import spoken


def shares_run(facet: str, transcript: str, words: int) -> bool:
    """Whether facet and transcript share a run of at least that many consecutive words."""
    own = _units(facet)
    if sum(halves for _, halves in own) < 2 * words:
        return False
    return any(run >= 2 * words for run in _shared_runs(own, _units(spoken(transcript))))


def _units(text: str) -> list[tuple[str, int]]:
    """Words with their length in half words: 2, or 1 for a character of a script without spaces."""
    units: list[tuple[str, int]] = []
    for token in tokens(normalise(text).text.casefold()):
        if is_unspaced(token):
            units.extend((character, 1) for character in token)
        else:
            units.append((token, 2))
    return units


def _shared_runs(own: Sequence[tuple[str, int]], other: Sequence[tuple[str, int]]) -> Iterator[int]:
    """For each place in `other`, the length in half words of the longest run of `own` ending there.

    A suffix automaton of `own` reads `other` once (Blumer et al. 1985).
    """
    links, lengths, steps = _suffix_automaton([unit for unit, _ in own])
    ends = [0]
    for _, halves in other:
        ends.append(ends[-1] + halves)
    state = length = 0
    for at, (unit, _) in enumerate(other, start=1):
        while state and unit not in steps[state]:
            state = links[state]
            length = lengths[state]
        if unit in steps[state]:
            state = steps[state][unit]
            length += 1
            yield ends[at] - ends[at - length]


def _suffix_automaton(
    units: Sequence[str],
) -> tuple[list[int], list[int], list[dict[str, int]]]:
    """Suffix links, longest lengths and transitions of the states; state 0 is the empty run."""
    links, lengths = [-1], [0]
    steps: list[dict[str, int]] = [{}]
    last = 0
    for unit in units:
        current = len(links)
        links.append(0)
        lengths.append(lengths[last] + 1)
        steps.append({})
        state = last
        while state >= 0 and unit not in steps[state]:
            steps[state][unit] = current
            state = links[state]
        if state >= 0:
            then = steps[state][unit]
            if lengths[then] > lengths[state] + 1:
                split = len(links)
                links.append(links[then])
                lengths.append(lengths[state] + 1)
                steps.append(dict(steps[then]))
                while state >= 0 and steps[state].get(unit) == then:
                    steps[state][unit] = split
                    state = links[state]
                links[then] = then = split
            links[current] = then
        last = current
    return links, lengths, steps
