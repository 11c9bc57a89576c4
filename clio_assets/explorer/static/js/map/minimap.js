// The whole map in a corner, with the part in view as a frame that can be dragged.

import { Raster } from "./raster.js";

const LONGER = 150;
const PADDING = 8;
const DOT = 0.8;

export class Minimap {
  /** `onMove(x, y)` asks for a world point at the centre of the view. */
  constructor(parent, onMove) {
    this.box = document.createElement("div");
    this.box.className = "map-mini";
    this.box.dataset.mapOverlay = "";
    this.box.setAttribute("aria-hidden", "true");
    this.canvas = document.createElement("canvas");
    this.canvas.dataset.layer = "minimap";
    this.frame = document.createElement("div");
    this.frame.className = "map-mini-frame";
    this.box.append(this.canvas, this.frame);
    parent.append(this.box);
    this.raster = new Raster();
    this.listen(onMove);
  }

  listen(onMove) {
    const move = (event) => {
      if (!this.box.hasPointerCapture(event.pointerId)) return;
      const box = this.box.getBoundingClientRect();
      onMove(
        this.left + (event.clientX - box.left - PADDING) / this.scale,
        this.top + (event.clientY - box.top - PADDING) / this.scale,
      );
    };
    this.box.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.box.setPointerCapture(event.pointerId);
      move(event);
    });
    this.box.addEventListener("pointermove", move);
  }

  /** Take the shape of the world's extent, or hide. */
  shape(extent, hidden) {
    const wide = Math.max(extent.right - extent.left, 0.05);
    const high = Math.max(extent.bottom - extent.top, 0.05);
    this.scale = (LONGER - 2 * PADDING) / Math.max(wide, high);
    this.left = extent.left;
    this.top = extent.top;
    this.width = Math.round(wide * this.scale) + 2 * PADDING;
    this.height = Math.round(high * this.scale) + 2 * PADDING;
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.box.hidden = hidden;
  }

  /** Draw the discs of a scene in their packed colours. */
  draw(scene, fills, background, ratio) {
    if (this.box.hidden) return;
    const { canvas, raster } = this;
    canvas.width = Math.round(this.width * ratio);
    canvas.height = Math.round(this.height * ratio);
    raster.resize(canvas.width, canvas.height);
    raster.clear(background);
    for (let at = scene.discs.length - 1; at >= 0; at--) {
      const i = scene.discs[at];
      raster.disc(
        ((scene.xs[i] - this.left) * this.scale + PADDING) * ratio,
        ((scene.ys[i] - this.top) * this.scale + PADDING) * ratio,
        Math.max(DOT, Math.min(4, scene.radius(i, 1) * 0.25)) * ratio,
        fills[i],
      );
    }
    canvas.getContext("2d").putImageData(raster.image, 0, 0);
  }

  /** Put the frame around the part that the camera shows. */
  follow(camera) {
    if (this.scale === undefined || this.box.hidden) return;
    const a = camera.toWorld(0, 0);
    const b = camera.toWorld(camera.width, camera.height);
    const left = Math.max(0, (a.x - this.left) * this.scale + PADDING);
    const top = Math.max(0, (a.y - this.top) * this.scale + PADDING);
    const right = Math.min(this.width, (b.x - this.left) * this.scale + PADDING);
    const bottom = Math.min(this.height, (b.y - this.top) * this.scale + PADDING);
    this.frame.hidden = right - left > this.width - PADDING && bottom - top > this.height - PADDING;
    const style = this.frame.style;
    style.transform = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px)`;
    style.width = `${Math.max(6, right - left).toFixed(1)}px`;
    style.height = `${Math.max(6, bottom - top).toFixed(1)}px`;
  }
}
