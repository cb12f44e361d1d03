/**
 * Holds seats: sends the wish once however often it must be repeated, says kindly what went wrong, and
 * goes on to the checkout. Tells a buyer who comes back what is still held.
 */

import { Problem, call, change, forgetHold, newKey, now, rememberHold, rememberedHolds, sentence } from "../api.js";
import { t, tn } from "../texts.js";
import { button, h } from "./dom.js";
import { clock } from "./facts.js";

/** @typedef {import("./shop.js").Shop} Shop */

export class Holder {
  /** @param {Shop} shop */
  constructor(shop) {
    this.shop = shop;
    this.busy = false;
    /** The wish under way and its key: repeated by hand, it is still the same wish. */
    this.wish = { body: "", key: "" };
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.held = false;
    window.addEventListener("pageshow", (shown) => shown.persisted && this.#comeBack());
  }

  /**
   * A button that waits while something is being held.
   * @param {HTMLButtonElement} button
   */
  attach(button) {
    this.buttons.push(button);
  }

  /**
   * Holds what is wished for and goes on to the checkout.
   * @param {{seat_ids: string[]} | {best_available: Record<string, unknown>}} wish
   * @returns {Promise<Problem | null>} the problem, which was already said unless it is one that
   *   only the caller can explain: `not-enough-together` and `seats-taken`
   */
  take(wish) {
    const { event_id } = this.shop.data;
    return this.#send("POST", "/v1/reservations", { event_id, ...wish });
  }

  /**
   * Changes the seats of the reservation that the page was opened with.
   * @param {string[]} seat_ids
   */
  exchange(seat_ids) {
    const id = encodeURIComponent(this.shop.data.reservation?.reservation_id ?? "");
    return this.#send("PUT", `/v1/reservations/${id}/seats`, { seat_ids });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} body
   */
  async #send(method, path, body) {
    if (this.busy) return null;
    this.#work();
    const text = JSON.stringify([method, path, body]);
    if (this.wish.body !== text) this.wish = { body: text, key: newKey() };
    try {
      const onWait = () => this.shop.notice.show("info", t("map-waiting"));
      const held = await change(method, path, body, { key: this.wish.key, onWait });
      this.#done(held);
      return null;
    } catch (error) {
      this.#rest();
      const problem = error instanceof Problem ? error : new Problem(0, null);
      // What may have happened is asked for again under the same key, whatever else is said.
      if (!["network", "outcome-unknown"].includes(problem.slug)) this.wish.body = "";
      this.#explain(problem);
      return problem;
    }
  }

  /** @param {import("./shop.js").Reservation} held */
  #done(held) {
    const { data } = this.shop;
    this.wish.body = "";
    this.held = true;
    rememberHold(data.event_id, held);
    this.shop.say(t("map-held-going-on"));
    location.assign(data.urls.checkout + encodeURIComponent(held.reservation_id));
  }

  /** @param {Problem} problem */
  #explain(problem) {
    const { shop } = this;
    if (problem.slug === "not-enough-together" || problem.slug === "seats-taken") {
      shop.notice.close();
      return;
    }
    if (problem.slug === "admission-required") return location.assign(shop.data.urls.waiting);
    shop.notice.show(problem.status >= 500 || problem.status === 0 ? "warn" : "info", sentence(problem));
  }

  /** Back from the checkout the page may stand as it was left: what was chosen is held by now. */
  #comeBack() {
    if (this.held && this.shop.changing) return location.reload();
    if (this.held) this.shop.house.drop(...this.shop.house.chosen);
    this.held = false;
    this.#rest();
  }

  #work() {
    this.busy = true;
    for (const button of this.buttons) button.setAttribute("aria-busy", "true");
  }

  #rest() {
    this.busy = false;
    for (const button of this.buttons) button.removeAttribute("aria-busy");
  }
}

/** @typedef {import("./shop.js").Reservation} Reservation */

/**
 * A banner with the seats that are still held and the time left, to go on with, to change or to let
 * go; holds made before lead on, too. In change mode, how long the hold that is being changed lasts.
 * @param {Shop} shop
 */
