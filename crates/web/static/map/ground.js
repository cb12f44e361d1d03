/**
 * Draws what lies under the seats: the shapes of the plan (stage, pitch, walls) and the blocks of the
 * sections, coloured by their cheapest price while one is far away.
 */

import { NO_LEVEL } from "./house.js";
import { colour, css, mix } from "./marks.js";
import { corners } from "./plan.js";
import { outlinesOf } from "./outline.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./marks.js").Palette} Palette */
/** @typedef {import("./geometry.js").View} View */
/** @typedef {import("./plan.js").Bounds} Bounds */
/** @typedef {import("./outline.js").Outline} Outline */
/** @typedef {CanvasRenderingContext2D} Context */

/**
 * A section or area with its outline.
 * @typedef {Outline & {section: number, path: Path2D, shape: import("./plan.js").Shape | null}} Block
 */

/**
 * The blocks of the house: sections by their seats, areas by the shape that bears their name.
 * @param {import("./plan.js").Plan} plan
 * @returns {Block[]}
 */
export function blocksOf(plan) {
  /** @type {Block[]} */
  const blocks = [];
  const outlines = outlinesOf(plan);
  plan.sections.forEach((section, id) => {
    const shape = section.area ? shapeNamed(plan, section.name) : null;
    const outline = section.area ? shape && outlineOfShape(shape) : outlines[id];
    if (outline) blocks.push({ ...outline, section: id, path: pathOf(outline.polygons), shape });
  });
  return blocks;
}

/**
 * @param {import("./plan.js").Plan} plan
 * @param {string} name
 */
function shapeNamed(plan, name) {
  const wanted = name.trim().toLowerCase();
  const shapes = plan.shapes.filter((shape) => shape.shape !== "text");
  return shapes.find(({ text }) => text?.text.trim().toLowerCase() === wanted) ?? null;
}

/**
 * @param {import("./plan.js").Shape} shape
 * @returns {Outline}
 */
function outlineOfShape(shape) {
  const polygon = corners(shape);
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  const bounds = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
  const middle = /** @type {[number, number]} */ ([
    (bounds.left + bounds.right) / 2,
    (bounds.top + bounds.bottom) / 2,
  ]);
  return { polygons: [polygon], bounds, middle, room: 0.9 };
}

/** @param {[number, number][][]} polygons */
function pathOf(polygons) {
  const path = new Path2D();
  for (const polygon of polygons) {
    polygon.forEach(([x, y], at) => (at === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    path.closePath();
  }
  return path;
}

/**
 * Draws shapes and blocks. The context is set to the coordinates of the plan.
 * @param {Context} context
 * @param {House} house
 * @param {Block[]} blocks those in sight
 * @param {{near: number, pixel: number, palette: Palette, marked: number}} how `near` is 0 where
 *   blocks stand for their seats and 1 where seats are drawn; `pixel` a CSS pixel in the plan;
 *   `marked` the section that is pointed at, -1 for none
 */
export function drawGround(context, house, blocks, how) {
  context.lineJoin = "round";
  const { shapes, pitch } = house.plan;
  const draw = (/** @type {boolean} */ furniture) => {
    for (const shape of shapes) {
      if (shape.shape === "text" || isFurniture(shape, pitch) !== furniture) continue;
      drawShape(context, shape, how.palette, how.pixel);
    }
  };
  draw(false);
  for (const block of blocks) drawBlock(context, house, block, how);
  draw(true);
}

/**
 * What is about as small as a seat, such as a table, stands on the block and not under it.
 * @param {import("./plan.js").Shape} shape
 * @param {number} pitch
 */
function isFurniture({ radius = 0, rx = radius, ry = radius, width = 2 * rx, height = 2 * ry, points }, pitch) {
  return !points && Math.max(width, height) < 3 * pitch;
}

/**
 * @param {Context} context
 * @param {import("./plan.js").Shape} shape
 * @param {Palette} palette
 * @param {number} pixel
 */
function drawShape(context, shape, palette, pixel) {
  const fill = inHouse(shape.color, palette);
  const line = inHouse(shape.border_color, palette);
  if (!fill && !line) return;
  context.save();
  context.translate(shape.x, shape.y);
  if (shape.rotation) context.rotate((shape.rotation * Math.PI) / 180);
  context.beginPath();
  const { radius = 0, rx = radius, ry = radius, width = 0, height = 0, points = [] } = shape;
  if (shape.shape === "rectangle") context.rect(0, 0, width, height);
  else if (shape.shape === "polygon") {
    for (const [x, y] of points) context.lineTo(x, y);
    context.closePath();
  } else context.ellipse(0, 0, rx, ry, 0, 0, Math.PI * 2);
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  if (line) {
    context.strokeStyle = line;
    context.lineWidth = 1.25 * pixel;
    context.stroke();
  }
  context.restore();
}

/**
 * A colour of the file, toned towards our paper so that the seats stand out on it by day and night.
 * @param {string | null} name
 * @param {Palette} palette
 */
function inHouse(name, palette) {
  if (!name || name === "transparent") return null;
  const own = colour(name);
  return css(palette.dark ? mix(mix([0, 0, 0], own, 0.42), palette.ground, 0.3) : mix(own, palette.shape, 0.4));
}

/**
 * @param {Context} context
 * @param {House} house
 * @param {Block} block
 * @param {{near: number, pixel: number, palette: Palette, marked: number}} how
 */
function drawBlock(context, house, block, { near, pixel, palette, marked }) {
  const { left, cheapest } = house.leftIn(block.section);
  const seats = Math.max(house.plan.sections[block.section].seats, 1);
  const price = cheapest === NO_LEVEL ? null : palette.prices[cheapest];
  const area = block.shape !== null;
  const far = area ? 1 : 1 - near;
  // A fuller tint the more are left, and never so full that a name on it could not be read.
  const tint = price ? 0.16 + 0.24 * Math.sqrt(left / seats) : 0;
  const base = mix(palette.ground, palette.block, price ? near * 0.7 : 0.75);
  const fill = price ? mix(base, price, tint * far) : base;
  const line = price ? mix(palette.shape, price, 0.75 * far) : palette.shape;
  const pointed = block.section === marked;
  context.fillStyle = css(fill);
  context.fill(block.path);
  context.strokeStyle = css(pointed ? palette.label : line);
  context.lineWidth = (pointed ? 2.5 : 1) * pixel;
  context.stroke(block.path);
}
