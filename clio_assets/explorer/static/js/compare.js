// Comparisons: one facet value against its base rate (the paper's figure 7), or two windows, of one
// map or of two: some conversations against all, or against others.

import { bdi, button, el, fillSelect, select } from "./dom.js";
import { SUPPRESSED, count, daysName, levelName, percent, times, valueName, windowName } from "./format.js";
import { createGrid } from "./grid.js";
import { hasNamed, mapName, mapOf, mapsOf, ofMap, sameDays, usualOther } from "./maps.js";
import { Model } from "./model.js";
import { compareRates, compareValue, compareWindows } from "./comparing.js";
import { title } from "./text.js";

/** Columns of numbers are this wide, or the second where a name needs it, on two lines. */
const WIDTHS = [160, 230];
const LONG_WORD = 18;
/** A bar reaches its end at one of these numbers of doublings: the least that most bars need. */
const DOUBLINGS = [0.5, 1, 2, 3, 4];
const MOST = 0.95;

/** Build the comparison view in `host`. */
export function createCompare(app, host) {
  return new Compare(app, host);
}

class Compare {
  constructor(app, host) {
    this.app = app;
    this.other = null;
    this.asked = 0;
    const set = (patch) => app.store.set(patch, { push: true });
    const field = (id, label, onChange) => select({ id, label, options: [], value: "", onChange });
    this.by = field("compare-by", "Compare", (compareBy) => set({ compareBy }));
    this.facet = field("compare-facet", "Facet", (compareFacet) => set({ compareFacet, compareValue: "" }));
    this.value = field("compare-value", "Value", (compareValue) => set({ compareValue }));
    this.window = field("compare-window", "With", (compareWindow) => set({ compareWindow }));
    this.level = field("compare-level", "Show", (compareLevel) => set({ compareLevel }));
    this.tally = el("p", { class: "compare-note", role: "status" });
    host.replaceChildren(
      el("div", { class: "view-bar" }, this.by, this.facet, this.value, this.window, this.level),
      this.tally,
    );
    this.grid = createGrid({
      host,
      label: "Comparison",
      cellOf: (column, row) => column.cell(row),
    });
  }

  setModel(model, state) {
    this.model = model;
    this.other = null;
    this.stale = true;
    this.update(state, new Set());
  }

  update(state, changed) {
    if ([...changed].some((name) => name.startsWith("compare"))) this.stale = true;
    if (state.view !== "compare") return;
    if (this.stale) this.render(state);
    else if (changed.has("view")) this.grid.sync();
  }

  async render(state) {
    this.stale = false;
    const isWindows = state.compareBy === "windows";
    this.fill(this.by, [
      { value: "value", label: "A facet value" },
      { value: "windows", label: hasNamed(this.app.source.index) ? "Two maps or windows" : "Two windows" },
    ], state.compareBy);
    for (const control of [this.facet, this.value]) control.hidden = isWindows;
    this.window.hidden = !isWindows;
    this.fill(this.level, this.levels(isWindows), state.compareLevel);
    if (isWindows) await this.renderWindows(state);
    else this.renderValue(state);
  }

  fill(control, options, value) {
    fillSelect(control.querySelector("select"), options, value);
    return control.querySelector("select").value;
  }

  levels(isWindows) {
    const { deepest } = this.model;
    const levels = Array.from({ length: deepest + 1 }, (_, k) => ({
      value: String(k),
      label: `${levelName(k, deepest)} clusters`,
    }));
    return isWindows ? [...levels, { value: "rates", label: "Base rates" }] : levels;
  }

  renderValue(state) {
    const { model } = this;
    const facets = model.facets.filter((f) => f.name !== "time" && f.values.length);
    if (facets.length === 0) return this.explain("This map has no facets to compare.");
    const named = facets.map((f) => ({ value: f.name, label: title(f.name) }));
    const overlay = this.app.overlay();
    const usual = overlay?.facet ?? (model.byFacet.has("language") ? "language" : "");
    const facet = model.byFacet.get(this.fill(this.facet, named, state.compareFacet || usual));
    const values = facet.values.map((value) => ({ value, label: valueName(value, facet.kind) }));
    const first = overlay?.facet === facet.name ? overlay.value : "";
    const value = this.fill(this.value, values, state.compareValue || first);
    const level = Number(this.level.querySelector("select").value);
    const { rows, suppressed, base } = compareValue(model, facet, value, level);
    const left = suppressed
      ? ` ${count(suppressed)} left out: there the value is suppressed.`
      : " None is left out.";
    const rate = base === null ? SUPPRESSED : percent(base);
    this.tally.textContent = `${count(rows.length)} clusters by lift: the share of ${valueName(value, facet.kind)} in a cluster over its base rate of ${rate}.${left}`;
    this.show(rows, [
      this.nameColumn(),
      number("Conversations", (r) => `${count(r.cell)} of ${count(r.size)}`, 134),
      number("Share", (r) => percent(r.share), 72),
      number("Base rate", (r) => percent(r.base), 92),
      this.liftColumn("Lift"),
    ]);
    return undefined;
  }

