/**
 * Writes on the map: names, prices and numbers left of blocks while far away; the plan's own texts,
 * row names and seat numbers when near. Each only where there is room for it.
 */

import { money, t, tn } from "../texts.js";
import { LOOK, NO_LEVEL } from "./house.js";
import { css, tracePriceShape } from "./marks.js";
import { corners, seatNumber, seatsOf } from "./plan.js";
import { toScreen } from "./geometry.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./ground.js").Block} Block */
/** @typedef {import("./marks.js").Palette} Palette */
/** @typedef {import("./geometry.js").View} View */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{view: View, palette: Palette, width: number, height: number}} Scene */

/** @type {Map<string, number>} */
const widths = new Map();

/**
 * @param {Context} context with its font set
 * @param {string} text
 */
function widthOf(context, text) {
  const name = context.font + text;
  let width = widths.get(name);
  if (width === undefined) {
    if (widths.size > 4000) widths.clear();
    width = context.measureText(text).width;
    widths.set(name, width);
  }
  return width;
}

/**
 * The names of blocks, with price and number left where they fit.
 * @param {Context} context in CSS pixels
 * @param {House} house
 * @param {Block[]} blocks
 * @param {Scene} scene
 * @param {boolean} onSeats whether seats are drawn under the names
 */
export function drawBlockNames(context, house, blocks, { view, palette }, onSeats) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const block of blocks) {
    const { bounds, middle } = block;
    const fill = Math.sqrt(block.room);
    const width = (bounds.right - bounds.left) * view.scale * fill - 6;
    // A curved section is as high as it is thick.
    const height = (bounds.bottom - bounds.top) * view.scale * Math.min(fill, block.room * 1.15) - 4;
    const [x, y] = toScreen(view, middle[0], middle[1]);
    const facts = onSeats && !block.shape ? null : house.leftIn(block.section);
    const name = fitting(context, palette, house.plan.sections[block.section].name, width, height);
    if (!name) continue;
    const lines = facts ? factLines(context, palette, house, facts, width, height - 17) : [];
    const top = y - (lines.length * 15) / 2;
    context.font = name.font;
    write(context, name.text, x, top, palette, onSeats && !block.shape);
    lines.forEach((line, at) => line(x, top + 16 + at * 15));
  }
}

/**
 * The name, or its last word, or that in smaller type, or nothing.
 * @param {Context} context
 * @param {Palette} palette
 * @param {string} name
 * @param {number} width
 * @param {number} height
 * @returns {{text: string, font: string} | null}
 */
function fitting(context, palette, name, width, height) {
  if (height < 10) return null;
  const short = name.slice(name.lastIndexOf(" ") + 1);
  for (const [text, size] of /** @type {[string, number][]} */ ([
    [name, 13],
    [short, 13],
    [short, 10.5],
  ])) {
    context.font = `600 ${size}px ${palette.font}`;
    if (widthOf(context, text) <= width) return { text, font: context.font };
  }
  return null;
}

/**
 * The lines under a name that fit: from which price (with its shape), and how many are left.
 * @param {Context} context
 * @param {Palette} palette
 * @param {House} house
 * @param {{left: number, cheapest: number}} facts
 * @param {number} width
 * @param {number} height
 */
function factLines(context, palette, house, { left, cheapest }, width, height) {
  /** @type {((x: number, y: number) => void)[]} */
  const lines = [];
  context.font = `12px ${palette.font}`;
  const plain = (/** @type {string} */ text) => (/** @type {number} */ x, /** @type {number} */ y) => {
    context.font = `12px ${palette.font}`;
    write(context, text, x, y, palette, false);
  };
  if (cheapest === NO_LEVEL) {
    const gone = t("map-block-none");
    return height >= 14 && widthOf(context, gone) <= width ? [plain(gone)] : [];
  }
  const lowest = money(house.prices.levels[cheapest].lowest, { short: true });
  const price = [t("map-block-from", { price: lowest }), lowest].find(
    (text) => widthOf(context, text) + 14 <= width,
  );
  if (!price || height < 14) return lines;
  const text = price;
  const shift = widthOf(context, text) / 2;
  lines.push((x, y) => {
    plain(text)(x + 7, y);
    context.fillStyle = css(palette.prices[cheapest]);
    tracePriceShape(context, cheapest, x - shift - 1, y, 4);
    context.fill();
  });
  const many = tn("map-block-left", left);
  if (height >= 29 && widthOf(context, many) <= width) lines.push(plain(many));
  return lines;
}

/**
 * @param {Context} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {Palette} palette
 * @param {boolean} halo
 */
