"""Who may import whom (docs/architecture.md). Reads source text once; imports nothing.

Every rule is one test over the table of all imports, and lists everything that breaks it.
"""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: The rooms of each package, the ground floor first. A room imports from its own floor's rooms
#: none but itself, and from the floors below whatever it needs.
FLOORS = {
    "clio_assets": (
        "errors",
        "ground",
        "stages",
        "domain",
        "phrases",
        "continuity",
        "lake",
        "home",
        "notify",
        "sources",
        "landing",
        "analyst",
        "naming",
        "judging",
        "trends",
        "audit",
        "workbench",
        "conversations",
        "facets",
        "embeddings",
        "maps",
        "slices",
        "clusters",
        "hierarchy",
        "summaries",
        "erasure",
        "estimate",
        "run",
        "backup",
        "metrics",
        "doctor",
        "verdicts",
        "sample",
        "evaluate",
        "explorer",
        "definitions",
        "cli",
    ),
    "privacy_checks": (
        "ground",
        "policy",
        "language",
        "detectors",
        "stored",
        "recount",
        "expectations",
        "rules",
        "gates",
    ),
}
#: Floors inside a room, where it has any: the same rule.
FLOORS_WITHIN = {
    "clio_assets.analyst": ("protocol", "local", "claude"),
    "clio_assets.analyst.local": ("facets", "naming", "analyst"),
    "clio_assets.analyst.claude": (
        "exchange",
        "loop",
        "database",
        "money",
        "store",
        "sending",
        "batches",
        "verbs",
        "analyst",
        "build",
    ),
}
STAGES = (
    "conversations",
    "facets",
    "embeddings",
    "slices",
    "clusters",
    "hierarchy",
    "summaries",
)
HEAVY = ("torch", "sentence_transformers", "great_expectations", "sklearn", "umap", "pandas")

#: Library -> the only files or folders that import it.
ONLY_IN = {
    "dagster": (
        "clio_assets/definitions.py",
        "clio_assets/workbench/assets.py",
        "clio_assets/run/jobs.py",
        "clio_assets/run/schedules/",
        "clio_assets/run/steps/",
        "clio_assets/run/sensors/",
        "clio_assets/doctor/job.py",
        "clio_assets/cli/",
        "privacy_checks/gates/check.py",
    ),
    "dagster_duckdb": ("clio_assets/definitions.py",),
    "duckdb": ("clio_assets/lake/",),
    "cryptography": ("clio_assets/lake/envelope.py", "clio_assets/lake/signing.py"),
    "anthropic": ("clio_assets/analyst/claude/",),
    "great_expectations": ("privacy_checks/expectations/",),
    "clio_assets": ("clio_assets/",),  # the checks know nothing of the platform
    # a partition's bytes: only the lake knows where and how they lie
    "clio_assets.lake.storage": ("clio_assets/lake/", "clio_assets/run/declared.py"),
    "clio_assets.lake.layout": ("clio_assets/lake/",),
    "clio_assets.lake.tables": ("clio_assets/lake/",),
    "pyarrow.parquet": ("clio_assets/lake/tables.py", "clio_assets/sources/"),
    # the private zone's texts: only where the policy was asked first
    "clio_assets.explorer.traces": ("clio_assets/cli/explore.py",),
}

#: All that the explorer needs of the platform. None of it opens the private zone.
EXPLORED = (
    "clio_assets.explorer",
    "clio_assets.errors",
    "clio_assets.stages",
    "clio_assets.domain.reasons",
    "clio_assets.ground.windows",
    "clio_assets.lake.public",
)


@dataclass(frozen=True)
class Import:
    """One imported name; `at_load` where importing the file imports it."""

    file: str
    name: str
    at_load: bool

    def of(self, *modules: str) -> bool:
        """Whether the name is one of the modules or stands in one."""
        return any(self.name == one or self.name.startswith(f"{one}.") for one in modules)

    def __str__(self) -> str:
        return f"{self.file} imports {self.name}"


