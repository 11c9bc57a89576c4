#!/usr/bin/env bash
# kura 0.5.4 (an open implementation of the method of Clio), SummaryModel with DiskCacheStrategy.
#
# The cache of summaries, which the first example of the documentation has, is looked up by the words of
# the conversation, the prompt and the like. What it keeps is the whole result, with the conversation's
# id and metadata. Seen on 2026-11-28: when another conversation has the same words ("hi", a copied
# prompt, a health check), its summary comes with the id and the metadata of the first one. The second
# conversation is in no cluster, the first one is in twice, and the second's day, user and product
# are those of somebody else. Every run after the first is touched, so daily ones most of all.
#
# Set `chat_id` and `metadata` of each summary from the conversation at the same place of the list
# (without a console; with one, the order is lost too).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
# kura imports these and asks for much more (umap, hdbscan, fastapi) that is not used here
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  instructor==1.17.0 numpy==2.4.6 tqdm==4.70.1 diskcache==5.6.3 rich==14.3.4 tenacity==9.2.1
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  --no-deps kura==0.5.4 2>/dev/null
TQDM_DISABLE=1 "$folder/venv/bin/python" - "$folder/cache" <<'PYTHON'
import asyncio
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import instructor
from kura.cache import DiskCacheStrategy
from kura.summarisation import SummaryModel
from kura.types import Conversation, Message

NOW = datetime(2026, 11, 28, tzinfo=UTC)


async def create(response_model, **_):
    return response_model(summary="Greets.")


client = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
instructor.from_provider = lambda *_, **__: client


def day(*conversations: tuple[str, str, str]) -> list[tuple[str, str]]:
    """Ids and users of the summaries of one day's conversations, given as (id, user, words)."""
    model = SummaryModel(cache=DiskCacheStrategy(sys.argv[1]))
    found = asyncio.run(
        model.summarise(
            [
                Conversation(
                    chat_id=chat_id, created_at=NOW, metadata={"user": user},
                    messages=[Message(created_at=NOW, role="user", content=words)],
                )
                for chat_id, user, words in conversations
            ]
        )
    )
    return [(summary.chat_id, summary.metadata["user"]) for summary in found]


first = day(("monday-1", "ada", "hi"), ("monday-2", "ben", "How is bread made?"))
second = day(("tuesday-1", "eve", "hi"), ("tuesday-2", "dan", "How is cheese made?"))
print(f"monday: {first}; tuesday: {second}")
assert first == [("monday-1", "ada"), ("monday-2", "ben")]
assert second == [("monday-1", "ada"), ("tuesday-2", "dan")]
PYTHON
