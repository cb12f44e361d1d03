/**
 * How the map looks: its colours, read from the page's design tokens, and the marks that stand for
 * seats: eight shapes, one for each price level, and how held, sold and chosen seats are drawn. The
 * legend draws the same marks as the map.
 */

import { LEVELS, LOOK } from "./house.js";

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */

/**
 * @typedef {object} Palette
 * @property {Colour[]} prices by level
 * @property {Colour} ground
 * @property {Colour} card
 * @property {Colour} block
 * @property {Colour} shape
 * @property {Colour} label
 * @property {Colour} held
 * @property {Colour} gone
 * @property {Colour} mine
 * @property {Colour} mineMark
 * @property {Colour} focus
 * @property {boolean} dark
 * @property {string} font
 */

/**
 * @param {Element} element
 * @returns {Palette}
 */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name) => colour(style.getPropertyValue(`--${name}`));
  const ground = read("map-ground");
  return {
    prices: Array.from({ length: LEVELS }, (_, level) => read(`price-${level + 1}`)),
    ground,
    card: read("card"),
    block: read("map-block"),
    shape: read("map-shape"),
    label: read("map-label"),
    held: read("seat-held"),
    gone: read("seat-gone"),
    mine: read("seat-mine"),
    mineMark: read("seat-mine-mark"),
    focus: read("focus"),
    dark: ground[0] + ground[1] + ground[2] < 384,
    font: style.fontFamily,
  };
}

/** @type {Map<string, Colour>} */
const known = new Map();
/** @type {CanvasRenderingContext2D | null} */
let reader = null;

/**
 * A CSS colour as numbers: the canvas knows how to read every notation.
 * @param {string} text
 * @returns {Colour}
 */
export function colour(text) {
  const name = text.trim();
  const before = known.get(name);
  if (before) return before;
  const short = /^#([0-9a-f]{6})$/i.exec(name);
  const value = short ? Number.parseInt(short[1], 16) : drawn(name);
  /** @type {Colour} */
  const found = [value >> 16, (value >> 8) & 255, value & 255];
  known.set(name, found);
  return found;
}

/** @param {string} name */
function drawn(name) {
  if (!reader) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    reader = canvas.getContext("2d", { willReadFrequently: true });
  }
  if (!reader) return 0;
  reader.fillStyle = "#888888";
  reader.fillStyle = name;
  reader.fillRect(0, 0, 1, 1);
  const [red, green, blue] = reader.getImageData(0, 0, 1, 1).data;
  return (red << 16) | (green << 8) | blue;
}

/**
 * @param {Colour} from
 * @param {Colour} to
 * @param {number} part 0 is all `from`, 1 all `to`
 * @returns {Colour}
 */
export function mix(from, to, part) {
  return [
    from[0] + (to[0] - from[0]) * part,
    from[1] + (to[1] - from[1]) * part,
    from[2] + (to[2] - from[2]) * part,
  ];
}

/**
 * @param {Colour} colour
 * @param {number} [alpha]
 */
export function css([red, green, blue], alpha = 1) {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)} / ${alpha})`;
}

/** Corners of the shapes on the unit circle, as [turns, radius]; a circle has none. */
/** @type {([number, number][] | null)[]} */
const SHAPES = [
  null,
  regular(4, 1 / 8, 1.14),
  regular(4, 0, 1.14),
  regular(3, -1 / 4, 1.22),
  regular(6, 0, 1.06),
  regular(3, 1 / 4, 1.22),
  star(4, 1.25, 0.62),
  regular(5, -1 / 4, 1.1),
];

/**
 * @param {number} corners
 * @param {number} from turns
 * @param {number} radius
 * @returns {[number, number][]}
 */
function regular(corners, from, radius) {
  return Array.from({ length: corners }, (_, at) => [from + at / corners, radius]);
}

/**
 * @param {number} points
 * @param {number} outer
 * @param {number} inner
 * @returns {[number, number][]}
 */
function star(points, outer, inner) {
  return Array.from({ length: points * 2 }, (_, at) => [
    at / points / 2 - 1 / 4,
    at % 2 === 0 ? outer : inner,
  ]);
}

/**
 * The path of a level's shape.
 * @param {Context} context
 * @param {number} level
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function tracePriceShape(context, level, x, y, radius) {
  const corners = SHAPES[level];
  context.beginPath();
  if (!corners) {
    context.arc(x, y, radius, 0, Math.PI * 2);
    return;
  }
  // Triangles look off their middle unless they are moved towards their wide side.
  const down = level === 3 ? radius * 0.16 : level === 5 ? -radius * 0.16 : 0;
  for (const [turns, far] of corners) {
    const angle = turns * Math.PI * 2;
    context.lineTo(x + Math.cos(angle) * radius * far, y + down + Math.sin(angle) * radius * far);
  }
  context.closePath();
}

/**
 * Draws a seat as it looks.
 * @param {Context} context
 * @param {number} look one of `LOOK` or a price level
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {Palette} palette
 */
export function drawMark(context, look, x, y, radius, palette) {
  if (look < LOOK.HELD) {
    context.fillStyle = css(palette.prices[look]);
    tracePriceShape(context, look, x, y, radius);
    context.fill();
  } else if (look >= LOOK.FADED) {
    const faded = mix(palette.ground, palette.prices[look - LOOK.FADED], 0.3);
    context.fillStyle = css(faded);
    tracePriceShape(context, look - LOOK.FADED, x, y, radius * 0.62);
    context.fill();
  } else if (look === LOOK.HELD) drawHeld(context, x, y, radius, palette);
  else if (look === LOOK.BOOKED) drawDot(context, x, y, radius * 0.5, css(palette.gone));
  else if (look === LOOK.BLOCKED) drawCross(context, x, y, radius * 0.38, css(palette.gone));
  else drawMine(context, x, y, radius, palette);
}

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {Palette} palette
 */
function drawHeld(context, x, y, radius, palette) {
  context.strokeStyle = css(palette.held);
  context.lineWidth = Math.max(radius * 0.28, 1);
  context.beginPath();
  context.arc(x, y, Math.max(radius - context.lineWidth / 2, 0.5), 0, Math.PI * 2);
  context.stroke();
}

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
function drawDot(context, x, y, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} arm
 * @param {string} colour
 */
function drawCross(context, x, y, arm, colour) {
  context.strokeStyle = colour;
  context.lineWidth = Math.max(arm * 0.4, 0.75);
  context.beginPath();
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
  context.stroke();
}

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {Palette} palette
 */
function drawMine(context, x, y, radius, palette) {
  drawDot(context, x, y, radius * 1.18, css(palette.mine));
  if (radius < 3) return;
  context.strokeStyle = css(palette.mineMark);
  context.lineWidth = Math.max(radius * 0.24, 1.2);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x - radius * 0.5, y + radius * 0.05);
  context.lineTo(x - radius * 0.12, y + radius * 0.42);
  context.lineTo(x + radius * 0.55, y - radius * 0.4);
  context.stroke();
  context.lineCap = "butt";
}
