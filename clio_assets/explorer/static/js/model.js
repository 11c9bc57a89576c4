// One map (a window of a facet) as the page asks for it: cleaned texts, paths, cells, neighbours.

import { measuresOf } from "./measures.js";
import { rampOf } from "./ramps.js";
import { clean } from "./text.js";

export class Model {
  /** @param data MapData of payload.js */
  constructor(data) {
    this.data = data;
    this.n = data.n;
    this.window = data.window;
    this.measures = measuresOf(data);
    this.byKey = new Map(this.measures.map((m) => [m.key, m]));
    this.measured = new Map();
    this.ramps = new Map();
    this.facets = data.facets;
    this.byFacet = new Map(data.facets.map((f) => [f.name, f]));
    this.byMean = new Map((data.means ?? []).map((m) => [m.name, m]));
    this.names = new Array(data.n);
    this.indexes = null;
    this.top = [];
    for (let i = 0; i < data.n; i += 1) if (data.parent[i] < 0) this.top.push(i);
    this.top.sort((a, b) => data.size[b] - data.size[a] || a - b);
  }

  id(i) {
    return this.data.id(i);
  }

  /** The index of an id or of its "level:number" tail, -1 where there is none. */
  index(id) {
    if (this.indexes === null) {
      this.indexes = new Map();
      for (let i = 0; i < this.n; i += 1) this.indexes.set(tail(this.data.id(i)), i);
    }
    const found = this.indexes.get(tail(id));
    if (found === undefined) return -1;
    return id.split(":").length <= 2 || this.data.id(found) === id ? found : -1;
  }

  name(i) {
    this.names[i] ??= clean(this.data.name[i]) || "(no name)";
    return this.names[i];
  }

  description(i) {
    return clean(this.data.description[i]);
  }

  size(i) {
    return this.data.size[i];
  }

  users(i) {
    return this.data.users[i];
  }

  level(i) {
    return this.data.level[i];
  }

  get deepest() {
    return this.data.depthMax;
  }

  share(i) {
    return this.data.size[i] / this.window.conversations;
  }

  parent(i) {
    return this.data.parent[i];
  }

  /** Children, largest first; of -1 the clusters at the top. */
  children(i) {
    return i < 0 ? this.top : this.data.children[i];
  }

  /** From the top down to the cluster, itself last. */
  path(i) {
    const path = [];
    for (let at = i; at >= 0; at = this.data.parent[at]) path.unshift(at);
    return path;
  }

  siblings(i) {
    return this.children(this.data.parent[i]).filter((j) => j !== i);
  }

  /** The `k` clusters of the same level that lie nearest on the map. */
  nearest(i, k) {
    const { x, y, level } = this.data;
    const found = [];
    for (let j = 0; j < this.n; j += 1) {
      if (j === i || level[j] !== level[i]) continue;
      const distance = (x[j] - x[i]) ** 2 + (y[j] - y[i]) ** 2;
      if (found.length < k || distance < found[found.length - 1].distance) {
        let at = found.length;
        while (at > 0 && found[at - 1].distance > distance) at -= 1;
        found.splice(at, 0, { index: j, distance });
        if (found.length > k) found.pop();
      }
    }
    return found.map((f) => f.index);
  }

  /** The measure of a key, or the first one (size) where this map has no such measure. */
  measure(key) {
    return this.byKey.get(key) ?? this.measures[0];
  }

  /** A measure's value of every cluster, computed once; NaN where it is suppressed. */
  values(measure) {
    if (!this.measured.has(measure.key)) this.measured.set(measure.key, measure.values(this.data));
    return this.measured.get(measure.key);
  }

  /** The colours of a measure in a theme ("light" or "dark"). */
  ramp(measure, theme) {
    const key = `${theme} ${measure.key}`;
    if (!this.ramps.has(key)) this.ramps.set(key, rampOf(measure, this.values(measure), theme));
    return this.ramps.get(key);
  }

  /**
   * A facet's cells in a cluster, or in the whole window (i = -1), in the facet's order:
   * {value, size, share, base, lift, isBase}, where size is -1 and the rest null if suppressed.
   */
  cells(facet, i) {
    const total = this.window.conversations;
    return facet.values.map((value, v) => {
      const base = facet.base[v] < 0 || total === 0 ? null : facet.base[v] / total;
      const size = i < 0 ? facet.base[v] : facet.cells[i * facet.values.length + v];
      const isBase = i < 0;
      if (size < 0) return { value, size: -1, share: null, base, lift: null, isBase };
      const share = i < 0 ? base : size / this.data.size[i];
      return { value, size, share, base, lift: base ? share / base : null, isBase };
    });
  }

  /**
   * The mean of an attribute in a cluster, or in the whole window (i = -1), as {mean, step}, both
   * NaN if suppressed; null where the attribute has none.
   */
  mean(name, i) {
    const one = this.byMean.get(name);
    if (one === undefined) return null;
    if (i < 0) return { mean: one.mean, step: one.step };
    return { mean: one.told[0][i], step: one.told[1][i] };
  }

  /** A cluster of the same name and level as in another map, -1 where there is none. */
  like(other, i) {
    const name = other.name(i);
    for (let j = 0; j < this.n; j += 1) {
      if (this.level(j) === other.level(i) && this.name(j) === name) return j;
    }
    return -1;
  }
}

function tail(id) {
  return id.split(":").slice(-2).join(":");
}
