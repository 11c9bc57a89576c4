// Where a map comes from: analyst, models, policy, stages and the gates' verdicts, and the commands
// that audit it on the machine that made it.

import { bdi, el } from "./dom.js";
import { count, windowName } from "./format.js";
import { hasNamed, mapOf, windowIn } from "./maps.js";
import { command } from "./parts.js";
import { clean, title } from "./text.js";

const DIGEST_SHOWN = 12;
const DIGEST = /\b([0-9a-f]{12})[0-9a-f]{20,}\b/g;

/** The lineage of a map, which all its clusters share, and the rating of cluster `i` (-1: none). */
export function lineageSection(app, model, i = -1) {
  const { lineage, verdicts, window } = model.data;
  const last = lineage[lineage.length - 1];
  const passed = verdicts.filter((v) => v.passed).length;
  const { index } = app.source;
  const facts = [
    hasNamed(index) ? ["Map", windowName(window, index)] : null,
    ["Analyst", clean(window.analyst)],
    ["Models", modelsOf(lineage)],
    ["Policy", last ? policyText(last) : "not recorded"],
    ["Verdicts", `${count(passed)} of ${count(verdicts.length)} checks passed`],
    i < 0 ? null : ["Audit", `rated ${model.data.audit[i]} of 5; 5 identifies nobody at all`],
    ["Release", `${day(index.release)}`],
  ];
  return el(
    "section",
    { class: "part lineage" },
    el("h3", { class: "facet-title", text: "Lineage" }),
    el(
      "dl",
      { class: "facts" },
      facts.filter(Boolean).map(([name, text]) => [el("dt", { text: name }), el("dd", {}, bdi(text))]),
    ),
    el(
      "details",
      {},
      el("summary", { text: `Stages and checks (${count(lineage.length)})` }),
      stages(lineage, verdicts),
    ),
    el("p", { class: "note", text: "Audit it where it was made:" }),
    command(app, `clio verdicts ${window.window}`),
    command(app, treeCommand(window)),
  );
}

function treeCommand({ window, facet }) {
  const named = mapOf(window);
  const map = named ? ` --map ${clean(named)}` : "";
  return `clio tree${map} --window ${windowIn(window)} --facet ${clean(facet)}`;
}

function day(release) {
  return `${release.digest.slice(0, DIGEST_SHOWN)}, ${String(release.released_at).slice(0, 10)}`;
}

function policyText(row) {
  return `version ${row.policy_version}, ${row.policy_digest.slice(0, DIGEST_SHOWN)}`;
}

/** Role and model of every stage, each once. Models are JSON: role -> model and digest. */
function modelsOf(lineage) {
  const found = new Set();
  for (const row of lineage) {
    for (const [role, model] of Object.entries(object(row.models))) {
      found.add(`${title(role)}: ${nameOf(model)}`);
    }
  }
  return found.size ? clean([...found].join("; ")).replace(DIGEST, "$1…") : "none";
}

function nameOf(model) {
  if (typeof model === "string") return model;
  return Array.isArray(model) ? model.join(" ") : Object.values(model).join(" ");
}

/** What a JSON column holds, whether or not it has been parsed on the way. */
function object(value) {
  if (typeof value !== "string") return value ?? {};
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return { models: value };
    throw error;
  }
}

function stages(lineage, verdicts) {
  const rows = lineage.map((row) => {
    const checks = verdicts.filter((v) => v.stage === row.stage);
    const failed = checks.filter((v) => !v.passed).length;
    const runs = object(row.runs);
    return el(
      "tr",
      {},
      el("th", { scope: "row", text: title(row.stage) }),
      el("td", { text: count(Number(row.rows_kept)) }),
      el("td", { text: count(Number(row.rows_set_aside)) }),
      el("td", { text: failed ? `${failed} failed` : `${checks.length} passed` }),
      el("td", { class: "digest", text: runText(runs), title: row.data_digest }),
    );
  });
  const names = ["Stage", "Rows kept", "Set aside", "Checks", "Run"];
  return el(
    "table",
    { class: "stages" },
    el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col", text: name })))),
    el("tbody", {}, rows),
  );
}

function runText(runs) {
  if (!Array.isArray(runs) || runs.length === 0) return "–";
  const first = String(runs[0]).slice(0, 8);
  return runs.length === 1 ? first : `${first} +${runs.length - 1}`;
}
