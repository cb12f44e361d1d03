/**
 * The map on the page: its canvases, what is under a point, and painting once a frame when something
 * changed. What a tap means is for whoever listens.
 */

import { t } from "../texts.js";
import { Camera, followGestures } from "./camera.js";
import { Grid, centred, fit, toPlan, toScreen, zoomed } from "./geometry.js";
import { blocksOf } from "./ground.js";
import { contains } from "./outline.js";
import { Painter, SEATS_FROM } from "./paint.js";
import { readPalette } from "./marks.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./geometry.js").View} View */
/** @typedef {{kind: "seat" | "section" | "area", id: number}} Hit a seat, or a section's index */

/** A finger needs seats of at least this diameter; a mouse is finer. */
const FINGER = 13;
const MOUSE = 5;
/** Where a painted frame takes longer than this, in milliseconds, the last picture is moved instead. */
const SLOW = 22;
const REPAINT_WHILE_SLOW = 140;
/** Live changes are shown this many milliseconds after they came, together. */
const GATHER = 100;
const GATHER_GROUND = 400;

export class SeatMap {
  /** @param {House} house */
  constructor(house) {
    this.house = house;
    this.blocks = blocksOf(house.plan);
    /** @type {Grid | null} */
    this.seatGrid = null;
    this.hovered = -1;
    this.cursor = -1;
    this.marked = -1;
    /** @type {number[]} Seats that are offered for lost ones. */
    this.offered = [];
    /** @type {(hit: Hit, finger: boolean) => void} */
    this.onTap = () => {};
    /** @type {(hit: Hit | null, x: number, y: number) => void} */
    this.onHover = () => {};
    /** @type {() => void} */
    this.onMove = () => {};
    const canvas = () => document.createElement("canvas");
    this.canvases = [canvas(), canvas()];
    this.surface = document.createElement("div");
    this.surface.className = "sm-surface";
    this.surface.tabIndex = 0;
    this.surface.setAttribute("role", "application");
    this.surface.setAttribute("aria-label", t("map-label"));
    this.surface.setAttribute("aria-describedby", "sm-how");
    this.surface.append(...this.canvases);
    this.element = document.createElement("div");
    this.element.className = "sm-map";
    this.element.append(this.surface);
    const [below, above] = this.canvases;
    this.painter = new Painter(below, above, house, () => this.grid, this.blocks);
    this.camera = new Camera(house.plan, () => this.#moved());
    /** The view that the canvases show. */
    this.painted = this.camera.view;
    this.paintedAt = 0;
    this.paintedLast = false;
    this.dirty = { ground: true, seats: true };
    this.cost = 0;
    this.frame = 0;
  }

  get view() {
    return this.camera.view;
  }

  get size() {
    return this.camera.size;
  }

  /** Made when it is first needed: while sections stand for their seats it is not. */
  get grid() {
    return (this.seatGrid ??= new Grid(this.house.plan));
  }

  /** Begins once the element is in the page. */
  begin() {
    this.#dress();
    this.#measure();
    new ResizeObserver(() => this.#measure()).observe(this.surface);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => {
      this.#dress();
      this.repaint();
    });
    let ground = 0;
    let seats = 0;
    this.house.listen((kind) => {
      if (kind !== "status") return this.repaint();
      // One picture for all that comes within a moment: a busy sale changes seats all the time.
      seats ||= window.setTimeout(() => {
        seats = 0;
        this.repaint(false);
      }, GATHER);
      ground ||= window.setTimeout(() => {
        ground = 0;
        this.repaint();
      }, GATHER_GROUND);
    });
    followGestures(this);
  }

