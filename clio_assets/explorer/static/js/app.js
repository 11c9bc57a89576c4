// The explorer: opens the source, loads the map that the address asks for, and keeps the tree, the
// stage and the details in step with the one state.

import { createAbout } from "./about.js";
import { createDetails } from "./details.js";
import { el } from "./dom.js";
import { createHeader } from "./header.js";
import { createLayout, isNarrow } from "./layout.js";
import { mapName, mapOf, wantedRow } from "./maps.js";
import { meanKey } from "./measures.js";
import { Model } from "./model.js";
import { createNotice } from "./notice.js";
import { ReleaseChanged, SourceError, openSource } from "./payload.js";
import { createSearch } from "./search.js";
import { createStage } from "./stage.js";
import { createStore, isTooLong } from "./state.js";
import { applyTheme, resolveTheme } from "./theme.js";
import { createTree } from "./tree.js";

const DIGEST_IN_LINK = 12;
const $ = (id) => document.getElementById(id);

class App {
  constructor(source, store) {
    this.source = source;
    this.store = store;
    this.model = null;
    this.loading = 0;
    this.kind = store.get().colour.startsWith("lift:") ? "lift" : "share";
    this.notice = createNotice($("notice"));
    this.applyTheme();
    this.stage = createStage(this, $("stage"));
    this.tree = createTree(this, $("tree"));
    this.details = createDetails(this, $("details"));
    this.header = createHeader(this, $("switchers"), $("tools"));
    this.search = createSearch(this, $("search"));
    this.layout = createLayout(this, {
      workbench: $("workbench"),
      stageBar: $("stage").querySelector(".stage-bar"),
      bottomBar: $("bottom-bar"),
    });
    this.about = createAbout(this);
    // The map is drawn before the rest of the page is filled in: see `complete`.
    this.parts = [this.stage];
    store.subscribe((state, changed) => this.update(state, changed));
    source.onRelease(() => {
      this.notice.offer("A new release is out.", "Show it", () => this.swap());
    });
  }

  // --- loading ---------------------------------------------------------------------------------

  /**
   * Load the map of the state's window and facet, the newest window where it names none. What could
   * not be kept of the view is said in the page and returned. `early` is that map where it has been
   * asked for already.
   */
  async load(early) {
    const asked = (this.loading += 1);
    const row = this.wanted();
    if (row === undefined) {
      this.stageMessage(
        "Nothing is published at the moment. `clio run SOURCE` makes a map and releases it; " +
          "`clio status` says what stands in its way. This page shows the release once it is out.",
      );
      return "";
    }
    document.body.setAttribute("aria-busy", "true");
    const data = await this.fetch(row, early);
    if (asked !== this.loading) return "";
    const gone = this.adopt(new Model(data));
    document.body.removeAttribute("aria-busy");
    if (gone) this.notice.say(gone);
    return gone;
  }

  wanted() {
    return wantedRow(this.source.index, this.store.get());
  }

  /** The map's data; a release that came in between is read anew, once. */
  async fetch(row, early = this.source.map(row.window, row.facet)) {
    try {
      return await early;
    } catch (error) {
      if (!(error instanceof ReleaseChanged)) throw error;
      await this.source.reload();
      const { window, facet } = this.wanted();
      return this.source.map(window, facet);
    }
  }

  /** Show a map, keeping of the state what still exists in it. */
  adopt(model) {
    const before = this.model;
    const state = this.store.get();
    const cluster = this.kept(before, model, state.cluster);
    const lasso = state.lasso.map((id) => this.kept(before, model, id)).filter(Boolean);
    const release = this.digest();
    const { window, facet } = model.window;
    const gone = whatIsGone(state, { cluster, lasso, release, before, named: mapOf(window) });
    this.model = model;
    this.store.set({ window, facet, cluster, lasso, release }, { quiet: true });
    this.setModel();
    return gone;
  }