export function bannerPart(shop) {
  const { data, house, details } = shop;
  const time = h("span", { class: "sm-clock", role: "timer" });
  const words = h("p", {});
  const actions = h("div", { class: "sm-actions" });
  const others = h("ul", { class: "sm-others" });
  const part = h("div", { class: "sm-part sm-banner" }, words, actions, others);
  /** @type {Reservation[]} The newest first. */
  let held = [];

  function show() {
    const [newest, ...older] = held;
    part.hidden = !newest;
    others.hidden = older.length === 0;
    if (!newest) return;
    const key = shop.changing ? "map-changing" : "map-holding";
    words.replaceChildren(tn(key, newest.seats.length), " ", time);
    actions.replaceChildren(...(shop.changing ? [back(newest)] : choices(newest)));
    others.replaceChildren(...older.map((one) => h("li", {}, also(one))));
    tick();
  }

  /** @param {Reservation} one */
  function address(one) {
    return data.urls.checkout + encodeURIComponent(one.reservation_id);
  }

  /** @param {Reservation} one */
  function back(one) {
    return h("a", { class: "sm-button sm-main", href: address(one) }, t("map-changing-back"));
  }

  /** @param {Reservation} one */
  function choices(one) {
    const on = { class: "sm-button sm-main", href: address(one) };
    const change = { class: "sm-button", href: `${address(one)}/seats` };
    return [
      h("a", on, t("map-holding-continue")),
      ...(one.status === "held" ? [h("a", change, t("map-holding-change"))] : []),
      button(t("map-holding-let-go"), () => void letGo(one)),
    ];
  }

  /** @param {Reservation} one */
  function also(one) {
    return h("a", { href: address(one) }, tn("map-holding-also", one.seats.length));
  }

  function tick() {
    const over = held.filter((one) => Date.parse(one.expires_at) <= now());
    if (over.length > 0) {
      shop.notice.show("info", t("map-hold-over"));
      drop(over);
      return;
    }
    if (!held[0]) return;
    const line = t("map-time-left", { time: clock(Date.parse(held[0].expires_at) - now()) });
    if (time.textContent !== line) time.textContent = line;
  }

  /** @param {Reservation[]} gone */
  function drop(gone) {
    for (const one of gone) forgetHold(data.event_id, one.reservation_id);
    held = held.filter((one) => !gone.includes(one));
    mark().catch(() => undefined);
    show();
  }

  /** Shows on the map which seats are held. */
  async function mark() {
    const of = held;
    const seats = of.length > 0 ? await details.indexes(of.flatMap((one) => one.seats)) : [];
    if (of !== held) return;
    if (seats.length > 0 || house.ours.size > 0) house.setOurs(seats);
    if (seats.length === 0) return;
    if (shop.changing) house.choose(...seats);
    else house.drop(...seats);
  }

  /** Looks what this browser holds; the server knows. */
  async function look() {
    const remembered = rememberedHolds(data.event_id);
    const asked = await Promise.all(remembered.map(({ reservation_id: id }) => ask(id)));
    held = asked.flatMap((one) => one ?? []);
    show();
    await mark();
  }

  /**
   * @param {string} id
   * @returns {Promise<Reservation | null>}
   */
  async function ask(id) {
    try {
      const one = await call("GET", `/v1/reservations/${encodeURIComponent(id)}`);
      if (one.status === "held" || one.status === "paying") return one;
      forgetHold(data.event_id, id);
    } catch {
      // What cannot be asked for now may be there later.
    }
    return null;
  }

  /** @param {Reservation} one */
  async function letGo(one) {
    try {
      await call("DELETE", `/v1/reservations/${encodeURIComponent(one.reservation_id)}`);
      drop([one]);
      shop.notice.show("info", t("map-let-go-done"));
    } catch (error) {
      shop.notice.show("warn", sentence(error));
    }
  }

  const lookQuietly = () => void look().catch(() => undefined);
  window.setInterval(tick, 500);
  if (data.reservation) {
    held = [data.reservation];
    mark().catch(() => shop.notice.show("warn", t("map-problem-network")));
  } else {
    lookQuietly();
    // Another tab may hold or let go; and this one may come back as it was left.
    window.addEventListener("storage", (event) => {
      if (event.key === `boxoffice-hold:${data.event_id}`) lookQuietly();
    });
    window.addEventListener("pageshow", (shown) => shown.persisted && lookQuietly());
  }
  show();
  return part;
}
