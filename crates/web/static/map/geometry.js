/**
 * Space: where the plan stands on the screen (a scale and an offset, and the arithmetic of fitting,
 * zooming and keeping it in sight), and a grid that finds seats by where they are. Pure: no canvas, no
 * events, no statuses.
 */

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./plan.js").Bounds} Bounds */

/**
 * A point of the plan is on the screen at `x * scale + view.x`, in CSS pixels.
 * @typedef {{scale: number, x: number, y: number}} View
 */

/** @typedef {{width: number, height: number}} Size */

/**
 * The view that shows the bounds as large as they fit, in the middle.
 * @param {Bounds} bounds
 * @param {Size} size
 * @param {number} [margin] CSS pixels above and below
 * @param {number} [beside] CSS pixels on the left and right
 * @returns {View}
 */
export function fit(bounds, size, margin = 16, beside = margin) {
  const width = Math.max(bounds.right - bounds.left, 1);
  const height = Math.max(bounds.bottom - bounds.top, 1);
  const scale = Math.min(
    Math.max(size.width - 2 * beside, 1) / width,
    Math.max(size.height - 2 * margin, 1) / height,
  );
  return centred((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2, scale, size);
}

/**
 * The view at that scale with that point of the plan in the middle.
 * @param {number} x
 * @param {number} y
 * @param {number} scale
 * @param {Size} size
 * @returns {View}
 */
export function centred(x, y, scale, size) {
  return { scale, x: size.width / 2 - x * scale, y: size.height / 2 - y * scale };
}

/**
 * @param {View} view
 * @param {number} px
 * @param {number} py
 * @returns {[number, number]} the point of the plan under that of the screen
 */
export function toPlan(view, px, py) {
  return [(px - view.x) / view.scale, (py - view.y) / view.scale];
}

/**
 * @param {View} view
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function toScreen(view, x, y) {
  return [x * view.scale + view.x, y * view.scale + view.y];
}

/**
 * Zooms so that what is under the given point of the screen stays there.
 * @param {View} view
 * @param {number} scale
 * @param {number} px
 * @param {number} py
 * @returns {View}
 */
export function zoomed(view, scale, px, py) {
  const factor = scale / view.scale;
  return { scale, x: px - (px - view.x) * factor, y: py - (py - view.y) * factor };
}

/**
 * @param {View} view
 * @param {number} dx
 * @param {number} dy
 * @returns {View}
 */
export function moved(view, dx, dy) {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/**
 * Keeps the plan from leaving the screen: in the middle where it fits, else with its edge no further
 * in than the middle of the screen.
 * @param {View} view
 * @param {Bounds} bounds
 * @param {Size} size
 * @returns {View}
 */
export function kept(view, bounds, size) {
  return {
    scale: view.scale,
    x: keptAlong(view.x, view.scale, bounds.left, bounds.right, size.width),
    y: keptAlong(view.y, view.scale, bounds.top, bounds.bottom, size.height),
  };
}

/**
 * @param {number} offset
 * @param {number} scale
 * @param {number} low
 * @param {number} high
 * @param {number} length
 */
function keptAlong(offset, scale, low, high, length) {
  const extent = (high - low) * scale;
  if (extent <= length - 32) return (length - extent) / 2 - low * scale;
  const slack = Math.min(length / 2, extent / 2);
  const most = slack - low * scale;
  const least = length - slack - high * scale;
  return Math.min(Math.max(offset, least), most);
}

/**
 * A view on the way from one to another: the middle of the screen travels evenly, and the scale by
 * equal factors.
 * @param {View} from
 * @param {View} to
 * @param {number} part 0 to 1
 * @param {Size} size
 * @returns {View}
 */
export function between(from, to, part, size) {
  const scale = from.scale * (to.scale / from.scale) ** part;
  const [ax, ay] = toPlan(from, size.width / 2, size.height / 2);
  const [bx, by] = toPlan(to, size.width / 2, size.height / 2);
  // Even on the screen: at the larger scale the same way in the plan is longer there.
  const along =
    Math.abs(to.scale - from.scale) < 1e-9 * from.scale
      ? part
      : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
  return centred(ax + (bx - ax) * along, ay + (by - ay) * along, scale, size);
}

/**
 * What part of the plan is in sight.
 * @param {View} view
 * @param {Size} size
 * @param {number} [margin] CSS pixels more on every side
 * @returns {Bounds}
 */
export function sight(view, size, margin = 0) {
  const [left, top] = toPlan(view, -margin, -margin);
  const [right, bottom] = toPlan(view, size.width + margin, size.height + margin);
  return { left, top, right, bottom };
}

export class Grid {
  /** @param {Plan} plan */
  constructor(plan) {
    const { bounds } = plan;
    const wide = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top, 1);
    /** Some four seats a side, and never more than a hundred thousand cells. */
    this.cell = Math.max(plan.pitch * 4, wide / 300);
    this.left = bounds.left;
    this.top = bounds.top;
    this.columns = Math.floor((bounds.right - bounds.left) / this.cell) + 1;
    this.rows = Math.floor((bounds.bottom - bounds.top) / this.cell) + 1;
    /** Where each cell's seats begin in `seats`; one more at the end. */
    this.start = new Uint32Array(this.columns * this.rows + 1);
    /** The seats, cell by cell, and where they are in that same order. */
    this.seats = new Uint32Array(0);
    this.x = new Float32Array(0);
    this.y = new Float32Array(0);
    this.#sort(plan);
  }

  /**
   * Counts, then places: the seats of a cell, and the cells of a line, stand next to each other.
   * @param {Plan} plan
   */
  #sort({ x, y, seatCount }) {
    const { left, top, cell: side, columns, start } = this;
    const cells = new Int32Array(seatCount).fill(-1);
    for (let seat = 0; seat < seatCount; seat += 1) {
      if (x[seat] !== x[seat]) continue;
      const cell = (((y[seat] - top) / side) | 0) * columns + (((x[seat] - left) / side) | 0);
      cells[seat] = cell;
      start[cell + 1] += 1;
    }
    for (let cell = 1; cell < start.length; cell += 1) start[cell] += start[cell - 1];
    const placed = start[start.length - 1];
    const next = start.slice();
    const seats = (this.seats = new Uint32Array(placed));
    const xs = (this.x = new Float32Array(placed));
    const ys = (this.y = new Float32Array(placed));
    for (let seat = 0; seat < seatCount; seat += 1) {
      if (cells[seat] < 0) continue;
      const at = next[cells[seat]]++;
      seats[at] = seat;
      xs[at] = x[seat];
      ys[at] = y[seat];
    }
  }

  /** @param {number} x */
  #column(x) {
    return Math.min(Math.max(Math.floor((x - this.left) / this.cell), 0), this.columns - 1);
  }

  /** @param {number} y */
  #line(y) {
    return Math.min(Math.max(Math.floor((y - this.top) / this.cell), 0), this.rows - 1);
  }

  /**
   * Calls back with each stretch `from..to` of `seats`, `x` and `y` that may lie in the bounds.
   * @param {Bounds} bounds
   * @param {(from: number, to: number) => void} visit
   */
  within(bounds, visit) {
    const first = this.#column(bounds.left);
    const last = this.#column(bounds.right);
    const bottom = this.#line(bounds.bottom);
    for (let line = this.#line(bounds.top); line <= bottom; line += 1) {
      const from = this.start[line * this.columns + first];
      const to = this.start[line * this.columns + last + 1];
      if (from < to) visit(from, to);
    }
  }

  /**
   * The seat nearest to a point, -1 where none is near enough.
   * @param {number} x
   * @param {number} y
   * @param {number} reach
   * @param {(seat: number) => boolean} [counts]
   */
  nearest(x, y, reach, counts = () => true) {
    let best = -1;
    let least = reach * reach;
    const around = { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
    this.within(around, (from, to) => {
      for (let at = from; at < to; at += 1) {
        const away = (this.x[at] - x) ** 2 + (this.y[at] - y) ** 2;
        if (away < least && counts(this.seats[at])) {
          least = away;
          best = this.seats[at];
        }
      }
    });
    return best;
  }

  /**
   * The next seat from a point in a direction: the nearest within 45° of it, where being off to the
   * side counts double, so that a step along a row stays in the row. -1 where there is none.
   * @param {number} x
   * @param {number} y
   * @param {number} dx
   * @param {number} dy one of both is 0, the other 1 or -1
   * @returns {number}
   */
  inDirection(x, y, dx, dy) {
    let best = -1;
    let least = Infinity;
    for (let at = 0; at < this.seats.length; at += 1) {
      const along = (this.x[at] - x) * dx + (this.y[at] - y) * dy;
      if (along <= 1) continue;
      const aside = Math.abs((this.x[at] - x) * dy) + Math.abs((this.y[at] - y) * dx);
      if (aside > along) continue;
      const cost = along + 2 * aside;
      if (cost < least) {
        least = cost;
        best = this.seats[at];
      }
    }
    return best;
  }
}