function write(context, text, x, y, palette, halo) {
  if (halo) {
    context.strokeStyle = css(palette.card, 0.9);
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
  }
  context.fillStyle = css(palette.label);
  context.fillText(text, x, y);
}

/**
 * The texts of the plan itself.
 * @param {Context} context
 * @param {import("./plan.js").Shape[]} shapes
 * @param {Scene} scene
 */
export function drawPlanTexts(context, shapes, { view, palette, width, height }) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const shape of shapes) {
    const { text } = shape;
    if (!text) continue;
    const size = Math.max(text.size * view.scale, legible(context, shape, view, palette));
    if (size < 7) continue;
    const turn = (shape.rotation * Math.PI) / 180;
    const [x, y] = toScreen(
      view,
      shape.x + text.x * Math.cos(turn) - text.y * Math.sin(turn),
      shape.y + text.x * Math.sin(turn) + text.y * Math.cos(turn),
    );
    if (x < -300 || y < -60 || x > width + 300 || y > height + 60) continue;
    context.font = `500 ${Math.min(size, 24).toFixed(1)}px ${palette.font}`;
    context.fillStyle = css(palette.label, 0.82);
    if (turn) {
      context.save();
      context.translate(x, y);
      context.rotate(turn);
      context.fillText(text.text, 0, 0);
      context.restore();
    } else context.fillText(text.text, x, y);
  }
}

/**
 * What stands for something, such as the stage, keeps its name as long as it has room for it.
 * @param {Context} context
 * @param {import("./plan.js").Shape} shape
 * @param {View} view
 * @param {Palette} palette
 */
function legible(context, shape, view, palette) {
  if (shape.shape === "text" || !shape.text) return 0;
  const [from, to] = corners(shape).reduce(
    ([low, high], [x]) => [Math.min(low, x), Math.max(high, x)],
    [Infinity, -Infinity],
  );
  context.font = `500 11px ${palette.font}`;
  return widthOf(context, shape.text.text) + 4 < (to - from) * view.scale ? 11 : 0;
}

/**
 * The names of rows beside their first and last seats.
 * @param {Context} context
 * @param {House} house
 * @param {Block[]} blocks
 * @param {Scene} scene
 */
export function drawRowNames(context, { plan }, blocks, { view, palette, width, height }) {
  const size = Math.min(Math.max(plan.radii[0] * view.scale * 0.95, 9), 14);
  context.font = `${size.toFixed(1)}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = css(palette.label, 0.8);
  for (const block of blocks) {
    for (const id of plan.sections[block.section].rows) {
      const row = plan.rows[id];
      if (!row.number || !row.labelPosition) continue;
      for (const [x, y] of labelPlaces(plan, row)) {
        const [sx, sy] = toScreen(view, x, y);
        if (sx < 0 || sy < 0 || sx > width || sy > height) continue;
        context.fillText(row.number, sx, sy);
      }
    }
  }
}

/**
 * A seat's distance before the first seat, or after the last, along the row.
 * @param {import("./plan.js").Plan} plan
 * @param {import("./plan.js").Row} row
 * @returns {[number, number][]}
 */
function labelPlaces(plan, row) {
  const seats = seatsOf(row);
  const beyond = (/** @type {number} */ end, /** @type {number} */ next) => {
    const [dx, dy] = [plan.x[end] - plan.x[next], plan.y[end] - plan.y[next]];
    const far = Math.hypot(dx, dy) || plan.pitch;
    const step = (plan.pitch * 1.2) / far;
    return /** @type {[number, number]} */ ([
      plan.x[end] + (dx || (dy ? 0 : -plan.pitch)) * step,
      plan.y[end] + dy * step,
    ]);
  };
  const last = seats.length - 1;
  /** @type {[number, number][]} */
  const places = [];
  if (row.labelPosition !== "end") places.push(beyond(seats[0], seats[Math.min(1, last)]));
  if (row.labelPosition !== "start" && last > 0) places.push(beyond(seats[last], seats[last - 1]));
  return places;
}

/**
 * The number on a seat that is free.
 * @param {Context} context in CSS pixels, its font set by `prepareNumbers`
 * @param {House} house
 * @param {number} seat
 * @param {number} x
 * @param {number} y
 */
export function drawNumber(context, house, seat, x, y) {
  if (house.look[seat] >= LOOK.HELD) return;
  const number = seatNumber(house.plan, seat);
  if (number) context.fillText(number, x, y);
}

/**
 * @param {Context} context
 * @param {number} diameter
 * @param {Palette} palette
 */
export function prepareNumbers(context, diameter, palette) {
  context.font = `600 ${(diameter * 0.4).toFixed(1)}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = css(palette.dark ? palette.ground : palette.card);
}
