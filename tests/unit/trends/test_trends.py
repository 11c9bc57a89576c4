"""Movements, alerts and reports follow from the published trends."""

from typing import Any

import pytest
from rich.console import Console

from clio_assets.cli.trends import as_document, chart, print_moved
from clio_assets.home.trend_settings import TrendSettings
from clio_assets.trends.alerts import alerts_of
from clio_assets.trends.movements import Moved, moved
from clio_assets.trends.report import markdown, page, points

W1, W2 = "2026-09-28", "2026-10-05"
NAMES = {
    "trips": "Plan trips", "taxes": "Work out taxes", "songs": "Write *songs*",
    "odes": "Write odes <i>", "war": "Tell of war",
}  # fmt: skip


def row(window: str, topic: str, event: str, share: float | None, **more: Any) -> dict[str, Any]:
    there = share is not None
    return {
        "window": window, "topic": topic, "event": event, "share": share,
        "cluster": f"{window}:{topic}" if there else None, "size": 20 if there else None,
        "related": None, "share_before": None, **more,
    }  # fmt: skip


def example() -> Moved:
    """Trips doubled, taxes shrank, odes split from songs, war is gone."""
    trends = [
        row(W1, "trips", "first", 0.1), row(W1, "taxes", "first", 0.4),
        row(W1, "songs", "first", 0.2), row(W1, "war", "first", 0.05),
        row(W2, "trips", "continued", 0.2, share_before=0.1),
        row(W2, "taxes", "continued", 0.3, share_before=0.4),
        row(W2, "songs", "continued", 0.2, share_before=0.2),
        row(W2, "odes", "split", 0.1, related="songs"),
        row(W2, "war", "gone", None, share_before=0.05),
    ]  # fmt: skip
    clusters = [{"id": f"{w}:{t}", "name": name} for w in (W1, W2) for t, name in NAMES.items()]
    return moved([W1, W2], "request", trends, clusters)


def test_topics_are_sorted_by_what_became_of_them_when_a_window_follows_another() -> None:
    found = example()
    assert [one.name for one in found.growing] == ["Plan trips"]
    assert [one.name for one in found.shrinking] == ["Work out taxes"]
    assert [(one.name, one.related) for one in found.of("split")] == [
        (NAMES["odes"], NAMES["songs"])
    ]
    assert [(one.name, one.shares) for one in found.of("gone")] == [("Tell of war", (0.05, None))]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, [("growing", "trips"), ("new", "odes")]),
        ({"min_growth": 3.0}, [("new", "odes")]),
        ({"min_share": 0.15}, [("growing", "trips")]),
    ],
)
def test_alerts_are_of_topics_over_the_bounds_when_a_window_follows_another(
    settings: dict[str, float], told: list[tuple[str, str]]
) -> None:
    found = alerts_of(example(), TrendSettings(**settings))
    assert [(alert.kind, alert.topic) for alert in found] == told


def test_nothing_is_an_alert_when_the_window_is_the_first() -> None:
    first = moved([W1], "request", [row(W1, "trips", "first", 0.9)], [])
    assert alerts_of(first, TrendSettings()) == []


def test_report_says_in_words_what_changed_when_a_window_follows_another() -> None:
    text = markdown(example(), alerts_of(example(), TrendSettings()))
    assert "4 topics. Since 2026-09-28, 3 continued, 1 appeared and 1 vanished." in text
    assert "- Fast-growing: Plan trips (10.0% to 20.0%, 2.0 times)" in text
    assert (
        "- **Write odes \\<i\\>**: 10.0% of conversations; it was part of Write \\*songs\\*" in text
    )
    assert "- **Tell of war**: was 5.0%" in text


def test_page_is_whole_and_names_are_no_markup_when_it_is_rendered() -> None:
    text = page(example(), alerts_of(example(), TrendSettings()))
    assert "Write odes &lt;i&gt;" in text
    assert "<i>" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert 'points="0.0,11.0 100.0,2.0"' in text


def test_terminal_shows_every_part_when_topics_moved() -> None:
    console = Console(width=100, record=True)
    print_moved(console, example(), alerts_of(example(), TrendSettings()))
    text = console.export_text()
    assert [h for h in ("Growing", "Shrinking", "New", "Gone") if f"\n{h}\n" not in text] == []
    assert "▄█" in text


def test_document_holds_shares_and_alerts_when_it_is_made() -> None:
    document = as_document(example(), alerts_of(example(), TrendSettings()))
    assert (document["window"], document["before"], document["map"]) == (W2, W1, "")
    assert document["topics"][0]["shares"] == [0.1, 0.2]
    assert document["alerts"][0]["name"] == "Plan trips"


def test_charts_are_blank_when_a_topic_is_not_there() -> None:
    assert chart([None, 0.1, 0.2]) == " ▄█"
    assert points([0.2]) == "0.0,2.0"
