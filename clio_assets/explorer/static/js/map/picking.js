// Which clusters lie at a point, in a polygon, or next in a direction: a grid over the world.

export class Grid {
  /** `indices` of the clusters that can be picked, at world coordinates `xs`, `ys`. */
  constructor(indices, xs, ys) {
    this.xs = xs;
    this.ys = ys;
    this.side = Math.max(1, Math.ceil(Math.sqrt(indices.length / 3)));
    this.bounds(indices);
    const counts = new Int32Array(this.side * this.side + 1);
    for (const i of indices) counts[this.cellOf(xs[i], ys[i]) + 1]++;
    for (let cell = 1; cell < counts.length; cell++) counts[cell] += counts[cell - 1];
    this.starts = counts;
    this.items = new Int32Array(indices.length);
    const next = counts.slice();
    for (const i of indices) this.items[next[this.cellOf(xs[i], ys[i])]++] = i;
  }

  bounds(indices) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const i of indices) {
      left = Math.min(left, this.xs[i]);
      right = Math.max(right, this.xs[i]);
      top = Math.min(top, this.ys[i]);
      bottom = Math.max(bottom, this.ys[i]);
    }
    this.left = left;
    this.top = top;
    this.cell = Math.max(right - left, bottom - top, 1e-6) / this.side || 1;
  }

  step(value, origin) {
    return Math.min(this.side - 1, Math.max(0, Math.floor((value - origin) / this.cell)));
  }

  cellOf(x, y) {
    return this.step(y, this.top) * this.side + this.step(x, this.left);
  }

  /** Call `visit(index)` for all in cells that touch the box. */
  inBox(left, top, right, bottom, visit) {
    const first = this.step(left, this.left);
    const last = this.step(right, this.left);
    const end = this.step(bottom, this.top);
    for (let row = this.step(top, this.top); row <= end; row++) {
      const from = this.starts[row * this.side + first];
      const to = this.starts[row * this.side + last + 1];
      for (let at = from; at < to; at++) visit(this.items[at]);
    }
  }

  /**
   * The cluster at a world point, or -1. `radiusOf` gives radii in world units; the smallest disc
   * that contains the point wins, else the nearest edge within `tolerance`.
   */
  at(x, y, radiusOf, largest, tolerance) {
    let inside = -1;
    let near = -1;
    let smallest = Infinity;
    let nearest = tolerance;
    const reach = largest + tolerance;
    this.inBox(x - reach, y - reach, x + reach, y + reach, (i) => {
      const radius = radiusOf(i);
      const distance = Math.hypot(this.xs[i] - x, this.ys[i] - y) - radius;
      if (distance <= 0) {
        if (radius < smallest) [smallest, inside] = [radius, i];
      } else if (distance < nearest) [nearest, near] = [distance, i];
    });
    return inside >= 0 ? inside : near;
  }

  /** All clusters in a polygon of world points [x0, y0, x1, y1, ...], in order of index. */
  within(polygon) {
    const found = [];
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < polygon.length; at += 2) {
      left = Math.min(left, polygon[at]);
      right = Math.max(right, polygon[at]);
      top = Math.min(top, polygon[at + 1]);
      bottom = Math.max(bottom, polygon[at + 1]);
    }
    this.inBox(left, top, right, bottom, (i) => {
      if (contains(polygon, this.xs[i], this.ys[i])) found.push(i);
    });
    return found.sort((a, b) => a - b);
  }

  /**
   * The next cluster from `start` in direction (dx, dy), or -1: near ones first, those off the
   * axis counting as farther, none more than 60 degrees off.
   */
  next(start, dx, dy) {
    const [x, y] = [this.xs[start], this.ys[start]];
    let best = -1;
    let least = Infinity;
    for (let reach = 3 * this.cell; ; reach *= 3) {
      this.inBox(x - reach, y - reach, x + reach, y + reach, (i) => {
        const along = (this.xs[i] - x) * dx + (this.ys[i] - y) * dy;
        const aside = Math.abs((this.xs[i] - x) * dy - (this.ys[i] - y) * dx);
        if (i === start || along <= 0 || aside > 1.73 * along) return;
        const cost = along + 2 * aside;
        if (cost < least || (cost === least && i < best)) [least, best] = [cost, i];
      });
      // A cluster outside the searched box costs at least `reach`.
      if (least <= reach || reach > 2 * this.cell * this.side) return best;
    }
  }

  /** The cluster nearest to a world point, or -1 where there is none. */
  nearest(x, y) {
    let best = -1;
    let least = Infinity;
    for (const i of this.items) {
      const distance = (this.xs[i] - x) ** 2 + (this.ys[i] - y) ** 2;
      if (distance < least) [least, best] = [distance, i];
    }
    return best;
  }
}

/** Whether a point is in a polygon, by the even-odd rule. */
export function contains(polygon, x, y) {
  let inside = false;
  for (let at = 0, before = polygon.length - 2; at < polygon.length; before = at, at += 2) {
    const [ax, ay] = [polygon[at], polygon[at + 1]];
    const [bx, by] = [polygon[before], polygon[before + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
