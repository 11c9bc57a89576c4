// The panel beside the map: one cluster, several chosen by the lasso, or the window as a whole.

import { accountsSection, isMixed } from "./accounts.js";
import { facetChart, trendChart } from "./charts.js";
import { arrange, bdi, button, el } from "./dom.js";
import { count, day, levelName, percent, windowName } from "./format.js";
import { lineageSection } from "./lineage.js";
import { mapName, mapOf } from "./maps.js";
import { meanKey } from "./measures.js";
import { tiles } from "./parts.js";
import { clusterList, relatedSections } from "./related.js";
import { severalSections } from "./several.js";
import { shorten } from "./text.js";
import { tracesSection } from "./traces.js";

const LONG_NAME = 160;
const LONG_STEP = 70;
const LONG_DESCRIPTION = 700;

/** Build the details in `panel`. */
export function createDetails(app, panel) {
  const body = el("div", { class: "details-body" });
  panel.replaceChildren(body);
  let shown = null;
  let scrolled = false;
  const kept = new Map();
  panel.addEventListener("scroll", () => (scrolled = panel.scrollTop > 0), { passive: true });

  function render(state) {
    const { model } = app;
    const i = state.cluster ? model.index(state.cluster) : -1;
    const several = state.lasso.map((id) => model.index(id)).filter((k) => k >= 0);
    const subject = several.length ? state.lasso.join() : i;
    let content;
    if (several.length) content = severalSections(app, several);
    else content = i < 0 ? overview(app) : cluster(app, i, kept);
    arrange(body, content.filter(Boolean));
    if (subject !== shown && scrolled) panel.scrollTop = 0;
    shown = subject;
  }

  return {
    setModel(_model, state) {
      shown = null;
      kept.clear();
      render(state);
    },
    update(state, changed) {
      if (changed.has("cluster") || changed.has("lasso")) render(state);
      else if (changed.has("colour")) markOverlay(body, app.overlay(), state.colour);
      markKind(body.querySelectorAll("[data-kind]"), app.kind);
    },
    focus: () => body.querySelector("h2")?.focus(),
  };
}

/** Show which bar colours the map, without building the panel anew: the focus stays. */
function markOverlay(body, overlay, colour) {
  for (const bar of body.querySelectorAll(".bar[aria-pressed]")) {
    const facet = bar.closest("[data-facet]")?.dataset.facet;
    const pressed = overlay?.facet === facet && overlay.value === bar.dataset.value;
    bar.setAttribute("aria-pressed", String(pressed));
  }
  for (const mean of body.querySelectorAll(".mean[aria-pressed]")) {
    mean.setAttribute("aria-pressed", String(colour === meanKey(mean.dataset.mean)));
  }
}

/** What is told of a cluster; `kept` holds the charts of the last one, which are shown anew. */
function cluster(app, i, kept) {
  const { model } = app;
  return [
    breadcrumb(app, i),
    heading(model.name(i)),
    description(model.description(i)),
    tiles(clusterTiles(app, i)),
    isMixed(model, i) ? mixedNote(model, i) : null,
    ...charts(app, i, kept),
    ...relatedSections(app, i),
    app.source.index.traces && model.level(i) === 0 ? tracesSection(app, i) : null,
    lineageSection(app, model, i),
  ];
}

function overview(app) {
  const { model } = app;
  const { window } = model;
  const days = window.first_day ? `${day(window.first_day)} to ${day(window.last_day)}. ` : "";
  const chosen = mapOf(window.window) ? "The operator chose which conversations are on this map. " : "";
  const hidden = window.unpublished
    ? `${count(window.unpublished)} conversations are in no published leaf.`
    : "Every conversation is in a published leaf.";
  return [
    heading(windowName(window, app.source.index)),
    el("p", { class: "description", text: days + chosen + hidden }),
    tiles([
      ["conversations", count(window.conversations), "Conversations"],
      ["users", count(window.users), "Users"],
      ["clusters", count(window.clusters), "Clusters"],
    ]),
    accountsSection(model),
    ...charts(app, -1, new Map()),
    clusterList(app, "Top level", model.children(-1)),
    lineageSection(app, model),
  ];
}

/** What a reader should know of a group whose conversations have little in common. */
function mixedNote(model, i) {
  const of = model.level(i) === 0 ? "The conversations of this group" : "The leaves below this group";
  const text = `${of} have less in common than most: read the name as a sample of what is in it.`;
  return el("p", { class: "mixed-note" }, el("strong", { text: "Mixed. " }), text);
}

