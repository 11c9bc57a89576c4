"""How concerning a conversation is, 1 to 5, by what it resembles. Approximate, and English only.

Each level is described by requests that stand for it (concern_anchors.toml). A passage is
concerning if it lies nearer to a concerning anchor than to any benign one, and near enough: the
cosine must be at least NEAR if the passage holds a flag word, else FAR and by a margin. Its level
is the mean level of the concerning anchors, weighted by exp(cosine / SHARPNESS), so that the
nearest decide. The conversation's level is that of its most concerning passage: of the request
and of the best other sentences that hold a flag word.

Set on a part of CLINC150 (harmless commands to an assistant, where 2 or more is a false alarm) and
of hh-rlhf (attempts to make an assistant misbehave). The embedding model reads English: a request
in another language seldom resembles an anchor and then counts as benign.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from clio_assets.analyst.local.facets.request_and_task import Summary
from clio_assets.domain.embedder import Embedder
from privacy_checks.language.lemmas import content_lemmas

BENIGN: Final = 1

NEAR: Final = 0.38
FAR: Final = 0.50
_MARGIN_NEAR: Final = 0.0
_MARGIN_FAR: Final = 0.1
SHARPNESS: Final = 0.03

#: Sentences of a conversation that are judged beside its request.
_MORE_PASSAGES: Final = 3

_Levels = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Anchors:
    """Requests, the level each stands for, and the words that make a weak resemblance credible."""

    requests: tuple[str, ...]
    levels: _Levels
    flag_words: frozenset[str]


def concern_levels(summaries: Sequence[Summary], embedder: Embedder) -> list[int]:
    """Level of each conversation, 1 to 5; 1 where the user wrote nothing."""
    passages = [passages_of(summary) for summary in summaries]
    distinct = list(dict.fromkeys(text for texts in passages for text in texts))
    levels = dict(zip(distinct, _judge(distinct, embedder), strict=True))
    return [max((levels[text] for text in texts), default=BENIGN) for texts in passages]


def passages_of(summary: Summary) -> list[str]:
    """What is judged: the request, and the best of the other sentences that hold a flag word."""
    flagged = [text for text in summary.said if text != summary.request and _flagged(text)]
    return [text for text in (summary.request, *flagged[:_MORE_PASSAGES]) if text]


def _judge(passages: Sequence[str], embedder: Embedder) -> list[int]:
    if not passages:
        return []
    anchors = _anchors()
    benign = anchors.levels == BENIGN
    # in double precision, so that the shape of the product cannot tip a level
    similarity = _vectors(embedder, passages) @ _vectors(embedder, anchors.requests).T
    concerning: _Floats = similarity[:, ~benign]
    nearest = concerning.max(axis=1)
    lead = nearest - similarity[:, benign].max(axis=1)
    flagged = np.array([_flagged(text) for text in passages])
    credible = np.where(
        flagged,
        (nearest >= NEAR) & (lead >= _MARGIN_NEAR),
        (nearest >= FAR) & (lead >= _MARGIN_FAR),
    )
    weights = np.exp((concerning - nearest[:, None]) / SHARPNESS)
    mean = weights @ anchors.levels[~benign] / weights.sum(axis=1)
    levels = np.where(credible, np.floor(mean + 0.5), BENIGN)
    return [int(level) for level in levels]


def _vectors(embedder: Embedder, texts: Sequence[str]) -> _Floats:
    return embedder.embed(texts).astype(np.float64)


def _flagged(text: str) -> bool:
    return not _anchors().flag_words.isdisjoint(content_lemmas(text))


@cache
def _anchors() -> _Anchors:
    source = files("clio_assets.analyst.local.facets").joinpath("concern_anchors.toml")
    described: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    pairs = [(text, at["concern"]) for at in described["level"] for text in at["anchors"]]
    return _Anchors(
        tuple(text for text, _ in pairs),
        np.array([level for _, level in pairs], dtype=np.int64),
        frozenset(described["flag_words"].split()),
    )
