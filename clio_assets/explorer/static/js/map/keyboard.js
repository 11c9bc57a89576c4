// Keys of the map: arrows go from cluster to cluster, with shift they move the map.

const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const STEP = 80;
const FACTOR = 1.5;

/** What the keys do, in words, for assistive technology. */
export const KEYS =
  "Arrow keys go to the nearest cluster in that direction, Enter selects it, with Ctrl it is " +
  "added to the selection. Shift and arrow keys move the map, plus and minus magnify, 0 or Home shows " +
  "all of it, Escape leaves the cluster.";

/**
 * Listen on `stage` and call `on`: go(dx, dy), pan(dx, dy), zoom(factor), home(), choose(additive),
 * leave() -> whether there was something to leave. Returns a function that stops listening.
 */
export function listenForKeys(stage, on) {
  const handle = (event) => {
    if (event.altKey || (event.ctrlKey && event.key !== "Enter")) return;
    if (act(event, on)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  stage.addEventListener("keydown", handle);
  return () => stage.removeEventListener("keydown", handle);
}

function act(event, on) {
  const direction = DIRECTIONS[event.key];
  if (direction !== undefined) {
    const [dx, dy] = direction;
    if (event.shiftKey) on.pan(-dx * STEP, -dy * STEP);
    else on.go(dx, dy);
    return true;
  }
  switch (event.key) {
    case "+":
    case "=":
      on.zoom(FACTOR);
      return true;
    case "-":
    case "_":
      on.zoom(1 / FACTOR);
      return true;
    case "0":
    case "Home":
      on.home();
      return true;
    case "Enter":
    case " ":
      on.choose(event.ctrlKey);
      return true;
    case "Escape":
      return on.leave();
    default:
      return false;
  }
}
