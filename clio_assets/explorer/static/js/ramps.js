// Colours of the map, per theme: every step of a ramp stands out from its background, lightness
// runs one way (sequential) or away from a grey middle (diverging), and no distinction rests on
// red against green. Ramps are given as OKLCH stops (lightness, chroma, hue) and mixed in OKLab.

const THEMES = {
  light: {
    background: "#faf9f5",
    ink: "#1f1e1a",
    quiet: "#5d5a52",
    none: "#b3afa4",
    accent: "#c2410c",
    sequential: [
      [0.75, 0.145, 82],
      [0.7, 0.13, 150],
      [0.58, 0.105, 210],
      [0.45, 0.14, 262],
      [0.3, 0.15, 287],
    ],
    diverging: [
      [0.38, 0.13, 258],
      [0.58, 0.13, 248],
      [0.76, 0.02, 95],
      [0.64, 0.15, 52],
      [0.43, 0.13, 36],
    ],
    categorical: ["#3b6ea8", "#d2691e", "#0f7f6b", "#a0428f", "#8a6d00", "#4b4b4b"],
  },
  dark: {
    background: "#1b1a18",
    ink: "#f3f1ea",
    quiet: "#aeaa9e",
    none: "#6e6a61",
    accent: "#f0916a",
    sequential: [
      [0.5, 0.14, 290],
      [0.58, 0.13, 255],
      [0.69, 0.11, 205],
      [0.82, 0.13, 155],
      [0.93, 0.13, 102],
    ],
    diverging: [
      [0.86, 0.09, 235],
      [0.68, 0.13, 248],
      [0.5, 0.015, 95],
      [0.7, 0.15, 52],
      [0.87, 0.1, 75],
    ],
    categorical: ["#6ea8e6", "#f29b52", "#3fc2a4", "#d98ac9", "#d9bd4a", "#b9b9b9"],
  },
};

const STEPS = 256;
const LEGEND_STEPS = 32;

/** The map's own colours in a theme: background, ink, quiet, none, accent. */
export function themeColours(theme) {
  return THEMES[theme];
}

/**
 * Colours for a measure's values: {colour(v), packed(v), kind, domain, gradient, stops, clamped,
 * none}. `colour` gives "#rrggbb" and `packed` the same as a pixel of a canvas; NaN gives the
 * colour of what is not shown. `stops` are the legend's: {at 0..1, value, label, colour}.
 */
export function rampOf(measure, values, theme) {
  const colours = THEMES[theme];
  const scale = scaleOf(measure, values);
  const table = tableOf(measure, colours, scale);
  const packedTable = Uint32Array.from(table, pack);
  const packedNone = pack(colours.none);
  const step = (v) => Math.round(scale.place(v) * (table.length - 1));
  const missing = values.some(Number.isNaN);
  return {
    kind: measure.kind,
    domain: scale.domain,
    colour: (v) => (Number.isNaN(v) ? colours.none : table[step(v)]),
    packed: (v) => (Number.isNaN(v) ? packedNone : packedTable[step(v)]),
    gradient: Array.from(
      { length: LEGEND_STEPS },
      (_, at) => table[Math.round((at / (LEGEND_STEPS - 1)) * (table.length - 1))],
    ),
    stops: scale.ticks.map((value) => ({
      at: scale.place(value),
      value,
      label: measure.format(value),
      colour: table[step(value)],
    })),
    clamped: scale.clamped,
    none: missing ? { colour: colours.none, label: "Suppressed" } : null,
  };
}

/** Where in 0..1 a value lies, over which domain, and the legend's ticks. */
function scaleOf(measure, values) {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort();
  if (measure.kind === "categorical") return steps(measure.domain);
  if (measure.kind === "diverging") {
    const relative = measure.scale === "ratio"; // a growth of 0 is a ratio of 1
    return relative ? around(sorted, (v) => v + 1, (r) => r - 1) : around(sorted, same, same);
  }
  return measure.scale === "log" ? logarithmic(measure, sorted) : linear(measure, sorted);
}

