// What a cluster's value is under a measure: everything that the map, the tree and the table can
// colour or sort by. A value that is suppressed, or that published numbers do not determine, is
// NaN: never a zero and never a guess.

import { count, figure, levelName, percent, times, valueName } from "./format.js";
import { title } from "./text.js";

export const DEFAULT_MEASURE = "size";

/** At most this share of the periods of each half may be suppressed for growth to be told. */
const MOST_HIDDEN_PERIODS = 0.25;

/** A mean concern is told where suppressed cells leave it within this distance, both ways. */
const CONCERN_TOLERANCE = 0.125;

/** How concerning a conversation is, as published: 1 (benign) to 5 (urgent). */
const CONCERN_DOMAIN = [1, 5];

/**
 * All measures of a map, in the order of a menu:
 * {key, label, group, kind, scale, domain, values(map), format(v)}.
 * `key` is stable, for the URL; `kind` sequential, diverging or categorical; `scale` how values
 * are spread over colours; `domain` [low, high], or null where the values decide.
 */
export function measuresOf(map) {
  const found = [
    counted("size", "Conversations", (m) => m.size),
    counted("users", "Users", (m) => m.users),
    levels(map),
  ];
  if (!map.coherence.some(Number.isNaN)) found.push(coherence());
  for (const facet of map.facets) {
    if (facet.name === "time" && facet.values.length > 1) found.push(growth());
    if (facet.name === "concern") found.push(concern());
  }
  for (const one of map.means ?? []) found.push(mean(one));
  const overlays = map.facets.filter((facet) => facet.name !== "time");
  for (const facet of overlays) facet.values.forEach((_, at) => found.push(share(facet, at)));
  for (const facet of overlays) facet.values.forEach((_, at) => found.push(lift(facet, at)));
  return found;
}

function counted(key, label, column) {
  return {
    key,
    label,
    group: "Cluster",
    kind: "sequential",
    scale: "log",
    domain: null,
    values: (map) => Float64Array.from(column(map), (v) => (v >= 0 ? v : NaN)),
    format: (v) => (Number.isNaN(v) ? NONE : count(v)),
  };
}

function levels(map) {
  const top = map.level.reduce((most, level) => Math.max(most, level), 0);
  return {
    key: "level",
    label: "Level",
    group: "Cluster",
    kind: "categorical",
    scale: "linear",
    domain: [0, top],
    values: (m) => Float64Array.from(m.level),
    format: (v) => (Number.isNaN(v) ? NONE : levelName(v, top)),
  };
}

/** How alike the conversations of a cluster are; releases of earlier versions do not say. */
function coherence() {
  return {
    key: "coherence",
    label: "Coherence",
    group: "Cluster",
    kind: "sequential",
    scale: "linear",
    domain: null,
    values: (map) => Float64Array.from(map.coherence),
    format: (v) => (Number.isNaN(v) ? NONE : v.toFixed(2)),
  };
}

function growth() {
  return {
    key: "growth",
    label: "Growth",
    group: "Cluster",
    kind: "diverging",
    scale: "ratio",
    domain: null,
    values: growthValues,
    format: (v) => (Number.isNaN(v) ? NONE : signedPercent(v)),
  };
}

function concern() {
  return {
    key: "concern",
    label: "Concern (mean)",
    group: "Cluster",
    kind: "sequential",
    scale: "linear",
    domain: null,
    values: concernValues,
    format: (v) => (Number.isNaN(v) ? NONE : v.toFixed(1)),
  };
}

/** The key of the measure that is the mean of an attribute. */
export function meanKey(name) {
  return `mean:${name}`;
}

/** The share of clusters at either end whose means share the outermost colours. */
const OUTERMOST = 0.02;

/** The mean of a number that the source says of conversations, over the range of most clusters. */
function mean(one) {
  return {
    key: meanKey(one.name),
    label: `${title(one.name)} (mean)`,
    group: "Cluster",
    kind: "sequential",
    scale: "linear",
    get domain() {
      const known = one.told[0].filter((v) => !Number.isNaN(v)).sort();
      const at = (share) => known[Math.round(share * (known.length - 1))];
      const [low, high] = [at(OUTERMOST), at(1 - OUTERMOST)];
      return low < high ? [low, high] : null;
    },
    values: () => Float64Array.from(one.told[0]),
    format: (v) => (Number.isNaN(v) ? NONE : figure(v)),
  };
}

function share(facet, at) {
  return {
    key: `share:${facet.name}:${facet.values[at]}`,
    label: `${valueName(facet.values[at], facet.kind)} share`,
    group: `${title(facet.name)}: share`,
    kind: "sequential",
    scale: "linear",
    domain: null,
    values: (map) => shareValues(map, facetOf(map, facet.name), facet.values[at]),
    format: (v) => (Number.isNaN(v) ? NONE : percent(v)),
  };
}

