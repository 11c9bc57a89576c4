// Topics over the windows of a map: what is new, grew, shrank and is gone since the window before.

import { bdi, button, el, select } from "./dom.js";
import { count, daysName, percent, points, times } from "./format.js";
import { ReleaseChanged } from "./payload.js";
import { sparkline } from "./sparkline.js";
import { clean } from "./text.js";
import { sharesOf, topicsIn } from "./trending.js";

const MOST_WINDOWS = 26;
const SHOWN = 10;
const LISTS = [
  ["fresh", "New or back"],
  ["grown", "Grew most"],
  ["shrunk", "Shrank most"],
  ["ended", "Gone"],
];

/** Build the trends view in `host`. */
export function createTrends(app, host) {
  return new Trends(app, host);
}

class Trends {
  constructor(app, host) {
    this.app = app;
    this.asked = 0;
    this.level = select({
      id: "trends-level",
      label: "Show",
      options: [
        { value: "0", label: "Leaf clusters" },
        { value: "above", label: "Groups above them" },
      ],
      value: "0",
      onChange: (trendsLevel) => app.store.set({ trendsLevel }, { push: true }),
    });
    this.note = el("p", { class: "trends-note", role: "status" });
    this.lists = el("div", { class: "trend-lists" });
    host.replaceChildren(el("div", { class: "view-bar" }, this.level), this.note, this.lists);
  }

  setModel(model, state) {
    this.model = model;
    this.stale = true;
    this.update(state, new Set());
  }

  update(state, changed) {
    if (changed.has("trendsLevel")) this.stale = true;
    if (state.view === "trends" && this.stale) this.render(state);
  }

  async render(state) {
    this.stale = false;
    const { window, facet } = this.model.window;
    const asked = (this.asked += 1);
    const found = await this.fetch(window, facet);
    if (asked !== this.asked || found === null) return;
    const level = state.trendsLevel === "above" ? "above" : "0";
    this.level.querySelector("select").value = level;
    const topics = topicsIn(found, window, level);
    const before = found.windows[topics.before];
    this.lists.replaceChildren();
    this.note.textContent = before ? this.said(before) : this.firstOne();
    if (!before) return;
    const reach = found.windows.slice(0, topics.at + 1).map(daysName);
    this.lists.append(...LISTS.map(([name, title]) => this.list(title, topics[name], topics.at, reach)));
  }

  /** The topics, null where a new release has come in between: the page offers that itself. */
  async fetch(window, facet) {
    try {
      return await this.app.source.trends(window, facet);
    } catch (error) {
      if (!(error instanceof ReleaseChanged)) throw error;
      this.stale = true;
      return null;
    }
  }

  said(before) {
    return (
      `${daysName(this.model.window)} against ${daysName(before)}. ` +
      "A topic is what clusters of several windows are about alike. What is too small to be " +
      "published is in no list, so a topic that is gone may still be asked about by few."
    );
  }

  firstOne() {
    return "This is the first window of its map: there is none before it to compare it with.";
  }

  list(title, rows, at, reach) {
    const shown = rows.slice(0, SHOWN);
    const left = rows.length - shown.length;
    return el(
      "section",
      { class: "trend-list" },
      el("h3", { text: `${title} (${count(rows.length)})` }),
      rows.length === 0 ? el("p", { class: "quiet", text: "None." }) : null,
      el("ol", {}, shown.map((row) => this.item(row, at, reach))),
      left ? el("p", { class: "quiet", text: `And ${count(left)} more.` }) : null,
    );
  }

  item(row, at, reach) {
    const name = clean(row.topic.name).slice(0, 300) || "(no name)";
    const text = bdi(name, { dir: "auto" });
    const i = row.id ? this.model.index(row.id) : -1;
    const label = i < 0 ? el("span", {}, text) : this.link(i, text, name);
    const shares = sharesOf(row.topic, at, MOST_WINDOWS);
    const days = reach.slice(-shares.length);
    const spoken = shares.map((share, k) => `${days[k]}: ${share === null ? "not published" : percent(share)}`);
    return el(
      "li",
      { data: { topic: row.topic.topic } },
      label,
      sparkline(shares, spoken.join(", ")),
      el("span", { class: "trend-numbers", text: numbers(row) }),
      row.related ? el("span", { class: "quiet" }, relation(row), bdi(clean(row.related).slice(0, 120), { dir: "auto" })) : null,
    );
  }

  link(i, text, name) {
    return button({ class: "cell-link", title: name, on: { click: () => this.app.select(i) } }, text);
  }
}

function numbers({ share, shareBefore, change }) {
  if (share === null) return `was ${percent(shareBefore)}`;
  if (change === null) return percent(share);
  return `${percent(shareBefore)} to ${percent(share)} (${points(change)}, ${times(share / shareBefore)})`;
}

function relation({ event }) {
  return event === "merged" ? "now part of " : "split off ";
}
