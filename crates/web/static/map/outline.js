/**
 * The outlines of sections, worked out from their seats: around the ends of its rows where it has
 * rows, else around each row on its own (tables). Pure geometry.
 */

import { emptyBounds, include, seatsOf } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./plan.js").Bounds} Bounds */
/** @typedef {[number, number]} Point */

/**
 * @typedef {object} Outline
 * @property {Point[][]} polygons around the seats, with a margin
 * @property {Bounds} bounds
 * @property {Point} middle of a seat near the middle: where a name may stand
 * @property {number} room how much of its bounding box the section fills, 0 to 1
 */

/** @type {WeakMap<Plan, (Outline | null)[]>} */
const known = new WeakMap();

/**
 * The outlines of all sections of a plan, worked out once.
 * @param {Plan} plan
 * @returns {(Outline | null)[]}
 */
export function outlinesOf(plan) {
  let outlines = known.get(plan);
  if (!outlines) {
    outlines = plan.sections.map((_, section) => outlineOf(plan, section));
    known.set(plan, outlines);
  }
  return outlines;
}

/**
 * @param {Plan} plan
 * @param {number} section
 * @returns {Outline | null} null for an area or a section without seats
 */
export function outlineOf(plan, section) {
  const { rows } = plan.sections[section];
  if (rows.length === 0) return null;
  const around = aroundRows(plan, rows);
  const lines = around ? [simplified(around, plan.pitch * 0.4)] : rows.map((row) => hull(points(plan, row)));
  const margin = plan.radii[0] + plan.pitch * 0.3;
  const polygons = lines.map((line) => widened(line, margin));
  const bounds = emptyBounds();
  for (const polygon of polygons) for (const [x, y] of polygon) include(bounds, x, y);
  const filled = polygons.reduce((sum, polygon) => sum + Math.abs(area(polygon)), 0);
  const room = Math.min(filled / boxOf(bounds), 1);
  return { polygons, bounds, middle: middleOf(plan, rows), room };
}

/** @param {Bounds} bounds */
function boxOf({ left, top, right, bottom }) {
  return (right - left) * (bottom - top);
}

/**
 * The middle seat of the middle row.
 * @param {Plan} plan
 * @param {number[]} rows
 * @returns {Point}
 */
function middleOf({ x, y, rows: all }, rows) {
  const seats = seatsOf(all[rows[rows.length >> 1]]);
  const seat = seats[seats.length >> 1];
  return [x[seat], y[seat]];
}

/**
 * @param {Plan} plan
 * @param {number} row
 * @returns {Point[]}
 */
function points(plan, row) {
  return seatsOf(plan.rows[row]).map((seat) => [plan.x[seat], plan.y[seat]]);
}

/**
 * Along the first row, down the ends of the others, back along the last one and up their beginnings.
 * Null where the section has no rows in that sense, one after the other.
 * @param {Plan} plan
 * @param {number[]} rows
 * @returns {Point[] | null}
 */
function aroundRows(plan, rows) {
  const long = rows.filter((row) => plan.rows[row].count > 1);
  const ends = long.map((row) => endsOf(plan, row));
  if (long.length < 2 || long.length * 2 < rows.length) return null;
  if (long.some((row, at) => isRing(plan, row, ends[at]))) return null;
  const [[ax, ay], [bx, by]] = ends[0];
  // Some houses number every other row from the far end.
  const turned = ends.map(([from, to]) => (to[0] - from[0]) * (bx - ax) + (to[1] - from[1]) * (by - ay) < 0);
  const line = (/** @type {number} */ at) => {
    const row = points(plan, long[at]);
    return turned[at] ? row.reverse() : row;
  };
  const last = long.length - 1;
  const inner = ends.slice(1, -1).map((pair, at) => (turned[at + 1] ? [pair[1], pair[0]] : pair));
  const around = [
    ...line(0),
    ...inner.map(([, to]) => to),
    ...line(last).reverse(),
    ...inner.map(([from]) => from).reverse(),
  ];
  // A line that crosses itself, since the rows are in no order, encloses next to nothing.
  const bounds = emptyBounds();
  for (const [x, y] of around) include(bounds, x, y);
  return Math.abs(area(around)) > 0.12 * boxOf(bounds) ? around : null;
}

/**
 * @param {Plan} plan
 * @param {number} row
 * @returns {[Point, Point]}
 */
