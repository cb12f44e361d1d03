/**
 * The small card that tells about what is pointed at: beside the mouse, or at the bottom of the map
 * after a tap, then with a button.
 */

import { money, t, tn } from "../texts.js";
import { button, h } from "./dom.js";
import { LOOK, NO_LEVEL } from "./house.js";
import { markOf } from "./legend.js";
import { seatName, sectionName, standing } from "./facts.js";

/** @typedef {import("./shop.js").Shop} Shop */
/** @typedef {import("./map.js").Hit} Hit */

/** A glance while passing loads nothing. */
const LINGER = 150;

export class Card {
  /** @param {Shop} shop */
  constructor(shop) {
    this.shop = shop;
    this.element = h("div", { class: "sm-card" });
    this.element.hidden = true;
    /** @type {Hit | null} */
    this.hit = null;
    this.pinned = false;
    this.linger = 0;
    shop.house.listen((kind) => {
      if (kind !== "filter") this.refresh();
    });
  }

  /**
   * @param {Hit | null} hit
   * @param {number} x
   * @param {number} y
   */
  hover(hit, x, y) {
    if (this.pinned && !hit) return;
    window.clearTimeout(this.linger);
    this.pinned = false;
    if (!hit) return this.#hide();
    const other = hit.kind !== this.hit?.kind || hit.id !== this.hit.id;
    this.hit = hit;
    if (other) this.refresh();
    this.element.hidden = false;
    this.#place(x, y);
    if (hit.kind === "seat") this.linger = window.setTimeout(() => this.#learn(hit.id), LINGER);
  }

  /**
   * Shows a seat at the bottom of the map until something else is done.
   * @param {number} seat
   */
  show(seat) {
    this.#pin({ kind: "seat", id: seat });
    this.#learn(seat);
  }

  /** @param {number} section */
  showArea(section) {
    this.#pin({ kind: "area", id: section });
  }

  leave() {
    if (!this.pinned) this.#hide();
  }

  close() {
    this.#hide();
  }

  /** Draws the card anew: what it tells may have changed. */
  refresh() {
    const { hit } = this;
    if (!hit) return;
    this.element.classList.toggle("sm-pinned", this.pinned);
    this.element.setAttribute("aria-hidden", String(!this.pinned));
    this.element.replaceChildren(...(hit.kind === "seat" ? this.#seat(hit.id) : this.#section(hit.id)));
    if (this.pinned) {
      const close = () => this.#hide();
      this.element.append(button(t("map-close"), close, { icon: "close", class: "sm-close" }));
    }
  }

  /** @param {Hit} hit */
  #pin(hit) {
    this.hit = hit;
    this.pinned = true;
    this.element.hidden = false;
    this.element.style.transform = "";
    this.refresh();
  }

  #hide() {
    this.hit = null;
    this.pinned = false;
    this.element.hidden = true;
  }

  /** @param {number} seat */
  #learn(seat) {
    const { details, house } = this.shop;
    details.load(house.plan.section[seat]).then(
      () => this.refresh(),
      () => {},
    );
  }

  /** @param {number} seat */
  #seat(seat) {
    const { house, details } = this.shop;
    const price = details.price(seat);
    const look = house.look[seat];
    const note = details.bySeat.get(seat)?.note;
    const line = price === null ? standing(house, seat) : `${money(price)} · ${standing(house, seat)}`;
    return [
      h("p", { class: "sm-card-section" }, sectionName(house, seat)),
      h("p", { class: "sm-card-name" }, seatName(house, seat)),
      h("p", { class: "sm-card-price" }, markOf(this.shop, look >= LOOK.FADED ? look - LOOK.FADED : look), line),
      note && h("p", { class: "sm-card-note" }, note),
      this.pinned && this.#choose(seat),
    ].filter((part) => part instanceof Node);
  }

  /** @param {number} seat */
  #choose(seat) {
    const { shop } = this;
    const chosen = shop.house.chosen.has(seat);
    if (!chosen && (!shop.data.on_sale || !shop.house.isOpen(seat))) return null;
    const act = () => shop.toggle(seat);
    return button(chosen ? t("map-remove") : t("map-choose"), act, { class: chosen ? "" : "sm-main" });
  }

  /** @param {number} section */
  #section(section) {
    const { house } = this.shop;
    const { left, cheapest } = house.leftIn(section);
    const area = house.plan.sections[section].area;
    const facts =
      cheapest === NO_LEVEL
        ? [t("map-block-none")]
        : [
            markOf(this.shop, cheapest),
            `${t("map-block-from", { price: money(house.prices.levels[cheapest].lowest) })} · ${tn("map-block-left", left)}`,
          ];
    const jump = () => this.#jump(section);
    return [
      h("p", { class: "sm-card-name" }, house.plan.sections[section].name),
      h("p", { class: "sm-card-price" }, ...facts),
      h("p", { class: "sm-card-note" }, area ? t("map-area-how") : t("map-section-how")),
      this.pinned && area && cheapest !== NO_LEVEL ? button(t("map-area-choose"), jump, { class: "sm-main" }) : null,
    ].filter((part) => part instanceof Node);
  }

  /**
   * To where places of the area are chosen by number.
   * @param {number} section
   */
  #jump(section) {
    const part = document.getElementById(`sm-area-${section}`);
    part?.scrollIntoView({ block: "center", behavior: this.shop.map.camera.calm.matches ? "auto" : "smooth" });
    part?.querySelector("button")?.focus({ preventScroll: true });
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #place(x, y) {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { size } = this.shop.map;
    const left = Math.min(Math.max(x + 16, 8), size.width - width - 8);
    const above = y - height - 14;
    const top = above < 8 ? y + 20 : above;
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
