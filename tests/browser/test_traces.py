"""Example conversations: offered only where the index says so, fetched only on request."""

import json
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, Route, expect

Rows = Callable[..., list[tuple[Any, ...]]]
HOSTILE = "<img src=x onerror='window.attacked = 1'>"


@pytest.fixture
def leaf(rows: Rows) -> str:
    identifier: str = rows(
        "SELECT id FROM clusters WHERE level = 0 AND facet = 'request' AND "
        '"window" = (SELECT max("window") FROM windows) ORDER BY id LIMIT 1'
    )[0][0]
    return identifier


def _declare_non_sensitive(page: Page, answer: dict[str, Any] | None) -> list[str]:
    """Let the page see a release with traces; the addresses of all traces it asks for."""
    asked: list[str] = []

    def index(route: Route) -> None:
        response = route.fetch()
        body = json.dumps({**json.loads(response.body()), "traces": True})
        route.fulfill(response=response, body=body)

    def traces(route: Route) -> None:
        asked.append(route.request.url)
        if answer is None:
            route.fulfill(status=404, body="There is no such published leaf.")
        else:
            route.fulfill(json=answer)

    page.route("**/data/index", index)
    page.route("**/data/traces/**", traces)
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready === 'true'")
    return asked


def test_page_offers_no_examples_when_the_data_is_sensitive(page: Page, leaf: str) -> None:
    page.evaluate("(h) => { location.hash = h }", f"#cluster={leaf}")
    expect(page.locator("[data-figure=level] dd")).to_have_text("Leaf")
    assert page.get_by_role("button", name="Show example conversations").count() == 0


def test_page_fetches_examples_only_when_they_are_asked_for(page: Page, leaf: str) -> None:
    turns = [{"role": "user", "text": HOSTILE}, {"role": "assistant", "text": "Certainly."}]
    asked = _declare_non_sensitive(page, {"cluster": leaf, "conversations": [{"turns": turns}]})
    page.evaluate("(h) => { location.hash = h }", f"#cluster={leaf}")
    button = page.get_by_role("button", name="Show example conversations")
    expect(button).to_be_visible()
    expect(page.locator(".part", has=button)).to_contain_text("is recorded")
    assert asked == []
    button.click()
    expect(page.locator(".trace dd").first).to_have_text(HOSTILE)
    expect(page.locator(".trace dt").first).to_have_text("User")
    assert len(asked) == 1
    assert page.evaluate("() => window.attacked ?? null") is None


def test_page_offers_no_examples_of_a_cluster_above_the_leaves(page: Page) -> None:
    _declare_non_sensitive(page, None)
    page.locator("[role=treeitem]").first.click()
    expect(page.locator("[data-figure=level] dd")).to_have_text("Top")
    assert page.get_by_role("button", name="Show example conversations").count() == 0


def test_page_says_so_when_a_leaf_has_no_examples(page: Page, leaf: str) -> None:
    _declare_non_sensitive(page, {"conversations": []})
    page.evaluate("(h) => { location.hash = h }", f"#cluster={leaf}")
    page.get_by_role("button", name="Show example conversations").click()
    expect(page.locator(".traces")).to_contain_text("no examples of this cluster")
