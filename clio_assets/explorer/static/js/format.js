// Numbers and days as words. A suppressed number is never a zero: it says that it is suppressed.

import { hasNamed, mapName, mapOf, windowIn } from "./maps.js";
import { clean, title } from "./text.js";

const MONTHS = [
  ["January", "Jan"],
  ["February", "Feb"],
  ["March", "Mar"],
  ["April", "Apr"],
  ["May", "May"],
  ["June", "June"],
  ["July", "July"],
  ["August", "Aug"],
  ["September", "Sept"],
  ["October", "Oct"],
  ["November", "Nov"],
  ["December", "Dec"],
];
const THOUSANDS = /\B(?=(?:\d{3})+$)/g;

export const SUPPRESSED = "suppressed";

/** A whole number with a comma before every third digit. */
export function count(number) {
  return String(number).replace(THOUSANDS, ",");
}

/** A share as a percentage: a decimal under ten per cent and close to all, else none. */
export function percent(share) {
  const value = share * 100;
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0%";
  if (value < 0.1) return "<0.1%";
  if (value > 99.9 && value < 100) return ">99.9%";
  const isFine = value < 9.95 || (value >= 99.5 && value < 100);
  return `${isFine ? trim(value.toFixed(1)) : value.toFixed(0)}%`;
}

function trim(text) {
  return text.replace(/\.0$/, "");
}

/** A lift over the base rate: 2.3 as "×2.3". */
export function times(lift) {
  if (!Number.isFinite(lift)) return "–";
  return `×${lift >= 9.95 ? count(Math.round(lift)) : lift.toFixed(lift < 0.1 ? 2 : 1)}`;
}

/** A difference of shares in percentage points, with its sign. */
export function points(difference) {
  const value = difference * 100;
  const sign = value > 0.05 ? "+" : value < -0.05 ? "−" : "±";
  return `${sign}${trim(Math.abs(value).toFixed(1))} pt`;
}

function parsed(day) {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** "2026-09-28" as "28 Sept 2026"; what is not a day stays as it is. */
export function day(text) {
  const date = parsed(text);
  return date === null ? String(text) : `${shortDay(text)} ${date.getUTCFullYear()}`;
}

/** "2026-09-28" as "28 Sept". */
export function shortDay(text) {
  const date = parsed(text);
  return date === null ? String(text) : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()][1]}`;
}

/** The days of a window in words, by its kind. */
export function daysName({ window, kind }) {
  const days = windowIn(window);
  if (kind === "all" || days === "all") return "All time";
  if (kind === "week") return `Week of ${day(days)}`;
  const date = parsed(days);
  if (kind === "month" && date !== null) {
    return `${MONTHS[date.getUTCMonth()][0]} ${date.getUTCFullYear()}`;
  }
  return day(days);
}

/** A window in words, with its map where the release (an index) has several. */
export function windowName(row, index) {
  return hasNamed(index) ? `${mapName(mapOf(row.window))} · ${daysName(row)}` : daysName(row);
}

/** A level in words: 0 is the leaves, `deepest` the top. */
export function levelName(level, deepest) {
  if (level === 0) return "Leaf";
  if (level === deepest) return "Top";
  return `Level ${level}`;
}

/**
 * "concern: 3" style names of facet values; yes and no for booleans. What a source says of
 * conversations (`kind` is that of an attribute) stands as it is written there.
 */
export function valueName(value, kind) {
  if (kind === "category" || kind === "number") return clean(value);
  if (value === "true") return "Yes";
  if (value === "false") return "No";
  return title(value);
}

/** A mean: whole from a thousand on, below that with four digits at most. */
export function figure(number) {
  if (!Number.isFinite(number)) return "–";
  if (Math.abs(number) >= 1000) return count(Math.round(number));
  return String(Number(number.toPrecision(4)));
}

/** A mean and how far from it the exact one may be: half of the step that it is told in. */
export function meanName(mean, step) {
  return Number.isNaN(mean) ? SUPPRESSED : `${figure(mean)} ± ${figure(step / 2)}`;
}

/** "day", "week" or "month": the distance between the periods of a trend. */
export function periodOf(values) {
  const first = parsed(values[0] ?? "");
  const second = parsed(values[1] ?? "");
  if (first === null || second === null) return "period";
  const days = Math.round((second - first) / 86_400_000);
  if (days <= 1) return "day";
  return days < 28 ? "week" : "month";
}
