// Every cluster as a row: the map without the picture, and its CSV.

import { isMixed } from "./accounts.js";
import { columnsOf } from "./columns.js";
import { save, toCsv } from "./csv.js";
import { bdi, button, debounce, el, fillSelect, icon, select } from "./dom.js";
import { SUPPRESSED, count, levelName } from "./format.js";
import { createGrid } from "./grid.js";
import { hasNamed, mapName, mapOf, windowIn } from "./maps.js";
import { orderBy } from "./order.js";
import { clean, fold, title } from "./text.js";

const TYPING_MS = 120;

/** Build the table view in `host`. */
export function createTable(app, host) {
  return new Table(app, host);
}

class Table {
  constructor(app, host) {
    this.app = app;
    this.stale = true;
    const set = (patch) => app.store.set(patch);
    this.text = el("input", {
      id: "table-text",
      type: "search",
      placeholder: "Words in name or description",
      on: { input: debounce(() => set({ tableText: this.text.value }), TYPING_MS) },
    });
    this.minimum = el("input", {
      id: "table-minimum",
      type: "number",
      min: "0",
      step: "5",
      on: { input: debounce(() => set({ tableMinimum: this.minimum.value }), TYPING_MS) },
    });
    const level = { id: "table-level", label: "Level", options: [], value: "" };
    const facet = { id: "table-facet", label: "Columns", options: [], value: "" };
    this.level = select({ ...level, onChange: (tableLevel) => set({ tableLevel }) });
    this.facet = select({ ...facet, onChange: (tableFacet) => set({ tableFacet }) });
    this.tally = el("p", { class: "tally", role: "status" });
    this.bar = el(
      "form",
      { class: "view-bar", "aria-label": "Filters of the table", on: { submit: (e) => e.preventDefault() } },
      el("label", { class: "field" }, el("span", { class: "field-label", text: "Filter" }), this.text),
      this.level,
      el("label", { class: "field" }, el("span", { class: "field-label", text: "At least" }), this.minimum),
      this.facet,
      this.tally,
      button({ class: "plain", on: { click: () => this.download() } }, icon("download"), "CSV"),
    );
    host.replaceChildren(this.bar);
    this.grid = createGrid({
      host,
      label: "Clusters",
      cellOf: (column, i) => this.cell(column, i),
      onSort: (column) => this.sortBy(column),
    });
  }

  setModel(model, state) {
    this.model = model;
    const levels = Array.from({ length: model.deepest + 1 }, (_, k) => model.deepest - k);
    fillSelect(
      this.level.querySelector("select"),
      [
        { value: "", label: "All" },
        ...levels.map((k) => ({ value: String(k), label: levelName(k, model.deepest) })),
      ],
      state.tableLevel,
    );
    fillSelect(
      this.facet.querySelector("select"),
      [
        { value: "", label: "Figures only" },
        ...model.facets.map((f) => ({ value: f.name, label: title(f.name) })),
      ],
      state.tableFacet,
    );
    this.folded = null;
    this.stale = true;
    this.update(state, new Set());
  }

  update(state, changed) {
    const filters = ["tableText", "tableLevel", "tableMinimum", "tableSort", "tableFacet", "colour"];
    const moved = filters.some((name) => changed.has(name));
    if (moved) this.stale = true;
    if (state.view !== "table") return;
    if (this.stale) this.render(state, changed);
    else if (changed.has("view")) this.grid.sync();
    if (changed.has("cluster")) this.grid.select(this.model.index(state.cluster));
  }

  render(state) {
    this.stale = false;
    this.put(this.text, state.tableText);
    this.put(this.minimum, state.tableMinimum);
    this.level.querySelector("select").value = state.tableLevel;
    this.facet.querySelector("select").value = state.tableFacet;
    const ascending = !state.tableSort.startsWith("-");
    this.sort = { key: state.tableSort.replace(/^-/, ""), ascending };
    this.columns = columnsOf(this.model, state);
    this.columns[0].flexible = true;
    this.clusters = this.ordered(this.filtered(state));
    this.tally.textContent = `${count(this.clusters.length)} of ${count(this.model.n)} clusters`;
    this.grid.show({
      columns: this.columns,
      clusters: this.clusters,
      sort: this.sort,
      selection: state.cluster ? this.model.index(state.cluster) : -1,
    });
  }

  /** Fill in a field unless somebody is typing in it. */
  put(input, value) {
    if (document.activeElement !== input) input.value = value;
  }

  filtered(state) {
    const { model } = this;
    const words = fold(clean(state.tableText)).split(/\s+/).filter(Boolean);
    const least = Number(state.tableMinimum) || 0;
    const level = state.tableLevel === "" ? -1 : Number(state.tableLevel);
    if (words.length) this.folded ??= Array.from({ length: model.n }, (_, i) => fold(`${model.name(i)} ${model.description(i)}`));
    const found = [];
    for (let i = 0; i < model.n; i += 1) {
      if (level >= 0 && model.level(i) !== level) continue;
      if (model.size(i) < least) continue;
      if (words.every((word) => this.folded[i].includes(word))) found.push(i);
    }
    return found;
  }

  ordered(clusters) {
    const { key, ascending } = this.sort;
    const { model } = this;
    if (key !== "within") return orderBy(model, clusters, key.replace(/^size:share$/, "size"), { ascending });
    const within = (i) => (model.parent(i) < 0 ? "" : model.name(model.parent(i)));
    const sign = ascending ? 1 : -1;
    return clusters.sort((a, b) => sign * within(a).localeCompare(within(b)) || model.size(b) - model.size(a));
  }

  sortBy(column) {
    const same = this.sort.key === column.key;
    const ascending = same ? !this.sort.ascending : !column.number;
    this.app.store.set({ tableSort: `${ascending ? "" : "-"}${column.key}` }, { push: true });
    const heads = this.grid.scroller.querySelectorAll("th .sorter");
    heads[this.columns.findIndex((c) => c.key === column.key)]?.focus();
  }

  cell(column, i) {
    const text = column.text(i);
    if (column.key === "name") {
      return button(
        { class: "cell-link", title: text.slice(0, 300), on: { click: () => this.app.select(i) } },
        bdi(text.slice(0, 600), { dir: "auto" }),
      );
    }
    if (column.key === "coherence" && isMixed(this.model, i)) {
      return [el("span", { class: "mixed", text: "mixed" }), text];
    }
    if (text === SUPPRESSED) return el("span", { class: "is-suppressed", text });
    return column.number || column.key === "level" ? text : bdi(text.slice(0, 600), { dir: "auto", class: "cell-text" });
  }

  download() {
    const { window } = this.model;
    const named = mapOf(window.window);
    const where = [["Map", () => mapName(named)], ["Window", () => windowIn(window.window)]];
    const fields = this.columns.flatMap((column) => column.fields);
    if (hasNamed(this.app.source.index)) fields.unshift(...where);
    const rows = [["Id", ...fields.map(([name]) => name), "Description"]];
    for (const i of this.clusters) {
      rows.push([
        this.model.id(i),
        ...fields.map(([, value]) => value(i)),
        this.model.description(i),
      ]);
    }
    const of = [named, windowIn(window.window), window.facet].filter(Boolean).join("-");
    save(`clusters-${of}.csv`.replace(/[^\w.-]/g, "_"), toCsv(rows));
    this.app.notice.say(`Saved ${count(this.clusters.length)} clusters as CSV.`);
  }
}
