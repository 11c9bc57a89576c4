// Several clusters chosen by the lasso. Published sizes may be added up; a suppressed cell makes
// a sum unknown, so it is said to be one instead of being counted as nothing.

import { bdi, button, el, icon } from "./dom.js";
import { count, percent, valueName } from "./format.js";
import { section, tiles } from "./parts.js";
import { clusterList } from "./related.js";
import { title } from "./text.js";

/** The panel's content for the clusters `chosen`. */
export function severalSections(app, chosen) {
  const { model } = app;
  const outermost = withoutNested(model, chosen);
  const size = outermost.reduce((sum, i) => sum + model.size(i), 0);
  const nested = chosen.length - outermost.length;
  return [
    el(
      "div",
      { class: "details-head" },
      el("h2", { class: "details-name", tabindex: "-1", text: `${count(chosen.length)} clusters` }),
      button(
        { class: "ghost", "aria-label": "Drop this selection", on: { click: () => app.choose([]) } },
        icon("close"),
      ),
    ),
    el("p", {
      class: "description",
      text:
        "Sums of published sizes. " +
        (nested ? `${count(nested)} lie within others and are counted once. ` : "") +
        "Users are not added up: one person can be in several clusters.",
    }),
    tiles([
      ["size", count(size), "Conversations"],
      ["share", percent(size / model.window.conversations), "Of the window"],
    ]),
    clusterList(app, "Chosen", [...chosen].sort((a, b) => model.size(b) - model.size(a))),
    ...model.facets
      .filter((facet) => facet.name !== "time")
      .map((facet) => sums(model, facet, outermost, size)),
  ];
}

function withoutNested(model, chosen) {
  const set = new Set(chosen);
  return chosen.filter((i) => !model.path(i).slice(0, -1).some((above) => set.has(above)));
}

function sums(model, facet, clusters, size) {
  const width = facet.values.length;
  const rows = facet.values.map((value, v) => {
    let sum = 0;
    let hidden = 0;
    for (const i of clusters) {
      const cell = facet.cells[i * width + v];
      if (cell < 0) hidden += 1;
      else sum += cell;
    }
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, bdi(valueName(value, facet.kind), { dir: "auto" })),
      hidden
        ? el(
            "td",
            {},
            sum ? `at least ${count(sum)}, ` : "",
            el("span", { class: "is-suppressed", text: `suppressed in ${count(hidden)}` }),
          )
        : el("td", { text: `${count(sum)} · ${percent(sum / size)}` }),
    );
  });
  return section(title(facet.name), el("table", { class: "sums" }, el("tbody", {}, rows)));
}
