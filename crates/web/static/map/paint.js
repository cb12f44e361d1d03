/**
 * Paints the map on two canvases: the ground below, seats and writing above. Knows how to draw a
 * view quickly; when to draw is the map's business.
 */

import { drawGround } from "./ground.js";
import { LOOK } from "./house.js";
import { drawBlockNames, drawNumber, drawPlanTexts, drawRowNames, prepareNumbers } from "./labels.js";
import { css } from "./marks.js";
import { StampBox } from "./stamps.js";
import { sight, toScreen } from "./geometry.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./ground.js").Block} Block */
/** @typedef {import("./geometry.js").View} View */
/** @typedef {import("./marks.js").Palette} Palette */

/** Below this diameter in CSS pixels sections stand for their seats. */
export const SEATS_FROM = 3;
/** From here on seats that rest are copied as pictures, at their exact place. */
const PICTURES_FROM = 13;
const ROWS_FROM = 9;
const NUMBERS_FROM = 21;
/** Device pixels around the canvas in the buffer, so that seats at the edge need no clipping. */
const MARGIN = 48;
/** More device pixels than this are not worth their time. */
const MOST_PIXELS = 3_400_000;

export class Painter {
  /**
   * @param {HTMLCanvasElement} below
   * @param {HTMLCanvasElement} above
   * @param {House} house
   * @param {() => import("./geometry.js").Grid} grid
   * @param {Block[]} blocks
   */
  constructor(below, above, house, grid, blocks) {
    this.canvases = [below, above];
    this.below = contextOf(below);
    this.above = contextOf(above);
    this.house = house;
    this.gridOf = grid;
    this.blocks = blocks;
    this.size = { width: 0, height: 0 };
    this.ratio = 1;
    const names = house.plan.sections.map(({ name }) => name.toLowerCase());
    const namesBlock = (/** @type {import("./plan.js").Shape} */ { text }) => {
      const word = text?.text.trim().toLowerCase() ?? "";
      return names.some((name) => name === word || name.endsWith(` ${word}`));
    };
    const { shapes } = house.plan;
    /** Texts that say what blocks are called, not needed while we do; and the others. */
    this.namingTexts = shapes.filter((shape) => shape.text && namesBlock(shape));
    this.otherTexts = shapes.filter((shape) => shape.text && !namesBlock(shape));
    const areas = blocks.map(({ shape }) => shape);
    this.namingTexts = this.namingTexts.filter((shape) => !areas.includes(shape));
  }

  /**
   * @param {number} width CSS pixels
   * @param {number} height
   */
  resize(width, height) {
    this.size = { width, height };
    const most = Math.sqrt(MOST_PIXELS / Math.max(width * height, 1));
    this.ratio = Math.min(window.devicePixelRatio || 1, Math.max(most, 1));
    for (const canvas of this.canvases) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    const { width: w, height: h } = this.canvases[1];
    this.buffer = new ImageData(w + 2 * MARGIN, h + 2 * MARGIN);
    this.words = new Uint32Array(this.buffer.data.buffer);
  }

  get grid() {
    return this.gridOf();
  }

  /** @param {Palette} palette */
  dress(palette) {
    this.palette = palette;
    this.stamps = new StampBox(palette);
  }

  /** @param {View} view */
  diameter(view) {
    return this.house.plan.radii[0] * 2 * view.scale;
  }

  /**
   * @param {View} view
   * @param {number} marked the section pointed at, -1 for none
   */
  paintGround(view, marked) {
    const context = this.below;
    const { ratio, palette } = this;
    if (!palette) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvases[0].width, this.canvases[0].height);
    const scale = view.scale * ratio;
    context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
    const near = Math.min(Math.max((this.diameter(view) - 2.4) / 2, 0), 1);
    const how = { near, pixel: 1 / view.scale, palette, marked };
    drawGround(context, this.house, this.#inSight(view), how);
  }

