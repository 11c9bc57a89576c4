from pathlib import Path

from clio_assets.analyst.claude.database.processes import Processes


def test_lock_of_a_dead_process_is_swept_away_when_the_next_one_starts(tmp_path: Path) -> None:
    (tmp_path / "at-work").mkdir()
    (tmp_path / "at-work" / "dead.lock").touch()
    one, other = Processes(tmp_path), Processes(tmp_path)
    assert one.alive(other.own_name)
    assert other.alive(one.own_name)
    assert not one.alive("dead")
    assert sorted(path.stem for path in tmp_path.rglob("*.lock")) == sorted(
        [one.own_name, other.own_name]
    )
    name = other.own_name
    other.leave()
    assert not one.alive(name)
