#!/usr/bin/env bash
# kura 0.5.4 (an open implementation of the method of Clio), SummaryModel and ClusterDescriptionModel.
#
# `console=Console()` is there to show progress, and the first example of the documentation has it. It
# also decides what happens to errors. Seen on 2026-11-28, ten conversations and a model that fails for
# one of them:
#   without a console: the error is raised, nothing is saved;
#   with a console: nine summaries are returned without an error (a line in the log), in the order in
#     which they were done, and saved as checkpoint. The next run loads the nine and asks nothing more,
#     so the tenth conversation is never tried again. With clusters it is the same: one that cannot be
#     named is left out with all of its conversations.
#
# So maps made with the progress display may lack conversations, and the reruns do too: compare the
# number of summaries with that of conversations, and sort them, before going on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
# kura imports these and asks for much more (umap, hdbscan, fastapi) that is not used here
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  instructor==1.17.0 numpy==2.4.6 tqdm==4.70.1 diskcache==5.6.3 rich==14.3.4 tenacity==9.2.1
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check \
  --no-deps kura==0.5.4 2>/dev/null
TQDM_DISABLE=1 "$folder/venv/bin/python" - "$folder" <<'PYTHON'
import asyncio
import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import instructor
from kura.checkpoints import JSONLCheckpointManager
from kura.cluster import ClusterDescriptionModel
from kura.summarisation import SummaryModel, summarise_conversations
from kura.types import Conversation, ConversationSummary, Message
from rich.console import Console

NOW = datetime(2026, 11, 28, tzinfo=UTC)
failing, asked = True, 0


async def create(response_model, context, **_):
    """The model: fails for conversation c3 and for the cluster of c0 to c4."""
    global asked
    asked += 1
    ids = (
        [context["conversation"].chat_id]
        if "conversation" in context
        else [summary.chat_id for summary in context["positive_examples"]]
    )
    if failing and "c3" in ids:
        raise TimeoutError("no answer")
    texts = {"summary": "Asks how bread is made.", "name": "Ask how bread is made", "slug": "bread"}
    return response_model(**{key: texts[key] for key in texts if key in response_model.model_fields})


client = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
instructor.from_provider = lambda *_, **__: client
conversations = [
    Conversation(
        chat_id=f"c{number}", created_at=NOW, metadata={},
        messages=[Message(created_at=NOW, role="user", content="How is bread made?")],
    )
    for number in range(10)
]


def outcome(work) -> list[str] | str:
    try:
        return sorted(work())
    except TimeoutError:
        return "TimeoutError"


def summaries(console: Console | None, checkpoints: JSONLCheckpointManager) -> list[str]:
    found = asyncio.run(
        summarise_conversations(
            conversations, model=SummaryModel(console=console), checkpoint_manager=checkpoints
        )
    )
    return [summary.chat_id for summary in found]


def clusters(console: Console | None) -> list[str]:
    halves = {
        half: [
            ConversationSummary(chat_id=f"c{5 * half + n}", summary="Bread.", metadata={})
            for n in range(5)
        ]
        for half in (0, 1)
    }
    found = asyncio.run(ClusterDescriptionModel(console=console).generate_clusters(halves))
    return [chat_id for cluster in found for chat_id in cluster.chat_ids]


plain, shown = (JSONLCheckpointManager(str(Path(sys.argv[1]) / name)) for name in ("a", "b"))
silent = Console(file=io.StringIO())
seen = {
    "without console": outcome(lambda: summaries(None, plain)),
    "with console": outcome(lambda: summaries(silent, shown)),
    "clusters without console": outcome(lambda: clusters(None)),
    "clusters with console": outcome(lambda: clusters(silent)),
}
failing, asked = False, 0
seen["with console, next run"] = outcome(lambda: summaries(silent, shown))
for name, found in seen.items():
    print(f"{name}: {found if isinstance(found, str) else f'{len(found)} of 10 conversations'}")
nine = [f"c{number}" for number in range(10) if number != 3]
assert seen["without console"] == seen["clusters without console"] == "TimeoutError"
assert seen["with console"] == seen["with console, next run"] == nine and asked == 0
assert seen["clusters with console"] == nine[4:] == [f"c{number}" for number in range(5, 10)]
PYTHON
