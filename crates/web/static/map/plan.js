/**
 * Reads the drawing of a house (the JSON of `/plan`) into typed arrays, one place per seat by its
 * index. Knows no prices, no statuses and no screen.
 */

/**
 * @typedef {object} Bounds
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 */

/**
 * @typedef {object} Row
 * @property {number} section
 * @property {string | null} number
 * @property {string | null} label what the house calls its rows, such as “Table”
 * @property {string | null} labelPosition `start`, `end` or `both`
 * @property {[number, number][]} runs indexes of its seats, as first and count
 * @property {number} count
 * @property {{from: number, step: number} | (string | null)[]} numbers
 */

/**
 * @typedef {object} Section
 * @property {string} name
 * @property {boolean} area general admission: places without geometry
 * @property {number[]} rows
 * @property {number} seats
 */

/**
 * @typedef {object} Shape
 * @property {"circle" | "ellipse" | "rectangle" | "polygon" | "text"} shape
 * @property {number} x
 * @property {number} y
 * @property {number} rotation degrees, clockwise
 * @property {string | null} color
 * @property {string | null} border_color
 * @property {{x: number, y: number, text: string, color: string | null, size: number}} [text]
 * @property {number} [radius]
 * @property {number} [rx]
 * @property {number} [ry]
 * @property {number} [width]
 * @property {number} [height]
 * @property {[number, number][]} [points]
 */

/**
 * @typedef {object} Area
 * @property {number} section
 * @property {string} name
 * @property {number | null} category
 * @property {number} capacity
 * @property {[number, number][]} runs
 */

/** No category, so not for sale. */
export const NO_CATEGORY = 255;
/** No row: a place in an area. */
export const NO_ROW = 0xffffffff;

/**
 * A house as drawn. Coordinates are the file's own whole numbers.
 * @typedef {object} Plan
 * @property {number} seatCount
 * @property {Float32Array} x `NaN` for places of an area
 * @property {Float32Array} y
 * @property {Uint16Array} section
 * @property {Uint8Array} category an index of `categories` or `NO_CATEGORY`
 * @property {Uint32Array} row an index of `rows` or `NO_ROW`
 * @property {Uint16Array} place the seat's place in its row, from 0
 * @property {Uint8Array | null} size an index of `radii`; null where all seats are alike
 * @property {number[]} radii
 * @property {{name: string, color: string | null}[]} categories
 * @property {Section[]} sections
 * @property {Row[]} rows
 * @property {Shape[]} shapes
 * @property {Area[]} areas
 * @property {number} pitch the usual distance of neighbours
 * @property {Bounds} bounds what seats and shapes take
 */

/**
 * @param {any} drawing
 * @returns {Plan}
 */
export function readPlan(drawing) {
  const count = drawing.seat_count;
  /** @type {Plan} */
  const plan = {
    seatCount: count,
    x: new Float32Array(count).fill(NaN),
    y: new Float32Array(count).fill(NaN),
    section: new Uint16Array(count),
    category: new Uint8Array(count).fill(NO_CATEGORY),
    row: new Uint32Array(count).fill(NO_ROW),
    place: new Uint16Array(count),
    size: null,
    radii: [drawing.seat_radius || 100],
    categories: drawing.categories,
    sections: drawing.sections.map(readSection),
    rows: [],
    shapes: drawing.shapes,
    areas: drawing.areas,
    pitch: 0,
    bounds: emptyBounds(),
  };
  for (const row of drawing.rows) addRow(plan, row);
  for (const area of plan.areas) addArea(plan, area);
  plan.pitch = usualPitch(plan);
  plan.bounds = wholeBounds(plan, drawing.size);
  return plan;
}

/**
 * @param {{name: string, area: boolean}} section
 * @returns {Section}
 */
function readSection({ name, area }) {
  return { name, area, rows: [], seats: 0 };
}

/**
 * @param {Plan} plan
 * @param {any} drawn
 */
function addRow(plan, drawn) {
  const id = plan.rows.length;
  const row = {
    section: drawn.section,
    number: drawn.number ?? null,
    label: drawn.label ?? null,
    labelPosition: drawn.label_position ?? null,
    runs: drawn.runs,
    count: drawn.x.length,
    numbers: drawn.numbers,
  };
  plan.rows.push(row);
  const section = plan.sections[row.section];
  section.rows.push(id);
  section.seats += row.count;
  placeSeats(plan, row, drawn);
  addCategories(plan, row, drawn.categories);
  if (drawn.radii) addRadii(plan, row, drawn.radii);
}

/**
 * Adds up the steps from seat to seat. Written out, since it runs over every seat before the first
 * picture.
 * @param {Plan} plan
 * @param {Row} row
 * @param {{section: number, x: number[], y: number[]}} drawn
 */
function placeSeats(plan, { runs }, drawn) {
  const { x: xs, y: ys, place: places, bounds } = plan;
  const { x: dx, y: dy } = drawn;
  const around = plan.radii[0];
  const row = plan.rows.length - 1;
  let place = 0;
  let x = 0;
  let y = 0;
  for (const [first, count] of runs) {
    const end = first + count;
    plan.section.fill(drawn.section, first, end);
    plan.row.fill(row, first, end);
    for (let seat = first; seat < end; seat += 1) {
      x += dx[place];
      y += dy[place];
      xs[seat] = x;
      ys[seat] = y;
      places[seat] = place;
      place += 1;
      if (x - around < bounds.left) bounds.left = x - around;
      if (x + around > bounds.right) bounds.right = x + around;
      if (y - around < bounds.top) bounds.top = y - around;
      if (y + around > bounds.bottom) bounds.bottom = y + around;
    }
  }
}

