// A long list of rows of equal height, of which only those in sight exist.

import { arrange } from "./dom.js";

/**
 * @param scroller element that scrolls; `host` holds the rows, positioned absolutely
 * @param rowHeight pixels; `overscan` rows are built beyond either edge
 * @param offset pixels above the first row within the scroller (a sticky head)
 * @param render (index) -> element
 */
export function createVirtual({ scroller, host, rowHeight, render, overscan = 8, offset = 0 }) {
  const rows = new Map();
  let count = 0;
  let pinned = -1;
  let all = 0;
  // Asking the scroller would lay out the page each time: what it last said is kept.
  let at = 0;
  let seen = 0;

  function range() {
    if (all > 0) return [0, Math.min(count, all) - 1];
    const top = Math.min(at, count * rowHeight) - offset;
    const first = Math.floor(top / rowHeight) - overscan;
    const last = Math.ceil((top + seen) / rowHeight) + overscan;
    return [Math.max(0, first), Math.min(count - 1, last)];
  }

  let scrolling = false;
  /** Scroll once all else of this frame is in place: it lays out the page. */
  function scrollTo(top) {
    at = Math.max(0, Math.min(top, count * rowHeight + offset - seen));
    if (scrolling) return;
    scrolling = true;
    requestAnimationFrame(() => {
      scrolling = false;
      scroller.scrollTop = at;
    });
  }

  function sync() {
    const [first, last] = range();
    for (const [index, row] of rows) {
      if ((index >= first && index <= last) || index === pinned) continue;
      row.remove();
      rows.delete(index);
    }
    for (let index = first; index <= last; index += 1) ensure(index);
    if (pinned >= 0 && pinned < count) ensure(pinned);
    const order = [...rows.keys()].sort((a, b) => a - b);
    arrange(host, order.map((index) => rows.get(index)));
  }

  function ensure(index) {
    if (rows.has(index)) return;
    const row = render(index);
    row.style.transform = `translateY(${index * rowHeight}px)`;
    rows.set(index, row);
  }

  let waiting = false;
  scroller.addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        if (!scrolling) at = scroller.scrollTop;
        sync();
      });
    },
    { passive: true },
  );
  new ResizeObserver(() => {
    seen = scroller.clientHeight;
    if (!scrolling) at = scroller.scrollTop;
    sync();
  }).observe(scroller);

  return {
    /** Show `total` rows, all built anew, from the top where `fromTop`. */
    reset(total, { fromTop = false } = {}) {
      count = total;
      if (fromTop && at > 0) scrollTo(0);
      pinned = -1;
      for (const row of rows.values()) row.remove();
      rows.clear();
      host.style.height = `${count * rowHeight}px`;
      sync();
    },
    sync,
    row: (index) => rows.get(index),
    rows: () => rows,
    /** Keep a row in the document wherever the list is scrolled: it holds the focus. */
    pin(index) {
      pinned = index;
      sync();
    },
    /** Scroll as little as brings a row into sight; with `centre` to the middle. */
    reveal(index, { centre = false } = {}) {
      const top = index * rowHeight + offset;
      if (top >= at + offset && top + rowHeight <= at + seen) return;
      if (centre) scrollTo(top - (seen - rowHeight) / 2);
      else scrollTo(top < at + offset ? top - offset : top + rowHeight - seen);
      sync();
    },
    /** For print: build the first `limit` rows; 0 goes back to those in sight. */
    showAll(limit) {
      all = limit;
      sync();
    },
  };
}