function lift(facet, at) {
  return {
    key: `lift:${facet.name}:${facet.values[at]}`,
    label: `${valueName(facet.values[at], facet.kind)} over base rate`,
    group: `${title(facet.name)}: lift`,
    kind: "diverging",
    scale: "log",
    domain: null,
    values: (map) => liftValues(map, facetOf(map, facet.name), facet.values[at]),
    format: (v) => (Number.isNaN(v) ? NONE : times(v)),
  };
}

/** What stands for a value that is not there. */
export const NONE = "suppressed";

function facetOf(map, name) {
  return map.facets.find((facet) => facet.name === name);
}

function nowhere(map) {
  return new Float64Array(map.n).fill(NaN);
}

/** Cell over cluster size, for one value of a facet. */
export function shareValues(map, facet, value) {
  const found = nowhere(map);
  const at = facet === undefined ? -1 : facet.values.indexOf(value);
  if (at < 0) return found;
  for (let i = 0; i < map.n; i++) {
    const cell = facet.cells[i * facet.values.length + at];
    if (cell >= 0 && map.size[i] > 0) found[i] = cell / map.size[i];
  }
  return found;
}

/** Share over the share in the whole window. */
export function liftValues(map, facet, value) {
  const found = shareValues(map, facet, value);
  const at = facet === undefined ? -1 : facet.values.indexOf(value);
  const base = at < 0 ? -1 : facet.base[at];
  const baseRate = base > 0 ? base / map.window.conversations : NaN;
  return found.map((v) => v / baseRate);
}

/**
 * Relative change of the mean of the periods of the later half of the window against the earlier
 * half (an odd middle period counts in neither). Suppressed periods are left out of the means;
 * where more than a quarter of either half is suppressed, or the earlier half is zero, growth is
 * not told. Suppressed periods are small ones, so that with some of them hidden both means are
 * somewhat high.
 */
export function growthOf(cells, from, periods) {
  const half = Math.floor(periods / 2);
  const before = visibleMean(cells, from, half);
  const after = visibleMean(cells, from + periods - half, half);
  return before > 0 ? after / before - 1 : NaN;
}

function visibleMean(cells, from, length) {
  let sum = 0;
  let visible = 0;
  for (let at = from; at < from + length; at++) {
    if (cells[at] < 0) continue;
    sum += cells[at];
    visible++;
  }
  return length - visible > MOST_HIDDEN_PERIODS * length || visible === 0 ? NaN : sum / visible;
}

function growthValues(map) {
  const found = nowhere(map);
  const facet = facetOf(map, "time");
  if (facet === undefined) return found;
  const periods = facet.values.length;
  for (let i = 0; i < map.n; i++) found[i] = growthOf(facet.cells, i * periods, periods);
  return found;
}

/**
 * The mean concern of `size` conversations, of which `cells` from `from` count those of each of
 * `scores`. Conversations in suppressed cells could have any suppressed score, or one the window
 * does not show at all: where that leaves the mean between two bounds a quarter of a point apart
 * or less, it is their middle, else NaN.
 */
export function concernOf(cells, from, scores, size) {
  let known = 0;
  let sum = 0;
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < scores.length; at++) {
    const cell = cells[from + at];
    if (cell < 0) {
      low = Math.min(low, scores[at]);
      high = Math.max(high, scores[at]);
    } else {
      known += cell;
      sum += cell * scores[at];
    }
  }
  for (let score = CONCERN_DOMAIN[0]; score <= CONCERN_DOMAIN[1]; score++) {
    if (scores.includes(score)) continue;
    low = Math.min(low, score);
    high = Math.max(high, score);
  }
  const hidden = Math.max(0, size - known);
  if (hidden === 0) return known > 0 ? sum / known : NaN;
  if (low > high || (hidden * (high - low)) / size > 2 * CONCERN_TOLERANCE) return NaN;
  return (sum + (hidden * (low + high)) / 2) / size;
}

function concernValues(map) {
  const found = nowhere(map);
  const facet = facetOf(map, "concern");
  if (facet === undefined) return found;
  const scores = facet.values.map(Number);
  if (!scores.every(Number.isInteger)) return found;
  for (let i = 0; i < map.n; i++) {
    found[i] = concernOf(facet.cells, i * scores.length, scores, map.size[i]);
  }
  return found;
}

function signedPercent(v) {
  const text = percent(Math.abs(v));
  if (v === 0) return text;
  return `${v > 0 ? "+" : "−"}${text}`;
}
