// What became of a window's conversations: how many were seen, are on the map and in groups that
// hold together, and why the rest is not; and what to say where there is no group at all.

import { el } from "./dom.js";
import { count, percent } from "./format.js";
import { mapOf } from "./maps.js";
import { command, section, tiles } from "./parts.js";

/** Whether a cluster is less coherent than the window's bound; of older releases nobody knows. */
export function isMixed(model, i) {
  const { min_coherence: bound } = model.window;
  return bound !== null && model.data.coherence[i] < bound;
}

/** The section on the whole window. */
export function accountsSection(model) {
  const { seen, shown, reasons } = summary(model);
  if (seen === null) return null;
  const { window } = model;
  const figures = [
    ["seen", count(seen), "Seen"],
    ["shown", share(shown, seen), "On the map"],
    ["coherent", share(window.coherent, window.conversations), "In coherent groups"],
  ];
  return section(
    "What became of the conversations",
    tiles(figures),
    el("p", { class: "note", text: explanation(window) }),
    reasons.length ? list(reasons, seen) : el("p", { class: "note", text: "Nothing was set aside." }),
  );
}

/** What stands in place of a map without groups: why there is none, and what can be done. */
export function emptyState(app, model) {
  const { window } = model;
  const { seen, reasons } = summary(model);
  const failed = unnamed(reasons);
  return el(
    "div",
    { class: "empty", role: "status" },
    el("h2", { text: failed ? "No name passed the checks" : "No group is large enough to be shown" }),
    el("p", { text: why(window, failed) }),
    reasons.length ? list(reasons, seen) : null,
    el("h3", { class: "facet-title", text: "What can be done" }),
    el("ul", { class: "advice" }, advice(window, failed).map(([text, typed]) =>
      el("li", {}, el("p", { text }), command(app, typed)),
    )),
  );
}

/** Conversations of groups that were large enough, and lack a text that may be published. */
function unnamed(reasons) {
  const texts = new Set(["not_named", "unsupported_vocabulary", "text_failed"]);
  const rows = reasons.filter(({ reason }) => texts.has(reason));
  return rows.reduce((total, row) => total + row.conversations, 0);
}

/** Conversations seen (null: not recorded) and shown, and reasons over all stages, largest first. */
function summary(model) {
  const { accounts } = model.data;
  if (accounts.length === 0) return { seen: null, shown: null, reasons: [] };
  const sum = (rows) => rows.reduce((total, row) => total + row.conversations, 0);
  const reasons = new Map();
  for (const { reason, conversations, text } of accounts) {
    if (reason === null) continue;
    const before = reasons.get(reason)?.conversations ?? 0;
    reasons.set(reason, { reason, text, conversations: before + conversations });
  }
  const last = ({ reason }) => reason === "other";
  return {
    seen: sum(accounts.filter((row) => row.stage === "conversations")),
    shown: sum(accounts.filter((row) => row.stage === "audited_summaries" && row.reason === null)),
    reasons: [...reasons.values()].sort(
      (a, b) => last(a) - last(b) || b.conversations - a.conversations,
    ),
  };
}

function share(part, whole) {
  return part === null || !whole ? "–" : percent(part / whole);
}

function explanation(window) {
  return (
    `Coherence says how alike the conversations of a group are, from 0 to 1; under ` +
    `${window.min_coherence} a group counts as mixed. Numbers are rounded. Set aside:`
  );
}

/** Reasons with a bar of how many of all that were seen. */
function list(reasons, seen) {
  return el(
    "ul",
    { class: "reasons" },
    reasons.map(({ reason, text, conversations }) => {
      const fill = el("span", { class: "fill" });
      fill.style.width = `${seen ? (100 * conversations) / seen : 0}%`;
      return el(
        "li",
        { data: { reason } },
        el("span", { class: "reason-text", text: sentence(text) }),
        el("span", { class: "reason-number", text: count(conversations) }),
        el("span", { class: "track", "aria-hidden": "true" }, fill),
      );
    }),
  );
}

function sentence(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function why(window, failed) {
  if (failed) {
    return `Groups of ${count(failed)} conversations were found, but their names or descriptions did not pass the privacy checks.`;
  }
  const there = `${count(window.conversations)} conversations of ${count(window.users)} users`;
  if (window.min_users === null) return `This window has ${there}.`;
  return (
    `A group is shown when it holds at least ${count(window.min_conversations)} conversations of ` +
    `at least ${count(window.min_users)} users. This window has ${there}, and no topic of theirs ` +
    `reaches that.`
  );
}

function advice(window, failed) {
  if (failed) {
    return [["See which checks the names failed, where the map was made:", `clio verdicts ${window.window}`]];
  }
  const other = mapOf(window.window)
    ? ["Give the map a longer cadence or a wider `where` in clio.toml, and run again:", "clio run"]
    : ["Map a longer stretch of time, in a home of its own:", "clio --home HOME run SOURCE --window all"];
  const longer = window.kind === "all" && !mapOf(window.window) ? [] : [other];
  return [
    ...longer,
    ["Add conversations, and run again:", "clio run SOURCE"],
    ["Read what the privacy policy asks for, and why, before anything is changed in it:", "clio policy"],
  ];
}
