// Parts that several sections of the details are made of.

import { button, el, icon } from "./dom.js";
import { SUPPRESSED } from "./format.js";

/** Figures side by side: [key, number, label]. */
export function tiles(figures) {
  return el(
    "dl",
    { class: "tiles" },
    figures.map(([key, number, label]) =>
      el(
        "div",
        { class: number === SUPPRESSED ? "tile is-suppressed" : "tile", data: { figure: key } },
        el("dt", { text: label }),
        el("dd", { text: number }),
      ),
    ),
  );
}

/** A heading of a section of the panel with what belongs to it. */
export function section(name, ...content) {
  return el("section", { class: "part" }, el("h3", { class: "facet-title", text: name }), content);
}

/** A button that copies a text and says so. */
export function copyButton(app, text, what) {
  return button(
    {
      class: "ghost copy",
      "aria-label": `Copy ${what}`,
      title: `Copy ${what}`,
      on: { click: () => copy(app, text, what) },
    },
    icon("copy"),
  );
}

/** A command to type, with a button that copies it. */
export function command(app, text) {
  return el(
    "div",
    { class: "command" },
    el("code", { text }),
    copyButton(app, text, "the command"),
  );
}

async function copy(app, text, what) {
  try {
    await navigator.clipboard.writeText(text);
    app.notice.say(`Copied ${what}.`);
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    app.notice.say(`The browser does not let this page copy; select the text instead.`);
  }
}
