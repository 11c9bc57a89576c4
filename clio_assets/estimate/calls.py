"""How many calls of each verb a source will take, and how long they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from clio_assets.analyst.claude.verbs import assign, audit, deduplicate
from clio_assets.clusters.choose_k import choose_k
from clio_assets.clusters.name import NEIGHBOURS, SAMPLE
from clio_assets.domain.conversation import Conversation
from clio_assets.domain.facets import FacetDefinition
from clio_assets.estimate import typical
from clio_assets.estimate.measure import Measured
from clio_assets.estimate.requests import Rehearsal
from clio_assets.ground.windows import WindowKind, windows_of
from clio_assets.hierarchy.assign import CANDIDATES
from clio_assets.hierarchy.levels import level_sizes
from clio_assets.hierarchy.neighbourhoods import OUTSIDERS
from clio_assets.home.settings import Settings
from clio_assets.stages import STAGES
from privacy_checks.policy.model import PrivacyPolicy

#: Tokens of a reply: of its frame, of a field's name, and of what is said, by kind of facet.
_FRAME = 6
_FIELD = 5
_FACET = {"text": 26, "category": 4, "scale": 2, "languages": 3}
#: Tokens of a reply's part about one name and description, proposal, kept number, assigned child,
#: audited text.
_NAMED = 75
_PROPOSED = 55
_KEPT = 3
_ASSIGNED = 14
_AUDITED = 13

#: Shares of answers that are asked for once more, with what was wrong.
_EXTRACTED_AGAIN = 0.02
_NAMED_AGAIN = 0.08


@dataclass(frozen=True)
class Plan:
    """What decides how much there is to ask."""

    settings: Settings
    facets: Sequence[FacetDefinition]
    policy: PrivacyPolicy
    kind: WindowKind

    @property
    def asked(self) -> list[FacetDefinition]:
        """The facets that a model is asked for."""
        return [facet for facet in self.facets if facet.kind != "computed"]


@dataclass(frozen=True)
class Calls:
    """Calls of one verb in one stage, and the estimated tokens of all of them together."""

    stage: str
    verb: str
    calls: float
    input_tokens: float
    output_tokens: float


def calls_of(measured: Measured, plan: Plan) -> list[Calls]:
    """The calls of all stages, in their order, each verb once."""
    rehearsal = Rehearsal(plan.settings.claude)
    found = [*_of_conversations(measured, plan, rehearsal), *_of_windows(measured, plan, rehearsal)]
    summed: dict[tuple[str, str], Calls] = {}
    for one in found:
        key = (one.stage, one.verb)
        before = summed.get(key, Calls(*key, 0, 0, 0))
        summed[key] = Calls(
            *key,
            before.calls + one.calls,
            before.input_tokens + one.input_tokens,
            before.output_tokens + one.output_tokens,
        )
    order = list(STAGES)
    return sorted(summed.values(), key=lambda one: order.index(one.stage))


def _of_conversations(measured: Measured, plan: Plan, rehearsal: Rehearsal) -> Iterator[Calls]:
    """Screening, taken to let everything pass, and extraction; identical ones are asked once."""
    calls = measured.distinct
    text = measured.tokens * calls / max(measured.conversations, 1)
    nothing = [Conversation("", 1)]
    question = plan.settings.conversations.screener
    if question:
        rehearsal.analyst.screen(nothing, question)
        frame = rehearsal.tokens()
        yield Calls("conversations", "screen", calls, calls * frame + text, calls * _FRAME)
    list(rehearsal.analyst.extract(nothing, plan.asked))
    frame = rehearsal.tokens()
    reply = _FRAME + sum(_FIELD + _FACET[facet.kind] for facet in plan.asked)
    again = 1 + _EXTRACTED_AGAIN
    yield Calls(
        "facets", "extract", calls * again, (calls * frame + text) * again, calls * reply * again
    )


def _of_windows(measured: Measured, plan: Plan, rehearsal: Rehearsal) -> Iterator[Calls]:
    for days in windows_of(measured.days, plan.kind).values():
        conversations = sum(measured.days[day] for day in days)
        base = choose_k(conversations, plan.settings.clusters, plan.policy)
        for facet in plan.facets:
            if facet.clustered:
                yield from _of_clusters(base, facet, plan, rehearsal)


def _of_clusters(
    base: int, facet: FacetDefinition, plan: Plan, rehearsal: Rehearsal
) -> Iterator[Calls]:
    """Naming, hierarchy and audit of a window's clusters of one facet."""
    neighbours = [typical.cluster(facet, 1, []) for _ in range(min(NEIGHBOURS, base - 1))]
    named = typical.cluster(facet, SAMPLE, range(1, len(neighbours) + 1))
    rehearsal.analyst.name_clusters([named, *neighbours])
    frame = rehearsal.tokens(first_only=True)
    calls = base * (1 + _NAMED_AGAIN)
    yield Calls("clusters", "name_clusters", calls, calls * frame, calls * (_FRAME + _NAMED))
    sizes = [base, *level_sizes(base, plan.settings.hierarchy)]
    for below, above in pairwise(sizes):
        yield from _of_level(below, above, facet, plan, rehearsal)
    texts = sum(sizes)
    rehearsal.analyst.audit([typical.node(at).text for at in range(min(audit.AT_ONCE, texts))])
    calls = ceil(texts / audit.AT_ONCE)
    frame = rehearsal.tokens(first_only=True)
    reply = calls * _FRAME + texts * _AUDITED
    yield Calls("audited_summaries", "audit", calls, calls * frame, reply)


def _of_level(
    below: int, above: int, facet: FacetDefinition, plan: Plan, rehearsal: Rehearsal
) -> Iterator[Calls]:
    """One step of the hierarchy, from `below` clusters to `above` parents."""
    places = max(1, round(below / plan.settings.hierarchy.neighbourhood_size))
    size, wanted = ceil(below / places), max(1, round(above / places))
    outsiders = min(OUTSIDERS, below - size)
    rehearsal.analyst.propose([typical.neighbourhood(facet, size, outsiders, wanted)])
    reply: float = places * (_FRAME + wanted * _PROPOSED)
    yield Calls("hierarchy", "propose", places, places * rehearsal.tokens(), reply)
    proposals = places * wanted
    if places > 1:
        together = min(proposals, deduplicate.AT_ONCE)
        calls = ceil(proposals / deduplicate.AT_ONCE)
        rehearsal.analyst.deduplicate(typical.merging(facet, together, max(1, above // calls)))
        frame = rehearsal.tokens(first_only=True)
        reply = calls * _FRAME + above * _KEPT
        yield Calls("hierarchy", "deduplicate", calls, calls * frame, reply)
    candidates = min(CANDIDATES, proposals)
    rehearsal.analyst.assign(typical.assignments(assign.AT_ONCE, candidates))
    calls, frame = ceil(below / assign.AT_ONCE), rehearsal.tokens(first_only=True)
    yield Calls("hierarchy", "assign", calls, calls * frame, calls * _FRAME + below * _ASSIGNED)
    rehearsal.analyst.rename([typical.parent(facet, ceil(below / above))])
    parents = above * (1 + _NAMED_AGAIN)
    reply = parents * (_FRAME + _NAMED)
    yield Calls("hierarchy", "rename", parents, parents * rehearsal.tokens(), reply)