  /**
   * The id in the new map of what `id` was in the map before: the same id where the name is the
   * same too, else a cluster of the same name and level; of a link, the id as it stands.
   */
  kept(before, model, id) {
    if (!id) return "";
    const index = model.index(id);
    const old = before ? before.index(id) : -1;
    if (old < 0) return index < 0 ? "" : model.id(index);
    if (index >= 0 && model.name(index) === before.name(old)) return model.id(index);
    const like = model.like(before, old);
    return like < 0 ? "" : model.id(like);
  }

  setModel() {
    const state = this.store.get();
    $("message")?.remove();
    for (const part of this.parts) part.setModel(this.model, state);
    this.layout.update(state);
    this.nameDocument(state);
    if (this.parts.includes(this.search)) drawn().then(() => this.search.prepare());
  }

  /** Fill in what stands around the first map. */
  complete() {
    const rest = [this.header, this.details, this.tree, this.search];
    this.parts = [this.stage, ...rest];
    if (this.model === null) return;
    for (const part of rest) part.setModel(this.model, this.store.get());
    this.search.prepare();
  }

  /** Go over to a new release without losing the view. */
  async swap() {
    await this.source.reload();
    const gone = await this.load();
    this.notice.say(`This is the new release.${gone ? ` ${gone}` : ""}`);
  }

  stageMessage(text) {
    $("stage").prepend(el("p", { id: "message", class: "message", role: "status", text }));
  }

  // --- state -----------------------------------------------------------------------------------

  update(state, changed) {
    if (changed.has("theme")) this.applyTheme();
    const { window, facet } = this.model?.window ?? {};
    const row = this.wanted();
    if (row?.window !== window || row?.facet !== facet) {
      this.load();
      return;
    }
    if (this.model === null) return;
    if (changed.has("colour")) this.kind = this.overlay()?.kind ?? this.kind;
    this.store.set({ window, facet, release: this.digest() }, { quiet: true });
    for (const part of this.parts) part.update(state, changed);
    this.layout.update(state);
    if (changed.has("cluster")) drawn().then(() => this.nameDocument(this.store.get()));
  }

  digest() {
    return this.source.index.release.digest.slice(0, DIGEST_IN_LINK);
  }

  nameDocument(state) {
    const i = state.cluster ? this.model.index(state.cluster) : -1;
    const cluster = i < 0 ? "" : this.model.name(i).slice(0, 120);
    const named = mapOf(this.model.window.window);
    document.title = [cluster, named && mapName(named), "Clio explorer"].filter(Boolean).join(" · ");
  }

  /** "light" or "dark", whichever is in force. */
  theme() {
    return this.themeInForce;
  }

  applyTheme() {
    this.themeInForce = resolveTheme(this.store.get());
    applyTheme(this.themeInForce);
  }

  themeChanged() {
    this.update(this.store.get(), new Set(["theme"]));
  }

  // --- what parts of the page ask for ----------------------------------------------------------

  /** Select a cluster (-1: none) and bring it into sight. */
  select(i, { focusMap = false } = {}) {
    this.commit(i);
    if (i >= 0) this.stage.reveal(i, focusMap);
    if (isNarrow() && i >= 0) this.store.set({ panel: "details" });
  }

  /** A click on the map: selects, or with `additive` adds to what is chosen. */
  pick(i, additive) {
    if (additive && i >= 0) {
      this.toggleChosen(i);
      return;
    }
    this.commit(i);
    if (i < 0 || !isNarrow()) return;
    const show = () => this.store.set({ panel: "details" }, { push: true });
    this.notice.offer(this.model.name(i).slice(0, 120), "Details", show);
  }

  commit(i) {
    const cluster = i < 0 ? "" : this.model.id(i);
    this.store.set({ cluster, lasso: [] }, { push: true });
    if (i >= 0) this.announce(`${this.model.name(i).slice(0, 200)} selected`);
  }

  toggleChosen(i) {
    const { lasso, cluster } = this.store.get();
    const chosen = new Set(lasso.length ? lasso : [cluster].filter(Boolean));
    const id = this.model.id(i);
    if (!chosen.delete(id)) chosen.add(id);
    this.setChosen([...chosen]);
  }