  /**
   * @param {View} view
   * @param {{hovered: number, cursor: number, offered: number[]}} seats to be ringed; -1 for none
   * @param {boolean} moving whether the next picture comes at once
   */
  paintSeats(view, { hovered, cursor, offered }, moving) {
    const { above: context, ratio, palette, size } = this;
    if (!palette) return;
    const diameter = this.diameter(view);
    const pictures = !moving && diameter * ratio >= PICTURES_FROM * Math.min(ratio, 1.5);
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (diameter >= SEATS_FROM && !pictures) this.#stampSeats(view);
    else context.clearRect(0, 0, this.canvases[1].width, this.canvases[1].height);
    if (pictures) this.#copySeats(view);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const blocks = this.#inSight(view);
    const scene = { view, palette, ...size };
    this.#write(context, blocks, scene, diameter);
    if (diameter >= NUMBERS_FROM) this.#numberSeats(view, diameter);
    for (const seat of offered) this.#ring(view, seat, css(palette.mine), 2.5);
    if (hovered >= 0) this.#ring(view, hovered, css(palette.label), 1.5);
    if (cursor >= 0) this.#ring(view, cursor, css(palette.focus), 3);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Block[]} blocks
   * @param {{view: View, palette: Palette, width: number, height: number}} scene
   * @param {number} diameter
   */
  #write(context, blocks, scene, diameter) {
    drawPlanTexts(context, this.otherTexts.filter((shape) => !this.#isArea(shape)), scene);
    const areas = blocks.filter(({ shape }) => shape);
    if (diameter < SEATS_FROM) drawBlockNames(context, this.house, blocks, scene, false);
    else {
      if (this.namingTexts.length > 0) drawPlanTexts(context, this.namingTexts, scene);
      else if (diameter < ROWS_FROM) drawBlockNames(context, this.house, blocks, scene, true);
      drawBlockNames(context, this.house, areas, scene, false);
    }
    if (diameter >= ROWS_FROM) drawRowNames(context, this.house, blocks, scene);
  }

  /** @param {import("./plan.js").Shape} shape */
  #isArea(shape) {
    return this.blocks.some((block) => block.shape === shape);
  }

  /** @param {View} view */
  #inSight(view) {
    const seen = sight(view, this.size, 8);
    return this.blocks.filter(
      ({ bounds }) =>
        bounds.right > seen.left &&
        bounds.left < seen.right &&
        bounds.bottom > seen.top &&
        bounds.top < seen.bottom,
    );
  }

  /**
   * Writes small seats pixel by pixel: as fast with any graphics hardware or none.
   * @param {View} view
   */
  #stampSeats(view) {
    const { ratio, grid, words, buffer, stamps } = this;
    if (!words || !buffer || !stamps) return;
    const { look, plan } = this.house;
    const { x, y, seats } = grid;
    const scale = view.scale * ratio;
    const left = view.x * ratio + MARGIN;
    const top = view.y * ratio + MARGIN;
    const line = buffer.width;
    const height = buffer.height;
    const kinds = plan.radii.map((radius) => stamps.at(radius * 2 * scale));
    const sizes = plan.size;
    words.fill(0);
    grid.within(sight(view, this.size, 16), (from, to) => {
      for (let at = from; at < to; at += 1) {
        const seat = seats[at];
        const kind = kinds[sizes ? sizes[seat] : 0];
        const side = kind.size;
        const px = Math.round(x[at] * scale + left - side / 2);
        const py = Math.round(y[at] * scale + top - side / 2);
        if (px < 0 || py < 0 || px + side > line || py + side > height) continue;
        const pixels = kind.pixels[look[seat]];
        let source = 0;
        for (let row = 0, target = py * line + px; row < side; row += 1, target += line - side) {
          for (let column = 0; column < side; column += 1, source += 1, target += 1) {
            const pixel = pixels[source];
            if (pixel !== 0) words[target] = pixel;
          }
        }
      }
    });
    this.above.putImageData(buffer, -MARGIN, -MARGIN);
  }

  /**
   * @param {View} view
   */
  #copySeats(view) {
    const { ratio, grid, stamps, above } = this;
    if (!stamps) return;
    const { look, plan } = this.house;
    const { x, y, seats } = grid;
    const scale = view.scale * ratio;
    const kinds = plan.radii.map((radius) => {
      const wanted = radius * 2 * scale;
      const kind = stamps.at(Math.ceil(wanted));
      return { ...kind, side: (kind.size * wanted) / Math.ceil(wanted) };
    });
    grid.within(sight(view, this.size, 32), (from, to) => {
      for (let at = from; at < to; at += 1) {
        const seat = seats[at];
        const { picture, size, side } = kinds[plan.size ? plan.size[seat] : 0];
        const px = x[at] * scale + view.x * ratio - side / 2;
        const py = y[at] * scale + view.y * ratio - side / 2;
        above.drawImage(picture, look[seat] * size, 0, size, size, px, py, side, side);
      }
    });
  }

  /**
   * @param {View} view
   * @param {number} diameter
   */
  #numberSeats(view, diameter) {
    const { grid, above, palette, house } = this;
    if (!palette) return;
    const { x, y, seats } = grid;
    prepareNumbers(above, diameter, palette);
    grid.within(sight(view, this.size, 8), (from, to) => {
      for (let at = from; at < to; at += 1) {
        const [sx, sy] = toScreen(view, x[at], y[at]);
        drawNumber(above, house, seats[at], sx, sy);
      }
    });
  }

  /**
   * @param {View} view
   * @param {number} seat
   * @param {string} colour
   * @param {number} width
   */
  #ring(view, seat, colour, width) {
    const { plan, look } = this.house;
    const { above } = this;
    const [x, y] = toScreen(view, plan.x[seat], plan.y[seat]);
    const radius = plan.radii[plan.size ? plan.size[seat] : 0] * view.scale;
    const mine = look[seat] === LOOK.MINE ? 1.2 : 1.1;
    above.lineWidth = width;
    above.strokeStyle = colour;
    above.beginPath();
    above.arc(x, y, Math.max(radius * mine, 4) + width / 2 + 0.5, 0, Math.PI * 2);
    above.stroke();
  }
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  return context;
}