  async renderWindows(state) {
    const here = this.model.window;
    const { index } = this.app.source;
    const others = index.windows.filter((w) => w.facet === here.facet && w.window !== here.window);
    if (others.length === 0) {
      this.window.hidden = true;
      this.explain("This release holds one window of this facet: there is none to compare it with.");
      return;
    }
    const options = mapsOf(others)
      .flatMap((named) => ofMap(others, named))
      .map((w) => ({ value: w.window, label: windowName(w, index) }));
    const wanted = others.find((w) => w.window === state.compareWindow) ?? usualOther(others, here);
    const chosen = this.fill(this.window, options, wanted.window);
    const asked = (this.asked += 1);
    if (this.other?.window.window !== chosen) {
      const data = await this.app.source.map(chosen, here.facet);
      if (asked !== this.asked) return;
      this.other = new Model(data);
    }
    const level = this.level.querySelector("select").value;
    if (level === "rates") this.showRates();
    else this.showWindows(Number(level));
  }

  showWindows(level) {
    const { rows, onlyHere, onlyThere } = compareWindows(this.model, this.other, level);
    const { here, there, isOneMap, short, width, change, note } = this.pair();
    this.tally.textContent =
      `${count(rows.length)} clusters by the ${change.toLowerCase()} of their share. ` +
      `Each ${isOneMap ? "window" : "map"} is clustered on its own, so clusters are matched where ` +
      `level and name are the same: ${count(onlyHere)} are only in ${here}, ${count(onlyThere)} ` +
      `only in ${there}.${note}`;
    this.show(rows, [
      this.nameColumn(),
      number(short[0], (r) => `${count(r.size)} · ${percent(r.share)}`, width),
      number(short[1], (r) => `${count(r.sizeThere)} · ${percent(r.base)}`, width),
      this.liftColumn(change),
    ]);
  }

  showRates() {
    const rows = compareRates(this.model, this.other);
    const { here, there, short, width, change, note } = this.pair();
    this.tally.textContent = `Shares of every facet value in ${here} and in ${there}, by their ${change.toLowerCase()}.${note}`;
    const shown = (size, share) => (size < 0 ? suppressed() : `${count(size)} · ${percent(share)}`);
    this.show(rows, [
      { key: "name", label: "Value", width: 220, flexible: true, cell: (r) => bdi(`${title(r.facet)}: ${valueName(r.value, r.kind)}`) },
      number(short[0], (r) => shown(r.size, r.share), width),
      number(short[1], (r) => shown(r.sizeThere, r.base), width),
      this.liftColumn(change),
    ]);
  }

  /** What the two windows are called, in full and by what tells them apart, and what to know of them. */
  pair() {
    const { index } = this.app.source;
    const both = [this.model.window, this.other.window];
    const [here, there] = both.map((w) => windowName(w, index));
    const isOneMap = mapOf(both[0].window) === mapOf(both[1].window);
    if (isOneMap) {
      const short = both.map(daysName);
      return { here, there, isOneMap, short, width: WIDTHS[0], change: "Change", note: "" };
    }
    const isSameTime = sameDays(...both);
    const short = isSameTime ? both.map((w) => mapName(mapOf(w.window))) : [here, there];
    const isLong = short.some((name) => name.split(" ").some((word) => word.length > LONG_WORD));
    const note =
      " A conversation can be on both maps." +
      (isSameTime ? "" : " They are not of the same days, so a difference can be one of time.");
    return { here, there, isOneMap, short, width: WIDTHS[Number(isLong)], change: "Ratio", note };
  }

  show(rows, columns) {
    this.doublings = doublingsOf(rows);
    const { cluster } = this.app.store.get();
    const selected = cluster ? this.model.index(cluster) : -1;
    this.grid.show({
      columns,
      clusters: rows,
      sort: { key: "lift", ascending: false },
      selection: rows.find((row) => row.index === selected && selected >= 0) ?? null,
    });
  }

  explain(text) {
    this.tally.textContent = text;
    this.show([], []);
  }

  nameColumn() {
    const cell = (row) =>
      button(
        {
          class: "cell-link",
          title: this.model.name(row.index).slice(0, 300),
          on: { click: () => this.app.select(row.index) },
        },
        bdi(this.model.name(row.index).slice(0, 600), { dir: "auto" }),
      );
    return { key: "name", label: "Cluster", width: 200, flexible: true, cell };
  }

  liftColumn(label) {
    const cell = (row) => liftBar(row, this.doublings);
    return { key: "lift", label, width: 210, number: true, cell };
  }
}

function number(label, cell, width) {
  return { key: label, label, width, number: true, cell };
}

function suppressed() {
  return el("span", { class: "is-suppressed", text: SUPPRESSED });
}

function doublingsOf(rows) {
  const found = rows.filter((r) => r.lift > 0).map((r) => Math.abs(Math.log2(r.lift)));
  found.sort((a, b) => a - b);
  const needed = found[Math.floor(MOST * (found.length - 1))] ?? 0;
  return DOUBLINGS.find((d) => d >= needed) ?? DOUBLINGS[DOUBLINGS.length - 1];
}

/** A lift as a bar from the middle (the base rate): to the right above it, to the left below. */
function liftBar(row, doublings) {
  if (row.lift === null) return suppressed();
  const reach = Math.max(-1, Math.min(1, Math.log2(Math.max(row.lift, 1e-9)) / doublings));
  const fill = el("span", { class: reach < 0 ? "lift-fill below" : "lift-fill" });
  fill.style.width = `${50 * Math.abs(reach)}%`;
  fill.style.left = reach < 0 ? `${50 + 50 * reach}%` : "50%";
  return el(
    "span",
    { class: "lift" },
    el("span", { class: "lift-track" }, fill),
    el("span", { class: "lift-number", text: times(row.lift) }),
  );
}
