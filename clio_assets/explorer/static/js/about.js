// What the page shows, what it cannot show, and its keys.

import { button, el, icon } from "./dom.js";
import { count, day } from "./format.js";
import { hasNamed, mapName, mapsOf, notShown, ofMap } from "./maps.js";

const KEYS = [
  ["/", "search; Enter selects the best match, Escape clears"],
  ["Arrow keys", "in the tree, the map and the table: move"],
  ["Enter", "select what has the focus"],
  ["*", "in the tree: open all branches beside this one"],
  ["+  −  0", "on the map: zoom in, out, show all"],
  ["Shift and drag", "on the map: lasso"],
  ["?", "this page"],
];

const AGGREGATES = "Every number and text here is an aggregate that has passed every privacy gate.";
const NO_TRACES = "There are no conversations behind this page, only what is published.";
const TRACES =
  "The operator has declared this data non-sensitive: leaves also show a few example conversations, and each look at them is recorded.";
const NUMBERS = [
  "Numbers of conversations and users are rounded; shares and lifts are computed from rounded numbers.",
  "“Suppressed” means that a number is not published: too few conversations or users are behind it, or showing it would reveal one that is hidden. It does not mean zero.",
  "Coherence says how alike the conversations of a group are, from 0 to 1 in steps of 0.05; above the leaves it is the mean of the leaves below. Mixed groups, those under the release's bound, have a ring in place of a disc in the tree.",
  "The base rate is a value's share in the whole window. Lift is its share in a cluster over the base rate.",
  "Growth compares the later half of the periods with the earlier half.",
];

const MEANS =
  "A mean counts each user once; numbers outside the ranges that the operator declared count as their outermost edge. ± says how closely it is told: the fewer users, the more coarsely, so that nobody stands out.";

/** Build the dialog; returns what opens it. */
export function createAbout(app) {
  const dialog = el("dialog", { class: "about", "aria-labelledby": "about-title" });
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    open();
  });
  function open() {
    dialog.replaceChildren(...content(app, () => dialog.close()));
    dialog.showModal();
  }
  return open;
}

function content(app, close) {
  const { index } = app.source;
  const { release, windows, policy, traces } = index;
  const means = app.model?.byMean.size ? [MEANS] : [];
  const numbers = [`${AGGREGATES} ${traces ? TRACES : NO_TRACES}`, ...NUMBERS, ...means];
  const isOne = !hasNamed(index);
  const facts = [
    `Release ${release.digest.slice(0, 12)} of ${day(String(release.released_at).slice(0, 10))}${isOne ? `, ${count(windows.length)} maps` : ""}.`,
    isOne ? "" : mapsText(index),
    policy ? `Privacy policy version ${policy.version} (${policy.digest.slice(0, 12)}).` : "",
  ];
  return [
    el(
      "div",
      { class: "details-head" },
      el("h2", { id: "about-title", text: "About this page" }),
      button({ class: "ghost", "aria-label": "Close", on: { click: close } }, icon("close")),
    ),
    el("p", { text: facts.filter(Boolean).join(" ") }),
    el("h3", { text: "Numbers" }),
    el("ul", {}, numbers.map((text) => el("li", { text }))),
    el("h3", { text: "Keys" }),
    el("dl", { class: "keys" }, KEYS.map(([key, text]) => [el("dt", {}, el("kbd", { text: key })), el("dd", { text })])),
  ];
}

/** How many windows each map shows, and which shows none. */
function mapsText(index) {
  const { windows } = index;
  const shown = mapsOf(windows).map((named) => {
    const keys = new Set(ofMap(windows, named).map((row) => row.window));
    return `${mapName(named)} (${count(keys.size)} ${keys.size === 1 ? "window" : "windows"})`;
  });
  const missing = notShown(index).map(mapName).join(", ");
  const rest = missing
    ? ` Nothing is shown of ${missing}: too few fit, or its numbers beside those of other maps would tell of too few.`
    : "";
  return `Maps: ${shown.join(", ")}.${rest}`;
}