def imports_of(file: str, text: str) -> Iterator[Import]:
    """Every imported name of a file; those under `if TYPE_CHECKING` do not count at load."""
    tree = ast.parse(text)
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        at_load = id(node) in top and id(node) not in typing_only
        if isinstance(node, ast.Import):
            yield from (Import(file, alias.name, at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield Import(file, f"{node.module}.{alias.name}", at_load)


TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for package in FLOORS
    for path in sorted((ROOT / package).rglob("*.py"))
}
IMPORTS = tuple(found for file, text in TEXTS.items() for found in imports_of(file, text))


def broken(rule: Callable[[Import], bool]) -> list[str]:
    """Imports that a rule forbids, in words."""
    return [str(found) for found in IMPORTS if rule(found)]


def room_of(module: str) -> str:
    """The room that a dotted name or a path of one of the packages stands in; "" of none."""
    parts = module.replace("/", ".").removesuffix(".py").split(".")
    return parts[1] if len(parts) > 1 and parts[0] in FLOORS else ""


def climbs(found: Import) -> bool:
    """Whether the import leads from a room to one above it, of the same folder."""
    file = found.file.removesuffix(".py").replace("/", ".")
    for folder, floors in {**FLOORS, **FLOORS_WITHIN}.items():
        room, above = (
            module.removeprefix(f"{folder}.").split(".")[0] for module in (file, found.name)
        )
        if room in floors and above in floors and floors.index(above) > floors.index(room):
            return True
    return False


def test_imports_lead_downward_when_all_files_are_read() -> None:
    assert broken(climbs) == []


def test_rooms_stand_on_a_floor_when_the_packages_are_listed() -> None:
    loose = {"clio_assets": {"definitions", "errors", "stages"}, "privacy_checks": set()}
    for package, floors in FLOORS.items():
        folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
        files = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
        assert files == loose[package]
        assert folders | files == set(floors)
    for folder, floors in FLOORS_WITHIN.items():
        inside = (ROOT / folder.replace(".", "/")).iterdir()
        rooms = {
            path.stem for path in inside if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        assert rooms - {"__init__"} == set(floors)


def test_rooms_form_no_circle_when_looked_at_on_any_level() -> None:
    """Subfolders and files of one folder, as far as importing a file imports another."""
    children: dict[str, dict[str, set[str]]] = {}
    for found in IMPORTS:
        if not found.at_load or not found.of(*FLOORS):
            continue
        here = found.file.removesuffix(".py").removesuffix("/__init__").split("/")
        there = module_of(found.name).split(".")
        common = 0
        while common < min(len(here), len(there)) - 1 and here[common] == there[common]:
            common += 1
        if here[common] != there[common]:
            folder = children.setdefault("/".join(here[:common]), {})
            folder.setdefault(here[common], set()).add(there[common])
    assert {
        folder: circle for folder, graph in children.items() if (circle := circle_in(graph))
    } == {}


def module_of(name: str) -> str:
    """The module that an imported name stands in."""
    path = name.replace(".", "/")
    while path and f"{path}.py" not in TEXTS and f"{path}/__init__.py" not in TEXTS:
        path = path.rpartition("/")[0]
    return path.replace("/", ".")


def circle_in(graph: Mapping[str, set[str]]) -> list[str]:
    """Nodes that are left once nothing leads away from a node any more, sorted."""
    left = {node: set(to) & set(graph) for node, to in graph.items()}
    while ends := [node for node, to in left.items() if not to & set(left)]:
        for node in ends:
            del left[node]
    return sorted(left)


def test_libraries_are_imported_only_in_their_rooms_when_all_files_are_read() -> None:
    def misplaced(found: Import) -> bool:
        return any(
            found.of(library) and not found.file.startswith(allowed)
            for library, allowed in ONLY_IN.items()
        )

    assert broken(misplaced) == []


def test_only_storage_touches_the_disk_for_partitions_when_the_lake_is_read() -> None:
    public = (
        "folders",
        "public",
        "publications",
        "release",
        "signing",
        "withdraw",
    )  # a file in a folder
    allowed = tuple(f"clio_assets/lake/{name}.py" for name in ("storage", *public))

    def touches(found: Import) -> bool:
        of_files = found.of("os", "pathlib", "shutil", "filelock", "clio_assets.ground.files")
        return found.file.startswith("clio_assets/lake/") and found.file not in allowed and of_files

    assert broken(touches) == []


def test_heavy_packages_are_imported_inside_functions_when_all_files_are_read() -> None:
    # an expectation is a subclass of the library's; whoever uses one imports it inside a function
    own = ("great_expectations", "pandas")

    def heavy(found: Import) -> bool:
        of_expectations = found.file.startswith("privacy_checks/expectations/")
        return found.at_load and found.of(*HEAVY) and not (of_expectations and found.of(*own))

    assert broken(heavy) == []


def test_stages_read_only_the_schema_of_earlier_ones_when_all_files_are_read() -> None:
    def reaches_in(found: Import) -> bool:
        stage, other = room_of(found.file), room_of(found.name)
        return (
            found.of("clio_assets")
            and {stage, other} <= set(STAGES)
            and stage != other
            and not found.of(f"clio_assets.{other}.schema")
        )

    assert broken(reaches_in) == []


def test_explorer_reaches_nothing_private_when_its_files_are_read() -> None:
    def private(found: Import) -> bool:
        explorer = found.file.startswith("clio_assets/explorer/")
        return (
            explorer
            and not found.file.endswith("/traces.py")
            and found.of(*FLOORS)
            and not found.of(*EXPLORED)
        )

    assert broken(private) == []
    at_load = [found for found in IMPORTS if found.at_load]
    assert [str(found) for found in at_load if found.of("clio_assets.explorer.traces")] == []


def test_files_stay_small_rooms_when_they_grow() -> None:
    assert {file: n for file, text in TEXTS.items() if (n := len(text.splitlines())) > 400} == {}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("clio_assets.definitions", HEAVY),  # with it all stages and gates
        ("clio_assets.cli.app", (*HEAVY, "dagster", "duckdb", "pyarrow", "numpy", "starlette")),
        ("clio_assets.explorer.app", (*HEAVY, "dagster", "pyarrow")),  # a server under 150 MB
        ("clio_assets.explorer.export", (*HEAVY, "dagster", "pyarrow")),
    ],
)
def test_heavy_packages_stay_unloaded_when_a_module_is_imported(
    module: str, heavy: tuple[str, ...]
) -> None:
    script = (
        f"import sys, {module}; loaded = [p for p in {heavy!r} if p in sys.modules]; "
        "raise SystemExit(f'loads {loaded}' if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-500:]
