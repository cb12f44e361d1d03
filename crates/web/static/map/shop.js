/**
 * Everything around the map that makes it a shop: puts the parts together, and decides what a tap on
 * the map does. Each part is its own module; loaded once the map is on the screen.
 */

import { t, tn } from "../texts.js";
import { basketPart } from "./basket.js";
import { Card } from "./card.js";
import { Notice, button, h } from "./dom.js";
import { Details, spoken, spokenSection } from "./facts.js";
import { zoomed } from "./geometry.js";
import { Holder, bannerPart } from "./hold.js";
import { followKeys } from "./keys.js";
import { legendPart } from "./legend.js";
import { follow } from "./live.js";
import { LostSeats } from "./lost.js";
import { areasPart, bestPart } from "./wishes.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./map.js").SeatMap} SeatMap */
/** @typedef {import("./map.js").Hit} Hit */

const STEP = 1.8;

/**
 * @typedef {object} PageData
 * @property {string} event_id
 * @property {string} plan_url
 * @property {Record<string, number | null>} prices
 * @property {string} currency
 * @property {number} currency_exponent
 * @property {number} limit
 * @property {number} [hold_minutes] for how long a hold lasts, 10 unless given
 * @property {boolean} on_sale
 * @property {string} status
 * @property {{checkout: string, section: string, waiting: string}} urls
 * @property {Reservation | null} reservation
 */

/**
 * @typedef {object} Reservation
 * @property {string} reservation_id
 * @property {{seat_id: string, row: string | null, number: string | null, section: string, price: number}[]} seats
 * @property {string} expires_at
 * @property {string} [status] as the API gives it
 */

export class Shop {
  /**
   * @param {House} house
   * @param {SeatMap} map
   * @param {PageData} data
   */
  constructor(house, map, data) {
    this.house = house;
    this.map = map;
    this.data = data;
    this.details = new Details(data.event_id, house);
    this.notice = new Notice();
    this.holder = new Holder(this);
    this.card = new Card(this);
    this.lost = new LostSeats(this);
    this.voice = h("p", { class: "sm-hidden", "aria-live": "polite", role: "status" });
    this.line = h("p", { class: "sm-line", role: "status" });
  }

  get changing() {
    return this.data.reservation !== null && this.data.reservation !== undefined;
  }

  /** @param {HTMLElement} root */
  open(root) {
    const { map, data } = this;
    map.element.append(...toolsOf(map), this.line, this.card.element);
    const buys = data.on_sale && !this.changing;
    const side = h(
      "div",
      { class: "sm-side" },
      bannerPart(this),
      basketPart(this),
      buys && bestPart(this),
      buys && areasPart(this),
      legendPart(this),
    );
    root.append(side, this.voice);
    map.onTap = (hit, finger) => void this.tap(hit, finger);
    map.onHover = (hit, x, y) => this.card.hover(hit, x, y);
    map.onMove = () => this.card.leave();
    followKeys(this);
    follow(this.house, data.event_id, (line) => this.#showLine(line));
  }

  /** @param {import("./live.js").Line} line */
  #showLine(line) {
    const lost = line === "lost";
    this.map.element.classList.toggle("sm-old", lost);
    this.line.textContent = lost ? t("map-line-lost") : t("map-line-back");
    this.line.className = `sm-line sm-line-${line}`;
    if (!lost) {
      window.setTimeout(() => {
        if (this.line.className === "sm-line sm-line-live") this.line.textContent = "";
      }, 6000);
    }
  }

  /**
   * Says something to those who listen to the page.
   * @param {string} words
   */
  say(words) {
    // The same words twice are said twice only if the text changes in between.
    this.voice.textContent = "";
    requestAnimationFrame(() => {
      this.voice.textContent = words;
    });
  }

  /**
   * A tap, a click or a key on what is there.
   * @param {Hit} hit
   * @param {boolean} finger
   */
  tap({ kind, id }, finger) {
    if (kind === "section") {
      this.map.showSection(id);
      this.say(spokenSection(this.house, id));
    } else if (kind === "area") this.card.showArea(id);
    else {
      this.toggle(id);
      if (finger) this.card.show(id);
      else this.card.refresh();
    }
  }

  /**
   * Puts a seat into the basket or back.
   * @param {number} seat
   */
  toggle(seat) {
    const { house, details } = this;
    details.load(house.plan.section[seat]).catch(() => {});
    if (house.chosen.has(seat)) house.drop(seat);
    else if (this.mayChoose(seat)) house.choose(seat);
    this.say(spoken(house, details, seat));
  }

  /**
   * Whether one more seat may be chosen, saying why not.
   * @param {number} seat
   */
  mayChoose(seat) {
    const { house, data } = this;
    if (!data.on_sale || !house.isChoosable(seat)) return false;
    if (house.ours.has(seat) && !this.changing) return false;
    if (house.chosen.size < data.limit) return true;
    this.notice.show("info", tn("map-limit", data.limit));
    return false;
  }
}

/**
 * The buttons on the map: nearer, further, the whole house; and the words that explain the keys.
 * @param {SeatMap} map
 */
function toolsOf({ camera }) {
  const zoom = (/** @type {number} */ factor) => () => {
    const { size, target } = camera;
    const scale = camera.scale(target.scale * factor);
    camera.go(zoomed(target, scale, size.width / 2, size.height / 2));
  };
  return [
    h(
      "div",
      { class: "sm-tools", role: "group", "aria-label": t("map-tools") },
      button(t("map-zoom-in"), zoom(STEP), { icon: "plus" }),
      button(t("map-zoom-out"), zoom(1 / STEP), { icon: "minus" }),
      button(t("map-fit"), () => camera.go(camera.whole()), { icon: "fit" }),
    ),
    h("p", { id: "sm-how", class: "sm-hidden" }, t("map-how")),
  ];
}