function endsOf({ x, y, rows }, row) {
  const { runs } = rows[row];
  const [first] = runs[0];
  const [start, count] = runs[runs.length - 1];
  const last = start + count - 1;
  return [
    [x[first], y[first]],
    [x[last], y[last]],
  ];
}

/**
 * Seats around a table: the ends of the “row” are near each other.
 * @param {Plan} plan
 * @param {number} row
 * @param {[Point, Point]} ends
 */
function isRing(plan, row, [a, b]) {
  const { count } = plan.rows[row];
  return count > 2 && Math.hypot(b[0] - a[0], b[1] - a[1]) < ((count - 1) * plan.pitch) / 2;
}

/**
 * A polygon with a margin around it, its corners round.
 * @param {Point[]} line
 * @param {number} margin
 * @returns {Point[]}
 */
export function widened(line, margin) {
  const ring = line.filter(([x, y], at) => {
    const [px, py] = line[(at + line.length - 1) % line.length];
    return line.length === 1 || x !== px || y !== py;
  });
  if (area(ring) < 0) ring.reverse();
  const normals = ring.map(([x, y], at) => {
    const [nx, ny] = ring[(at + 1) % ring.length];
    return ring.length === 1 ? 0 : Math.atan2(x - nx, ny - y);
  });
  return ring.flatMap(([x, y], at) => {
    const before = normals[(at + ring.length - 1) % ring.length];
    const turn = ring.length === 1 ? Math.PI * 2 : (normals[at] - before + Math.PI * 4) % (Math.PI * 2);
    const inward = ring.length > 1 && turn > Math.PI * 1.001;
    // Where it turns inwards one point is enough; outwards an arc of some corners.
    const steps = inward || turn < 0.1 ? 0 : Math.ceil(turn / 0.4);
    const middle = before + (inward ? turn - Math.PI * 2 : turn) / 2;
    const reach = margin / Math.max(Math.cos(middle - before), 0.4);
    if (steps === 0) return [[x + Math.cos(middle) * reach, y + Math.sin(middle) * reach]];
    return Array.from({ length: steps + 1 }, (_, step) => {
      const angle = before + (turn * step) / steps;
      return /** @type {Point} */ ([x + Math.cos(angle) * margin, y + Math.sin(angle) * margin]);
    });
  });
}

/**
 * The signed area of a polygon.
 * @param {Point[]} polygon
 */
export function area(polygon) {
  let sum = 0;
  for (let at = 0; at < polygon.length; at += 1) {
    const [x, y] = polygon[at];
    const [nx, ny] = polygon[(at + 1) % polygon.length];
    sum += x * ny - nx * y;
  }
  return sum / 2;
}

/**
 * The convex hull, by Andrew's monotone chain.
 * @param {Point[]} points
 * @returns {Point[]}
 */
export function hull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  return [...chain(sorted), ...chain(sorted.reverse())];
}

/**
 * @param {Point[]} sorted
 * @returns {Point[]} one side, without its last point
 */
function chain(sorted) {
  /** @type {Point[]} */
  const side = [];
  for (const point of sorted) {
    while (side.length > 1 && turn(side[side.length - 2], side[side.length - 1], point) <= 0) {
      side.pop();
    }
    side.push(point);
  }
  side.pop();
  return side;
}

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Point} c
 */
function turn(a, b, c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/**
 * Leaves out points that lie on the line between those that stay, within the tolerance.
 * @param {Point[]} line
 * @param {number} tolerance
 * @returns {Point[]}
 */
export function simplified(line, tolerance) {
  if (line.length < 3) return line;
  const [first, last] = [line[0], line[line.length - 1]];
  let furthest = 0;
  let most = 0;
  for (let at = 1; at < line.length - 1; at += 1) {
    const off = offLine(line[at], first, last);
    if (off > most) [furthest, most] = [at, off];
  }
  if (most <= tolerance) return [first, last];
  const before = simplified(line.slice(0, furthest + 1), tolerance);
  return [...before.slice(0, -1), ...simplified(line.slice(furthest), tolerance)];
}

/**
 * @param {Point} point
 * @param {Point} from
 * @param {Point} to
 */
function offLine(point, from, to) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length === 0) return Math.hypot(point[0] - from[0], point[1] - from[1]);
  return Math.abs(turn(from, to, point)) / length;
}

/**
 * Whether a point lies in a polygon.
 * @param {Point[]} polygon
 * @param {number} x
 * @param {number} y
 */
export function contains(polygon, x, y) {
  let inside = false;
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [ax, ay] = polygon[at];
    const [bx, by] = polygon[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
