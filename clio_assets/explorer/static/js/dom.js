// Elements are built, never parsed from text: what a release says can only ever be text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children.
 * `text` sets its text, `on` its listeners, `data` its dataset, `value` and other DOM properties
 * listed in PROPERTIES are set as such, everything else becomes an attribute; null, undefined and
 * false leave it out.
 */
const PROPERTIES = new Set(["value", "checked", "selected", "disabled", "hidden", "tabIndex"]);

export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "on") listen(node, value);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (PROPERTIES.has(key)) node[key] = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function listen(node, listeners) {
  for (const [type, listener] of Object.entries(listeners)) node.addEventListener(type, listener);
}

/** Append nodes and strings, leaving out null and false; arrays are flattened. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
}

/** Make `nodes` the children of a host; those that already stand right are not moved. */
export function arrange(host, nodes) {
  const wanted = new Set(nodes);
  for (const child of Array.from(host.childNodes)) if (!wanted.has(child)) child.remove();
  let next = host.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else host.insertBefore(node, next);
  }
}

const ICONS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16.2 16.2 21 21",
  close: "M6 6l12 12M18 6 6 18",
  chevron: "M9 6l6 6-6 6",
  left: "M15 6l-6 6 6 6",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 7.6v.2",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  tree: "M4 5h7M8 12h7M8 19h7M5.5 5v14M5.5 12H8M5.5 19H8M18 12h2M18 19h2",
  map: "M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M16.5 14a4 4 0 1 0 0-8 4 4 0 0 0 0 8M8 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
  compare: "M6 4v16M18 4v16M3 8h6M3 12h6M15 10h6M15 16h6",
  trends: "M4 19V5M4 19h16M7 15l4-4 3 3 6-7",
  details: "M5 4h14v16H5zM8 8h8M8 12h8M8 16h5",
  sliders: "M4 7h9M17 7h3M13 5v4M4 16h3M11 16h9M7 14v4",
};

/** A decorative line icon, hidden from assistive technology: its button carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button; `label` names it where it shows only an icon. */
export function button(options, ...children) {
  return el("button", { type: "button", ...options }, ...children);
}

/** Cleaned text of a release, isolated from the direction of what surrounds it. */
export function bdi(text, options = {}) {
  return el("bdi", { ...options, text });
}

/** Text for assistive technology alone. */
export function spoken(text) {
  return el("span", { class: "spoken", text });
}

/** A labelled select: `options` are {value, label, disabled} or {label, options} for a group. */
export function select({ label, value, options, onChange, id, hideLabel = false }) {
  const control = el("select", { id, on: { change: () => onChange(control.value) } });
  fillSelect(control, options, value);
  return el(
    "label",
    { class: "field", for: id },
    el("span", { class: hideLabel ? "spoken" : "field-label", text: label }),
    control,
  );
}

/** Replace a select's options and choose one; an unknown value chooses the first. */
export function fillSelect(control, options, value) {
  const asOption = (o) => el("option", { value: o.value, text: o.label, disabled: o.disabled });
  control.replaceChildren(
    ...options.map((o) =>
      o.options ? el("optgroup", { label: o.label }, ...o.options.map(asOption)) : asOption(o),
    ),
  );
  control.value = value;
  if (control.selectedIndex < 0) control.selectedIndex = 0;
}

/** Call `run` once after `wait` milliseconds without another call. */
export function debounce(run, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), wait);
  };
}
