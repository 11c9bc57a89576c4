// The map of clusters on canvases of its own. See createMap for what it offers.

import { themeColours } from "../ramps.js";
import { Camera } from "./camera.js";
import { KEYS } from "./keyboard.js";
import { Labels } from "./labels.js";
import { Lettering } from "./lettering.js";
import { Minimap } from "./minimap.js";
import { drawOverlay } from "./overlay.js";
import { Painter } from "./painter.js";
import { Pointing } from "./pointing.js";
import { Scene, extentOf } from "./scene.js";
import { makeTools } from "./tools.js";

const SETTLED = 140; // milliseconds without movement until names are placed with all care
const FRAMES = 240; // frames whose durations are kept for debug()
const CLOSEST = 24; // magnification at which a flight to a cluster ends at most
const NARROW = 420; // pixels of width or height under which there is no minimap

/**
 * A map in `container`, a positioned element with a size. Listeners, all optional:
 * onSelect(index or -1, {additive}), onHover(index or -1, x, y), onLasso(indices, {additive}),
 * onCamera({x, y, k}) once a movement has settled, describe(index) -> text below the name in the
 * tooltip. Elements inside the container with `data-map-overlay` are kept free of names.
 * Returns setData(map, camera?), setMeasure(values, ramp), setLevel("auto" or number),
 * setSelection(indices), setMatches(Set or null), setTheme("light" or "dark"), setCamera(camera,
 * {animate}), camera(), fit({animate}), focus(index), setTool("pan" or "lasso"),
 * toPixels(index), debug(), destroy().
 */
export function createMap(container, listeners = {}) {
  const map = new ClusterMap(container, listeners);
  const offered = [
    "setData setMeasure setLevel setSelection setMatches setTheme setCamera camera fit focus",
    "setTool toPixels debug destroy",
  ];
  const names = offered.join(" ").split(" ");
  const view = Object.fromEntries(names.map((name) => [name, map[name].bind(map)]));
  map.stage.view = view;
  return view;
}

/** What createMap returned for the map with this `.map-stage` element. */
export function viewOf(stage) {
  return stage.view;
}

class ClusterMap {
  constructor(container, listeners) {
    this.container = container;
    this.listeners = listeners;
    this.stage = makeStage(container);
    this.place = new Camera();
    this.painter = new Painter(this.stage);
    this.lettering = new Lettering(getComputedStyle(container).fontFamily);
    this.labels = new Labels(this.lettering);
    this.minimap = new Minimap(container, (x, y) => this.move({ ...this.place.state, x, y }));
    this.tools = makeTools(container, {
      zoomIn: () => this.zoom(1.6),
      zoomOut: () => this.zoom(1 / 1.6),
      home: () => this.fit(),
      lasso: () => this.setTool(this.tool === "lasso" ? "pan" : "lasso"),
    });
    this.pointing = new Pointing(this);
    this.state = { selected: [], hovered: -1, cursor: -1, lasso: [] };
    this.tool = "pan";
    this.level = "auto";
    this.matches = null;
    this.scene = null;
    this.dirty = new Set();
    this.frames = [];
    this.movedAt = -Infinity;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.setTheme("light");
    this.stops = [this.watchSize(), this.pointing.listen()];
  }

  // --- what is shown ---------------------------------------------------------------------------

  setData(map, camera = null) {
    this.map = map;
    this.state = { selected: [], hovered: -1, cursor: -1, lasso: [] };
    this.matches = null;
    this.pointing.forget();
    this.lettering.forget();
    this.place.flight = null;
    this.place.setBounds(map.x, map.y);
    this.place.set(camera ?? this.place.home);
    this.values = new Float64Array(map.n);
    this.ramp = null;
    this.setLevel(this.level);
  }

  setMeasure(values, ramp) {
    this.values = values;
    this.ramp = ramp;
    this.recolour();
  }

  setLevel(level) {
    this.level = level;
    if (this.map === undefined) return;
    this.scene = new Scene(this.map, level);
    this.scene.measure(this.place);
    this.pointing.grid = null;
    this.labels.setScene(this.namesOf(this.scene));
    if (this.state.cursor >= 0 && !this.scene.drawn[this.state.cursor]) this.state.cursor = -1;
    this.recolour();
  }

