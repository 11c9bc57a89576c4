// The map's buttons, tooltip and announcements.

import { clean } from "../text.js";

const SVG = "http://www.w3.org/2000/svg";
const LONGEST = 300;

const BUTTONS = [
  ["zoomIn", "Zoom in", "M12 5v14M5 12h14"],
  ["zoomOut", "Zoom out", "M5 12h14"],
  ["home", "Show the whole map", "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"],
  [
    "lasso",
    "Select with a lasso (or shift and drag)",
    "M12 4c5 0 9 2.2 9 5.5S17 15 12 15s-9-2.2-9-5.5S7 4 12 4" +
      "M7.5 14c-2 1-2.2 3 0 3.4 2.4.4 2.6 2.6.6 3.6",
  ],
];

/** A column of buttons; `on` has a handler for each. Returns {root, lasso(pressed)}. */
export function makeTools(parent, on) {
  const root = document.createElement("div");
  root.className = "map-tools";
  root.dataset.mapOverlay = "";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Map tools");
  const made = {};
  for (const [name, label, path] of BUTTONS) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.append(drawing(path));
    button.addEventListener("click", on[name]);
    root.append(button);
    made[name] = button;
  }
  const lasso = (pressed) => made.lasso.setAttribute("aria-pressed", String(pressed));
  lasso(false);
  parent.append(root);
  return { root, lasso };
}

function drawing(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export class Tooltip {
  constructor(parent) {
    this.parent = parent;
    this.root = document.createElement("div");
    this.root.className = "map-tooltip";
    this.root.setAttribute("aria-hidden", "true");
    this.root.hidden = true;
    this.name = document.createElement("div");
    this.name.className = "map-tooltip-name";
    this.name.dir = "auto";
    this.note = document.createElement("div");
    this.note.className = "map-tooltip-note";
    this.root.append(this.name, this.note);
    parent.append(this.root);
  }

  /** Show beside a point, `clear` pixels away from it, inside the map. */
  show(name, note, x, y, clear) {
    this.name.textContent = clean(name.slice(0, LONGEST));
    this.note.textContent = note;
    this.root.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const { clientWidth, clientHeight } = this.parent;
    const gap = clear + 10;
    const left = x + gap + width > clientWidth - 4 ? x - gap - width : x + gap;
    const top = Math.min(clientHeight - height - 4, Math.max(4, y - height / 2));
    const across = Math.round(Math.max(4, left));
    this.root.style.transform = `translate(${across}px, ${Math.round(top)}px)`;
  }

  hide() {
    this.root.hidden = true;
  }
}
