// The rows of comparisons, from published numbers alone.

/**
 * Clusters of a level by the lift of a facet value, greatest first, and how many are left out
 * because the value is suppressed in them.
 */
export function compareValue(model, facet, value, level) {
  const v = facet.values.indexOf(value);
  const total = model.window.conversations;
  const base = facet.base[v] < 0 || total === 0 ? null : facet.base[v] / total;
  const rows = [];
  let suppressed = 0;
  for (let index = 0; index < model.n; index += 1) {
    if (model.level(index) !== level) continue;
    const cell = facet.cells[index * facet.values.length + v];
    if (cell < 0 || !base) {
      suppressed += 1;
      continue;
    }
    const size = model.size(index);
    const share = cell / size;
    rows.push({ index, cell, size, share, base, lift: share / base });
  }
  rows.sort((a, b) => b.lift - a.lift || b.cell - a.cell || a.index - b.index);
  return { rows, suppressed, base };
}

/** Clusters of a level that two windows name alike, by the ratio of their shares. */
export function compareWindows(here, there, level) {
  const named = new Map();
  let others = 0;
  for (let i = 0; i < there.n; i += 1) {
    if (there.level(i) !== level) continue;
    others += 1;
    if (!named.has(there.name(i))) named.set(there.name(i), i);
  }
  const rows = [];
  let onlyHere = 0;
  for (let index = 0; index < here.n; index += 1) {
    if (here.level(index) !== level) continue;
    const match = named.get(here.name(index));
    if (match === undefined) {
      onlyHere += 1;
      continue;
    }
    named.delete(here.name(index));
    const share = here.share(index);
    const base = there.share(match);
    rows.push({
      index,
      size: here.size(index),
      share,
      sizeThere: there.size(match),
      base,
      lift: base > 0 ? share / base : null,
    });
  }
  rows.sort(byLift);
  return { rows, onlyHere, onlyThere: others - rows.length };
}

/** Every facet value that either window shows, by the ratio of its base rates. */
export function compareRates(here, there) {
  const rows = [];
  const names = new Set([...here.facets, ...there.facets].map((f) => f.name));
  names.delete("time");
  for (const facet of names) {
    const kind = (here.byFacet.get(facet) ?? there.byFacet.get(facet)).kind;
    const ours = cellsOf(here, facet);
    const theirs = cellsOf(there, facet);
    for (const value of new Set([...ours.keys(), ...theirs.keys()])) {
      const { size = -1, share = null } = ours.get(value) ?? {};
      const { size: sizeThere = -1, share: base = null } = theirs.get(value) ?? {};
      const lift = share === null || !base ? null : share / base;
      rows.push({ facet, kind, value, size, share, sizeThere, base, lift });
    }
  }
  return rows.sort(byLift);
}

function cellsOf(model, name) {
  const facet = model.byFacet.get(name);
  return new Map((facet ? model.cells(facet, -1) : []).map((cell) => [cell.value, cell]));
}

function byLift(a, b) {
  if (a.lift === null || b.lift === null) return (a.lift === null) - (b.lift === null);
  return b.lift - a.lift || b.size - a.size;
}
