"""Breaks a stage, a gate or the release on demand, from outside of the product's code.

Python loads this at the start of every process that has this folder on its PYTHONPATH. The file
that FORCED names says where and how to break: {"points": {point: way}, "texts": [canary, ...],
"without": [names of protections to switch off]}. It is read at each call, so that a test changes
its mind while a server runs.
"""

import functools
import json
import logging
import os
import sys
import threading
import warnings
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.forked.changes import CHANGES, Changing

STAGES = {
    "landing": ("clio_assets.landing.admit", "admit"),
    "conversations": ("clio_assets.domain.transcript", "render_transcript"),
    "facets": ("clio_assets.analyst.local.facets.extract", "extract"),
    "embeddings": ("clio_assets.embeddings.embed", "embed_facets"),
    "clusters": ("clio_assets.clusters.build", "build_clusters"),
    "hierarchy": ("clio_assets.hierarchy.build", "build_hierarchy"),
    "audited_summaries": ("clio_assets.summaries.build", "summarise"),
    "published_insights": ("clio_assets.summaries.publish", "publish"),
}
POINTS = {
    **STAGES,
    **{f"gate {s}": (f"privacy_checks.gates.{s}", "judge") for s in STAGES if s != "landing"},
    "release": ("clio_assets.lake.release", "commit"),
}
PROTECTIONS = {
    "contained": ("clio_assets.errors", "contained"),
    "muted": ("privacy_checks.ground.faults", "muted"),
}


class PanicException(BaseException):
    """As the bindings of native libraries raise it: no `Exception`."""


def orders():
    path = os.environ.get("FORCED")
    return json.loads(Path(path).read_text("utf-8")) if path and Path(path).exists() else {}


def breaking(point, whole):
    """The function, except that it breaks when it is told to, quoting what it was given."""

    @functools.wraps(whole)
    def call(*arguments, **named):
        told = orders()
        way = told.get("points", {}).get(point)
        if way is not None:
            text = " ".join(told["texts"])
            talk(text)
            WAYS[way](text)
        return whole(*arguments, **named)

    return call


def talk(text):
    """What libraries do before they give up: warn, log, print, on every road to the streams."""
    warnings.warn(f"cannot handle {text}", stacklevel=1)
    logging.getLogger("a.library").error("cannot handle %s", text)
    logging.critical("cannot handle %s", text)
    print(f"cannot handle {text}")
    print(f"cannot handle {text}", file=sys.stderr)
    sys.__stdout__.write(text)
    for descriptor in (1, 2):
        os.write(descriptor, f"thread panicked at {text}".encode())

    def fail():
        raise ValueError(text)

    thread = threading.Thread(target=fail, name=text)
    thread.start()
    thread.join()

    class Undone:
        def __del__(self):
            raise ValueError(text)

    Undone()


def chained(text):
    try:
        raise KeyError(text)
    except KeyError as error:
        error.add_note(text)
        raise ValueError(text) from error


def grouped(text):
    raise ExceptionGroup(text, [ValueError(text), OSError(5, text, text)])


def of_the_system(text):
    raise OSError(22, f"Cannot open {text}", text)


def panicking(text):
    raise PanicException(text)


def leaving(text):
    sys.exit(text)


def in_its_words(text):
    """An error of the platform, raised in the midst of a foreign one."""
    from clio_assets.errors import LakeError

    try:
        raise ValueError(text)
    except ValueError:
        raise LakeError("forced")  # noqa: B904 - what is raised in the midst is the point


WAYS = {
    "chained": chained,
    "grouped": grouped,
    "system": of_the_system,
    "panicking": panicking,
    "leaving": leaving,
    "own": in_its_words,
}


def optional(name, whole):
    """The protection, except where it is to be switched off."""

    @contextmanager
    def call(*arguments, **named):
        off = name in orders().get("without", [])
        with nullcontext() if off else whole(*arguments, **named):
            yield

    return call


def patch(module):
    for point, (name, function) in POINTS.items():
        if name == module.__name__:
            setattr(module, function, breaking(point, getattr(module, function)))
    for protection, (name, function) in PROTECTIONS.items():
        if name == module.__name__:
            setattr(module, function, optional(protection, getattr(module, function)))


if "FORCED" in os.environ:
    targets = [name for name, _ in (*POINTS.values(), *PROTECTIONS.values())]
    sys.meta_path.insert(0, Changing({**CHANGES, **dict.fromkeys(targets, patch)}))
