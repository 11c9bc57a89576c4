// Names as small pictures: broken into at most two lines of measured width, cut with an ellipsis
// between whole characters, drawn once with a halo and then only copied.

import { clean } from "../text.js";

const LONGEST = 240; // characters of a name that can matter on a map
const RIGHT_TO_LEFT =
  /[\p{Script=Adlam}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;
const LATIN = /[A-Za-z]/;
const STRONG = /\p{L}/u;
const KEPT = 700;
const HALO = 3;
const EVEN = [1.02, 1.12, 1.25, 2]; // lines are tried from evenly long to as long as they may be

let segmenter; // takes long to make, and few names need it

function characters(text) {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** How names of one rank are written: rank 0 the leaves, 1 the middle levels, 2 the top. */
const STYLES = [
  { size: 11.5, weight: 400, width: 150, lines: 2 },
  { size: 12.5, weight: 600, width: 170, lines: 2 },
  { size: 15, weight: 700, width: 210, lines: 2 },
];

/** The direction a text is written in: that of its first letter. */
export function directionOf(text) {
  for (const character of text) {
    if (LATIN.test(character)) return "ltr";
    if (STRONG.test(character)) return RIGHT_TO_LEFT.test(character) ? "rtl" : "ltr";
  }
  return "ltr";
}

/**
 * Lines of `text` none wider than `width` by `measure(text)`, at most `most` of them, as even as
 * they can be; what does not fit ends in an ellipsis.
 */
export function brokenLines(text, width, most, measure) {
  const whole = measure(text);
  if (whole <= width) return [text];
  for (let lines = Math.ceil(whole / width); lines <= most; lines++) {
    for (const slack of EVEN) {
      const even = filled(text, Math.min(width, (whole / lines) * slack), lines, measure);
      if (!even.cut) return even.lines;
    }
  }
  return filled(text, width, most, measure).lines;
}

function filled(text, width, most, measure) {
  const lines = [];
  let rest = text;
  while (lines.length < most - 1 && rest !== "") {
    const end = breakBefore(rest, width, measure);
    if (end === 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest === "") return { lines, cut: false };
  const last = fitted(rest, width, measure);
  return { lines: [...lines, last], cut: last !== rest };
}

/** Where to break: after the last word that fits, or within a word that is too long for a line. */
function breakBefore(text, width, measure) {
  let end = 0;
  for (const found of text.matchAll(/\s+|$/g)) {
    if (measure(text.slice(0, found.index)) > width) break;
    end = found.index;
  }
  return end > 0 ? end : longestFit(text, width, measure).length;
}

function fitted(text, width, measure) {
  if (measure(text) <= width) return text;
  const room = width - measure("…");
  return `${longestFit(text, room, measure).trimEnd()}…`;
}

/** The longest start of the text, in whole characters, that is no wider than `width`. */
function longestFit(text, width, measure) {
  const ends = Array.from(characters(text), ({ index, segment }) => index + segment.length);
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(text.slice(0, ends[middle - 1])) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? "" : text.slice(0, ends[low - 1]);
}

export class Lettering {
  constructor(family) {
    this.family = family;
    this.context = document.createElement("canvas").getContext("2d");
    this.layouts = new Map();
    this.pictures = new Map();
  }

  /** Forget everything: another release, theme or resolution. */
  forget() {
    this.layouts.clear();
    this.pictures.clear();
  }

  /** Whether a layout costs nothing any more. */
  known(index, rank) {
    return this.layouts.has(index * STYLES.length + rank);
  }

  /** Lines, direction and size in CSS pixels of a name in the style of a rank. */
  layout(index, rank, name) {
    const key = index * STYLES.length + rank;
    const found = this.layouts.get(key);
    if (found !== undefined) return found;
    const style = STYLES[rank];
    this.context.font = this.fontOf(rank);
    const text = clean(name.slice(0, LONGEST * 2)).replace(/\s+/g, " ").slice(0, LONGEST) || "–";
    const measure = (part) => this.context.measureText(part).width;
    const lines = brokenLines(text.toWellFormed(), style.width, style.lines, measure);
    const width = Math.ceil(Math.max(...lines.map(measure)));
    const leading = Math.round(style.size * 1.22);
    const layout = {
      lines,
      leading,
      direction: directionOf(text),
      width: width + 2 * HALO,
      height: leading * lines.length + HALO,
      key,
    };
    this.layouts.set(key, layout);
    return layout;
  }

  fontOf(rank) {
    const style = STYLES[rank];
    return `${style.weight} ${style.size}px ${this.family}`;
  }

  /** The picture of a layout in an ink on a halo, at `ratio` device pixels a CSS pixel. */
  picture(layout, rank, ink, halo, ratio) {
    const key = `${layout.key} ${ink} ${ratio}`;
    const found = this.pictures.get(key);
    if (found !== undefined) return found;
    if (this.pictures.size >= KEPT) this.pictures.delete(this.pictures.keys().next().value);
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(layout.width * ratio);
    canvas.height = Math.ceil(layout.height * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = this.fontOf(rank);
    context.direction = layout.direction;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 2 * HALO;
    context.strokeStyle = halo;
    context.fillStyle = ink;
    const middle = layout.width / 2;
    const lineAt = (at) => HALO / 2 + layout.leading * (at + 0.5);
    layout.lines.forEach((line, at) => context.strokeText(line, middle, lineAt(at)));
    layout.lines.forEach((line, at) => context.fillText(line, middle, lineAt(at)));
    this.pictures.set(key, canvas);
    return canvas;
  }
}
