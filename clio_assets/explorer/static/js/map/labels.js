// Which names are shown where. Names of higher levels come first, then larger clusters; a name is
// shown only where its box is whole inside the view and touches no other box. While the map is
// moved without magnifying, names that are shown stay, so that nothing flickers.

const MARGIN = 4; // between a box and the edge of the view
const GAP = 3; // between boxes
const MOST_LABELS = 90;
const MOST_TRIES = 500;
const NEW_LAYOUTS_MOVING = 10; // names measured per frame while the map moves
const CELL = 64;
const LABEL_AREA = 150 * 30;
const PARENTS = 1.7; // their short names need that much less room
const COVER = 0.3; // share of the map's ground, at a magnification, that all names may need

/** Boxes that are taken, in cells of a grid over the view. */
class Taken {
  constructor(width, height) {
    this.columns = Math.max(1, Math.ceil(width / CELL));
    this.rows = Math.max(1, Math.ceil(height / CELL));
    this.cells = Array.from({ length: this.columns * this.rows }, () => []);
  }

  each(box, visit) {
    const right = Math.min(this.columns - 1, Math.floor((box.x + box.width) / CELL));
    const bottom = Math.min(this.rows - 1, Math.floor((box.y + box.height) / CELL));
    for (let row = Math.max(0, Math.floor(box.y / CELL)); row <= bottom; row++) {
      for (let column = Math.max(0, Math.floor(box.x / CELL)); column <= right; column++) {
        if (visit(this.cells[row * this.columns + column])) return true;
      }
    }
    return false;
  }

  free(box) {
    return !this.each(box, (cell) => cell.some((other) => touching(box, other)));
  }

  add(box) {
    this.each(box, (cell) => {
      cell.push(box);
      return false;
    });
  }
}

function touching(a, b) {
  return (
    a.x < b.x + b.width + GAP &&
    b.x < a.x + a.width + GAP &&
    a.y < b.y + b.height + GAP &&
    b.y < a.y + a.height + GAP
  );
}

export class Labels {
  constructor(lettering) {
    this.lettering = lettering;
    this.shown = [];
    this.k = 0;
    this.pending = false;
  }

  /**
   * `scene`: {levels [{level, rank, indices by falling size}], xs, ys, names, radiusOf(i) in CSS
   * pixels, extent {left, top, right, bottom} of the world}.
   */
  setScene(scene) {
    this.scene = scene;
    this.shown = [];
  }

  /** How many names the whole map has room for at a magnification. */
  capacity(camera) {
    const { left, top, right, bottom } = this.scene.extent;
    const scale = camera.scale * camera.scale;
    const ground = Math.max((right - left) * (bottom - top), 0.05) * scale;
    return Math.floor((ground * COVER) / LABEL_AREA);
  }

  /** The magnification at which the whole map has room for so many names. */
  threshold(count, camera) {
    return camera.k * Math.sqrt(count / Math.max(1, this.capacity(camera)));
  }

  /** Place the names afresh; `first` come before all others, `moving` bounds the time taken. */
  place(camera, { first = [], matches = null, obstacles = [], moving = false }) {
    const taken = new Taken(camera.width, camera.height);
    for (const box of obstacles) taken.add(box);
    const before = new Map(this.shown.map((label) => [label.index, label]));
    const round = { camera, taken, moving, before, placed: new Map(), tries: 0, news: 0 };
    this.pending = false;
    for (const index of first) this.tryPlace(round, index, this.rankOf(index), true);
    if (this.k === camera.k) this.keep(round, matches);
    let room = this.capacity(camera);
    for (const [depth, { indices, rank }] of this.scene.levels.entries()) {
      const wanted = matches === null ? indices : indices.filter((i) => matches.has(i));
      // The top is named whole, levels below it as the room grows, the larger clusters first.
      const most = Math.max(0, rank > 0 ? room * PARENTS : room);
      const named = depth === 0 ? wanted : wanted.slice(0, most);
      room -= wanted.length;
      for (const index of named) {
        if (round.placed.size >= MOST_LABELS || round.tries >= MOST_TRIES) break;
        this.tryPlace(round, index, rank, false);
      }
    }
    this.k = camera.k;
    this.shown = [...round.placed.values()];
    return this.shown;
  }

  keep(round, matches) {
    for (const label of this.shown) {
      if (matches !== null && !matches.has(label.index)) continue;
      this.tryPlace(round, label.index, label.rank, false);
    }
  }

  rankOf(index) {
    return this.scene.rankOf(index);
  }

  tryPlace(round, index, rank, forced) {
    if (round.placed.has(index)) return;
    const { camera, taken } = round;
    const at = camera.toScreen(this.scene.xs[index], this.scene.ys[index]);
    if (at.x < 0 || at.y < 0 || at.x > camera.width || at.y > camera.height) return;
    round.tries++;
    if (round.moving && !forced && !this.lettering.known(index, rank)) {
      if (round.news >= NEW_LAYOUTS_MOVING) {
        this.pending = true;
        return;
      }
      round.news++;
    }
    const layout = this.lettering.layout(index, rank, this.scene.names[index]);
    const slots = this.slots(index, rank, layout, at);
    const slot = round.before.get(index)?.slot ?? 0;
    for (const choice of new Set([slot, ...slots.keys()])) {
      if (slots[choice] === undefined) continue;
      const box = this.boxAt(layout, slots[choice], camera, forced);
      if (box === null || !taken.free(box)) continue;
      taken.add(box);
      round.placed.set(index, { index, rank, layout, slot: choice, ...box });
      return;
    }
  }

  /** Where the middle of a box may lie: parents on their point, leaves beside their disc. */
  slots(index, rank, layout, at) {
    const up = layout.height / 2;
    const across = layout.width / 2;
    if (rank > 0 && this.scene.isLabelOnly(index)) {
      return [at, { x: at.x, y: at.y - up }, { x: at.x, y: at.y + up }];
    }
    const clear = this.scene.radiusOf(index) + 1;
    return [
      { x: at.x, y: at.y - clear - up },
      { x: at.x, y: at.y + clear + up },
      { x: at.x + clear + across, y: at.y },
      { x: at.x - clear - across, y: at.y },
    ];
  }

  boxAt(layout, middle, camera, forced) {
    const { width, height } = layout;
    let x = Math.round(middle.x - width / 2);
    let y = Math.round(middle.y - height / 2);
    const [right, bottom] = [camera.width - width - MARGIN, camera.height - height - MARGIN];
    if (right < MARGIN || bottom < MARGIN) return null;
    if (forced) {
      x = Math.min(right, Math.max(MARGIN, x));
      y = Math.min(bottom, Math.max(MARGIN, y));
    }
    if (x < MARGIN || y < MARGIN || x > right || y > bottom) return null;
    return { x, y, width, height };
  }

  /** The cluster whose name is at a point of the view, or -1. */
  at(px, py) {
    const found = this.shown.find(
      ({ x, y, width, height }) => px >= x && px <= x + width && py >= y && py <= y + height,
    );
    return found === undefined ? -1 : found.index;
  }
}
