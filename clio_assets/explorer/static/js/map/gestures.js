// Pointer, wheel and pinch into movements of the map. Keys are in keyboard.js.

const STILL = 4; // a press that moves less is a click
const WHEEL_SPEED = 0.0016;
const LINE = 18; // pixels of a wheel that counts in lines
const DOUBLE = 2;

/**
 * Listen on `stage` and call `on`: press(x, y), pan(dx, dy), zoom(factor, x, y), drop(),
 * click(x, y, additive), enlarge(factor, x, y), hover(x, y), leave(), lasso(points),
 * lassoed(points, additive). Positions are CSS pixels in the stage. `lassoing()` tells whether a plain drag draws
 * a lasso. Returns a function that stops listening.
 */
export function listenForGestures(stage, on, lassoing) {
  const pointers = new Map();
  let gesture = null;
  const stop = new AbortController();
  const listen = (type, handler, options = {}) =>
    stage.addEventListener(type, handler, { ...options, signal: stop.signal });

  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const begin = (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    const point = at(event);
    pointers.set(event.pointerId, point);
    stage.setPointerCapture(event.pointerId);
    if (pointers.size === 2) gesture = { kind: "pinch", ...spread(pointers) };
    else if (pointers.size === 1) {
      const lasso = event.shiftKey || lassoing();
      gesture = { kind: lasso ? "lasso" : "pan", start: point, last: point, moved: false };
      gesture.points = [point.x, point.y];
    }
    on.press();
  };

  const move = (event) => {
    const point = at(event);
    if (!pointers.has(event.pointerId)) {
      if (event.pointerType === "mouse") on.hover(point.x, point.y);
      return;
    }
    pointers.set(event.pointerId, point);
    if (gesture?.kind === "pinch") pinch();
    else if (gesture !== null) drag(point);
  };

  const pinch = () => {
    if (pointers.size < 2) return;
    const now = spread(pointers);
    on.pan(now.x - gesture.x, now.y - gesture.y);
    if (gesture.distance > 0) on.zoom(now.distance / gesture.distance, now.x, now.y);
    Object.assign(gesture, now);
  };

  const drag = (point) => {
    const { start, last } = gesture;
    if (!gesture.moved && Math.hypot(point.x - start.x, point.y - start.y) < STILL) return;
    gesture.moved = true;
    if (gesture.kind === "pan") on.pan(point.x - last.x, point.y - last.y);
    else {
      gesture.points.push(point.x, point.y);
      on.lasso(gesture.points);
    }
    gesture.last = point;
  };

  const end = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    const done = gesture;
    gesture = null;
    if (done === null) return;
    if (done.kind === "pinch") {
      const left = [...pointers.values()][0];
      if (left !== undefined) {
        gesture = { kind: "pan", start: left, last: left, moved: true, points: [] };
      }
    }
    const additive = event.ctrlKey || event.metaKey;
    if (event.type === "pointercancel") on.lasso([]);
    else if (done.kind === "lasso" && done.moved) on.lassoed(done.points, additive);
    else if (done.kind !== "pinch" && !done.moved) {
      on.click(done.start.x, done.start.y, additive || event.shiftKey);
    }
    on.drop();
  };

  listen("pointerdown", begin);
  listen("pointermove", move);
  listen("pointerup", end);
  listen("pointercancel", end);
  listen("pointerleave", () => on.leave());
  listen("dblclick", (event) => {
    const point = at(event);
    on.enlarge(event.shiftKey ? 1 / DOUBLE : DOUBLE, point.x, point.y);
  });
  listen(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? LINE : event.deltaMode === 2 ? stage.clientHeight : 1;
      // A pinch on a touchpad arrives as a wheel with ctrl, in much smaller steps.
      const speed = event.ctrlKey ? 6 * WHEEL_SPEED : WHEEL_SPEED;
      const turn = Math.max(-600, Math.min(600, event.deltaY * unit)) * speed;
      const point = at(event);
      on.zoom(Math.exp(-turn), point.x, point.y);
    },
    { passive: false },
  );
  return () => stop.abort();
}

function spread(pointers) {
  const [a, b] = [...pointers.values()];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.hypot(a.x - b.x, a.y - b.y) };
}