function same(v) {
  return v;
}

function steps([low, high]) {
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const place = (v) => (high > low ? clamp((v - low) / (high - low)) : 0);
  return { domain: [low, high], place, ticks, clamped: { low: false, high: false } };
}

/** The largest values, one in fifty, share the last colour: one giant does not wash out the rest. */
function quantile(sorted, q) {
  return sorted.length === 0 ? 0 : sorted[Math.round(q * (sorted.length - 1))];
}

function linear(measure, sorted) {
  const start = sorted.length > 0 && sorted[0] >= 1 ? 1 : 0;
  const [low, high] = measure.domain ?? [start, niceAbove(quantile(sorted, 0.98) - start) + start];
  const place = (v) => clamp((v - low) / (high - low));
  const ticks = [low, (low + high) / 2, high];
  return { domain: [low, high], place, ticks, clamped: clampedBy(sorted, low, high) };
}

function logarithmic(measure, sorted) {
  const [low, high] = measure.domain ?? [
    Math.max(1, quantile(sorted, 0.02)),
    Math.max(2, quantile(sorted, 0.98)),
  ];
  const width = Math.max(Math.log(high / low), 1e-9);
  const place = (v) => clamp(Math.log(Math.max(v, 1e-9) / low) / width);
  const middle = Number(Math.sqrt(low * high).toPrecision(2));
  const ticks = high > low ? [low, middle, high] : [low];
  return { domain: [low, high], place, ticks, clamped: clampedBy(sorted, low, high) };
}

/** Around a ratio of 1, as far down as up on a logarithmic scale: half mirrors double. */
function around(sorted, ratio, back) {
  const far = sorted.map((v) => Math.abs(Math.log(Math.max(ratio(v), 1e-9)))).sort();
  const most = [1.25, 1.5, 2, 3, 4, 8].find((m) => Math.log(m) >= quantile(far, 0.95)) ?? 8;
  const [low, high] = [back(1 / most), back(most)];
  const width = 2 * Math.log(most);
  const place = (v) => clamp(0.5 + Math.log(Math.max(ratio(v), 1e-9)) / width);
  return {
    domain: [low, high],
    place,
    ticks: [low, back(1), high],
    clamped: clampedBy(sorted, low, high),
  };
}

function clampedBy(sorted, low, high) {
  return {
    low: sorted.length > 0 && sorted[0] < low,
    high: sorted.length > 0 && sorted[sorted.length - 1] > high,
  };
}

/** A round number at or just above a positive value. */
function niceAbove(value) {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((m) => m * unit >= value * 0.999999) * unit;
}

function clamp(t) {
  return Math.min(1, Math.max(0, t));
}

function tableOf(measure, colours, scale) {
  if (measure.kind === "categorical") {
    const named = colours.categorical;
    return scale.ticks.map((_, at) => named[at % named.length]);
  }
  const stops = colours[measure.kind].map(fromOklch);
  return Array.from({ length: STEPS }, (_, at) => mixed(stops, at / (STEPS - 1)));
}

function mixed(stops, t) {
  const place = t * (stops.length - 1);
  const at = Math.min(stops.length - 2, Math.floor(place));
  const part = place - at;
  return toHex(stops[at].map((v, i) => v + (stops[at + 1][i] - v) * part));
}

function fromOklch([lightness, chroma, hue]) {
  const turn = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(turn), chroma * Math.sin(turn)];
}

/** OKLab to "#rrggbb" (B. Ottosson, "A perceptual color space for image processing", 2020). */
function toHex([lightness, a, b]) {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linearRgb = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
  return `#${linearRgb.map((v) => byte(gamma(clamp(v)))).join("")}`;
}

function gamma(v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
}

function byte(v) {
  return Math.round(v * 255)
    .toString(16)
    .padStart(2, "0");
}

/** "#rrggbb" as a pixel in a canvas's memory: alpha, blue, green, red from the highest byte. */
export function pack(hex) {
  const rgb = Number.parseInt(hex.slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >>> 16)) >>> 0;
}
