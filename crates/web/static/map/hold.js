/**
 * Holds seats: sends the wish once however often it must be repeated, says kindly what went wrong, and
 * goes on to the checkout. Tells a buyer who comes back what is still held.
 */

import { Problem, call, change, newKey, now, rememberHold, rememberedHold, sentence } from "../api.js";
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
    const queue = problem.slug === "admission-required" ? problem.body.queue_url : null;
    if (typeof queue === "string" && /^(\/(?!\/)|https?:)/.test(queue)) return location.assign(queue);
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

/**
 * A banner with the seats that are still held and the time left, to go on with or to let go. In change
 * mode, how long the hold that is being changed still lasts.
 * @param {Shop} shop
 */
export function bannerPart(shop) {
  const { data, house, details } = shop;
  const time = h("span", { class: "sm-clock", role: "timer" });
  const words = h("p", {});
  const link = h("a", { class: "sm-button sm-main" });
  const actions = h("div", { class: "sm-actions" }, link);
  const part = h("div", { class: "sm-part sm-banner" }, words, actions);
  part.hidden = true;
  /** @type {{id: string, expires: number, seats: number} | null} */
  let held = null;

  /** @param {import("./shop.js").Reservation} reservation */
  function show(reservation) {
    const id = reservation.reservation_id;
    held = { id, expires: Date.parse(reservation.expires_at), seats: reservation.seats.length };
    const key = shop.changing ? "map-changing" : "map-holding";
    words.replaceChildren(tn(key, held.seats), " ", time);
    link.href = data.urls.checkout + encodeURIComponent(id);
    link.textContent = shop.changing ? t("map-changing-back") : t("map-holding-continue");
    part.hidden = false;
    tick();
  }

  function tick() {
    if (!held) return;
    const left = held.expires - now();
    const line = t("map-time-left", { time: clock(left) });
    if (time.textContent !== line) time.textContent = line;
    if (left > 0) return;
    held = null;
    shop.house.setOurs([]);
    part.hidden = true;
    rememberHold(data.event_id, null);
    shop.notice.show("info", t("map-hold-over"));
  }

  /** @param {import("./shop.js").Reservation} reservation */
  async function mark(reservation) {
    const seats = await details.indexes(reservation.seats);
    house.setOurs(seats);
    if (shop.changing) house.choose(...seats);
    else house.drop(...seats);
  }

  /** Looks whether this browser holds seats; the server knows. */
  async function look() {
    const remembered = rememberedHold(data.event_id);
    if (!remembered) return forget();
    try {
      const path = `/v1/reservations/${encodeURIComponent(remembered.reservation_id)}`;
      const reservation = await call("GET", path);
      if (reservation.status !== "held" && reservation.status !== "paying") return forget();
      show(reservation);
      await mark(reservation);
    } catch {
      forget();
    }
  }

  function forget() {
    held = null;
    part.hidden = true;
    if (house.ours.size > 0) house.setOurs([]);
  }

  async function letGo() {
    if (!held) return;
    try {
      await call("DELETE", `/v1/reservations/${encodeURIComponent(held.id)}`);
      rememberHold(data.event_id, null);
      forget();
      shop.notice.show("info", t("map-let-go-done"));
    } catch (error) {
      shop.notice.show("warn", sentence(error));
    }
  }

  window.setInterval(tick, 500);
  if (data.reservation) {
    show(data.reservation);
    mark(data.reservation).catch(() => shop.notice.show("warn", t("map-problem-network")));
  } else {
    actions.append(button(t("map-holding-let-go"), () => void letGo()));
    void look();
    // Another tab may hold or let go; and this one may come back as it was left.
    window.addEventListener("storage", (event) => {
      if (event.key?.startsWith("boxoffice-hold:")) void look();
    });
    window.addEventListener("pageshow", (shown) => shown.persisted && void look());
  }
  return part;
}
