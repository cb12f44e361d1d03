/**
 * Seats drawn beforehand, one for every look at a size: as pixels to be written straight into a
 * buffer while seats are small, as a picture to be copied from when they are near.
 */

import { LOOK } from "./house.js";
import { drawMark } from "./marks.js";

/** @typedef {import("./marks.js").Palette} Palette */

/** The widest mark is this much wider than a seat. */
const ROOM = 1.3;
/** Up to this diameter in device pixels a seat is a plain square: shapes cannot be told apart. */
const PLAIN = 3;

/**
 * @typedef {object} Stamps
 * @property {number} size the side of one stamp in device pixels
 * @property {Uint32Array[]} pixels by look, row by row; 0 is see-through
 * @property {HTMLCanvasElement} picture the stamps side by side, by look
 */

export class StampBox {
  /** @param {Palette} palette */
  constructor(palette) {
    this.palette = palette;
    /** @type {Map<number, Stamps>} */
    this.bySize = new Map();
  }

  /**
   * The stamps for seats of about that diameter.
   * @param {number} diameter device pixels
   * @returns {Stamps}
   */
  at(diameter) {
    const whole = Math.max(Math.round(diameter), 1);
    let stamps = this.bySize.get(whole);
    if (!stamps) {
      stamps = make(whole, this.palette);
      this.bySize.set(whole, stamps);
    }
    return stamps;
  }
}

/**
 * @param {number} diameter
 * @param {Palette} palette
 * @returns {Stamps}
 */
function make(diameter, palette) {
  const plain = diameter <= PLAIN;
  const size = plain ? diameter : Math.ceil(diameter * ROOM) + 1;
  const picture = document.createElement("canvas");
  picture.width = size * LOOK.COUNT;
  picture.height = size;
  const context = picture.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  for (let look = 0; look < LOOK.COUNT; look += 1) {
    context.save();
    context.beginPath();
    context.rect(look * size, 0, size, size);
    context.clip();
    const radius = plain && look < LOOK.HELD ? size : diameter / 2;
    drawMark(context, look, (look + 0.5) * size, size / 2, radius, palette);
    context.restore();
  }
  return { size, picture, pixels: pixelsOf(context, size) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 */
function pixelsOf(context, size) {
  const all = context.getImageData(0, 0, size * LOOK.COUNT, size);
  const words = new Uint32Array(all.data.buffer);
  return Array.from({ length: LOOK.COUNT }, (_, look) => {
    const pixels = new Uint32Array(size * size);
    for (let line = 0; line < size; line += 1) {
      const from = line * size * LOOK.COUNT + look * size;
      pixels.set(words.subarray(from, from + size), line * size);
    }
    return pixels;
  });
}