  #dress() {
    this.painter.dress(readPalette(this.element));
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this.surface;
    if (width === 0 || height === 0) return;
    if (width === this.size.width && height === this.size.height) return;
    const { camera } = this;
    const whole = this.size.width === 0 || camera.isWhole();
    const [x, y] = toPlan(this.view, this.size.width / 2, this.size.height / 2);
    camera.size = { width, height };
    camera.stop();
    this.painter.resize(width, height);
    camera.view = whole ? camera.whole() : centred(x, y, this.view.scale, camera.size);
    // A resized canvas is empty: painting only in the next frame would flash.
    this.dirty = { ground: true, seats: true };
    this.#paint(performance.now());
  }

  /** Whether sections stand for their seats now. */
  showsSections() {
    return this.painter.diameter(this.view) < SEATS_FROM;
  }

  #moved() {
    // While all is in sight a finger that moves up or down scrolls the page.
    this.surface.style.touchAction = this.camera.isWhole() ? "pan-y" : "none";
    this.onMove();
    this.repaint();
  }

  /**
   * Shows a section as large as it fits, its seats in sight.
   * @param {number} section
   */
  showSection(section) {
    const block = this.blocks.find((one) => one.section === section);
    if (!block) return;
    const view = fit(block.bounds, this.size, 40);
    const [x, y] = toPlan(view, this.size.width / 2, this.size.height / 2);
    const seat = 2 * this.house.plan.radii[0];
    const scale = Math.min(Math.max(view.scale, FINGER / seat), 30 / seat);
    this.camera.go(centred(x, y, scale, this.size));
  }

  /**
   * Brings a seat into sight, near enough to be seen.
   * @param {number} seat
   * @param {number} [least] its diameter in CSS pixels
   */
  showSeat(seat, least = FINGER) {
    const { plan } = this.house;
    const [x, y] = [plan.x[seat], plan.y[seat]];
    const { target } = this.camera;
    const scale = Math.max(target.scale, this.camera.scale(least / (2 * plan.radii[0])));
    const [sx, sy] = toScreen(target, x, y);
    const edge = Math.min(56, this.size.width / 6);
    const inside =
      sx > edge && sy > edge && sx < this.size.width - edge && sy < this.size.height - edge;
    if (inside && scale === target.scale) return;
    this.camera.go(centred(x, y, scale, this.size), 200);
  }

  /**
   * What is at a point of the surface.
   * @param {number} px
   * @param {number} py
   * @param {boolean} finger
   * @returns {Hit | null}
   */
  at(px, py, finger) {
    const [x, y] = toPlan(this.view, px, py);
    const { plan } = this.house;
    const near = this.painter.diameter(this.view) >= MOUSE;
    if (near) {
      const reach = Math.max(plan.radii[0] * 1.25, (finger ? 14 : 4) / this.view.scale);
      const seat = this.grid.nearest(x, y, reach);
      if (seat >= 0) return { kind: "seat", id: seat };
    }
    const area = this.blocks.find(({ shape, polygons }) => shape && contains(polygons[0], x, y));
    if (area) return { kind: "area", id: area.section };
    if (near) return null;
    const seat = this.grid.nearest(x, y, Math.max(plan.pitch * 2, 6 / this.view.scale));
    return seat < 0 ? null : { kind: "section", id: plan.section[seat] };
  }

  /**
   * A tap: seats too small to be meant come nearer first.
   * @param {number} px
   * @param {number} py
   * @param {boolean} finger
   */
  tap(px, py, finger) {
    const hit = this.at(px, py, finger);
    if (!hit) return;
    const small = this.painter.diameter(this.view) < (finger ? FINGER - 2 : MOUSE);
    if (hit.kind === "section") this.showSection(hit.id);
    else if (hit.kind === "seat" && small) {
      const seat = 2 * this.house.plan.radii[0];
      this.camera.go(zoomed(this.view, Math.max((FINGER * 2) / seat, this.view.scale), px, py));
    } else this.onTap(hit, finger);
  }

  /**
   * @param {number} px
   * @param {number} py
   */
  hover(px, py) {
    const hit = this.at(px, py, false);
    const seat = hit?.kind === "seat" ? hit.id : -1;
    this.mark(seat, hit && hit.kind !== "seat" ? hit.id : -1);
    this.surface.style.cursor = hit ? "pointer" : "grab";
    this.onHover(hit, px, py);
  }

  leave() {
    this.mark(-1, -1);
    this.onHover(null, 0, 0);
  }

  /**
   * Points at a seat or a section.
   * @param {number} seat
   * @param {number} section
   */
  mark(seat, section) {
    if (seat !== this.hovered) this.repaint(false);
    if (section !== this.marked) this.repaint();
    this.hovered = seat;
    this.marked = section;
  }

  /** @param {number} seat -1 for none */
  setCursor(seat) {
    this.cursor = seat;
    this.repaint(false);
  }

  /**
   * Rings seats that are offered, and brings them into sight.
   * @param {number[]} seats none takes the rings away
   */
  offer(seats) {
    this.offered = seats;
    if (seats.length > 0) this.showSeat(seats[seats.length >> 1], FINGER);
    this.repaint(false);
  }

  /**
   * Where a seat stands on the surface.
   * @param {number} seat
   */
  place(seat) {
    return toScreen(this.view, this.house.plan.x[seat], this.house.plan.y[seat]);
  }

  /** @param {boolean} [ground] whether the ground changed as well */
  repaint(ground = true) {
    this.dirty.seats = true;
    this.dirty.ground ||= ground;
    this.#request();
  }

  #request() {
    this.frame ||= requestAnimationFrame((time) => {
      this.frame = 0;
      this.camera.step(time);
      this.#paint(time);
    });
  }

  /** @param {number} time */
  #paint(time) {
    if (this.size.width === 0) return;
    const moving = this.camera.isMoving(time);
    // How long a picture takes shows when the next frame comes: most of the work is done after us.
    if (moving && this.paintedLast) {
      this.cost += (Math.min(time - this.paintedAt, 200) - this.cost) / 3;
    }
    this.paintedLast = false;
    // Until it rests the frames go on, since a resting picture is drawn more finely.
    if (moving) this.#request();
    if (moving && this.cost > SLOW && time - this.paintedAt < REPAINT_WHILE_SLOW) {
      this.#shift();
      return;
    }
    const { ground, seats } = this.dirty;
    if (!ground && !seats && moving) return;
    if (ground) this.painter.paintGround(this.view, this.marked);
    if (seats || ground) this.painter.paintSeats(this.view, this, moving);
    this.dirty = { ground: false, seats: moving };
    this.painted = this.view;
    this.paintedAt = time;
    this.paintedLast = true;
    for (const canvas of this.canvases) canvas.style.transform = "";
  }

  /** Moves the last picture to where it belongs now, which costs next to nothing. */
  #shift() {
    const { painted, view } = this;
    const factor = view.scale / painted.scale;
    const move = `translate(${view.x - painted.x * factor}px, ${view.y - painted.y * factor}px)`;
    for (const canvas of this.canvases) canvas.style.transform = `${move} scale(${factor})`;
  }
}
