// Search over names and descriptions: instant, since every text is folded once, ahead of time.

import { bdi, button, el, icon, spoken } from "./dom.js";
import { count, levelName } from "./format.js";
import { clean, fold } from "./text.js";

const SHOWN = 50;
const RANKS = 5;

/** Build the search box in `host`. */
export function createSearch(app, host) {
  return new Search(app, host);
}

/** The folded texts of a map, made at the first use or while the page is idle. */
class Haystack {
  constructor(model) {
    this.model = model;
    this.names = null;
  }

  prepare() {
    if (this.names) return;
    const { model } = this;
    this.names = Array.from({ length: model.n }, (_, i) => fold(model.name(i)));
    this.texts = Array.from({ length: model.n }, (_, i) => fold(model.description(i)));
    this.bySize = Array.from(this.names.keys()).sort((a, b) => model.size(b) - model.size(a));
  }

  /**
   * Clusters that hold every word, best first: at the name's start, at a word's start, within the
   * name, scattered over it, only in the description; the largest first among equals.
   */
  find(query) {
    const words = fold(clean(query)).split(/\s+/).filter(Boolean);
    if (words.length === 0) return { found: [], matches: null };
    this.prepare();
    const matches = new Uint8Array(this.model.n);
    const phrase = words.join(" ");
    const ranks = Array.from({ length: RANKS }, () => []);
    for (const i of this.bySize) {
      const rank = this.rank(i, words, phrase);
      if (rank < 0) continue;
      matches[i] = 1;
      ranks[rank].push(i);
    }
    return { found: ranks.flat(), matches };
  }

  /** How well a cluster matches: 0 best, -1 not at all. */
  rank(i, words, phrase) {
    const name = this.names[i];
    let inName = true;
    for (const word of words) {
      if (name.includes(word)) continue;
      inName = false;
      if (!this.texts[i].includes(word)) return -1;
    }
    if (!inName) return RANKS - 1;
    if (name.startsWith(phrase)) return 0;
    if (` ${name}`.includes(` ${phrase}`)) return 1;
    return name.includes(phrase) ? 2 : 3;
  }
}

class Search {
  constructor(app, host) {
    this.app = app;
    this.found = [];
    this.active = 0;
    this.input = el("input", {
      id: "search-input",
      type: "search",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Search names and descriptions",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": "search-results",
      on: {
        input: () => this.onInput(),
        focus: () => this.open(),
        blur: (event) => this.onBlur(event),
        keydown: (event) => this.onKey(event),
      },
    });
    this.clearButton = button(
      { class: "ghost search-clear", "aria-label": "Clear the search", hidden: true,
        on: { click: () => this.clear(true) } },
      icon("close"),
    );
    this.tally = el("p", { class: "search-tally" });
    this.list = el("ul", {
      id: "search-results",
      class: "search-list",
      role: "listbox",
      "aria-label": "Clusters found",
      on: { pointerdown: (event) => this.onPick(event) },
    });
    this.popup = el("div", { class: "search-popup", hidden: true }, this.tally, this.list);
    this.key = el("kbd", { class: "search-key", "aria-hidden": "true", text: "/" });
    host.replaceChildren(icon("search"), this.input, this.key, this.clearButton, this.popup);
    document.addEventListener("keydown", (event) => this.onPageKey(event));
  }

  setModel(model, state) {
    this.haystack = new Haystack(model);
    this.input.placeholder = `Search ${count(model.n)} clusters`;
    this.input.value = state.search;
    this.run(state.search);
  }

  /** Fold all texts ahead of the first search, when nothing else is waiting. */
  prepare() {
    const { haystack } = this;
    (globalThis.requestIdleCallback ?? setTimeout)(() => haystack.prepare());
  }

  update(state, changed) {
    if (!changed.has("search") || state.search === this.input.value) return;
    this.input.value = state.search;
    this.run(state.search);
  }

  onInput() {
    const search = this.input.value;
    this.run(search);
    this.open();
    this.app.store.set({ search });
  }

  run(query) {
    const { found, matches } = this.haystack.find(query);
    this.found = found;
    this.active = 0;
    this.clearButton.hidden = query === "";
    this.key.hidden = query !== "";
    this.app.setMatches(matches);
    this.render(matches !== null);
  }

  render(searching) {
    const all = this.found.length;
    this.popup.dataset.searching = String(searching);
    if (!searching) {
      this.list.replaceChildren();
      this.close();
      return;
    }
    const found = all === 1 ? "1 cluster" : `${count(all)} clusters`;
    const cut = all > SHOWN ? `; the best ${SHOWN} are listed` : "";
    this.tally.textContent = all === 0 ? "No cluster has these words" : `${found}${cut}`;
    this.app.announce(this.tally.textContent);
    this.list.replaceChildren(...this.found.slice(0, SHOWN).map((i, k) => this.option(i, k)));
    this.mark();
  }

  option(i, k) {
    const { model } = this.haystack;
    const path = model.path(i).slice(0, -1);
    const above = path.length ? bdi(model.name(path[path.length - 1]).slice(0, 200)) : "top level";
    return el(
      "li",
      { id: `found-${k}`, class: "search-option", role: "option", data: { at: String(k) } },
      bdi(model.name(i).slice(0, 400), { class: "search-name", dir: "auto" }),
      el("span", { class: "search-size", text: count(model.size(i)) }, spoken(" conversations")),
      el(
        "span",
        { class: "search-place" },
        `${levelName(model.level(i), model.deepest)} in `,
        above,
      ),
    );
  }

  mark() {
    const rows = this.list.children;
    for (let k = 0; k < rows.length; k += 1) {
      rows[k].setAttribute("aria-selected", String(k === this.active));
    }
    const row = rows[this.active];
    if (row && !this.popup.hidden) {
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  open() {
    if (this.popup.dataset.searching !== "true") return;
    this.popup.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark();
  }

  close() {
    this.popup.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  clear(andFocus) {
    this.input.value = "";
    this.onInput();
    if (andFocus) this.input.focus();
  }

  /** Select a cluster found; the focus goes on to its details. */
  choose(k) {
    if (this.found[k] === undefined) return;
    this.close();
    this.app.select(this.found[k], { focusMap: true });
    this.app.details.focus();
  }

  onBlur(event) {
    if (!this.popup.contains(event.relatedTarget)) this.close();
  }

  onPick(event) {
    const row = event.target.closest(".search-option");
    if (!row) return;
    event.preventDefault();
    this.choose(Number(row.dataset.at));
  }

  onKey(event) {
    const last = Math.min(this.found.length, SHOWN) - 1;
    const moves = {
      ArrowDown: () => Math.min(last, this.active + (this.popup.hidden ? 0 : 1)),
      ArrowUp: () => Math.max(0, this.active - 1),
      PageDown: () => Math.min(last, this.active + 8),
      PageUp: () => Math.max(0, this.active - 8),
    };
    if (moves[event.key] && last >= 0) {
      this.active = moves[event.key]();
      this.open();
      this.mark();
      event.preventDefault();
    } else if (event.key === "Enter") {
      this.choose(this.active);
      event.preventDefault();
    } else if (event.key === "Escape") {
      if (this.input.value) this.clear(true);
      else this.input.blur();
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** `/` goes to the search from anywhere but another field; Escape clears it from anywhere. */
  onPageKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("dialog")) {
      if (this.input.value) this.clear(false);
      return;
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }
}
