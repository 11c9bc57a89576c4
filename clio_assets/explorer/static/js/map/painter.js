// The map's canvases: discs as pixels, names above them, and the overlay on top.

import { themeColours, pack } from "../ramps.js";
import { Raster, blend } from "./raster.js";

const EDGE = 0.9; // a rim of background keeps neighbouring discs apart
const RIM = 1.5; // of a hollow disc, the sign of a value that is not shown
const SMALLEST_EDGED = 3;
const SMALLEST_HOLLOW = 2.6;
const DIMMED = 56; // of 256

// Parents of discs lie under them as a tint, the more so the lower their level; of 256.
const TINTS = [22, 36];

// What is drawn below what: outside a search's matches, without a value, everything else.
const [DIM, MISSING, SHOWN] = [0, 1, 2];

export class Painter {
  constructor(stage) {
    this.points = layer(stage, "points", { alpha: false, willReadFrequently: true });
    this.names = layer(stage, "labels");
    this.overlay = layer(stage, "overlay");
    this.raster = new Raster();
    this.ratio = 1;
    this.fills = new Uint32Array(0);
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    for (const context of [this.points, this.names, this.overlay]) {
      const { canvas } = context;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    this.overlay.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.raster.resize(this.points.canvas.width, this.points.canvas.height);
  }

  setTheme(theme) {
    this.colours = themeColours(theme);
    this.background = pack(this.colours.background);
  }

  /** Choose every cluster's colour; those outside `matches` recede into the background. */
  setFills(values, ramp, matches) {
    const { length } = values;
    this.fills = new Uint32Array(length);
    this.hollow = new Uint8Array(length);
    this.depth = new Uint8Array(length).fill(SHOWN);
    for (let i = 0; i < length; i++) {
      this.hollow[i] = Number.isNaN(values[i]) ? 1 : 0;
      this.fills[i] = ramp.packed(values[i]);
      if (this.hollow[i] === 1) this.depth[i] = MISSING;
      if (matches === null || matches.has(i)) continue;
      this.depth[i] = DIM;
      this.fills[i] = blend(this.background, this.fills[i], DIMMED);
    }
  }

  paintDiscs(scene, camera) {
    this.raster.clear(this.background);
    const spot = this.spotOf(camera);
    for (const { rank, indices } of scene.tinted) this.tint(scene, spot, indices, TINTS[2 - rank]);
    for (const depth of [DIM, MISSING, SHOWN]) this.pass(scene, spot, depth);
    this.points.putImageData(this.raster.image, 0, 0);
  }

  /** From world coordinates to device pixels: world * scale + (left, top). */
  spotOf(camera) {
    const scale = camera.scale * this.ratio;
    return {
      scale,
      left: (camera.width / 2) * this.ratio - camera.x * scale,
      top: (camera.height / 2) * this.ratio - camera.y * scale,
      k: camera.k,
    };
  }

  tint(scene, { scale, left, top, k }, indices, alpha) {
    for (const i of indices) {
      if (this.depth[i] !== SHOWN) continue;
      const radius = scene.radius(i, k) * this.ratio;
      const [x, y] = [scene.xs[i] * scale + left, scene.ys[i] * scale + top];
      this.raster.disc(x, y, radius, this.fills[i], alpha);
    }
  }

  /** All discs of one depth: large ones first, so that none is buried. */
  pass(scene, { scale, left, top, k }, depth) {
    const { ratio, raster, fills, hollow, background } = this;
    const { xs, ys, discs } = scene;
    const { width, height } = raster;
    for (let at = 0; at < discs.length; at++) {
      const i = discs[at];
      if (this.depth[i] !== depth) continue;
      const x = xs[i] * scale + left;
      const y = ys[i] * scale + top;
      const r = scene.radius(i, k) * ratio;
      if (x + r < -2 || y + r < -2 || x - r > width + 2 || y - r > height + 2) continue;
      if (r >= SMALLEST_EDGED * ratio) raster.disc(x, y, r + EDGE * ratio, background);
      raster.disc(x, y, r, fills[i]);
      if (hollow[i] === 1 && r >= SMALLEST_HOLLOW * ratio) {
        raster.disc(x, y, r - RIM * ratio, background);
      }
    }
  }

  /** `inkOf(label)` gives the colour of a name. */
  paintNames(labels, lettering, inkOf) {
    const { names, ratio, colours } = this;
    names.clearRect(0, 0, names.canvas.width, names.canvas.height);
    for (const label of labels) {
      const ink = inkOf(label);
      const picture = lettering.picture(label.layout, label.rank, ink, colours.background, ratio);
      names.drawImage(picture, Math.round(label.x * ratio), Math.round(label.y * ratio));
    }
  }
}

function layer(stage, name, settings = {}) {
  const canvas = document.createElement("canvas");
  canvas.dataset.layer = name;
  canvas.setAttribute("aria-hidden", "true");
  stage.append(canvas);
  return canvas.getContext("2d", settings);
}
