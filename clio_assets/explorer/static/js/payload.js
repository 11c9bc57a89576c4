// What is published, decoded: format 2, described in clio_assets/explorer/payload.py.
// The same code reads from the server and from the elements of an exported page.

import { mapOf } from "./maps.js";

const FORMAT = 2;
const POLL_MILLISECONDS = 5000;
const SUPPRESSED = -1;
const UNTOLD = 255;
const CHILDLESS = Object.freeze([]);

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The index: {release: {digest, released_at}, windows: [...], empty: [window], policy, traces}. */
function decodeIndex(bytes) {
  const index = JSON.parse(new TextDecoder().decode(bytes));
  if (index.format !== FORMAT) throw new SourceError("This page is older than the data: reload it.");
  return index;
}

/** The topics of a map: {windows, topics}, described in clio_assets/explorer/trends.py. */
function decodeTrends(bytes) {
  const { format, windows, topics } = JSON.parse(new TextDecoder().decode(bytes));
  if (format !== FORMAT) throw new SourceError("This page is older than the data: reload it.");
  return { windows, topics };
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(length) {
    return new TextDecoder().decode(this.take(length));
  }

  /** The next n varints. */
  numbers(n) {
    const { bytes } = this;
    const values = new Int32Array(n);
    let { at } = this;
    for (let i = 0; i < n; i += 1) {
      let value = bytes[at];
      at += 1;
      if (value > 127) {
        value &= 127;
        for (let step = 128, byte = 128; byte > 127; step *= 128) {
          byte = bytes[at];
          at += 1;
          value += (byte & 127) * step;
        }
      }
      values[i] = value;
    }
    this.at = at;
    return values;
  }

  /** The next n varints, each so many times. */
  multiples(n, unit) {
    const values = this.numbers(n);
    for (let i = 0; i < n; i += 1) values[i] *= unit;
    return values;
  }
}

/**
 * A map of one window and facet (MapData) from its bytes. Only what the map is drawn with is read
 * at once; a facet's cells and the descriptions are read when they are first asked for.
 */
function decodeMap(bytes) {
  const reader = new Reader(bytes);
  if (reader.text(4) !== "CLIO") throw new SourceError("This is not a map of the explorer.");
  if (reader.take(4)[0] !== FORMAT) throw new SourceError("This page is older than the data: reload it.");
  const [a, b, c, d] = reader.take(4);
  const header = JSON.parse(reader.text(a + b * 256 + c * 65536 + d * 16777216));
  const { n, unit, scale, window, accounts, lineage, verdicts } = header;
  const lengths = header.sections.map(([, length]) => length);
  const [namesAt, cellsAt] = [9, 10];
  const level = reader.take(n).slice();
  const audit = reader.take(n).slice();
  const coherence = Float32Array.from(reader.take(n), (v) => (v === UNTOLD ? NaN : v / 100));
  const parent = parents(reader.numbers(n));
  const number = reader.numbers(n);
  const size = reader.multiples(n, unit);
  const users = reader.multiples(n, unit);
  const x = coordinates(reader, parent, scale);
  const y = coordinates(reader, parent, scale);
  const name = JSON.parse(reader.text(lengths[namesAt]));
  const facets = header.facets.map((facet, at) =>
    breakdown(new Reader(reader.take(lengths[cellsAt + at])), facet, n, unit),
  );
  const textsAt = cellsAt + facets.length;
  const texts = new Reader(reader.take(lengths[textsAt]));
  const means = (header.means ?? []).map((one, at) =>
    averages(new Reader(reader.take(lengths[textsAt + 1 + at])), one),
  );
  const id = (i) => `${window.window}:${window.facet}:${level[i]}:${number[i]}`;
  const depthMax = level.reduce((highest, value) => Math.max(highest, value), 0);
  const numbers = { level, audit, coherence, parent, size, users, x, y };
  const read = { n, id, ...numbers, name, ...tree(parent), depthMax };
  return lazily({ ...read, window, accounts, facets, means, lineage, verdicts }, "description", () =>
    JSON.parse(texts.text(texts.bytes.length)),
  );
}

/** The object with a property that is made when it is first asked for. */
function lazily(object, name, make) {
  const settings = { enumerable: true, configurable: true };
  return Object.defineProperty(object, name, {
    ...settings,
    get() {
      const value = make();
      Object.defineProperty(object, name, { ...settings, value });
      return value;
    },
  });
}

/** Each cluster's parent by how far before it that stands; -1 at the top. */
function parents(back) {
  return back.map((distance, i) => (distance === 0 ? -1 : i - distance));
}

/** Coordinates in [0, 1]: zigzag differences to the parent's, which comes first. */
function coordinates(reader, parent, scale) {
  const steps = reader.numbers(parent.length);
  const found = new Float32Array(parent.length);
  for (let i = 0; i < parent.length; i += 1) {
    steps[i] = (steps[i] >>> 1) ^ -(steps[i] & 1);
    if (parent[i] >= 0) steps[i] += steps[parent[i]];
    found[i] = steps[i] / scale;
  }
  return found;
}

