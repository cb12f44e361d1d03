/**
 * The map by keyboard: arrows go from section to section or from seat to seat, plus and minus zoom,
 * Enter goes in or chooses, Escape goes back. What is reached is said.
 */

import { t } from "../texts.js";
import { LOOK } from "./house.js";
import { centred, toPlan, toScreen } from "./geometry.js";
import { spoken, spokenSection } from "./facts.js";

/** @typedef {import("./shop.js").Shop} Shop */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {Shop} shop */
export function followKeys(shop) {
  const { map, house, details } = shop;
  const { plan } = house;
  /** The section the keyboard is at while sections are shown, -1 for none. */
  let section = -1;
  let byKey = false;

  /** @param {number} seat */
  function goTo(seat) {
    map.setCursor(seat);
    map.showSeat(seat);
    details.load(plan.section[seat]).catch(() => {});
    shop.say(spoken(house, details, seat));
    shop.card.show(seat);
  }

  /** @param {number} id */
  function goToSection(id) {
    section = id;
    map.mark(-1, id);
    shop.say(spokenSection(house, id));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  function step(dx, dy) {
    if (map.showsSections()) return stepSection(dx, dy);
    if (map.cursor < 0 || !inSight(map.cursor)) return start();
    const from = map.cursor;
    const seat = map.grid.inDirection(plan.x[from], plan.y[from], dx, dy);
    if (seat >= 0) goTo(seat);
  }

  /** @param {number} seat */
  function inSight(seat) {
    const [x, y] = toScreen(map.camera.target, plan.x[seat], plan.y[seat]);
    return x >= 0 && y >= 0 && x <= map.size.width && y <= map.size.height;
  }

  /** The first seat: a free one near the middle of what is in sight. */
  function start() {
    const view = map.camera.target;
    const [x, y] = toPlan(view, map.size.width / 2, map.size.height / 2);
    const reach = Math.max(map.size.width, map.size.height) / view.scale;
    const free = map.grid.nearest(x, y, reach, (seat) => house.look[seat] < LOOK.HELD);
    const seat = free >= 0 ? free : map.grid.nearest(x, y, reach);
    if (seat >= 0) goTo(seat);
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  function stepSection(dx, dy) {
    const here = map.blocks.find((block) => block.section === section);
    const [x, y] = here?.middle ?? toPlan(map.view, map.size.width / 2, map.size.height / 2);
    let best = null;
    let least = Infinity;
    for (const block of map.blocks) {
      const along = (block.middle[0] - x) * dx + (block.middle[1] - y) * dy;
      const aside = Math.abs((block.middle[0] - x) * dy) + Math.abs((block.middle[1] - y) * dx);
      const cost = here ? along + 2 * aside : Math.hypot(along, aside);
      if (block === here || (here && (along <= 1 || aside > along * 1.5)) || cost >= least) continue;
      [best, least] = [block, cost];
    }
    if (best) goToSection(best.section);
  }

  function enter() {
    if (!map.showsSections()) {
      if (map.cursor < 0) return start();
      return shop.toggle(map.cursor);
    }
    const block = map.blocks.find((one) => one.section === section);
    if (!block) return stepSection(0, -1);
    if (block.shape) return shop.card.showArea(section);
    map.mark(-1, -1);
    map.showSection(section);
    goTo(map.grid.nearest(block.middle[0], block.middle[1], plan.pitch));
  }

  function leave() {
    map.setCursor(-1);
    map.mark(-1, -1);
    map.camera.go(map.camera.whole());
    shop.card.close();
    shop.say(t("map-overview"));
  }

  /** @param {number} factor */
  function zoom(factor) {
    const view = map.camera.target;
    const at = map.cursor;
    const [x, y] =
      at >= 0
        ? [plan.x[at], plan.y[at]]
        : toPlan(view, map.size.width / 2, map.size.height / 2);
    map.camera.go(centred(x, y, view.scale * factor, map.size), 160);
  }

  map.surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && event.shiftKey) map.camera.pan(-arrow[0] * 80, -arrow[1] * 80);
    else if (arrow) step(...arrow);
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0" || event.key === "Home" || event.key === "Escape") leave();
    else if (event.key === "Enter" || event.key === " ") enter();
    else return;
    byKey = true;
    event.preventDefault();
  });
  map.surface.addEventListener("pointerdown", () => {
    byKey = false;
    section = -1;
    map.setCursor(-1);
  });
  map.surface.addEventListener("blur", () => {
    if (byKey) map.mark(-1, -1);
  });
}
