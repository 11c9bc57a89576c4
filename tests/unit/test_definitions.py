from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from clio_assets.definitions import build_definitions, build_workbench
from clio_assets.errors import UsageError
from clio_assets.home.home import Home
from clio_assets.stages import SLICES, STAGES, WINDOW_STAGES
from privacy_checks.gates.meanings import MEANINGS
from privacy_checks.gates.table import GATES
from privacy_checks.gates.versions import GATE_VERSIONS


def test_engine_has_nowhere_to_spill_rows_to_when_it_is_built(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    rows = build_workbench(home).engine.query(
        "SELECT current_setting('temp_directory') AS folder", {"unused": pa.table({"a": [1]})}
    )
    assert rows["folder"].to_pylist() == [""]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[[facets]]\nname = "mood"\nkind = "scale"\nquestion = "How?"', 'analyst = "claude"'),
        ('[[facets]]\nname = "user"\nkind = "scale"\nquestion = "How?"', "a column"),
        ('without_facets = ["request"]', "no facet is clustered"),
        ('[hierarchy]\ntop_level = "nothing.toml"', "nothing.toml"),
    ],
    ids=["not of this analyst", "name of a column", "none clustered", "no file of categories"],
)
def test_workbench_is_refused_before_anything_is_made_when_its_facets_cannot_be_used(
    tmp_path: Path, settings: str, said: str
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.path / "clio.toml").write_text(settings)
    with pytest.raises(UsageError, match=said):
        build_workbench(home)
    assert list(home.lake.iterdir()) == []


def test_workbench_has_the_facets_and_categories_of_the_configuration(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.path / "clio.toml").write_text(
        'without_facets = ["task"]\n[hierarchy]\ntop_level = "top.toml"\n'
        '[[facets]]\nname = "length"\nkind = "computed"\n'
    )
    (home.path / "top.toml").write_text(
        '[[category]]\nname = "Bake"\ndescription = "About bread."\n'
        '[[category]]\nname = "Sing"\ndescription = "About songs."\n'
    )
    bench = build_workbench(home)
    assert [facet.name for facet in bench.facets] == [
        *("request", "language", "concern", "turns"),
        "length",
    ]
    assert [facet.name for facet in bench.lake.declared.facets] == [f.name for f in bench.facets]
    assert [one.name for one in bench.top_level] == ["Bake", "Sing"]
    assert [one.name for one in bench.lake.declared.top_level] == ["Bake", "Sing"]


def test_every_stage_has_the_gate_of_its_name_when_the_table_is_read() -> None:
    assert list(GATES) == list(STAGES) == list(GATE_VERSIONS)
    assert {stage: judge.__module__ for stage, judge in GATES.items()} == {
        stage: f"privacy_checks.gates.{stage}" for stage in STAGES
    }


def test_every_stage_has_its_gate_and_each_rule_as_checks_when_the_definitions_are_built(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    graph = build_definitions(build_workbench(home)).resolve_asset_graph()
    found = {key: graph.get(key).blocking for key in graph.asset_check_keys}  # type: ignore[attr-defined]
    wanted = {
        dg.AssetCheckKey(dg.AssetKey(["clio", stage]), name): name == f"{stage}_gate"
        for stage in STAGES
        if stage != SLICES
        for name in (f"{stage}_gate", *MEANINGS[stage])
    }
    on_time = {  # no gate: it judges no partition
        dg.AssetCheckKey(dg.AssetKey(["clio", asset]), "on_time"): False
        for asset in ("embeddings", "release")
    }
    assert found == {**wanted, **on_time}


def test_assets_lead_from_landing_to_the_release_when_the_definitions_are_built(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.path / "clio.toml").write_text(
        '[dagster]\nkey_prefix = ["usage", "clio"]\nowners = ["team:privacy"]\n'
    )
    graph = build_definitions(build_workbench(home)).resolve_asset_graph()
    last = dg.AssetKey(["usage", "clio", "release"])
    behind = {key.path[-1] for key in graph.get_ancestor_asset_keys(last)}
    assert behind == {"landing", *STAGES} - {SLICES}
    assert all(graph.get(key).owners == ["team:privacy"] for key in graph.get_all_asset_keys())


def test_map_has_assets_checks_job_and_schedule_of_its_own_when_it_is_declared(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.path / "clio.toml").write_text(
        '[[maps]]\nname = "german"\nwhere = { language = "German" }\ncadence = "month"\n'
    )
    found: Any = build_definitions(build_workbench(home))
    graph = found.resolve_asset_graph()
    own = [key for key in graph.get_all_asset_keys() if key.path[:2] == ["clio", "german"]]
    assert {key.path[2] for key in own} == {*WINDOW_STAGES, "release"}
    slices = dg.AssetKey(["clio", "german", SLICES])
    parents = {key.path[-1] for key in graph.get(slices).parent_keys}
    assert parents == {"conversations", "facets", "embeddings"}
    assert slices in graph.get(dg.AssetKey(["clio", "german", "clusters"])).parent_keys
    assert isinstance(graph.get(slices).partitions_def, dg.MonthlyPartitionsDefinition)
    assert isinstance(
        graph.get(dg.AssetKey(["clio", "clusters"])).partitions_def, dg.WeeklyPartitionsDefinition
    )
    assert set(own) <= {key.asset_key for key in graph.asset_check_keys} | {
        dg.AssetKey(["clio", "german", "release"])
    }
    job = found.resolve_job_def("window_german")
    assert set(job.asset_layer.executable_asset_keys) == set(own)
    schedules = {one.name: (one.job_name, one.cron_schedule) for one in found.schedules}
    assert schedules["window_german_schedule"] == (
        "window_german",
        ["0 3 * * *", "0 6 * * *", "0 9 * * *"],
    )
    assert schedules["window_schedule"][0] == "window"
