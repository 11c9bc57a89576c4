// A real table of many rows, of which only those in sight exist: assistive technology is told the
// number of all rows and the place of each.

import { button, el, icon } from "./dom.js";
import { createVirtual } from "./virtual.js";

const ROW_HEIGHT = 38;
const HEAD_HEIGHT = 42;
const PRINTED_ROWS = 500;

/**
 * Build a table in `host`. Its items are clusters (or anything else that `cellOf(column, item)`
 * makes cells of); `onSort(column)` is called by a click on a head.
 */
export function createGrid({ host, label, cellOf, onSort }) {
  const head = el("tr", { role: "row", "aria-rowindex": 1 });
  const body = el("tbody", { role: "rowgroup" });
  const table = el(
    "table",
    { class: "grid", role: "table", "aria-label": label },
    el("thead", { role: "rowgroup" }, head),
    body,
  );
  const scroller = el("div", { class: "grid-scroller", tabindex: "0", role: "group", "aria-label": `${label}, scrolling` }, table);
  host.append(scroller);
  let columns = [];
  let clusters = [];
  let selected = -1;

  const virtual = createVirtual({
    scroller,
    host: body,
    rowHeight: ROW_HEIGHT,
    offset: HEAD_HEIGHT,
    render: row,
  });

  function row(at) {
    const i = clusters[at];
    return el(
      "tr",
      {
        role: "row",
        "aria-rowindex": at + 2,
        "aria-current": i === selected ? "true" : null,
        data: { at: String(at) },
      },
      columns.map((column, k) =>
        el(k === 0 ? "th" : "td", cellOptions(column, k), cellOf(column, i)),
      ),
    );
  }

  function cellOptions(column, k) {
    const role = k === 0 ? "rowheader" : "cell";
    return { role, class: column.number ? "number" : null, scope: k === 0 ? "row" : null };
  }

  function heads(sort) {
    head.replaceChildren(
      ...columns.map((column) => {
        const key = column.sortKey ?? column.key;
        const isSorted = sort.key === column.key || (sort.key === key && column.key === key);
        const direction = sort.ascending ? "ascending" : "descending";
        return el(
          "th",
          {
            role: "columnheader",
            scope: "col",
            class: column.number ? "number" : null,
            "aria-sort": isSorted ? direction : onSort ? "none" : null,
          },
          onSort
            ? button({ class: "sorter", on: { click: () => onSort(column) } }, column.label, icon("chevron"))
            : column.label,
        );
      }),
    );
  }

  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = Number(event.target.closest("tr")?.dataset.at);
    if (!step || Number.isNaN(at) || at + step < 0 || at + step >= clusters.length) return;
    event.preventDefault();
    virtual.reveal(at + step);
    virtual.row(at + step)?.querySelector("button")?.focus({ preventScroll: true });
  });
  globalThis.addEventListener("beforeprint", () => virtual.showAll(PRINTED_ROWS));
  globalThis.addEventListener("afterprint", () => virtual.showAll(0));

  return {
    scroller,
    /** Show clusters in their order; `sort` is {key, ascending}. */
    show({ columns: newColumns, clusters: newClusters, sort, selection }) {
      columns = newColumns;
      clusters = newClusters;
      selected = selection;
      const widths = columns.map((c) => (c.flexible ? `minmax(${c.width}px, 1fr)` : `${c.width}px`));
      table.style.setProperty("--columns", widths.join(" "));
      table.setAttribute("aria-rowcount", String(clusters.length + 1));
      heads(sort);
      virtual.reset(clusters.length, { fromTop: true });
    },
    select(i) {
      selected = i;
      for (const [at, node] of virtual.rows()) {
        if (clusters[at] === i) node.setAttribute("aria-current", "true");
        else node.removeAttribute("aria-current");
      }
    },
    sync: () => virtual.sync(),
  };
}
