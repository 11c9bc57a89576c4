// Bars of a facet's values with a tick at the base rate, and the trend over time.

import { bdi, button, el, spoken } from "./dom.js";
import { SUPPRESSED, count, day, percent, periodOf, points, shortDay, times, valueName } from "./format.js";
import { title } from "./text.js";

const SHOWN_AT_ONCE = 10;

/**
 * A facet as bars. `cells` are Model.cells; `overlay` is the value that colours the map (or null),
 * `onValue(value)` is called by a click on a bar.
 */
export function facetChart({ name, cells, overlay, onValue }) {
  const largest = Math.max(...cells.map((c) => Math.max(c.share ?? 0, c.base ?? 0)), 0.01);
  const rows = cells.map((cell) => el("li", {}, bar(name, cell, { largest, overlay, onValue })));
  const list = el("ul", { class: "bars" }, rows);
  const hidden = cells.length - SHOWN_AT_ONCE;
  const chart = el(
    "section",
    { class: "facet", data: { facet: name } },
    el("h3", { class: "facet-title", text: title(name) }),
    list,
  );
  if (hidden > 1) chart.append(disclosure(list, rows, cells.length));
  return chart;
}

function disclosure(list, rows, total) {
  const show = (all) => {
    rows.forEach((row, k) => (row.hidden = !all && k >= SHOWN_AT_ONCE));
    toggle.textContent = all ? `Show the first ${SHOWN_AT_ONCE}` : `Show all ${count(total)}`;
    toggle.setAttribute("aria-expanded", String(all));
  };
  const toggle = button({
    class: "link",
    on: { click: () => show(toggle.getAttribute("aria-expanded") !== "true") },
  });
  show(false);
  return toggle;
}

function bar(facet, cell, { largest, overlay, onValue }) {
  const suppressed = cell.size < 0;
  const track = el("span", { class: suppressed ? "track hatched" : "track" });
  if (!suppressed) {
    const fill = el("span", { class: "fill" });
    fill.style.width = `${Math.min(100, (100 * cell.share) / largest)}%`;
    track.append(fill);
  }
  if (cell.base !== null && !cell.isBase) {
    const tick = el("span", { class: "tick" });
    tick.style.left = `${Math.min(100, (100 * cell.base) / largest)}%`;
    track.append(tick);
  }
  const numbers = suppressed ? SUPPRESSED : `${count(cell.size)} · ${percent(cell.share)}`;
  const parts = [
    el("span", { class: "bar-label" }, bdi(valueName(cell.value), { dir: "auto" })),
    track,
    el("span", { class: suppressed ? "bar-number is-suppressed" : "bar-number", text: numbers }),
    cell.base === null || cell.isBase ? null : spoken(`, base rate ${percent(cell.base)}`),
  ];
  const options = {
    class: "bar",
    data: { value: cell.value, size: String(cell.size) },
    title: explain(cell),
  };
  const pressed = { "aria-pressed": String(overlay === cell.value) };
  return button({ ...options, ...pressed, on: { click: () => onValue(cell.value) } }, parts);
}

function explain(cell) {
  if (cell.size < 0) return "Too few conversations or users to show, or hidden to protect others";
  if (cell.lift === null || cell.isBase) return `${percent(cell.share)} of conversations`;
  const versus = `base rate ${percent(cell.base)}`;
  return `${percent(cell.share)}, ${versus}: ${points(cell.share - cell.base)}, ${times(cell.lift)}`;
}

/** Sizes over time as columns; a suppressed period is hatched and says so. */
export function trendChart({ cells, total }) {
  const period = periodOf(cells.map((c) => c.value));
  const largest = Math.max(...cells.map((c) => Math.max(c.size, (c.base ?? 0) * total)), 1);
  const columns = cells.map((cell) => column(cell, largest, total));
  const several = cells.length === 1 ? period : `${period}s`;
  const hidden = cells.filter((c) => c.size < 0).length;
  const list = el("ol", { class: "trend-columns", "aria-label": `Conversations by ${period}` }, columns);
  return el(
    "section",
    { class: "facet trend", data: { facet: "time" } },
    el("h3", { class: "facet-title", text: `Trend, ${cells.length} ${several}` }),
    list,
    el(
      "p",
      { class: "trend-axis" },
      el("span", { text: shortDay(cells[0].value) }),
      hidden > 0 ? el("span", { class: "is-suppressed", text: `${hidden} ${SUPPRESSED}` }) : null,
      el("span", { text: shortDay(cells[cells.length - 1].value) }),
    ),
  );
}

function column(cell, largest, total) {
  const suppressed = cell.size < 0;
  const fill = el("span", { class: suppressed ? "column hatched" : "column" });
  fill.style.height = suppressed ? "100%" : `${(100 * cell.size) / largest}%`;
  const parts = [fill];
  if (cell.base !== null && !cell.isBase) {
    const tick = el("span", { class: "level-tick" });
    tick.style.bottom = `${Math.min(100, (100 * cell.base * total) / largest)}%`;
    parts.push(tick);
  }
  const text = `${day(cell.value)}: ${suppressed ? SUPPRESSED : count(cell.size)}`;
  return el(
    "li",
    {},
    el(
      "span",
      {
        class: "trend-column",
        role: "img",
        title: text,
        "aria-label": text,
        data: { value: cell.value, size: String(cell.size) },
      },
      parts,
    ),
  );
}
