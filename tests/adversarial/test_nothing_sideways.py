"""Rule 3 over every byte: canaries in everything a source can hold, forced errors in every stage.

The platform runs through `clio` and through Dagster's own webserver and daemon. Then every file
outside of HOME/private is searched, and every file name anywhere.
"""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adversarial.canaries import STEMS, plant
from tests.adversarial.trial import Attempt, Trial
from tests.end_to_end.conftest import published
from tests.end_to_end.dagster_server import WINDOW, Dagster, serving
from tests.forked.clio import Parent

pytestmark = pytest.mark.timeout(600)

#: In the order in which a run meets them, so that each attempt gets one step further. A source
#: that is given is landed before its attempt breaks; the small ones come first.
FAULTS: tuple[tuple[str, str], ...] = (
    ("landing", "chained"),
    ("conversations", "grouped"),
    ("gate conversations", "system"),
    ("facets", "panicking"),
    ("gate facets", "leaving"),
    ("embeddings", "own"),
    ("gate embeddings", "chained"),
    ("clusters", "grouped"),
    ("gate clusters", "own"),
    ("hierarchy", "system"),
    ("gate hierarchy", "panicking"),
    ("audited_summaries", "leaving"),
    ("gate audited_summaries", "grouped"),
    ("published_insights", "panicking"),
    ("gate published_insights", "chained"),
    ("release", "system"),
)
#: Attempt -> number of the source that it is given.
GIVEN = {"landing": 3, "conversations": 3, "clusters": 1, "gate clusters": 2, "hierarchy": 0}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    root = tmp_path_factory.mktemp("adversarial")
    made = Trial(root, plant(root / "sources"))
    made.prepare()
    return made


@pytest.fixture(scope="module")
def parent(trial: Trial) -> Iterator[Parent]:
    """What is forked from: can be told to break, and leaves its files where they are searched."""
    with Parent(trial.environment()) as parent:
        yield parent


@pytest.fixture(scope="module")
def forced(parent: Parent, trial: Trial) -> dict[str, int]:
    """Exit codes of runs that break in one place after the other, and of one that does not."""
    attempts = []
    for point, way in FAULTS:
        source = trial.planted.sources[GIVEN[point]] if point in GIVEN else ()
        window = ("--window", "week") if point in ("landing", "conversations") else ()
        attempts.append(Attempt(point, ("run", *source, *window), {point: way}))
    return trial.drive(parent, [*attempts, Attempt("whole", ("run",))])


@pytest.fixture(scope="module")
def asked(parent: Parent, trial: Trial, forced: dict[str, int]) -> dict[str, int]:
    """Exit codes of commands that read, and of wrong usage."""
    folder = Path(trial.planted.sources[0][0])
    damaged = list(_damaged(folder))
    plain = str(folder)
    commands: dict[str, tuple[str, ...]] = {
        "tree": ("tree",),
        "tree as JSON": ("tree", "--json"),
        "tree of no window": ("tree", "--window", "2020-01-06"),
        "tree of a path": ("tree", plain),
        "status": ("status",),
        "status as JSON": ("status", "--json"),
        "status of a path": ("status", plain),
        "a path": (plain,),
        "check": ("check", plain),
        "check as JSON": ("check", plain, "--json"),
        "check of an export": ("check", *trial.planted.sources[3]),
        "check as another shape": ("check", plain, "--format", "lmsys"),
        "check of what is not there": ("check", f"{plain}/absent.jsonl"),
        "check of an unknown suffix": ("check", *(str(p) for p in damaged if p.suffix == ".txt")),
        "run with other windows": ("run", plain, "--window", "month"),
        "run with an unknown option": ("run", plain, "--no-such-option"),
        "run with no day": ("run", plain, "--day", "yesterday"),
        "policy": ("policy",),
        "doctor": ("doctor",),
        "verdicts": ("verdicts",),
        "verdicts as a page": ("verdicts", "--html", str(trial.printed / "verdicts.html")),
        "regate": ("regate",),
        "purge": ("purge", "--before", "2026-10-05", "--dry-run"),
        "forget nobody": ("forget", "--user-id", f"{STEMS['user']}nobody"),
        "forget from a path": ("forget", "--from-file", f"{plain}/absent.txt"),
    }
    commands |= {f"check of damaged {n}": ("check", str(p)) for n, p in enumerate(damaged)}
    attempts = [Attempt(name, arguments) for name, arguments in commands.items()]
    strict = {"CLIO_SOURCE__MAX_REJECT_SHARE": "0"}
    attempts += [
        Attempt("check with rejects", ("check", plain), environment=strict),
        Attempt("run with rejects", ("run", plain), environment=strict),
        Attempt(
            "regate that breaks",
            ("regate", "--all", "--stage", "facets", "--partition", "2026-10-05"),
            {"gate facets": "grouped"},
        ),
    ]
    return trial.drive(parent, attempts)