/** The path above a cluster, from the top, as a list of links within the page. */
export function breadcrumb(app, i) {
  const { model } = app;
  const path = model.path(i).slice(0, -1);
  const named = mapOf(model.window.window);
  const step = (j, text) =>
    el(
      "li",
      {},
      button({ class: "link", on: { click: () => app.select(j) } }, text),
    );
  return el(
    "nav",
    { class: "breadcrumb", "aria-label": "Path to this cluster" },
    el(
      "ol",
      {},
      step(-1, named ? mapName(named) : "All"),
      path.map((j) => step(j, bdi(shorten(model.name(j), LONG_STEP), { dir: "auto" }))),
    ),
  );
}

function heading(text) {
  const node = el("h2", { class: "details-name", tabindex: "-1" }, bdi(text, { dir: "auto" }));
  return text.length > LONG_NAME ? clamped(node, "name") : node;
}

function description(text) {
  const node = el("p", { class: "description" }, bdi(text, { dir: "auto" }));
  return text.length > LONG_DESCRIPTION ? clamped(node, "description") : node;
}

/** A long text cut to a few lines, with a button that shows it whole. */
function clamped(node, what) {
  node.classList.add("clamped");
  const more = button({
    class: "link",
    "aria-expanded": "false",
    text: `Show the whole ${what}`,
    on: {
      click: () => {
        const whole = node.classList.toggle("clamped") === false;
        more.setAttribute("aria-expanded", String(whole));
        more.textContent = whole ? `Show less of the ${what}` : `Show the whole ${what}`;
      },
    },
  });
  return el("div", { class: "clamp" }, node, more);
}

function clusterTiles(app, i) {
  const { model } = app;
  const found = [
    ["size", count(model.size(i)), "Conversations"],
    ["users", count(model.users(i)), "Users"],
    ["share", percent(model.share(i)), "Share"],
  ];
  for (const key of ["coherence", "growth", "concern"]) {
    const measure = model.byKey.get(key);
    if (measure) found.push([key, measure.format(model.values(measure)[i]), measure.label]);
  }
  found.push(["level", levelName(model.level(i), model.deepest), "Level"]);
  return found;
}

/** Charts of the trend and of every facet, those in `kept` with other numbers. */
function charts(app, i, kept) {
  const { model } = app;
  const found = [];
  const add = (name, create, data) => {
    if (kept.has(name)) kept.get(name).update(data);
    else kept.set(name, create(data));
    found.push(kept.get(name).node);
  };
  const time = model.byFacet.get("time");
  if (time?.values.length) {
    const total = i < 0 ? model.window.conversations : model.size(i);
    add("time", trendChart, { cells: model.cells(time, i), total });
  }
  const facets = model.facets.filter((facet) => facet.name !== "time" && facet.values.length);
  if (facets.length) found.push(legend(app, i));
  const overlay = app.overlay();
  for (const facet of facets) {
    add(facet.name, facetChart, {
      name: facet.name,
      kind: facet.kind,
      cells: model.cells(facet, i),
      overlay: overlay?.facet === facet.name ? overlay.value : null,
      onValue: (value) => app.toggleOverlay(facet.name, value),
      mean: meanOf(app, facet.name, i),
      onMean: () => app.toggleMean(facet.name),
    });
  }
  return found;
}

/** An attribute's mean in a cluster beside that of the window, whether or not it colours the map. */
function meanOf(app, name, i) {
  const told = app.model.mean(name, i);
  if (told === null) return null;
  const isPressed = app.store.get().colour === meanKey(name);
  return { ...told, base: i < 0 ? null : app.model.mean(name, -1), isPressed };
}

function legend(app, i) {
  const kinds = ["share", "lift"].map((kind) =>
    button({ class: "segment", data: { kind }, text: kind, on: { click: () => app.setKind(kind) } }),
  );
  markKind(kinds, app.kind);
  return el(
    "div",
    { class: "chart-legend" },
    el(
      "p",
      {},
      i < 0
        ? "Base rates: each value's share of the whole window."
        : [el("span", { class: "legend-tick" }), " marks the base rate in the whole window."],
    ),
    el(
      "div",
      { class: "legend-hint" },
      "A bar colours the map by its ",
      el("span", { class: "segments", role: "group", "aria-label": "What a bar colours by" }, kinds),
    ),
  );
}

function markKind(segments, kind) {
  for (const segment of segments) {
    segment.setAttribute("aria-pressed", String(segment.dataset.kind === kind));
  }
}