/** A facet with `cells` row by row: the cell of cluster i and value v is at i * values + v. */
function breakdown(reader, { name, values, base, kind }, n, unit) {
  const read = () => {
    const wide = values.length;
    const cells = new Int32Array(n * wide);
    for (let v = 0; v < wide; v += 1) {
      const column = reader.numbers(n);
      for (let i = 0, at = v; i < n; i += 1, at += wide) {
        cells[at] = column[i] === 0 ? SUPPRESSED : (column[i] - 1) * unit;
      }
    }
    return cells;
  };
  return lazily({ name, values, kind, base: Int32Array.from(base) }, "cells", read);
}

/** An attribute's means: those of the window and, in `told`, [means, steps] of the clusters; NaN
 * where suppressed. */
function averages(reader, { name, mean, step }) {
  const known = (values) => Float64Array.from(values, (v) => v ?? NaN);
  const read = () => JSON.parse(reader.text(reader.bytes.length)).map(known);
  return lazily({ name, mean: mean ?? NaN, step: step ?? NaN }, "told", read);
}

/** `children` of each cluster, largest first, and `end`: what lies below i is i + 1 .. end[i] - 1. */
function tree(parent) {
  const n = parent.length;
  const children = new Array(n).fill(CHILDLESS);
  const end = new Int32Array(n);
  for (let i = 0; i < n; i += 1) {
    const above = parent[i];
    if (above < 0) continue;
    if (children[above] === CHILDLESS) children[above] = [];
    children[above].push(i);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    end[i] = Math.max(end[i], i + 1);
    if (parent[i] >= 0) end[parent[i]] = Math.max(end[parent[i]], end[i]);
  }
  return { children, end };
}

// --- where the data comes from ------------------------------------------------------------------

/** Something that the source could not give, in words that can be shown. */
export class SourceError extends Error {
  name = "SourceError";
}

/** The release is not the one the page shows: `digest` is that of the one there is now. */
export class ReleaseChanged extends SourceError {
  name = "ReleaseChanged";

  constructor(digest) {
    super("A new release has been published.");
    this.digest = digest;
  }
}

/**
 * The source of the data: {index, map(window, facet), trends(window, facet), reload(),
 * onRelease(callback), traces(id)}.
 * Failures are SourceErrors. `map` and `trends` throw ReleaseChanged where a new release has replaced the one of
 * `index`; `reload` makes `index` that of the new one. `onRelease` calls back with {digest, released_at} of a new release.
 */
export async function openSource() {
  const embedded = document.getElementById("data-index");
  const source = embedded === null ? new Served() : new Embedded();
  await source.reload();
  return source;
}

/** An exported page: data in elements that nothing executes. */
class Embedded {
  async reload() {
    this.index = decodeIndex(await inflate(embeddedBytes("data-index")));
    return this.index;
  }

  async map(window, facet) {
    const at = this.index.windows.findIndex((w) => w.window === window && w.facet === facet);
    if (at < 0) throw new SourceError("This map is not in the file.");
    return decodeMap(await inflate(embeddedBytes(`data-map-${at}`)));
  }

  /** Topics are kept once a map and facet: beside the first of its windows. */
  async trends(window, facet) {
    const named = mapOf(window);
    const at = this.index.windows.findIndex((w) => mapOf(w.window) === named && w.facet === facet);
    if (at < 0) throw new SourceError("This map is not in the file.");
    return decodeTrends(await inflate(embeddedBytes(`data-trends-${at}`)));
  }

  onRelease() {}

  async traces() {
    return { conversations: [] };
  }
}

function embeddedBytes(id) {
  const text = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The server: maps are asked for by the release they belong to, so that none is mixed up. */
class Served {
  async reload() {
    this.index = await fetchIndex();
    return this.index;
  }

  async map(window, facet) {
    return decodeMap(await this.published(window, facet, "url"));
  }

  async trends(window, facet) {
    return decodeTrends(await this.published(window, facet, "trends"));
  }

  /** What the server has of a map, at one of the addresses that the index gives. */
  async published(window, facet, address) {
    const found = this.index.windows.find((w) => w.window === window && w.facet === facet);
    if (found === undefined) throw new SourceError("This map is not published.");
    const response = await get(`${found[address]}?release=${this.index.release.digest}`);
    if (response.status === 409) throw new ReleaseChanged((await response.json()).digest);
    return bytesOf(response);
  }

  onRelease(callback) {
    let told = null;
    const look = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        const { release } = await fetchIndex();
        if (release.digest === this.index.release.digest || release.digest === told) return;
        told = release.digest;
        callback(release);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error; // the server is away for the moment
      }
    };
    setInterval(look, POLL_MILLISECONDS);
    document.addEventListener("visibilitychange", look);
  }

  /** Example conversations of a leaf: [{text, turns: [{role, text}]}]; where `index.traces`. */
  async traces(id) {
    const response = await get(`data/traces/${encodeURIComponent(id)}`, { cache: "no-store" });
    if (!response.ok) throw new SourceError((await response.text()).trim());
    const { conversations } = await response.json();
    return { conversations: conversations.map((one) => ({ ...one, text: asText(one.turns) })) };
  }
}

function asText(turns) {
  return turns.map(({ role, text }) => `${role}: ${text}`).join("\n\n");
}

async function fetchIndex() {
  return decodeIndex(await bytesOf(await get("data/index")));
}

async function get(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    throw new SourceError("The explorer's server does not answer.", { cause: error });
  }
}

async function bytesOf(response) {
  if (!response.ok) throw new SourceError((await response.text()).trim() || "There is no answer.");
  return new Uint8Array(await response.arrayBuffer());
}
