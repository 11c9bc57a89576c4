"""What every command would load for itself; whoever imports this has it, and so do its forks.

On one thread, because others do not come along into a child process. Nobody pulls the plug in
these tests, at most a process is killed: so nothing waits until the disk has its bytes.
"""

import functools
import gc
import logging
import os
import sqlite3
import tempfile
from importlib import import_module
from pkgutil import walk_packages

import anthropic
import dagster as dg
import great_expectations
import sklearn.cluster
import torch
from sqlalchemy import Engine, event

import clio_assets
import privacy_checks
from clio_assets import definitions
from clio_assets.analyst.local.analyst import LocalAnalyst
from clio_assets.domain.conversation import Conversation
from clio_assets.facets.schema import DEFAULT_FACETS
from clio_assets.home.settings import Settings

LOADED = (anthropic, great_expectations, sklearn.cluster)


@event.listens_for(Engine, "connect")
def _hurry(connection: sqlite3.Connection, record: object) -> None:
    """Of Dagster's databases."""
    del record
    connection.execute("PRAGMA synchronous = OFF")


def _load() -> None:
    """The platform's modules, Dagster's storage, the model, and what the local analyst reads."""
    for package in (clio_assets, privacy_checks):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    os.fsync = lambda _: None
    torch.set_num_threads(1)
    logging.captureWarnings(False)  # as without Great Expectations: on standard error
    with (
        tempfile.TemporaryDirectory() as folder,
        dg.DagsterInstance.local_temp(folder) as instance,
    ):
        instance.get_runs_count()
    tempfile.tempdir = None  # whoever forks may have a folder of its own
    definitions.load_embedder = functools.cache(definitions.load_embedder)
    embedder = definitions.load_embedder(Settings().embeddings)
    question = Conversation("<user>\nplease translate a letter\n</user>", 1)
    list(LocalAnalyst(embedder).extract([question], DEFAULT_FACETS))
    gc.collect()
    gc.freeze()  # a child that never looks at them shares these pages


_load()
