// What is drawn of a map at a level: which clusters are discs, how large, and which are only named
// and tinted.

/** Share of the map's ground that discs cover at k = 1. */
const COVER = 0.19;
const SMALLEST = 1.5;
const LARGEST = 26;

/** Discs grow with the square root of the magnification, so that zooming in separates them. */
export function growthOfDiscs(k) {
  return Math.sqrt(k);
}

export class Scene {
  /** `level` is a level's number, or "auto": leaves as discs, parents tinted, all named. */
  constructor(map, level) {
    this.map = map;
    this.level = level;
    this.names = map.name;
    this.xs = map.x;
    this.ys = map.y;
    this.top = map.level.reduce((most, value) => Math.max(most, value), 0);
    this.byLevel = largestFirst(map, this.top);
    this.discs = this.chosen();
    this.drawn = new Uint8Array(map.n);
    for (const i of this.discs) this.drawn[i] = 1;
    this.extent = extentOf(this.discs, map.x, map.y);
    this.levels = this.named();
    this.tinted = level === "auto" ? this.levels.filter((named) => named.level > 0) : [];
  }

  /** The discs, the larger ones first. */
  chosen() {
    const { map, level, byLevel } = this;
    if (level !== "auto") return Int32Array.from(byLevel[level] ?? []);
    const childless = byLevel.flatMap((indices, at) =>
      at === 0 ? indices : indices.filter((i) => map.children[i].length === 0),
    );
    if (childless.length > byLevel[0].length) childless.sort(bySize(map));
    return Int32Array.from(childless);
  }

  /** Levels to be named, from the top; within one, the larger clusters first. */
  named() {
    const lowest = this.level === "auto" ? 0 : this.level;
    const found = [];
    for (let level = this.top; level >= lowest; level--) {
      found.push({ level, rank: this.rankOfLevel(level), indices: this.byLevel[level] });
    }
    return found;
  }

  rankOfLevel(level) {
    if (level === 0) return 0;
    return level === this.top ? 2 : 1;
  }

  rankOf(index) {
    return this.rankOfLevel(this.map.level[index]);
  }

  isLabelOnly(index) {
    return this.drawn[index] === 0;
  }

  /** Choose the size of discs for a view: areas go with sizes, down to the smallest visible. */
  measure(camera) {
    const { map } = this;
    const { left, top, right, bottom } = this.extent;
    const ground = Math.max((right - left) * (bottom - top), 0.05) * camera.fitted ** 2;
    let total = 0;
    let most = 1;
    for (const i of this.discs) {
      total += Math.max(0, map.size[i]);
      most = Math.max(most, map.size[i]);
    }
    const byArea = Math.sqrt((COVER * ground) / (Math.PI * Math.max(total, 1)));
    this.unit = Math.min(byArea, LARGEST / Math.sqrt(most));
  }

  /** A cluster's radius in CSS pixels at a magnification. */
  radius(index, k) {
    const size = Math.max(0, this.map.size[index]);
    return Math.max(SMALLEST, this.unit * Math.sqrt(size) * growthOfDiscs(k));
  }

  largest(k) {
    return this.discs.length === 0 ? SMALLEST : this.radius(this.discs[0], k);
  }

  /** The discs that a cluster stands for: itself, or those below (or above) it. */
  discsOf(index) {
    const { map } = this;
    if (this.drawn[index]) return [index];
    const found = [];
    const below = [...map.children[index]];
    while (below.length > 0) {
      const child = below.pop();
      if (this.drawn[child]) found.push(child);
      else below.push(...map.children[child]);
    }
    if (found.length > 0) return found;
    let up = map.parent[index];
    while (up >= 0 && !this.drawn[up]) up = map.parent[up];
    return up >= 0 ? [up] : [];
  }
}

function bySize(map) {
  return (a, b) => map.size[b] - map.size[a] || a - b;
}

/** The clusters of every level, the larger ones first. */
function largestFirst(map, top) {
  const byLevel = Array.from({ length: top + 1 }, () => []);
  for (let i = 0; i < map.n; i++) byLevel[map.level[i]].push(i);
  for (const indices of byLevel) indices.sort(bySize(map));
  return byLevel;
}

/** The box around some clusters; around nothing, the whole world. */
export function extentOf(indices, xs, ys) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of indices) {
    left = Math.min(left, xs[i]);
    right = Math.max(right, xs[i]);
    top = Math.min(top, ys[i]);
    bottom = Math.max(bottom, ys[i]);
  }
  return left > right ? { left: 0, top: 0, right: 1, bottom: 1 } : { left, top, right, bottom };
}