  namesOf(scene) {
    return {
      levels: scene.levels,
      xs: scene.xs,
      ys: scene.ys,
      names: scene.names,
      extent: scene.extent,
      rankOf: (index) => scene.rankOf(index),
      radiusOf: (index) => scene.radius(index, this.place.k),
      isLabelOnly: (index) => scene.isLabelOnly(index),
    };
  }

  setSelection(indices) {
    this.state.selected = [...indices];
    this.changed("labels", "overlay");
  }

  setMatches(matches) {
    this.matches = matches;
    this.recolour();
  }

  setTheme(theme) {
    this.colours = themeColours(theme);
    this.painter.setTheme(theme);
    this.container.classList.toggle("map-theme-dark", theme === "dark");
    this.recolour();
  }

  recolour() {
    if (this.scene === null || !this.ramp) return;
    this.painter.setFills(this.values, this.ramp, this.matches);
    this.makeRoom();
    this.changed("discs", "labels", "overlay", "minimap");
  }

  setTool(tool) {
    this.tool = tool;
    this.stage.classList.toggle("is-lassoing", tool === "lasso");
    this.tools.lasso(tool === "lasso");
  }

  // --- the camera ------------------------------------------------------------------------------

  camera() {
    return this.place.state;
  }

  setCamera(camera, { animate = false } = {}) {
    if (animate) {
      this.move(camera, true);
      return;
    }
    this.place.flight = null;
    this.place.set(camera);
    this.changed("discs", "labels", "overlay");
  }

  fit({ animate = true } = {}) {
    this.move(this.place.home, animate);
  }

  /** Fly to a cluster: a leaf comes to the middle with room around it, a parent fills the view. */
  focus(index) {
    const discs = this.scene.discsOf(index);
    const closest = Math.min(CLOSEST, Math.max(this.place.k, this.legible()));
    const box = extentOf(discs.length > 0 ? discs : [index], this.map.x, this.map.y);
    this.move(this.place.framing(box, discs.length > 1 ? CLOSEST : closest), true);
  }

  /** The magnification from which most discs have room for their names. */
  legible() {
    return Math.max(1, 0.6 * this.labels.threshold(this.scene.discs.length, this.place));
  }

  move(camera, animate = false) {
    if (animate && !this.calm.matches) this.place.fly(camera, performance.now());
    else {
      this.place.flight = null;
      this.place.set(camera);
    }
    this.moving();
  }

  panBy(dx, dy) {
    this.place.panBy(dx, dy);
    this.moving();
  }

  zoom(factor) {
    this.move(this.place.magnified(factor), true);
  }