def _damaged(folder: Path) -> Iterator[Path]:
    """Files beside the source's, with its records in them, that cannot be read to their end."""
    (whole,) = folder.glob("*.jsonl")
    text = whole.read_bytes()[:20_000]
    elsewhere = folder.parent / "damaged"
    elsewhere.mkdir()
    for suffix, data in (
        (".jsonl.gz", gzip.compress(text)[:-100]),
        (".parquet", b"PAR1" + text + b"PAR1"),
        (".json", b'{"conversations": [' + text),
        (".jsonl.zst", b"\x28\xb5\x2f\xfd" + text),
        (".txt", text),
    ):
        path = elsewhere / f"{whole.stem}{suffix}"
        path.write_bytes(data)
        yield path


def test_run_fails_and_says_where_when_a_stage_or_a_gate_breaks(
    trial: Trial, forced: dict[str, int]
) -> None:
    assert {name: forced[name] for name, _ in FAULTS if forced[name] not in (1, 3)} == {}
    for point, _ in FAULTS:
        place = point.removeprefix("gate ")
        said = trial.said(point)
        assert place in said or "forced" in said, point


def test_run_completes_the_same_home_when_nothing_breaks_any_more(
    trial: Trial, forced: dict[str, int]
) -> None:
    assert forced["whole"] == 0, trial.said("whole")
    rows = published(trial.home)
    assert len(rows["windows"]) == 2
    assert rows["clusters"], "no cluster was published, so the search would prove little"


def test_nothing_is_found_outside_when_clio_runs_and_every_stage_breaks(
    trial: Trial, forced: dict[str, int], asked: dict[str, int]
) -> None:
    read = ("tree", "tree as JSON", "status", "status as JSON", "check", "check as JSON")
    assert {name: asked[name] for name in read} == dict.fromkeys(read, 0)
    assert trial.hits() == {}


def test_canaries_are_found_when_messages_are_not_withheld(
    parent: Parent, trial: Trial, forced: dict[str, int], tmp_path: Path
) -> None:
    """The search sees what `muted` and `contained` keep away, each of them."""
    bare = Trial(tmp_path, trial.planted)
    bare.prepare()
    shutil.copytree(trial.home / "private", bare.home / "private", copy_function=_link)
    shutil.copyfile(trial.home / "home.json", bare.home / "home.json")
    shutil.rmtree(bare.home / "private" / "lake" / "hierarchy")
    attempts = [
        Attempt(without, ("run",), {"hierarchy": "chained"}, without=[without])
        for without in ("muted", "contained")
    ]
    assert bare.drive(parent, attempts) == {"muted": 1, "contained": 1}
    found = bare.hits()
    assert "printed/muted.err" in found
    assert any(place.startswith("home/dagster/history/") for place in found)


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


@pytest.fixture(scope="module")
def dagster(trial: Trial, forced: dict[str, int]) -> Iterator[Dagster]:
    trial.order({})
    log = trial.printed / "dagster.txt"
    with serving(trial.home, log, trial.environment(), trial.cwd) as client:
        yield client


#: What breaks in the backfill, and in which run of which step: assets fail side by side.
BACKFILL = {"conversations": "chained"}
RUNS: tuple[tuple[tuple[str, ...], str, str, dict[str, str]], ...] = (
    (("embeddings",), "2026-10-04", "make_daily", {"embeddings": "panicking"}),
    (("facets",), "2026-10-05", "make_daily", {"gate facets": "grouped"}),
    (("clusters",), "2026-09-28", "make_window", {"clusters": "system"}),
    (("release",), "2026-09-28", "make_window", {"release": "chained"}),
    (("hierarchy",), "2026-09-28", "make_window", {"gate hierarchy": "panicking"}),
    (("audited_summaries",), "2026-09-28", "make_window", {"audited_summaries": "leaving"}),
)


def test_nothing_is_found_outside_when_dagster_runs_and_every_stage_breaks(
    trial: Trial, dagster: Dagster
) -> None:
    before = published(trial.home)
    faults = [BACKFILL, *(faults for _, _, _, faults in RUNS)]
    trial.order({point: way for some in faults for point, way in some.items()})
    runs = [
        dagster.launch(assets, {"dagster/partition": key}, again=step)
        for assets, key, step, _ in RUNS
    ]
    backfill = dagster.backfill(["conversations"], ["2026-10-03", "2026-10-04"], "make_daily")
    assert backfill.status == "COMPLETED_FAILED"
    ended = [dagster.ended(run) for run in runs]
    assert [run.status for run in ended] == ["FAILURE"] * len(RUNS)
    for run, (_, key, _, _) in zip(ended, RUNS, strict=True):
        assert key in run.words
    trial.order({})
    mended = dagster.launch(WINDOW, {"dagster/partition": "2026-09-28"})
    assert dagster.ended(mended).status == "SUCCESS"
    assert published(trial.home) == before
    (trial.printed / "answers.json").write_bytes(b"\n".join(dagster.answers))
    assert trial.hits() == {}
