// The tree of all levels: an ARIA tree of which only the rows in sight exist.

import { isMixed } from "./accounts.js";
import { bdi, el, fillSelect, icon, select, spoken } from "./dom.js";
import { count } from "./format.js";
import { orderBy, sortOptions } from "./order.js";
import { fold } from "./text.js";
import { createVirtual } from "./virtual.js";

const ROW_HEIGHT = 42;
const TYPE_AHEAD_MS = 700;

/** Build the tree in `panel`. `app` gives the model and the state and takes selections. */
export function createTree(app, panel) {
  const sorter = select({
    id: "sort",
    label: "Sort",
    value: "size",
    options: [],
    onChange: (sort) => app.store.set({ sort }, { push: true }),
  });
  const heading = el("h2", { class: "panel-title", text: "Clusters" });
  const host = el("div", {
    class: "tree-rows",
    role: "tree",
    "aria-label": "Clusters, from the top down to the leaves",
  });
  const scroller = el("div", { class: "tree-scroller" }, host);
  panel.replaceChildren(el("div", { class: "panel-head" }, heading, sorter), scroller);

  const tree = new Tree(app, scroller, host);
  return {
    setModel(model, state) {
      fillSelect(sorter.querySelector("select"), sortOptions(model), state.sort);
      heading.textContent = `${count(model.n)} clusters`;
      tree.setModel(model, state);
    },
    update(state, changed) {
      sorter.querySelector("select").value = state.sort;
      tree.update(state, changed);
    },
    setMatches: (matches) => tree.setMatches(matches),
    focus: () => tree.focus(),
  };
}

class Tree {
  constructor(app, scroller, host) {
    this.app = app;
    this.host = host;
    this.flat = [];
    this.at = new Map();
    this.opened = new Set();
    this.openedForSelection = new Set();
    this.focused = 0;
    this.typed = { text: "", when: 0 };
    this.matches = null;
    this.virtual = createVirtual({
      scroller,
      host,
      rowHeight: ROW_HEIGHT,
      render: (at) => this.row(at),
    });
    host.addEventListener("keydown", (event) => this.onKey(event));
    host.addEventListener("click", (event) => this.onClick(event));
    host.addEventListener("focusin", (event) => this.onFocus(event));
  }

  setModel(model, state) {
    this.model = model;
    this.sorted = new Map();
    this.opened.clear();
    this.openedForSelection.clear();
    this.matches = null;
    this.focused = 0;
    this.read(state);
    this.openPath();
    this.rebuild();
    this.revealSelection();
  }

  read(state) {
    if (state.sort !== this.sort) this.sorted.clear();
    this.sort = state.sort;
    this.measure = this.model.measure(state.colour);
    this.selected = state.cluster ? this.model.index(state.cluster) : -1;
  }

  update(state, changed) {
    const had = this.selected;
    this.read(state);
    const otherRows = ["sort", "colour", "theme"].some((name) => changed.has(name));
    if (had !== this.selected) {
      const otherBranches = this.openPath();
      if (otherRows || otherBranches) this.rebuild();
      else for (const i of [had, this.selected]) this.markSelection(i);
      this.revealSelection();
    } else if (otherRows) {
      this.rebuild();
      if (changed.has("sort")) this.revealSelection();
    }
  }

  /**
   * Open the branches above the selection; those opened for the last one close again. Whether that
   * makes a difference.
   */
  openPath() {
    const before = this.openedForSelection;
    const above = this.selected < 0 ? [] : this.model.path(this.selected).slice(0, -1);
    const now = new Set(above.filter((i) => !this.opened.has(i)));
    this.openedForSelection = now;
    return now.size !== before.size || above.some((i) => now.has(i) !== before.has(i));
  }

  markSelection(i) {
    const row = this.virtual.row(this.at.get(i));
    row?.setAttribute("aria-selected", String(i === this.selected));
  }

  isOpen(i) {
    return this.opened.has(i) || this.openedForSelection.has(i);
  }

  childrenOf(i) {
    if (!this.sorted.has(i)) {
      this.sorted.set(i, orderBy(this.model, this.model.children(i), this.sort));
    }
    return this.sorted.get(i);
  }

  rebuild() {
    const focusedCluster = this.flat[this.focused]?.index;
    const hadFocus = this.host.contains(document.activeElement);
    this.flat = [];
    this.add(-1, 1);
    this.at = new Map(this.flat.map((row, at) => [row.index, at]));
    this.focused = this.at.get(focusedCluster) ?? this.at.get(this.selected) ?? 0;
    this.virtual.reset(this.flat.length);
    this.virtual.pin(this.focused);
    if (hadFocus) this.focus();
  }

  add(parent, depth) {
    const children = this.childrenOf(parent);
    children.forEach((index, k) => {
      this.flat.push({ index, depth, position: k + 1, of: children.length });
      if (this.isOpen(index)) this.add(index, depth + 1);
    });
  }

  revealSelection() {
    const at = this.at.get(this.selected);
    if (at === undefined) return;
    this.virtual.reveal(at, { centre: true });
    if (!this.host.contains(document.activeElement)) this.moveTo(at, false);
  }

