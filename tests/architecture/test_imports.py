"""Who may import whom (DESIGN: the house). Reads source text; imports nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("conversations", "facets", "embeddings", "clusters", "hierarchy", "summaries")
FILES = sorted(
    path for package in ("clio_assets", "privacy_checks") for path in (ROOT / package).rglob("*.py")
)
HEAVY = ("torch", "sentence_transformers", "great_expectations", "sklearn", "umap", "pandas")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path, *, top_level_only: bool = False) -> set[str]:
    """Dotted names that a file imports; those under `if TYPE_CHECKING` do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    nodes = tree.body if top_level_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def violations(found: set[str], forbidden: tuple[str, ...]) -> list[str]:
    return sorted(n for n in found if any(n == f or n.startswith(f + ".") for f in forbidden))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_dagster_is_imported_only_in_glue_when_a_file_is_read(path: Path) -> None:
    name = name_of(path)
    allowed = (
        path.name == "asset.py"
        or name
        in (
            "clio_assets/definitions.py",
            "clio_assets/workbench/partitions.py",
            "clio_assets/run/schedules.py",
        )
        or name.startswith(("clio_assets/cli/", "privacy_checks/gates/"))
    )
    assert allowed or not violations(imports(path), ("dagster", "dagster_duckdb"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_duckdb_is_imported_only_in_the_lake_when_a_file_is_read(path: Path) -> None:
    assert name_of(path).startswith("clio_assets/lake/") or not violations(
        imports(path), ("duckdb",)
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_anthropic_is_imported_only_by_the_claude_analyst_when_a_file_is_read(path: Path) -> None:
    assert name_of(path).startswith("clio_assets/analyst/claude") or not violations(
        imports(path), ("anthropic",)
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_heavy_packages_are_imported_inside_functions_when_a_file_is_read(path: Path) -> None:
    # an expectation is a subclass of the library's; whoever uses one imports it inside a function
    own = ("great_expectations", "pandas") if path.parent.name == "expectations" else ()
    heavy = tuple(package for package in HEAVY if package not in own)
    assert not violations(imports(path, top_level_only=True), heavy)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_great_expectations_is_imported_only_by_the_expectations_when_a_file_is_read(
    path: Path,
) -> None:
    assert path.parent.name == "expectations" or not violations(
        imports(path), ("great_expectations",)
    )


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


@pytest.mark.parametrize(
    "path", [p for p in FILES if name_of(p).startswith("privacy_checks/")], ids=name_of
)
def test_privacy_checks_know_nothing_of_the_platform_when_a_file_is_read(path: Path) -> None:
    assert not violations(imports(path), ("clio_assets",))


def forbidden_to(stage: str) -> tuple[str, ...]:
    """Later stages whole, and of earlier stages everything but their schema."""
    at = STAGES.index(stage)
    return tuple(f"clio_assets.{other}" for other in STAGES[at + 1 :])


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.parent.name in STAGES and p.name != "asset.py"],
    ids=name_of,
)
def test_stage_imports_nothing_upward_when_a_file_is_read(path: Path) -> None:
    stage = path.relative_to(ROOT / "clio_assets").parts[0]
    upward = (
        *forbidden_to(stage),
        "clio_assets.cli",
        "clio_assets.definitions",
        "clio_assets.workbench.recipes",
        "clio_assets.workbench.workbench",
        "clio_assets.home.home",
        "clio_assets.explorer",
        "privacy_checks.gates",
        "privacy_checks.expectations",
    )
    assert not violations(imports(path), upward)


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.parent.name in STAGES and p.name != "asset.py"],
    ids=name_of,
)
def test_stage_reads_only_the_schema_of_earlier_stages_when_a_file_is_read(path: Path) -> None:
    stage = path.relative_to(ROOT / "clio_assets").parts[0]
    for other in STAGES[: STAGES.index(stage)]:
        for name in violations(imports(path), (f"clio_assets.{other}",)):
            assert name.startswith((f"clio_assets.{other}.schema", "clio_assets.domain.embedder"))


#: All that the explorer needs of the platform. None of it opens the private zone.
EXPLORED = ("clio_assets.explorer", "clio_assets.errors", "clio_assets.lake.public")


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.parent.name == "explorer" and p.name != "traces.py"],
    ids=name_of,
)
def test_explorer_reaches_nothing_private_when_a_file_is_read(path: Path) -> None:
    found = imports(path)
    own = {name for name in found if name.startswith(("clio_assets.", "privacy_checks."))}
    assert own == set(violations(own, EXPLORED))
    assert not violations(found, ("clio_assets.explorer.traces",))


def test_traces_are_imported_only_where_the_policy_was_asked_when_files_are_read() -> None:
    importing = {
        name_of(path)
        for path in FILES
        if violations(imports(path), ("clio_assets.explorer.traces",))
    }
    assert importing == {"clio_assets/cli/explore.py"}
    path = ROOT / "clio_assets/cli/explore.py"
    assert not violations(imports(path, top_level_only=True), ("clio_assets.explorer.traces",))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_file_stays_a_small_room_when_it_grows(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
