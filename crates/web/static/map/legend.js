/**
 * The legend: each price with its colour and shape, as a switch that hides it; and how seats look
 * that are not to be had.
 */

import { money, t, tn } from "../texts.js";
import { button, h } from "./dom.js";
import { LOOK } from "./house.js";
import { drawMark } from "./marks.js";

/** @typedef {import("./shop.js").Shop} Shop */

const SIDE = 22;

/**
 * The mark of a look as a small picture that follows the colour scheme.
 * @param {Shop} shop
 * @param {number} look
 */
export function markOf({ map }, look) {
  const canvas = h("canvas", { class: "sm-mark", "aria-hidden": "true" });
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = canvas.height = Math.round(SIDE * ratio);
  const context = canvas.getContext("2d");
  const { palette } = map.painter;
  if (context && palette) {
    context.scale(ratio, ratio);
    drawMark(context, look, SIDE / 2, SIDE / 2, 7, palette);
  }
  return canvas;
}

/** @param {Shop} shop */
export function legendPart(shop) {
  const { house } = shop;
  const list = h("ul", { class: "sm-prices" });
  const states = h("ul", { class: "sm-states" });
  const all = button(t("map-show-all"), () => house.showAll(), { class: "sm-quiet" });
  /** @type {HTMLElement[]} */
  const counts = [];
  /** @type {HTMLElement[]} */
  const switches = [];

  function build() {
    counts.length = switches.length = 0;
    list.replaceChildren(
      ...house.prices.levels.map((_, level) => h("li", {}, price(level))),
    );
    states.replaceChildren(
      state(LOOK.MINE, t("map-legend-mine")),
      state(LOOK.HELD, t("map-legend-held")),
      state(LOOK.BOOKED, t("map-legend-booked")),
      state(LOOK.BLOCKED, t("map-legend-blocked")),
    );
    update();
  }

  /** @param {number} level */
  function price(level) {
    const { highest, lowest, categories } = house.prices.levels[level];
    const words =
      highest === lowest
        ? money(highest)
        : t("map-price-range", { from: money(lowest), to: money(highest) });
    const count = h("span", { class: "sm-left" });
    counts.push(count);
    const part = h(
      "button",
      { type: "button", class: "sm-price", onclick: () => house.toggle(level) },
      markOf(shop, level),
      h("span", { class: "sm-amount" }, words),
      h("span", { class: "sm-category" }, categories.join(", ")),
      count,
    );
    switches.push(part);
    return part;
  }

  /**
   * @param {number} look
   * @param {string} words
   */
  function state(look, words) {
    return h("li", {}, markOf(shop, look), words);
  }

  function update() {
    counts.forEach((count, level) => {
      const words = tn("map-block-left", house.leftAt(level));
      if (count.textContent !== words) count.textContent = words;
      switches[level].setAttribute("aria-pressed", String(!house.hidden.has(level)));
    });
    all.hidden = house.hidden.size === 0;
  }

  let waiting = 0;
  house.listen((kind) => {
    if (kind === "filter") update();
    else if (kind === "status") {
      waiting ||= window.setTimeout(() => {
        waiting = 0;
        update();
      }, 500);
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    requestAnimationFrame(build),
  );
  build();
  return h(
    "section",
    { class: "sm-part sm-legend", "aria-labelledby": "sm-legend-title" },
    h("h2", { id: "sm-legend-title" }, t("map-legend")),
    h("p", { class: "sm-soft" }, t("map-legend-how")),
    list,
    all,
    states,
  );
}