/**
 * @param {Plan} plan
 * @param {Row} row
 * @param {[number | null, number][]} categories
 */
function addCategories(plan, row, categories) {
  if (categories.length === 1) {
    const value = categories[0][0] ?? NO_CATEGORY;
    for (const [first, count] of row.runs) plan.category.fill(value, first, first + count);
    return;
  }
  spread(categories, row, (seat, category) => {
    plan.category[seat] = category ?? NO_CATEGORY;
  });
}

/**
 * @param {Plan} plan
 * @param {Row} row
 * @param {[number, number][]} radii
 */
function addRadii(plan, row, radii) {
  const sizes = (plan.size ??= new Uint8Array(plan.seatCount));
  spread(radii, row, (seat, radius) => {
    let size = plan.radii.indexOf(radius);
    if (size < 0) size = Math.min(plan.radii.push(radius), 256) - 1;
    sizes[seat] = size;
  });
}

/**
 * @param {Plan} plan
 * @param {Area} area
 */
function addArea(plan, area) {
  plan.sections[area.section].seats += area.capacity;
  for (const seat of seatsOf(area)) {
    plan.section[seat] = area.section;
    plan.category[seat] = area.category ?? NO_CATEGORY;
  }
}

/**
 * Hands out `[value, count]` pairs along the seats of a row.
 * @template T
 * @param {[T, number][]} pairs
 * @param {Row} row
 * @param {(seat: number, value: T) => void} give
 */
function spread(pairs, row, give) {
  const seats = seatsOf(row);
  let place = 0;
  for (const [value, count] of pairs) {
    for (const end = place + count; place < end; place += 1) give(seats[place], value);
  }
}

/**
 * The indexes of the seats of a row or area, in its order.
 * @param {{runs: [number, number][]}} row
 * @returns {number[]}
 */
export function seatsOf({ runs }) {
  /** @type {number[]} */
  const seats = [];
  for (const [first, count] of runs) {
    for (let seat = first; seat < first + count; seat += 1) seats.push(seat);
  }
  return seats;
}

/**
 * The number on a seat, null where it has none.
 * @param {Plan} plan
 * @param {number} seat
 * @returns {string | null}
 */
export function seatNumber(plan, seat) {
  const row = plan.rows[plan.row[seat]];
  if (!row) return null;
  const place = plan.place[seat];
  const { numbers } = row;
  if (Array.isArray(numbers)) return numbers[place] ?? null;
  return String(numbers.from + numbers.step * place);
}

/**
 * @param {Plan} plan
 * @param {number} one
 * @param {number} other
 */
export function distance(plan, one, other) {
  return Math.hypot(plan.x[one] - plan.x[other], plan.y[one] - plan.y[other]);
}

/**
 * The middle one of some hundred distances between neighbours.
 * @param {Plan} plan
 */
function usualPitch(plan) {
  const wide = plan.rows.filter((row) => row.count > 1);
  const every = Math.ceil(wide.length / 200);
  const steps = wide
    .filter((_, at) => at % every === 0)
    .map(({ runs: [[first, count]] }) => (count > 1 ? distance(plan, first, first + 1) : 0))
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? plan.radii[0] * 2.2;
}

/** @returns {Bounds} */
export function emptyBounds() {
  return { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
}

/**
 * @param {Bounds} bounds
 * @param {number} x
 * @param {number} y
 * @param {number} [around]
 */
export function include(bounds, x, y, around = 0) {
  if (x - around < bounds.left) bounds.left = x - around;
  if (x + around > bounds.right) bounds.right = x + around;
  if (y - around < bounds.top) bounds.top = y - around;
  if (y + around > bounds.bottom) bounds.bottom = y + around;
}

/**
 * What seats and shapes take; where there are none, the size that the file names.
 * @param {Plan} plan
 * @param {{width: number, height: number}} size
 */
function wholeBounds(plan, size) {
  const { bounds } = plan;
  for (const shape of plan.shapes) {
    for (const [x, y] of corners(shape)) include(bounds, x, y);
  }
  if (bounds.left < bounds.right && bounds.top < bounds.bottom) return bounds;
  return { left: 0, top: 0, right: size.width || 1000, bottom: size.height || 1000 };
}

/**
 * Points that span a shape, where they stand in the plan.
 * @param {Shape} shape
 * @returns {[number, number][]}
 */
export function corners(shape) {
  const turn = (shape.rotation * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  return ownCorners(shape).map(([x, y]) => [
    shape.x + x * cos - y * sin,
    shape.y + x * sin + y * cos,
  ]);
}

/**
 * @param {Shape} shape
 * @returns {[number, number][]}
 */
function ownCorners(shape) {
  const { radius = 0, width = 0, height = 0 } = shape;
  const { rx = radius, ry = radius } = shape;
  switch (shape.shape) {
    case "polygon":
      return shape.points ?? [];
    case "rectangle":
      return [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ];
    case "text":
      return [[0, 0]];
    default:
      return Array.from({ length: 16 }, (_, at) => {
        const angle = (at / 8) * Math.PI;
        return [rx * Math.cos(angle), ry * Math.sin(angle)];
      });
  }
}
