// Panels: widths by dragging or keys, hiding, and one at a time on narrow screens.

import { button, el, icon } from "./dom.js";

const KEPT = "clio-explorer-layout";
const STEP = 24;
const PANELS = {
  tree: { least: 200, most: 560, initial: 300, label: "the tree", side: 1 },
  details: { least: 280, most: 640, initial: 380, label: "the details", side: -1 },
};
const TABS = [
  ["tree", "Tree"],
  ["map", "Map"],
  ["table", "Table"],
  ["compare", "Compare"],
  ["trends", "Trends"],
  ["details", "Details"],
];

/** Arrange the panels of `workbench`; `stageBar` takes the buttons that hide them. */
export function createLayout(app, { workbench, stageBar, bottomBar }) {
  const kept = { ...read() };
  const apply = () => {
    for (const [name, panel] of Object.entries(PANELS)) {
      const { width = panel.initial, hidden = false } = kept[name] ?? {};
      workbench.style.setProperty(`--${name}-width`, `${width}px`);
      workbench.classList.toggle(`no-${name}`, hidden);
      separators[name].setAttribute("aria-valuenow", String(width));
      toggles[name].setAttribute("aria-pressed", String(!hidden));
      const text = `${hidden ? "Show" : "Hide"} ${panel.label}`;
      toggles[name].setAttribute("aria-label", text);
      toggles[name].title = text;
    }
  };
  const change = (name, patch) => {
    kept[name] = { ...kept[name], ...patch };
    apply();
    write(kept);
  };
  const separators = {};
  const toggles = {};
  for (const name of Object.keys(PANELS)) {
    separators[name] = makeSeparator(name, () => kept[name]?.width, (width) => change(name, { width }));
    workbench.querySelector(`#${name}`)[name === "tree" ? "after" : "before"](separators[name]);
    toggles[name] = button(
      { class: "ghost panel-toggle", on: { click: () => change(name, { hidden: !kept[name]?.hidden }) } },
      icon(name),
    );
  }
  stageBar.prepend(toggles.tree);
  stageBar.append(toggles.details);
  const tabs = makeTabs(app, bottomBar);
  apply();
  const show = (state) => {
    workbench.dataset.panel = state.panel || "stage";
    const current = state.panel || state.view;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.panel === current));
  };
  show(app.store.get());
  return { update: show };
}

/** Whether only one panel is seen at a time. */
export function isNarrow() {
  return matchMedia("(max-width: 820px)").matches;
}

function makeTabs(app, bottomBar) {
  const tabs = TABS.map(([panel, label]) =>
    button(
      {
        class: "bottom-tab",
        data: { panel },
        on: {
          click: () =>
            panel === "tree" || panel === "details"
              ? app.store.set({ panel }, { push: true })
              : app.show(panel),
        },
      },
      icon(panel),
      el("span", { text: label }),
    ),
  );
  bottomBar.replaceChildren(...tabs);
  return tabs;
}

function makeSeparator(name, width, setWidth) {
  const { least, most, initial, label, side } = PANELS[name];
  const clamp = (value) => Math.round(Math.max(least, Math.min(most, value)));
  const node = el("div", {
    class: "separator",
    role: "separator",
    tabindex: "0",
    "aria-orientation": "vertical",
    "aria-label": `Width of ${label}`,
    "aria-valuemin": least,
    "aria-valuemax": most,
    "aria-controls": name,
  });
  node.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -STEP, ArrowRight: STEP };
    if (!(event.key in steps)) return;
    event.preventDefault();
    setWidth(clamp((width() ?? initial) + side * steps[event.key]));
  });
  node.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    const from = { at: event.clientX, width: width() ?? initial };
    const move = (moved) => setWidth(clamp(from.width + side * (moved.clientX - from.at)));
    node.addEventListener("pointermove", move);
    const stop = () => node.removeEventListener("pointermove", move);
    node.addEventListener("lostpointercapture", stop, { once: true });
  });
  node.addEventListener("dblclick", () => setWidth(initial));
  return node;
}

/** Storage can be refused or hold anything: then the panels start as they are made. */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return {};
    throw error;
  }
}

function write(kept) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
