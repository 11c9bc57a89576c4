// The middle of the page: the map, the table, the comparison or the trends, and the bar that chooses.

import { emptyState } from "./accounts.js";
import { createCompare } from "./compare.js";
import { button, el, fillSelect, select } from "./dom.js";
import { levelName } from "./format.js";
import { createLegend } from "./legend.js";
import { createMap } from "./map/map.js";
import { measureOptions } from "./order.js";
import { createTable } from "./table.js";
import { createTrends } from "./trends.js";

const VIEWS = [
  ["map", "Map"],
  ["table", "Table"],
  ["compare", "Compare"],
  ["trends", "Trends"],
];

/** Build the stage in `panel`. */
export function createStage(app, panel) {
  return new Stage(app, panel);
}

class Stage {
  constructor(app, panel) {
    this.app = app;
    this.canvas = el("div", { class: "map-canvas" });
    this.legendBox = el("div", { class: "legend", role: "group", "aria-label": "Legend" });
    this.canvas.append(this.legendBox);
    this.views = {
      map: el("div", { id: "map-view", class: "view" }, this.canvas),
      table: el("div", { id: "table-view", class: "view", hidden: true }),
      compare: el("div", { id: "compare-view", class: "view", hidden: true }),
      trends: el("div", { id: "trends-view", class: "view", hidden: true }),
    };
    panel.replaceChildren(this.makeBar(), ...Object.values(this.views));
    this.legend = createLegend(this.legendBox);
    this.map = createMap(this.canvas, {
      onSelect: (i, { additive } = {}) => app.pick(i, Boolean(additive)),
      onLasso: (chosen, { additive } = {}) => app.choose(chosen, Boolean(additive)),
      onCamera: (camera) => app.store.set({ camera: cameraText(camera) }, { quiet: true }),
      describe: (i) => this.describe(i),
    });
    this.table = createTable(app, this.views.table);
    this.compare = createCompare(app, this.views.compare);
    this.trends = createTrends(app, this.views.trends);
  }

  makeBar() {
    const { app } = this;
    this.tabs = VIEWS.map(([view, label]) =>
      button(
        { class: "tab", data: { view }, on: { click: () => app.show(view) } },
        label,
      ),
    );
    this.colour = select({
      id: "colour",
      label: "Colour",
      options: [],
      value: "",
      onChange: (colour) => app.store.set({ colour }, { push: true }),
    });
    this.level = select({
      id: "level",
      label: "Level",
      options: [],
      value: "",
      onChange: (level) => app.store.set({ level }, { push: true }),
    });
    return el(
      "div",
      { class: "stage-bar" },
      el("div", { class: "tabs", role: "group", "aria-label": "View" }, this.tabs),
      el("div", { class: "stage-tools" }, this.colour, this.level),
    );
  }

  /** What the tooltip says of a cluster under the present measure. */
  describe(i) {
    const { model } = this.app;
    const measure = model.measure(this.app.store.get().colour);
    if (measure.key === "size") return "";
    return `${measure.label}: ${measure.format(model.values(measure)[i])}`;
  }

  setModel(model, state) {
    fillSelect(this.colour.querySelector("select"), measureOptions(model), state.colour);
    const levels = Array.from({ length: model.deepest + 1 }, (_, k) => model.deepest - k);
    fillSelect(
      this.level.querySelector("select"),
      [
        { value: "auto", label: "By zoom" },
        ...levels.map((k) => ({ value: String(k), label: levelName(k, model.deepest) })),
      ],
      state.level,
    );
    this.showView(state);
    this.map.setTheme(this.app.theme());
    this.map.setLevel(levelOf(state, model));
    this.map.setData(model.data, cameraOf(state.camera));
    this.empty?.remove();
    this.empty = model.n === 0 ? emptyState(this.app, model) : null;
    if (this.empty) this.canvas.append(this.empty);
    this.legendBox.hidden = this.empty !== null;
    this.paint(state);
    this.markSelection(state);
    this.table.setModel(model, state);
    this.compare.setModel(model, state);
    this.trends.setModel(model, state);
  }

  update(state, changed) {
    const { model } = this.app;
    if (changed.has("view")) {
      this.showView(state);
      if (state.cluster) this.reveal(model.index(state.cluster), false);
    }
    if (changed.has("level")) {
      this.level.querySelector("select").value = state.level;
      this.map.setLevel(levelOf(state, model));
    }
    if (changed.has("theme")) this.map.setTheme(this.app.theme());
    if (changed.has("colour") || changed.has("theme")) {
      this.colour.querySelector("select").value = model.measure(state.colour).key;
      this.paint(state);
    }
    if (changed.has("cluster") || changed.has("lasso")) this.markSelection(state);
    if (changed.has("camera")) this.restoreCamera(state);
    this.table.update(state, changed);
    this.compare.update(state, changed);
    this.trends.update(state, changed);
  }

  showView(state) {
    for (const [name, node] of Object.entries(this.views)) node.hidden = name !== state.view;
    for (const tab of this.tabs) tab.setAttribute("aria-pressed", String(tab.dataset.view === state.view));
    const isMap = state.view === "map";
    this.level.hidden = !isMap;
    this.colour.hidden = state.view === "compare" || state.view === "trends";
  }

  paint(state) {
    const { model } = this.app;
    const measure = model.measure(state.colour);
    const ramp = model.ramp(measure, this.app.theme());
    this.legend.show(measure, ramp);
    this.map.setMeasure(model.values(measure), ramp);
  }

  markSelection(state) {
    const { model } = this.app;
    const ids = state.lasso.length ? state.lasso : [state.cluster].filter(Boolean);
    this.map.setSelection(ids.map((id) => model.index(id)).filter((i) => i >= 0));
  }

  restoreCamera(state) {
    const camera = cameraOf(state.camera);
    if (camera) this.map.setCamera(camera);
    else this.map.fit({ animate: false });
  }

  setMatches(matches) {
    if (matches === null) return this.map.setMatches(null);
    const set = new Set();
    for (let i = 0; i < matches.length; i += 1) if (matches[i]) set.add(i);
    return this.map.setMatches(set);
  }

  /** Bring a cluster into sight, flying there only where it is out of sight (or `always`). */
  reveal(i, always) {
    if (i < 0 || this.app.store.get().view !== "map") return;
    if (always || !this.map.toPixels(i).visible) this.map.focus(i);
  }
}

function levelOf(state, model) {
  const level = Number(state.level);
  return state.level !== "auto" && level >= 0 && level <= model.deepest ? level : "auto";
}

function cameraText({ x, y, k }) {
  return [x.toFixed(6), y.toFixed(6), k.toFixed(5)].join(",");
}

function cameraOf(text) {
  const [x, y, k] = text.split(",").map(Number);
  return [x, y, k].every(Number.isFinite) && k > 0 ? { x, y, k } : null;
}
