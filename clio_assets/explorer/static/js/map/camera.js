// Where the map is looked at from: the world point at the centre of the view, and a magnification
// `k` of which 1 shows the whole map, whatever the size of the view. A link to (x, y, k) therefore
// shows the same place on every screen.

const MOST = 80;
const LEAST = 0.6;
const GLIDE = 260;

export class Camera {
  constructor() {
    this.x = 0.5;
    this.y = 0.5;
    this.k = 1;
    this.width = 1;
    this.height = 1;
    this.bounds = { left: 0, top: 0, right: 1, bottom: 1 };
    this.flight = null;
  }

  /** Pixels per unit of the world. */
  get scale() {
    return this.fitted * this.k;
  }

  resize(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.measure();
  }

  /** The extent of what is to be seen at k = 1; an extent without size is widened. */
  setBounds(xs, ys) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < xs.length; i++) {
      left = Math.min(left, xs[i]);
      right = Math.max(right, xs[i]);
      top = Math.min(top, ys[i]);
      bottom = Math.max(bottom, ys[i]);
    }
    if (left > right) [left, top, right, bottom] = [0, 0, 1, 1];
    this.bounds = { left, top, right, bottom };
    this.measure();
  }

  measure() {
    const { left, top, right, bottom } = this.bounds;
    const margin = 2 * Math.min(64, 0.09 * Math.min(this.width, this.height));
    this.fitted = Math.min(
      (this.width - margin) / Math.max(right - left, 0.05),
      (this.height - margin) / Math.max(bottom - top, 0.05),
    );
  }

  get state() {
    return { x: this.x, y: this.y, k: this.k };
  }

  /** Move at once; out-of-range and non-finite places are brought back. */
  set({ x, y, k }) {
    const { left, top, right, bottom } = this.bounds;
    this.k = clamp(k, LEAST, MOST, 1);
    this.x = clamp(x, left, right, (left + right) / 2);
    this.y = clamp(y, top, bottom, (top + bottom) / 2);
  }

  get home() {
    const { left, top, right, bottom } = this.bounds;
    return { x: (left + right) / 2, y: (top + bottom) / 2, k: 1 };
  }

  /** The place that shows a box of the world, no closer than `closest`. */
  framing({ left, top, right, bottom }, closest) {
    const room = 0.72;
    const k = Math.min(
      (this.width * room) / Math.max((right - left) * this.fitted, 1e-9),
      (this.height * room) / Math.max((bottom - top) * this.fitted, 1e-9),
      closest,
    );
    return { x: (left + right) / 2, y: (top + bottom) / 2, k: Math.max(k, LEAST) };
  }

  panBy(dx, dy) {
    this.flight = null;
    this.set({ x: this.x - dx / this.scale, y: this.y - dy / this.scale, k: this.k });
  }

  /** The place after magnifying about the middle, from where a flight under way ends. */
  magnified(factor) {
    const from = this.flight?.to ?? this.state;
    return { ...from, k: clamp(from.k * factor, LEAST, MOST, 1) };
  }

  /** The place after magnifying by `factor` while the world under (px, py) stays there. */
  zoomed(factor, px, py) {
    const k = clamp(this.k * factor, LEAST, MOST, 1);
    const at = this.toWorld(px, py);
    const scale = this.fitted * k;
    return {
      x: at.x - (px - this.width / 2) / scale,
      y: at.y - (py - this.height / 2) / scale,
      k,
    };
  }

  toWorld(px, py) {
    return {
      x: this.x + (px - this.width / 2) / this.scale,
      y: this.y + (py - this.height / 2) / this.scale,
    };
  }

  toScreen(x, y) {
    return {
      x: (x - this.x) * this.scale + this.width / 2,
      y: (y - this.y) * this.scale + this.height / 2,
    };
  }

  /** Glide to a place; `step(now)` is to be called on every frame until it returns false. */
  fly(to, now) {
    this.flight = { from: this.state, to, start: now };
  }

  step(now) {
    if (this.flight === null) return false;
    const { from, to, start } = this.flight;
    const t = clamp((now - start) / GLIDE, 0, 1, 1);
    const eased = 1 - (1 - t) ** 3;
    const k = from.k * (to.k / from.k) ** eased;
    // The centre follows the magnification, so that the target does not swing out of view.
    const magnifies = Math.abs(to.k / from.k - 1) >= 0.01;
    const share = magnifies ? (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k) : eased;
    this.set({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, k });
    if (t >= 1) {
      this.set(to);
      this.flight = null;
    }
    return this.flight !== null;
  }
}

function clamp(value, low, high, otherwise) {
  if (!Number.isFinite(value)) return otherwise;
  return Math.min(high, Math.max(low, value));
}
