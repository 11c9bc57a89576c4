// The whole state of the view, in the part of the address after `#`: it never reaches a server, it
// works from disk, and a link restores the view exactly.

/** What the state holds, its default and its name in the address. */
const FIELDS = {
  window: { key: "window", initial: "" },
  facet: { key: "facet", initial: "" },
  view: { key: "view", initial: "map", among: ["map", "table", "compare", "trends"] },
  cluster: { key: "cluster", initial: "" },
  lasso: { key: "chosen", initial: [], list: true },
  colour: { key: "colour", initial: "size" },
  level: { key: "level", initial: "auto" },
  sort: { key: "sort", initial: "size" },
  search: { key: "q", initial: "" },
  camera: { key: "at", initial: "" },
  compareBy: { key: "by", initial: "value", among: ["value", "windows"] },
  compareFacet: { key: "of", initial: "" },
  compareValue: { key: "value", initial: "" },
  compareWindow: { key: "with", initial: "" },
  compareLevel: { key: "on", initial: "0" },
  trendsLevel: { key: "topics", initial: "0" },
  tableText: { key: "rows", initial: "" },
  tableLevel: { key: "rowlevel", initial: "" },
  tableMinimum: { key: "least", initial: "" },
  tableFacet: { key: "columns", initial: "" },
  tableSort: { key: "order", initial: "-size" },
  panel: { key: "panel", initial: "", among: ["", "tree", "details"] },
  theme: { key: "theme", initial: "", among: ["", "light", "dark"] },
  release: { key: "release", initial: "" },
};

const LONGEST_VALUE = 400;
const LONGEST_SELECTION = 1500;
const MOST_IN_RANGE = 20_000;

/** The state of a fresh visit. */
export function initialState() {
  return Object.fromEntries(Object.entries(FIELDS).map(([name, f]) => [name, f.initial]));
}

/** The state that a fragment (with or without `#`) stands for; what it does not know is ignored. */
export function parseFragment(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = initialState();
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = given.get(field.key);
    if (value === null) continue;
    if (field.list) state[name] = expand(value.slice(0, LONGEST_SELECTION * 2));
    else if (!field.among || field.among.includes(value)) state[name] = value.slice(0, LONGEST_VALUE);
  }
  return state;
}

/** The fragment that restores a state, defaults left out. */
export function toFragment(state) {
  const parts = [];
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = field.list ? compact(state[name]) : state[name];
    if (value === "" || value === null || (!field.list && value === field.initial)) continue;
    parts.push(`${field.key}=${readable(encodeURIComponent(value))}`);
  }
  return parts.length ? `#${parts.join("&")}` : "#";
}

/** Whether a selection is too large to be part of a link. */
export function isTooLong(lasso) {
  return lasso.length > 0 && compact(lasso) === "";
}

function readable(text) {
  return text.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("%40", "@");
}

/** ["w:f:0:1", "w:f:0:2", "w:f:1:7"] as "0:1-2;1:7": levels and ranges; "" where too long. */
function compact(ids) {
  const byLevel = new Map();
  for (const id of ids) {
    const [level, number] = id.split(":").slice(-2);
    if (!byLevel.has(level)) byLevel.set(level, []);
    byLevel.get(level).push(Number(number));
  }
  const text = [...byLevel]
    .map(([level, numbers]) => `${level}:${ranges(numbers.sort((a, b) => a - b))}`)
    .join(";");
  return text.length > LONGEST_SELECTION ? "" : text;
}

function ranges(numbers) {
  const parts = [];
  for (let i = 0; i < numbers.length; ) {
    let j = i;
    while (j + 1 < numbers.length && numbers[j + 1] === numbers[j] + 1) j += 1;
    parts.push(i === j ? `${numbers[i]}` : `${numbers[i]}-${numbers[j]}`);
    i = j + 1;
  }
  return parts.join(",");
}

/** The reverse of `compact`, as "level:number" tails of ids. */
function expand(text) {
  const tails = [];
  for (const group of text.split(";")) {
    const [level, list] = group.split(":");
    if (!list || !/^\d+$/.test(level)) continue;
    for (const range of list.split(",")) {
      const [first, last] = range.split("-").map(Number);
      const end = Math.min(last ?? first, first + MOST_IN_RANGE);
      for (let number = first; number <= end; number += 1) tails.push(`${level}:${number}`);
    }
  }
  return tails;
}

/**
 * The state and its history: `set` with `{push: true}` makes a step that Back undoes, without it
 * the present step is replaced. Listeners get (state, names of what changed).
 */
export function createStore() {
  let state = fromPage();
  const listeners = [];
  const tell = (before) => {
    const changed = new Set(Object.keys(FIELDS).filter((name) => !same(before[name], state[name])));
    if (changed.size) for (const listener of listeners) listener(state, changed);
  };
  globalThis.addEventListener("popstate", () => {
    const before = state;
    state = fromPage();
    tell(before);
  });
  return {
    get: () => state,
    subscribe: (listener) => listeners.push(listener),
    set(patch, { push = false, quiet = false } = {}) {
      const before = state;
      state = { ...state, ...patch };
      if (Object.keys(patch).every((name) => same(before[name], state[name]))) return;
      history[push ? "pushState" : "replaceState"](state, "", toFragment(state));
      if (!quiet) tell(before);
    },
  };
}

/** The state of the present step: whole where the page made it, else what its address says. */
function fromPage() {
  const kept = history.state;
  if (kept && typeof kept === "object" && toFragment(kept) === (location.hash || "#")) {
    return { ...initialState(), ...kept };
  }
  return parseFragment(location.hash);
}

function same(a, b) {
  return Array.isArray(a) ? a.length === b.length && a.every((v, i) => v === b[i]) : a === b;
}
