/**
 * The camera over the plan: the view, its bounds, its travel from one view to another, and how fingers,
 * mouse and wheel move it. Painting is the map's business.
 */

import { between, fit, kept, moved, zoomed } from "./geometry.js";

/** @typedef {import("./geometry.js").View} View */
/** @typedef {import("./geometry.js").Size} Size */
/** @typedef {import("./map.js").SeatMap} SeatMap */
/** @typedef {{x: number, y: number, at: number}} Spot */

/** A seat is at most this wide in CSS pixels. */
const LARGEST_SEAT = 46;
/** So long after its last move, in milliseconds, the view still counts as moving. */
const SETTLE = 80;

/** Further than this, in CSS pixels, it is no tap. */
const SLIP = 8;
const LONGEST_TAP = 600;

export class Camera {
  /**
   * @param {import("./plan.js").Plan} plan
   * @param {() => void} onMove told whenever the view moved or wants to go on
   */
  constructor(plan, onMove) {
    this.bounds = plan.bounds;
    this.most = LARGEST_SEAT / (2 * plan.radii[0]);
    this.onMove = onMove;
    /** @type {Size} */
    this.size = { width: 0, height: 0 };
    /** @type {View} */
    this.view = { scale: 1, x: 0, y: 0 };
    this.movedAt = -Infinity;
    /** @type {{from: View, to: View, begin: number, time: number} | null} */
    this.travel = null;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** The view that shows the whole house. */
  whole() {
    const { width } = this.size;
    // On wide screens the buttons stand beside the house, not on it.
    return fit(this.bounds, this.size, Math.min(20, width / 24), width > 560 ? 64 : 14);
  }

  isWhole() {
    return this.view.scale <= this.whole().scale * 1.02;
  }

  /** Where the camera is, or where it is going to be. */
  get target() {
    return this.travel?.to ?? this.view;
  }

  /** @param {number} time */
  isMoving(time) {
    return this.travel !== null || time - this.movedAt < SETTLE;
  }

  /**
   * The nearest scale that is allowed.
   * @param {number} scale
   */
  scale(scale) {
    const least = this.whole().scale;
    return Math.min(Math.max(scale, least), Math.max(this.most, least));
  }

  /** @param {View} view */
  #allowed(view) {
    return kept({ ...view, scale: this.scale(view.scale) }, this.bounds, this.size);
  }

  /**
   * Moves the view at once.
   * @param {View} view
   */
  jump(view) {
    this.view = this.#allowed(view);
    this.movedAt = performance.now();
    this.onMove();
  }

  stop() {
    this.travel = null;
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  pan(dx, dy) {
    this.travel = null;
    this.jump(moved(this.view, dx, dy));
  }

  /**
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    this.travel = null;
    this.jump(zoomed(this.view, this.scale(this.view.scale * factor), x, y));
  }

  /**
   * Travels to a view, or jumps for those who want no motion.
   * @param {View} to
   * @param {number} [time] milliseconds
   */
  go(to, time = 320) {
    if (this.calm.matches) return this.jump(to);
    this.travel = { from: this.view, to: this.#allowed(to), begin: performance.now(), time };
    this.onMove();
  }

  /**
   * A step of the travel, if there is one.
   * @param {number} now
   */
  step(now) {
    const { travel } = this;
    if (!travel) return;
    const part = Math.min(Math.max((now - travel.begin) / travel.time, 0), 1);
    if (part >= 1) this.travel = null;
    const eased = 1 - (1 - part) ** 3;
    this.jump(part >= 1 ? travel.to : between(travel.from, travel.to, eased, this.size));
  }
}

/**
 * Turns pointer events on the map into panning, zooming, taps and hovering.
 * @param {SeatMap} map
 */
export function followGestures(map) {
  const { surface, camera } = map;
  /** @type {Map<number, Spot>} */
  const down = new Map();
  /** @type {{x: number, y: number, time: number} | null} */
  let tap = null;
  let speed = { x: 0, y: 0, at: 0 };

  /**
   * @param {PointerEvent | WheelEvent} event
   * @returns {Spot}
   */
  const spot = (event) => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, at: event.timeStamp };
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const here = spot(event);
    down.set(event.pointerId, here);
    camera.stop();
    speed = { x: 0, y: 0, at: here.at };
    tap = down.size === 1 ? { ...here, time: here.at } : null;
    if (event.pointerType !== "mouse") map.leave();
  });

  surface.addEventListener("pointermove", (event) => {
    const here = spot(event);
    const before = down.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") map.hover(here.x, here.y);
      return;
    }
    if (tap && Math.hypot(here.x - tap.x, here.y - tap.y) < SLIP) return;
    if (tap) {
      // Taken only now: a captured pointer would keep the first finger from scrolling the page.
      surface.setPointerCapture(event.pointerId);
      surface.classList.add("sm-dragging");
      map.leave();
    }
    tap = null;
    if (down.size === 1) drag(before, here);
    else pinch(event.pointerId, here);
    down.set(event.pointerId, here);
  });

  /**
   * @param {Spot} before
   * @param {Spot} here
   */
  function drag(before, here) {
    const [dx, dy] = [here.x - before.x, here.y - before.y];
    const time = Math.max(here.at - before.at, 1);
    const part = Math.min(time / 60, 1);
    speed = {
      x: speed.x + (dx / time - speed.x) * part,
      y: speed.y + (dy / time - speed.y) * part,
      at: here.at,
    };
    camera.pan(dx, dy);
  }

  /**
   * @param {number} id
   * @param {Spot} here
   */
  function pinch(id, here) {
    const before = down.get(id);
    const other = [...down].find(([one]) => one !== id)?.[1];
    if (!before || !other) return;
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(here.x - other.x, here.y - other.y);
    camera.zoom(is / Math.max(was, 1), (here.x + other.x) / 2, (here.y + other.y) / 2);
    camera.pan((here.x - before.x) / 2, (here.y - before.y) / 2);
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!down.delete(event.pointerId)) return;
    surface.classList.remove("sm-dragging");
    const here = spot(event);
    if (event.type === "pointercancel") tap = null;
    else if (tap && here.at - tap.time < LONGEST_TAP) {
      map.tap(here.x, here.y, event.pointerType !== "mouse");
    } else if (down.size === 0 && here.at - speed.at < 60) glide();
    tap = null;
  }

  /** Lets go of the plan in full swing. */
  function glide() {
    if (camera.calm.matches || Math.hypot(speed.x, speed.y) < 0.25) return;
    const { view } = camera;
    camera.go({ scale: view.scale, x: view.x + speed.x * 180, y: view.y + speed.y * 180 }, 500);
  }

  surface.addEventListener("pointerup", up);
  surface.addEventListener("pointercancel", up);
  surface.addEventListener("pointerleave", (event) => {
    if (!down.has(event.pointerId)) map.leave();
  });

  surface.addEventListener(
    "wheel",
    (event) => {
      // Away from a house that is whole in sight already, the wheel scrolls the page on.
      if (event.deltaY > 0 && camera.isWhole() && !event.ctrlKey) return;
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      const speedUp = event.ctrlKey ? 0.01 : 0.0016;
      const here = spot(event);
      const by = Math.min(Math.max(-event.deltaY * lines * speedUp, -0.7), 0.7);
      camera.zoom(Math.exp(by), here.x, here.y);
    },
    { passive: false },
  );
}
