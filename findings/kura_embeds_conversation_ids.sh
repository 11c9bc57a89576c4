#!/usr/bin/env bash
# kura 0.5.4 (an open implementation of the method of Clio) with pydantic 2.14.4.
#
# Summaries are embedded as `str(summary)`. The class writes a `__repr__` of its own, the text that was
# meant: summary, task and so on in tags, without the id. For most classes `str` falls back on that, but
# pydantic's models have a `__str__`, so it is never used. Seen on 2026-11-28, what is embedded is
# "summary='...' request=None topic=None ... chat_id='...' metadata={...} embedding=None".
#
# So two conversations with the same summary never have the same vector, and ids that begin with a day,
# a tenant or a user draw those together: the shorter the summary, the more. Ids go to the service that
# embeds, too. A subclass with `__str__ = ConversationSummary.__repr__` embeds what was meant.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
# kura imports these and asks for much more (umap, hdbscan, fastapi) that is not used here
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  instructor==1.17.0 pydantic==2.14.4 numpy==2.4.6 tqdm==4.70.1 diskcache==5.6.3 \
  rich==14.3.4 tenacity==9.2.1
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  --no-deps kura==0.5.4 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio

from kura.base_classes import BaseEmbeddingModel
from kura.embedding import embed_summaries
from kura.types import ConversationSummary

embedded: list[str] = []


class Recorder(BaseEmbeddingModel):
    """Stands in for the model that embeds, and keeps what it was given."""

    async def embed(self, texts: list[str]) -> list[list[float]]:
        embedded.extend(texts)
        return [[0.0] for _ in texts]

    def slug(self) -> str:
        return "recorder"


summaries = [
    ConversationSummary(
        chat_id=chat_id, summary="Asks how bread is made.", metadata={"turns": 3}
    )
    for chat_id in ("north-2026-11-27-0001", "south-2026-11-28-0001")
]
asyncio.run(embed_summaries(summaries, Recorder()))
print("embedded:", *embedded, sep="\n  ")
print("repr:", *repr(summaries[0]).splitlines(), sep="\n  ")
assert repr(summaries[0]) == repr(summaries[1]) and repr(summaries[0]).startswith("<summary>")
assert embedded[0] != embedded[1] and "<summary>" not in embedded[0]
for summary, text in zip(summaries, embedded, strict=True):
    assert f"chat_id='{summary.chat_id}'" in text and "embedding=None" in text


class Meant(ConversationSummary):
    __str__ = ConversationSummary.__repr__


embedded.clear()
meant = [Meant(**summary.model_dump()) for summary in summaries]
asyncio.run(embed_summaries(meant, Recorder()))
assert embedded == [repr(summaries[0])] * 2
PYTHON
