// What topics did in a window, from published numbers alone.

/**
 * The topics of a level in a window of a map, {fresh, grown, shrunk, ended, before, seen}: those that
 * are there for the first time or again, those whose share rose or fell against the window before
 * (the furthest first), and those that are there no more. `before` is the place of that window, -1
 * where there is none; `at` that of this one. Level "above" is every level but the leaves.
 */
export function topicsIn({ windows, topics }, window, level) {
  const at = windows.findIndex((row) => row.window === window);
  const before = at - 1;
  const found = { fresh: [], grown: [], shrunk: [], ended: [], at, before };
  for (const topic of topics) {
    if ((topic.level === 0) !== (level === "0")) continue;
    const row = rowOf(topic, at, before);
    const list = row && found[listOf(row)];
    if (list) list.push(row);
  }
  const size = (row) => row.size ?? 0;
  found.fresh.sort((a, b) => size(b) - size(a));
  found.grown.sort((a, b) => b.change - a.change || size(b) - size(a));
  found.shrunk.sort((a, b) => a.change - b.change || size(b) - size(a));
  found.ended.sort((a, b) => b.shareBefore - a.shareBefore);
  return found;
}

function rowOf(topic, at, before) {
  const event = topic.events.find(([place]) => place === at);
  if (event === undefined) return null;
  const now = topic.points.find(([place]) => place === at);
  const was = topic.points.find(([place]) => place === before);
  const [, , size = null, share = null] = now ?? [];
  const shareBefore = was?.[3] ?? null;
  const change = share === null || shareBefore === null ? null : share - shareBefore;
  return { topic, id: now?.[1] ?? "", size, share, shareBefore, change, event: event[1], related: event[2] };
}

function listOf({ event, change }) {
  if (event === "gone" || event === "merged") return "ended";
  if (change === null) return event === "first" ? null : "fresh";
  if (change === 0) return null;
  return change > 0 ? "grown" : "shrunk";
}

/** The shares of a topic window by window up to a place; null where it is not published. */
export function sharesOf(topic, at, most) {
  const first = Math.max(0, at - most + 1);
  const shares = new Array(at - first + 1).fill(null);
  for (const [place, , , share] of topic.points) {
    if (place >= first && place <= at) shares[place - first] = share;
  }
  return shares;
}
