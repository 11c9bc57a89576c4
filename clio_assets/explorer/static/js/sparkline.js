// A small chart of shares, one column a window; a window without a published number has a dot.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 6;
const GAP = 2;
const HIGH = 28;
const LOWEST = 1.5;
const DOT = 1.2;

/** The chart as an SVG element; `label` says in words what it shows. */
export function sparkline(shares, label) {
  const width = shares.length * (WIDE + GAP) - GAP;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${HIGH}`, width, height: HIGH, class: "sparkline", role: "img", "aria-label": label });
  const largest = Math.max(...shares.map((share) => share ?? 0), Number.MIN_VALUE);
  shares.forEach((share, k) => {
    const x = k * (WIDE + GAP);
    if (share === null) {
      svg.append(shape("circle", { cx: x + WIDE / 2, cy: HIGH - DOT, r: DOT, class: "absent" }));
      return;
    }
    const height = Math.max(LOWEST, (HIGH * share) / largest);
    const last = k === shares.length - 1 ? "last" : "earlier";
    svg.append(shape("rect", { x, y: HIGH - height, width: WIDE, height, class: last }));
  });
  return svg;
}

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
