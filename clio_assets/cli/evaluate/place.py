"""Where an evaluation looks: in a home that exists, or in one that is made for it and removed."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from clio_assets.cli.evaluate.options import Asked
from clio_assets.cli.options import Given
from clio_assets.errors import UsageError, contained
from clio_assets.home.evaluate_settings import EvaluateSettings
from clio_assets.home.home import HOME_VARIABLE, Home
from clio_assets.home.settings import SourceSettings, SummarySettings

if TYPE_CHECKING:
    from clio_assets.cli.progress import RichProgress
    from clio_assets.evaluate.labels import Labels
    from clio_assets.evaluate.subject import Subject
    from clio_assets.workbench.workbench import Workbench

_VARIABLES = (HOME_VARIABLE, "DAGSTER_HOME")


@dataclass(frozen=True)
class Place:
    """A home, and the sources behind it. Nothing is made before `subject` is asked for."""

    home: Home
    is_scratch: bool
    sources: Sequence[SourceSettings]
    progress: "RichProgress"

    def labels(self, option: str, given: str, usual: Sequence[str]) -> "Labels":
        """The labels of an option, from its file or the sources' records."""
        from clio_assets.evaluate.labels import Wanted, read_labels

        wanted = Wanted.of(option, given)
        with contained("evaluate", "reading labels"):
            return read_labels(wanted, usual, self.records)

    def records(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every record of the sources with its conversation's id."""
        from clio_assets.evaluate.labels import records_of

        if not self.sources:
            raise UsageError("name the SOURCE whose records hold that field")
        return records_of(self.sources)

    def subject(self, asked: Asked) -> "Subject":
        """The map to evaluate; in a scratch home it is made now."""
        from clio_assets.evaluate.subject import Subject
        from clio_assets.evaluate.window import choose_facet, choose_window, read_map

        if asked.window is not None and self.is_scratch:
            raise UsageError("--window is for a home that exists: a new one has one map of all")
        bench = self._bench()
        chosen = choose_facet(bench.facets, asked.facet)
        with self.progress.step("Reading the map"), contained("evaluate", "reading the map"):
            key = choose_window(bench.lake, asked.window)
            days = bench.days_of(key)
            return Subject(bench, read_map(bench.lake, key, chosen, days), days)

    def _bench(self) -> "Workbench":
        if not self.is_scratch:
            with self.progress.step("Starting"):
                from clio_assets.definitions import build_workbench

                return build_workbench(self.home, self.progress)
        from clio_assets.cli.run import make_maps, use_home

        self.home.prepare()
        with self.home.only_run():
            use_home(self.home)
            return make_maps(self.home, self.progress, None, "all")


@contextmanager
def opened(context: typer.Context, given: Given, progress: "RichProgress") -> Iterator[Place]:
    """The existing home that is named; without a SOURCE the default one; else a scratch home.

    An existing home is only read: a SOURCE then says where labels are.
    """
    home: Home = context.obj
    chosen = given.over(home.settings.source)
    if home.exists and (_is_named(context) or not given.source):
        home.check_access()
        yield Place(home, False, _sources(home, chosen if given.source else None), progress)
        return
    if not chosen.paths:
        raise UsageError("name a SOURCE, or a home that exists with --home")
    with scratch(home, chosen) as made:
        yield Place(made, True, (chosen,), progress)


@contextmanager
def scratch(home: Home, source: SourceSettings) -> Iterator[Home]:
    """A home for one evaluation, for the owner alone, under the settings and policy of another."""
    settings = home.settings
    if settings.analyst != "local":
        raise UsageError(
            f"the analyst {settings.analyst} is paid for each answer, and a home that is made for "
            "an evaluation is removed with all of them: make one with `clio --home FOLDER run "
            "SOURCE`, then evaluate it with --home"
        )
    before = {name: os.environ.get(name) for name in _VARIABLES}
    with tempfile.TemporaryDirectory(prefix="clio-evaluate-") as folder:
        made = Home(Path(folder) / "home")
        hierarchy = settings.hierarchy
        if hierarchy.top_level:  # its path is relative to the other home
            whole = str(home.path / hierarchy.top_level)
            hierarchy = hierarchy.model_copy(update={"top_level": whole})
        clusters = settings.clusters
        if clusters.phrase_book:
            whole = str(home.path / clusters.phrase_book)
            clusters = clusters.model_copy(update={"phrase_book": whole})
        made.settings = settings.model_copy(
            update={
                "source": source,
                "window": "all",
                "hierarchy": hierarchy,
                "clusters": clusters,
                "summaries": SummarySettings(layout="pca"),  # nobody looks at this map; it is fast
                "evaluate": EvaluateSettings(),  # what is measured is not held back beforehand
            }
        )
        made.policy = home.policy
        try:
            yield made
        finally:
            _restore(before)


def _restore(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _is_named(context: typer.Context) -> bool:
    """Whether --home or CLIO_HOME names the home."""
    source = context.find_root().get_parameter_source("home")
    return source is not None and source.name != "DEFAULT"


def _sources(home: Home, given: SourceSettings | None) -> Sequence[SourceSettings]:
    """Where an existing home's records are: what is given, else what it was made from."""
    if given is not None:
        return (given,)
    from clio_assets.workbench.workbench import known_sources

    return known_sources(home)
