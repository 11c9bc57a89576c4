// Discs drawn straight into pixels. Ten thousand anti-aliased discs take a few milliseconds this
// way without a graphics processor, so the map is drawn afresh on every frame, and the centre of a
// disc has exactly the colour that the legend shows.

const STEPS = 4; // discs are placed and sized in quarters of a pixel
const LARGEST_MASK = 24;

export class Raster {
  constructor() {
    this.masks = new Map();
    this.resize(1, 1);
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  clear(colour) {
    this.pixels.fill(colour);
  }

  /** A disc of packed colour; `alpha` of 256 is opaque. */
  disc(cx, cy, radius, colour, alpha = 256) {
    if (radius > LARGEST_MASK || alpha < 256) this.largeDisc(cx, cy, radius, colour, alpha);
    else this.smallDisc(cx, cy, radius, colour);
  }

  smallDisc(cx, cy, radius, colour) {
    const r = Math.max(2, Math.round(radius * STEPS));
    const qx = Math.round(cx * STEPS);
    const qy = Math.round(cy * STEPS);
    const fx = qx & (STEPS - 1);
    const fy = qy & (STEPS - 1);
    const mask = this.maskOf(r, fx, fy);
    const { side, cover } = mask;
    const left = ((qx - fx) >> 2) - mask.middle;
    const top = ((qy - fy) >> 2) - mask.middle;
    const { width, pixels } = this;
    const from = Math.max(0, -left);
    const to = Math.min(side, width - left);
    const last = Math.min(side, this.height - top);
    for (let row = Math.max(0, -top); row < last; row++) {
      let at = row * side + from;
      let pixel = (top + row) * width + left + from;
      for (let column = from; column < to; column++, at++, pixel++) {
        const a = cover[at];
        if (a === 256) pixels[pixel] = colour;
        else if (a !== 0) pixels[pixel] = blend(pixels[pixel], colour, a);
      }
    }
  }

  /** How much of each pixel a disc covers, of 256; kept for the next disc of that kind. */
  maskOf(r, fx, fy) {
    const key = (r * STEPS + fx) * STEPS + fy;
    const known = this.masks.get(key);
    if (known !== undefined) return known;
    const radius = r / STEPS;
    const middle = Math.ceil(radius + 0.5);
    const side = 2 * middle + 2;
    const cover = new Uint16Array(side * side);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const dx = column + 0.5 - (middle + fx / STEPS);
        const dy = row + 0.5 - (middle + fy / STEPS);
        const covered = radius + 0.5 - Math.sqrt(dx * dx + dy * dy);
        cover[row * side + column] = Math.round(256 * Math.min(1, Math.max(0, covered)));
      }
    }
    const mask = { side, middle, cover };
    this.masks.set(key, mask);
    return mask;
  }

  largeDisc(cx, cy, radius, colour, alpha) {
    const { width, height, pixels } = this;
    const top = Math.max(0, Math.floor(cy - radius));
    const bottom = Math.min(height - 1, Math.ceil(cy + radius));
    for (let row = top; row <= bottom; row++) {
      const dy = row + 0.5 - cy;
      const square = (radius + 0.5) ** 2 - dy * dy;
      if (square <= 0) continue;
      const half = Math.sqrt(square);
      const inner = Math.sqrt(Math.max(0, (radius - 0.5) ** 2 - dy * dy));
      const from = Math.max(0, Math.floor(cx - half));
      const to = Math.min(width - 1, Math.ceil(cx + half));
      for (let column = from, pixel = row * width + from; column <= to; column++, pixel++) {
        const dx = Math.abs(column + 0.5 - cx);
        let a = alpha;
        if (dx > inner) {
          const covered = radius + 0.5 - Math.sqrt(dx * dx + dy * dy);
          if (covered <= 0) continue;
          if (covered < 1) a = Math.round(alpha * covered);
        }
        pixels[pixel] = a === 256 ? colour : blend(pixels[pixel], colour, a);
      }
    }
  }
}

/** `a` of 256 parts of `over`, the rest of `under`; opaque. Two channels are mixed at a time. */
export function blend(under, over, a) {
  const rest = 256 - a;
  const redBlue =
    ((Math.imul(over & 0xff00ff, a) + Math.imul(under & 0xff00ff, rest)) >>> 8) & 0xff00ff;
  const green =
    ((Math.imul((over >>> 8) & 0xff, a) + Math.imul((under >>> 8) & 0xff, rest)) & 0xff00);
  return (0xff000000 | redBlue | green) >>> 0;
}