  moving() {
    this.movedAt = performance.now();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settled(), SETTLED);
    this.changed("discs", "labels", "overlay");
  }

  settled() {
    if (this.place.flight !== null || this.stage.classList.contains("is-dragging")) {
      this.settling = setTimeout(() => this.settled(), SETTLED);
      return;
    }
    this.movedAt = -Infinity;
    if (this.labels.pending) this.changed("labels");
    this.listeners.onCamera?.(this.place.state);
  }

  // --- drawing ---------------------------------------------------------------------------------

  changed(...parts) {
    for (const part of parts) this.dirty.add(part);
    if (this.scene === null || !this.ramp || this.frame !== undefined) return;
    this.frame = requestAnimationFrame((now) => this.draw(now));
  }

  draw(now) {
    this.frame = undefined;
    if (!this.ramp) return; // new data whose colours are still to come
    const started = performance.now();
    if (this.painter.ratio !== devicePixelRatio) this.resize();
    const parts = this.dirty;
    this.dirty = new Set();
    const flying = this.place.flight !== null;
    this.place.step(Math.max(now, performance.now()));
    if (parts.has("discs")) this.painter.paintDiscs(this.scene, this.place);
    if (parts.has("labels")) this.drawNames();
    if (parts.has("overlay")) this.drawOverlay();
    if (parts.has("minimap")) this.minimapSoon();
    if (parts.has("discs")) this.minimap.follow(this.place);
    this.frames.push({ at: started, took: performance.now() - started });
    if (this.frames.length > FRAMES) this.frames.shift();
    if (flying) this.moving();
  }

  drawNames() {
    const { selected, cursor } = this.state;
    const first = [...selected.slice(0, 12), ...(cursor >= 0 ? [cursor] : [])];
    const shown = this.labels.place(this.place, {
      first,
      matches: this.matches,
      obstacles: this.obstacles(),
      moving: performance.now() - this.movedAt < SETTLED,
    });
    const chosen = new Set(selected);
    const { ink, quiet, accent } = this.colours;
    const inkOf = ({ index, rank }) => (chosen.has(index) ? accent : rank === 1 ? quiet : ink);
    this.painter.paintNames(shown, this.lettering, inkOf);
  }

  /** Shape what floats over the map, and look anew where that is. */
  makeRoom() {
    const { place, minimap } = this;
    minimap.shape(place.bounds, Math.min(place.width, place.height) < NARROW);
    this.floating = undefined;
  }

  /** Rectangles of what floats over the map; read anew after what can move them. */
  obstacles() {
    this.floating ??= this.findFloating();
    return this.floating;
  }

  findFloating() {
    const own = this.container.getBoundingClientRect();
    return Array.from(this.container.querySelectorAll("[data-map-overlay]"), (element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left - own.left, y: top - own.top, width, height };
    }).filter(({ width, height }) => width > 0 && height > 0);
  }

  drawOverlay() {
    drawOverlay(this.painter.overlay, this.place, this.state, this.colours, {
      discs: (index) => this.scene.discsOf(index),
      place: (index) => this.toPixels(index),
    });
  }

  /** The minimap can wait for the frame after the map's. */
  minimapSoon() {
    if (this.mini !== undefined) return;
    this.mini = setTimeout(() => {
      this.mini = undefined;
      this.drawMinimap();
    }, 0);
  }

  drawMinimap() {
    this.minimap.draw(this.scene, this.painter.fills, this.painter.background, this.painter.ratio);
    this.minimap.follow(this.place);
  }

  watchSize() {
    this.resize();
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.container);
    return () => observer.disconnect();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.container;
    const { place, painter } = this;
    const same = place.width === width && place.height === height;
    if ((same && painter.ratio === devicePixelRatio) || width === 0 || height === 0) return;
    place.resize(width, height);
    painter.resize(width, height, devicePixelRatio);
    this.scene?.measure(place);
    this.makeRoom();
    this.changed("discs", "labels", "overlay", "minimap");
  }

  // --- for tests and for the page --------------------------------------------------------------

  /** Where a cluster is in the view, in CSS pixels. */
  toPixels(index) {
    const { x, y } = this.place.toScreen(this.map.x[index], this.map.y[index]);
    const r = this.scene.radius(index, this.place.k);
    const visible = x >= 0 && y >= 0 && x <= this.place.width && y <= this.place.height;
    return { x, y, r, visible };
  }

  /** What was drawn: names with their boxes, discs, and the last frames in milliseconds. */
  debug() {
    return {
      labels: this.labels.shown.map(({ index, rank, layout, x, y, width, height }) => {
        const { lines, direction } = layout;
        return { index, level: this.map.level[index], rank, lines, direction, x, y, width, height };
      }),
      obstacles: this.obstacles(),
      discs: Array.from(this.scene?.discs ?? []),
      cursor: this.state.cursor,
      hovered: this.state.hovered,
      selected: [...this.state.selected],
      frames: this.frames.map(({ at, took }) => ({ at, took })),
      idle: this.frame === undefined && this.place.flight === null && this.movedAt === -Infinity,
      camera: this.place.state,
      view: { width: this.place.width, height: this.place.height },
    };
  }

  destroy() {
    for (const stop of this.stops) stop();
    clearTimeout(this.settling);
    clearTimeout(this.mini);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    const made = [this.stage, this.minimap.box, this.tools.root, ...this.pointing.elements];
    for (const element of made) element.remove();
    this.container.classList.remove("map-theme-dark");
  }
}

function makeStage(container) {
  const stage = document.createElement("div");
  stage.className = "map-stage";
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", "Map of clusters");
  stage.setAttribute("aria-description", KEYS);
  container.append(stage);
  return stage;
}
