// The maps of a release: the one of all conversations, and named ones of some of them, each with
// windows of its own. A window of a named map has the key NAME@WINDOW, as "mobile@2026-01-05".

import { clean } from "./text.js";

const OF_MAP = "@";

/** The map of all conversations, where it stands beside named ones. */
export const WHOLE = "All conversations";

/** "mobile" of "mobile@2026-01-05"; "" of a window of the map of all conversations. */
export function mapOf(key) {
  return key.slice(0, Math.max(0, key.lastIndexOf(OF_MAP)));
}

/** "2026-01-05" of "mobile@2026-01-05". */
export function windowIn(key) {
  return key.slice(key.lastIndexOf(OF_MAP) + 1);
}

/** A map as it is called in the page. */
export function mapName(named) {
  return clean(named) || WHOLE;
}

/** Names of the maps that windows are of, "" first. */
export function mapsOf(windows) {
  return [...new Set(windows.map((row) => mapOf(row.window)))].sort();
}

/** Whether a release has named maps, also where nothing is shown of them. */
export function hasNamed({ windows, empty }) {
  return [...windows.map((row) => row.window), ...empty].some((key) => mapOf(key) !== "");
}

/** Named maps of which the release holds windows, and no group or number in any of them. */
export function notShown({ windows, empty }) {
  const shown = new Set(mapsOf(windows));
  return [...new Set(empty.map(mapOf))].filter((named) => named && !shown.has(named)).sort();
}

/** The windows of one map, in their order: the newest first. */
export function ofMap(windows, named) {
  return windows.filter((row) => mapOf(row.window) === named);
}

/** Whether two windows are of the same days. */
export function sameDays(a, b) {
  if (a.kind === b.kind && windowIn(a.window) === windowIn(b.window)) return true;
  return a.first_day !== null && a.first_day === b.first_day && a.last_day === b.last_day;
}

/** Where one comes to from `here` by choosing a map: to the same days and facet, if it has them. */
export function inOtherMap(windows, named, here) {
  const all = ofMap(windows, named);
  const ofFacet = all.filter((row) => row.facet === here.facet);
  const rows = ofFacet.length ? ofFacet : all;
  return rows.find((row) => sameDays(row, here)) ?? rows[0];
}

/**
 * What a window is compared with at first: a named map's with all conversations of the same days,
 * any other with the window before it.
 */
export function usualOther(others, here) {
  const named = mapOf(here.window);
  const whole = named && ofMap(others, "").find((row) => sameDays(row, here));
  const before = ofMap(others, named).find((w) => w.window < here.window && w.kind === here.kind);
  return whole || before || (others.find((row) => sameDays(row, here)) ?? others[0]);
}

/** The row of the index that a state asks for, or comes closest to it; the newest by default. */
export function wantedRow({ windows }, { window, facet }) {
  const rows = ofMap(windows, mapOf(window));
  return (
    windows.find((w) => w.window === window && w.facet === facet) ??
    windows.find((w) => w.window === window) ??
    rows.find((w) => w.facet === facet) ??
    rows[0] ??
    windows.find((w) => w.facet === facet) ??
    windows[0]
  );
}
