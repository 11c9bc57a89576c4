// Pointing at clusters and choosing them, by pointer and by keyboard.

import { count } from "../format.js";
import { clean } from "../text.js";
import { listenForGestures } from "./gestures.js";
import { listenForKeys } from "./keyboard.js";
import { Grid } from "./picking.js";
import { Tooltip } from "./tools.js";

const REACH = 6; // pixels around a disc that still count as on it
const NAMED_ALOUD = 300; // characters of a name that are announced
const EDGE = 0.1; // share of the view at its edges where the cursor makes the map follow

export class Pointing {
  /** `map` is the ClusterMap whose clusters are pointed at. */
  constructor(map) {
    this.map = map;
    this.grid = null;
    this.pointer = null;
    this.tooltip = new Tooltip(map.container);
    this.spoken = makeSpoken(map.container);
  }

  get elements() {
    return [this.tooltip.root, this.spoken];
  }

  listen() {
    const { map } = this;
    const lassoing = () => map.tool === "lasso";
    const stops = [
      listenForGestures(map.stage, this.gestures(), lassoing),
      listenForKeys(map.stage, this.keys()),
    ];
    const hide = () => this.tooltip.hide();
    map.stage.addEventListener("blur", hide);
    return () => {
      for (const stop of stops) stop();
      map.stage.removeEventListener("blur", hide);
      if (this.soon !== undefined) cancelAnimationFrame(this.soon);
    };
  }

  /** Another release or window: nothing is pointed at. */
  forget() {
    this.grid = null;
    this.pointer = null;
    this.tooltip.hide();
  }

  /** The grid over the discs, made when it is first asked for: the first frame needs none. */
  discs() {
    const { discs, xs, ys } = this.map.scene;
    this.grid ??= new Grid(discs, xs, ys);
    return this.grid;
  }

  /** The cluster at a point of the view: a disc, else a name, else a disc close by; or -1. */
  pick(px, py) {
    const { place, scene, labels } = this.map;
    if (scene === null) return -1;
    const at = place.toWorld(px, py);
    const radiusOf = (i) => scene.radius(i, place.k) / place.scale;
    const largest = scene.largest(place.k) / place.scale;
    const inside = this.discs().at(at.x, at.y, radiusOf, largest, 0);
    if (inside >= 0) return inside;
    const named = labels.at(px, py);
    return named >= 0 ? named : this.discs().at(at.x, at.y, radiusOf, largest, REACH / place.scale);
  }

  gestures() {
    const { map } = this;
    return {
      press: () => this.leave(),
      pan: (dx, dy) => {
        map.stage.classList.add("is-dragging");
        map.panBy(dx, dy);
      },
      zoom: (factor, x, y) => map.move(map.place.zoomed(factor, x, y)),
      enlarge: (factor, x, y) => map.move(map.place.zoomed(factor, x, y), true),
      drop: () => map.stage.classList.remove("is-dragging"),
      click: (x, y, additive) => {
        map.state.cursor = -1;
        this.choose(this.pick(x, y), additive);
      },
      hover: (x, y) => this.hoverSoon(x, y),
      leave: () => this.leave(),
      lasso: (points) => this.showLasso(points),
      lassoed: (points, additive) => this.lassoed(points, additive),
    };
  }

  keys() {
    const { map } = this;
    return {
      go: (dx, dy) => this.go(dx, dy),
      pan: (dx, dy) => map.panBy(dx, dy),
      zoom: (factor) => map.zoom(factor),
      home: () => map.fit(),
      choose: (additive) => {
        if (map.state.cursor >= 0) this.choose(map.state.cursor, additive);
      },
      leave: () => {
        if (map.state.cursor < 0 && map.tool === "pan") return false;
        map.setTool("pan");
        this.setCursor(-1);
        return true;
      },
    };
  }

  choose(index, additive) {
    if (this.map.scene === null || (index < 0 && additive)) return;
    this.map.listeners.onSelect?.(index, { additive });
  }

  /** Look for what is under the pointer at most once a frame. */
  hoverSoon(x, y) {
    this.pointer = { x, y };
    this.soon ??= requestAnimationFrame(() => {
      this.soon = undefined;
      if (this.pointer !== null) this.hover(this.pick(this.pointer.x, this.pointer.y));
    });
  }

  leave() {
    this.pointer = null;
    this.hover(-1);
  }

  hover(index) {
    const { map } = this;
    const { x, y } = this.pointer ?? { x: 0, y: 0 };
    if (index < 0) this.tooltip.hide();
    else this.tooltip.show(map.map.name[index], this.note(index), x, y, 6);
    if (index === map.state.hovered) return;
    map.state.hovered = index;
    map.stage.classList.toggle("is-pointing", index >= 0);
    map.listeners.onHover?.(index, x, y);
    map.changed("overlay");
  }

  note(index) {
    const size = `${count(this.map.map.size[index])} conversations`;
    const more = this.map.listeners.describe?.(index) ?? "";
    return more === "" ? size : `${size} · ${more}`;
  }

  showLasso(points) {
    this.map.state.lasso = points;
    this.map.changed("overlay");
  }

  lassoed(points, additive) {
    this.showLasso([]);
    const { map } = this;
    if (map.scene === null || points.length < 6) return;
    const polygon = Float64Array.from(points);
    for (let at = 0; at < polygon.length; at += 2) {
      const { x, y } = map.place.toWorld(points[at], points[at + 1]);
      polygon[at] = x;
      polygon[at + 1] = y;
    }
    map.listeners.onLasso?.(this.discs().within(polygon), { additive });
  }

  /**
   * Move the keyboard's cursor in a direction: from where it is, from a selected disc in view, or
   * at first to the middle of the view.
   */
  go(dx, dy) {
    const { scene, state, place } = this.map;
    if (scene === null || scene.discs.length === 0) return;
    const inView = (i) => scene.drawn[i] === 1 && this.map.toPixels(i).visible;
    const from = state.cursor >= 0 ? state.cursor : (state.selected.find(inView) ?? -1);
    if (from < 0) {
      this.setCursor(this.discs().nearest(place.x, place.y));
      return;
    }
    const next = this.discs().next(from, dx, dy);
    this.setCursor(next >= 0 ? next : from);
  }

  setCursor(index) {
    const { map } = this;
    map.state.cursor = index;
    map.changed("labels", "overlay");
    this.tooltip.hide();
    if (index < 0) return;
    const name = map.map.name[index];
    const at = map.toPixels(index);
    const inside = (v, size) => v > size * EDGE && v < size * (1 - EDGE);
    if (inside(at.x, map.place.width) && inside(at.y, map.place.height)) {
      this.tooltip.show(name, this.note(index), at.x, at.y, at.r + 6);
    } else map.move({ x: map.map.x[index], y: map.map.y[index], k: map.place.k }, true);
    this.spoken.textContent = `${clean(name.slice(0, NAMED_ALOUD))}, ${this.note(index)}`;
  }
}

function makeSpoken(container) {
  const spoken = document.createElement("div");
  spoken.className = "map-spoken";
  spoken.setAttribute("aria-live", "polite");
  container.append(spoken);
  return spoken;
}
