// The legend of the map's colours: what is coloured, the ramp with its ticks, and what is missing.

import { el } from "./dom.js";
import { nameOf } from "./order.js";

/** Build the legend in `host`, which names on the map keep clear of. */
export function createLegend(host) {
  host.setAttribute("data-map-overlay", "");
  return {
    /** Show a measure's ramp (rampOf). */
    show(measure, ramp) {
      const bar = ramp.kind === "categorical" ? swatches(ramp) : gradient(ramp);
      const missing = ramp.none
        ? el("div", { class: "legend-missing" }, swatch(ramp.none.colour), ramp.none.label)
        : null;
      host.replaceChildren(el("div", { class: "legend-title", text: nameOf(measure) }), bar);
      if (missing) host.append(missing);
    },
  };
}

function gradient(ramp) {
  const strip = el("div", { class: "legend-strip" });
  strip.style.backgroundImage = `linear-gradient(to right, ${ramp.gradient.join(", ")})`;
  const last = ramp.stops.length - 1;
  const ticks = ramp.stops.map((stop, k) => {
    const beyond = (k === 0 && ramp.clamped.low && "≤ ") || (k === last && ramp.clamped.high && "≥ ");
    const tick = el("span", { class: "legend-tick-label", text: `${beyond || ""}${stop.label}` });
    tick.style.left = `${100 * stop.at}%`;
    if (stop.at > 0.9) tick.classList.add("at-end");
    else if (stop.at > 0.1) tick.classList.add("at-middle");
    return tick;
  });
  return el("div", { class: "legend-ramp" }, strip, el("div", { class: "legend-ticks" }, ticks));
}

function swatches(ramp) {
  return el(
    "ul",
    { class: "legend-swatches" },
    ramp.stops.map((stop) => el("li", {}, swatch(stop.colour), stop.label)),
  );
}

function swatch(colour) {
  const node = el("span", { class: "swatch" });
  node.style.backgroundColor = colour;
  return node;
}