  /** Clusters chosen together (by the lasso). */
  choose(indexes, additive = false) {
    const ids = Array.from(indexes, (i) => this.model.id(i));
    const before = additive ? this.store.get().lasso : [];
    this.setChosen([...new Set([...before, ...ids])]);
  }

  setChosen(ids) {
    if (ids.length === 1) this.store.set({ cluster: ids[0], lasso: [] }, { push: true });
    else this.store.set({ cluster: "", lasso: ids }, { push: true });
    if (isTooLong(ids)) {
      this.notice.say("This selection is too large for a link: it stays on this page only.");
    }
    this.announce(`${ids.length} clusters chosen`);
  }

  show(view) {
    this.store.set({ view, panel: "" }, { push: true });
  }

  /** What colours the map if a facet value does: {kind, facet, value}. */
  overlay() {
    const [kind, facet, ...value] = this.store.get().colour.split(":");
    return kind === "share" || kind === "lift" ? { kind, facet, value: value.join(":") } : null;
  }

  /** Colour the map by a facet value, or by size again where it already is. */
  toggleOverlay(facet, value) {
    const now = this.overlay();
    const isOn = now?.facet === facet && now.value === value;
    const colour = isOn ? "size" : `${this.kind}:${facet}:${value}`;
    this.store.set({ colour }, { push: true });
  }

  /** Colour the map by the mean of an attribute, or by size again where it already is. */
  toggleMean(name) {
    const colour = meanKey(name);
    const isOn = this.store.get().colour === colour;
    this.store.set({ colour: isOn ? "size" : colour }, { push: true });
  }

  /** Whether bars colour by "share" or "lift"; what colours the map now changes with it. */
  setKind(kind) {
    this.kind = kind;
    const now = this.overlay();
    if (now) this.store.set({ colour: `${kind}:${now.facet}:${now.value}` }, { push: true });
    this.details.update(this.store.get(), new Set());
  }

  setMatches(matches) {
    this.stage.setMatches(matches);
    this.tree.setMatches(matches);
  }

  announce(text) {
    this.notice.announce(text);
  }
}

/** What a reader should know of a view that could not be kept as it was; "" where it could. */
function whatIsGone(state, { cluster, lasso, release, before, named }) {
  const wanted = mapOf(state.window);
  if (wanted !== named && wanted) return `Nothing is shown of the map ${mapName(wanted)} in this release.`;
  if ((state.cluster && !cluster) || lasso.length < state.lasso.length) {
    return "What was selected is not in this map.";
  }
  const isOld = !before && state.release && state.release !== release;
  if (!isOld || (!cluster && lasso.length === 0)) return "";
  return "This link was made on an earlier release: its clusters may have changed.";
}

/** Failures that nothing else has dealt with are said in the page instead of being lost. */
function tellFailures() {
  const tell = (error) => {
    const said = error?.message ?? String(error);
    const text =
      error instanceof SourceError ? said : `Something went wrong: ${said}. Reload the page.`;
    $("notice").hidden = false;
    $("notice").replaceChildren(el("p", { text }));
  };
  addEventListener("error", (event) => tell(event.error));
  addEventListener("unhandledrejection", (event) => tell(event.reason));
}

async function start() {
  const store = createStore();
  const source = await openSource();
  const row = wantedRow(source.index, store.get());
  // The map is on its way while the page is built.
  const early = row && source.map(row.window, row.facet);
  const app = new App(source, store);
  await app.load(early);
  await drawn();
  performance.mark("map-drawn");
  app.complete();
  document.documentElement.dataset.ready = "true";
}

/** The frame in which what has been asked for so far is painted is over. */
function drawn() {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

function wireSkipLinks() {
  for (const link of document.querySelectorAll("[data-skip]")) {
    link.addEventListener("click", () => {
      const target = $(link.dataset.skip);
      (target.querySelector("[tabindex='0'], button, input") ?? target).focus();
    });
  }
}

tellFailures();
wireSkipLinks();
start();
