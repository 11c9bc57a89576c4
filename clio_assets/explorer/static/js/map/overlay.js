// What changes without the map changing: selection, the cluster under the pointer or the keyboard,
// and the lasso. On a canvas of its own, so that a selection redraws none of the discs.

const MANY = 60;

/**
 * Draw on `context` (already scaled to CSS pixels). `state`: {selected, hovered, cursor, lasso};
 * `discs(index)` gives the discs a cluster stands for, `place(index)` {x, y, r} in the view.
 */
export function drawOverlay(context, camera, state, colours, { discs, place }) {
  context.clearRect(0, 0, camera.width, camera.height);
  const chosen = state.selected.flatMap(discs);
  rings(context, camera, chosen.map(place), colours, chosen.length > MANY);
  if (state.hovered >= 0) {
    const below = discs(state.hovered);
    rings(context, camera, below.map(place), { ...colours, accent: colours.ink }, below.length > 1);
  }
  if (state.cursor >= 0) drawCursor(context, place(state.cursor), colours);
  if (state.lasso.length > 2) drawLasso(context, state.lasso, colours);
}

function rings(context, camera, places, colours, thin) {
  const seen = places.filter(
    ({ x, y, r }) =>
      x + r > -8 && y + r > -8 && x - r < camera.width + 8 && y - r < camera.height + 8,
  );
  if (seen.length === 0) return;
  const strokes = thin
    ? [[colours.accent, 1.25, 0.6]]
    : [
        [colours.background, 5, 2.5],
        [colours.accent, 2.5, 2.5],
      ];
  for (const [colour, width, away] of strokes) {
    context.beginPath();
    for (const { x, y, r } of seen) {
      context.moveTo(x + r + away, y);
      context.arc(x, y, r + away, 0, 2 * Math.PI);
    }
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

function drawCursor(context, { x, y, r }, colours) {
  const away = r + 6;
  for (const [colour, width] of [
    [colours.background, 5],
    [colours.ink, 2],
  ]) {
    context.beginPath();
    for (let quarter = 0; quarter < 4; quarter++) {
      const middle = (quarter + 0.5) * (Math.PI / 2);
      const start = middle - 0.5;
      context.moveTo(x + away * Math.cos(start), y + away * Math.sin(start));
      context.arc(x, y, away, start, middle + 0.5);
    }
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

function drawLasso(context, points, colours) {
  context.beginPath();
  for (let at = 0; at < points.length; at += 2) context.lineTo(points[at], points[at + 1]);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = colours.accent;
  context.fill();
  context.globalAlpha = 1;
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = colours.accent;
  context.stroke();
  context.setLineDash([]);
}