  row(at) {
    const { index, depth, position, of } = this.flat[at];
    const { model } = this;
    const isParent = model.children(index).length > 0;
    const sized = `${count(model.size(index))}`;
    const value = model.values(this.measure)[index];
    const measured = this.measure.key === "size" ? null : this.measure.format(value);
    const swatch = el("span", { class: "swatch" });
    const mixed = isMixed(model, index);
    swatch.style.setProperty("--swatch", model.ramp(this.measure, this.app.theme()).colour(value));
    swatch.classList.toggle("is-mixed", mixed);
    const row = el(
      "div",
      {
        class: "tree-row",
        role: "treeitem",
        tabIndex: at === this.focused ? 0 : -1,
        "aria-level": depth,
        "aria-posinset": position,
        "aria-setsize": of,
        "aria-expanded": isParent ? String(this.isOpen(index)) : null,
        "aria-selected": String(index === this.selected),
        data: { at: String(at) },
        title: `${model.name(index).slice(0, 300)}${mixed ? " (mixed)" : ""}`,
      },
      isParent ? el("span", { class: "twist" }, icon("chevron")) : el("span", { class: "twist" }),
      swatch,
      bdi(model.name(index), { class: "tree-name", dir: "auto" }),
      mixed ? spoken("mixed") : null,
      el(
        "span",
        { class: "tree-numbers" },
        measured === null ? null : el("span", { class: "tree-measure", text: measured }),
        el("span", { class: measured === null ? "tree-measure" : "tree-size", text: sized }),
      ),
    );
    row.style.setProperty("--depth", String(depth - 1));
    if (this.matches && !this.matches[index]) row.classList.add("dimmed");
    return row;
  }

  focus() {
    this.virtual.pin(this.focused);
    this.virtual.row(this.focused)?.focus({ preventScroll: true });
  }

  moveTo(at, andFocus = true) {
    if (at < 0 || at >= this.flat.length) return;
    const before = this.virtual.row(this.focused);
    if (before) before.tabIndex = -1;
    this.focused = at;
    this.virtual.pin(at);
    this.virtual.row(at).tabIndex = 0;
    if (!andFocus) return;
    this.virtual.reveal(at);
    this.focus();
  }

  toggle(at, open) {
    const { index } = this.flat[at];
    if (this.model.children(index).length === 0 || this.isOpen(index) === open) return false;
    if (open) {
      this.opened.add(index);
    } else {
      this.opened.delete(index);
      this.openedForSelection.delete(index);
    }
    this.rebuild();
    return true;
  }

  onClick(event) {
    const row = event.target.closest(".tree-row");
    if (!row) return;
    const at = Number(row.dataset.at);
    const { index } = this.flat[at];
    if (event.target.closest(".twist") && row.hasAttribute("aria-expanded")) {
      this.focused = at;
      this.toggle(at, !this.isOpen(index));
    } else {
      this.moveTo(at);
      this.app.select(index);
    }
  }

  onFocus(event) {
    const row = event.target.closest(".tree-row");
    if (row && Number(row.dataset.at) !== this.focused) this.moveTo(Number(row.dataset.at), false);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const handled = this.moveByKey(event.key) || this.typeAhead(event.key);
    if (handled) event.preventDefault();
  }

  moveByKey(key) {
    const at = this.focused;
    const here = this.flat[at];
    const keys = {
      ArrowDown: () => this.moveTo(at + 1),
      ArrowUp: () => this.moveTo(at - 1),
      Home: () => this.moveTo(0),
      End: () => this.moveTo(this.flat.length - 1),
      PageDown: () => this.moveTo(Math.min(this.flat.length - 1, at + 12)),
      PageUp: () => this.moveTo(Math.max(0, at - 12)),
      ArrowRight: () => {
        if (!this.toggle(at, true) && this.isOpen(here.index)) this.moveTo(at + 1);
      },
      ArrowLeft: () => {
        if (!this.toggle(at, false)) this.moveTo(this.at.get(this.model.parent(here.index)) ?? at);
      },
      Enter: () => this.app.select(here.index),
      " ": () => this.app.select(here.index),
      "*": () => this.openSiblings(here.index),
    };
    if (!here || !keys[key]) return false;
    keys[key]();
    return true;
  }

  openSiblings(index) {
    for (const i of this.model.children(this.model.parent(index))) {
      if (this.model.children(i).length) this.opened.add(i);
    }
    this.rebuild();
    this.virtual.reveal(this.focused);
  }

  /** Move to the next row whose name starts with what is being typed. */
  typeAhead(key) {
    if (key.length !== 1 || key === "/" || key === "?") return false;
    const now = performance.now();
    const fresh = now - this.typed.when > TYPE_AHEAD_MS;
    this.typed = { text: (fresh ? "" : this.typed.text) + fold(key), when: now };
    const from = fresh || this.typed.text.length === 1 ? this.focused + 1 : this.focused;
    for (let k = 0; k < this.flat.length; k += 1) {
      const at = (from + k) % this.flat.length;
      if (fold(this.model.name(this.flat[at].index).slice(0, 80)).startsWith(this.typed.text)) {
        this.moveTo(at);
        break;
      }
    }
    return true;
  }

  /** Dim what neither matches a search nor has anything below that does. */
  setMatches(matches) {
    this.matches = matches && this.withAncestors(matches);
    for (const [at, row] of this.virtual.rows()) {
      row.classList.toggle("dimmed", this.matches !== null && !this.matches[this.flat[at].index]);
    }
  }

  withAncestors(matches) {
    const marked = Uint8Array.from(matches);
    for (let i = 0; i < marked.length; i += 1) {
      if (!matches[i]) continue;
      for (let p = this.model.parent(i); p >= 0 && !marked[p]; p = this.model.parent(p)) marked[p] = 1;
    }
    return marked;
  }
}
