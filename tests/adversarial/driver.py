"""`clio` many times over, as the first argument's JSON says: a process each, loaded once.

[{"name": ..., "orders": {...}, "environment": {...}, "arguments": [...]}, ...]. What each printed
goes to files named after it in the folder of the second argument, exit codes to codes.json there.
"""

import functools
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg
import great_expectations
import sklearn.cluster
import torch

import clio_assets.cli.app
from clio_assets import definitions
from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.cli import main
from clio_assets.domain.conversation import Conversation
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.settings import Settings

LOADED = (great_expectations, sklearn.cluster, clio_assets.cli.app)


def attempt(planned: dict[str, Any], out: Path, err: Path) -> int:
    """Its exit code."""
    child = os.fork()
    if not child:
        become(planned, out, err)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def become(planned: dict[str, Any], out: Path, err: Path) -> NoReturn:
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    os.environ.update(planned["environment"])
    sys.argv[1:] = planned["arguments"]
    main()


def load() -> None:
    """What every command would load for itself: Dagster's storage and the embedding model.

    One thread, because others do not come along into a child process.
    """
    torch.set_num_threads(1)
    logging.captureWarnings(False)  # as without Great Expectations: on standard error
    with (
        tempfile.TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder) as instance,
    ):
        instance.get_runs_count()
    definitions.load_embedder = functools.cache(definitions.load_embedder)
    embedder = definitions.load_embedder(Settings().embeddings)
    question = Conversation("<user>\nplease translate a letter\n</user>", 1)
    list(LocalAnalyst(embedder).extract([question], DEFAULT_FACETS))


def drive() -> None:
    load()
    printed = Path(sys.argv[2])
    codes = {}
    for planned in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        name = planned["name"]
        Path(os.environ["FORCED"]).write_text(json.dumps(planned["orders"]), "utf-8")
        codes[name] = attempt(planned, printed / f"{name}.out", printed / f"{name}.err")
    (printed / "codes.json").write_text(json.dumps(codes))


if __name__ == "__main__":
    drive()
