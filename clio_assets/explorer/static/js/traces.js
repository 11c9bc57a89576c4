// Example conversations of a cluster. They exist only where the operator has declared the data
// non-sensitive; every access is recorded, so nothing is fetched before it is asked for.

import { bdi, button, el } from "./dom.js";
import { SourceError } from "./payload.js";
import { clean, title } from "./text.js";

/** A section with a button that fetches the examples of cluster `i`. */
export function tracesSection(app, i) {
  const id = app.model.id(i);
  const place = el("div", { class: "traces", "aria-live": "polite" });
  const show = button({
    class: "plain",
    text: "Show example conversations",
    on: { click: () => load(app, id, place, show) },
  });
  return el(
    "section",
    { class: "part" },
    el("h3", { class: "facet-title", text: "Examples" }),
    el("p", {
      class: "note",
      text: "This data is declared non-sensitive by its policy. Each look at examples is recorded.",
    }),
    show,
    place,
  );
}

async function load(app, id, place, show) {
  show.disabled = true;
  try {
    const { conversations } = await app.source.traces(id);
    const none = el("p", { class: "note", text: "There are no examples of this cluster." });
    place.replaceChildren(
      ...(conversations.length
        ? conversations.map(conversation)
        : [none]),
    );
    show.remove();
  } catch (error) {
    if (!(error instanceof SourceError || error instanceof TypeError)) throw error;
    place.replaceChildren(el("p", { class: "note", text: `No examples: ${error.message}` }));
    show.disabled = false;
  }
}

function conversation({ turns }) {
  const turn = ({ role, text }) => [
    el("dt", { text: title(role) }),
    el("dd", {}, bdi(clean(text), { dir: "auto" })),
  ];
  return el("dl", { class: "trace" }, turns.map(turn));
}
