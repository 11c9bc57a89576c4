"""The record of a window as one document: the JSON form, and what the page is rendered from."""

from typing import Any

from clio_assets.ground.windows import map_of
from clio_assets.home.home import Home
from clio_assets.judging.regate import releases_not_sealed
from clio_assets.lake.release import released
from clio_assets.lake.standing import Standing
from clio_assets.run.declared import lake_of
from clio_assets.verdicts.record import StageRecord, choose, stages_of


def document_of(home: Home, window: str | None, named: str = "") -> dict[str, Any]:
    """The documented JSON form (docs/cli.md) for a map's window, by default the newest of all
    conversations."""
    home.require()
    kinds, lake = home.window_kinds, lake_of(home)
    chosen = choose(lake, kinds, named, window)
    published = chosen in released(home.release_folders)
    outdated = releases_not_sealed(lake, home.release_folders)
    return {
        "window": chosen,
        "map": map_of(chosen),
        "kind": kinds.get(map_of(chosen)),
        "published": published,
        "published_is_current": published and chosen not in outdated,
        "policy": {"version": home.policy.version, "digest": home.policy.digest},
        "stages": [_stage(record) for record in stages_of(lake, kinds, chosen)],
    }


def _stage(record: StageRecord) -> dict[str, Any]:
    return {
        "stage": record.stage,
        "sealed": record.sealed,
        "partitions": [_partition(standing) for standing in record.partitions],
        "checks": [
            {
                "check": check.check,
                "meaning": check.meaning,
                "judged": check.judged,
                "passed": check.passed,
                "numbers": {name: list(ends) for name, ends in check.numbers.items()},
            }
            for check in record.checks
        ],
    }


def _partition(standing: Standing) -> dict[str, Any]:
    judgement = standing.judgement
    found: dict[str, Any] = {
        "key": standing.key,
        "state": standing.state,
        "why": standing.why,
        "advice": standing.advice,
    }
    if judgement is not None:
        found |= {
            "policy_version": judgement.policy_version,
            "policy_digest": judgement.policy_digest,
            "judged_at": judgement.judged_at.isoformat(timespec="seconds"),
            "run": judgement.run_id,
            "checks": [
                {"check": c.check, "passed": c.passed, "numbers": dict(c.numbers)}
                for c in judgement.checks
            ],
        }
    return found
