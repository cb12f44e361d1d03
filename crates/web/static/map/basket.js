/**
 * The basket: the chosen seats before they are held, what they cost together, and the button that
 * holds them. In change mode, the new set of the reservation.
 */

import { money, t, tn } from "../texts.js";
import { button, h } from "./dom.js";
import { seatName, sectionName } from "./facts.js";

/** @typedef {import("./shop.js").Shop} Shop */

/** @param {Shop} shop */
export function basketPart(shop) {
  const { house, data, details, holder } = shop;
  const list = h("ul", { class: "sm-chosen" });
  const empty = h("p", { class: "sm-soft" });
  const sum = h("p", { class: "sm-sum" });
  const go = button("", () => void hold(), { class: "sm-main sm-wide" });
  const title = h("h2", { id: "sm-basket-title", tabindex: "-1" });
  holder.attach(go);

  async function hold() {
    const seats = [...house.chosen];
    /** @type {string[]} */
    let ids;
    try {
      ids = await details.ids(seats);
    } catch (error) {
      shop.notice.show("warn", t("map-problem-network"));
      return;
    }
    const problem = await (shop.changing ? holder.exchange(ids) : holder.take({ seat_ids: ids }));
    if (problem?.slug === "seats-taken") {
      const taken = new Set(problem.body.seat_ids ?? []);
      shop.lost.lose(seats.filter((_, at) => taken.has(ids[at])));
    } else if (problem) shop.lost.check();
  }

  /** @param {number} seat */
  function line(seat) {
    const name = seatName(house, seat);
    const price = details.price(seat);
    const remove = () => {
      house.drop(seat);
      title.focus();
      shop.say(t("map-removed", { seat: name }));
    };
    return h(
      "li",
      {},
      h("span", { class: "sm-chosen-name" }, h("b", {}, name), h("span", {}, sectionName(house, seat))),
      h("span", { class: "sm-chosen-price" }, price === null ? "" : money(price)),
      button(t("map-remove-seat", { seat: name }), remove, { icon: "close" }),
    );
  }

  function update() {
    const seats = [...house.chosen];
    const total = seats.reduce((all, seat) => all + (details.price(seat) ?? 0), 0);
    list.replaceChildren(...seats.map(line));
    title.textContent = seats.length > 0 ? tn("map-basket", seats.length) : t("map-basket-empty");
    empty.textContent = data.on_sale ? tn("map-basket-how", data.limit) : closed(data.status);
    empty.hidden = seats.length > 0;
    sum.textContent = t("map-sum", { price: money(total) });
    sum.hidden = go.hidden = seats.length === 0;
    go.textContent = shop.changing
      ? t("map-update")
      : tn("map-hold", seats.length, { minutes: data.hold_minutes ?? 10 });
    part.classList.toggle("sm-filled", seats.length > 0);
  }

  const part = h(
    "section",
    { class: "sm-part sm-basket", "aria-labelledby": "sm-basket-title" },
    shop.notice.element,
    title,
    empty,
    list,
    h("div", { class: "sm-pay" }, sum, go),
  );
  house.listen((kind) => {
    if (kind === "chosen") update();
  });
  update();
  return part;
}

/**
 * Why nothing can be chosen.
 * @param {string} status
 */
function closed(status) {
  const known = ["scheduled", "sold_out", "sale_ended", "postponed", "cancelled"];
  return t(`map-closed-${known.includes(status) ? status.replace("_", "-") : "scheduled"}`);
}
