/**
 * When a chosen seat goes to somebody else: says so kindly and offers the nearest equal set, held by
 * one tap.
 */

import { money, t, tn } from "../texts.js";
import { HELD } from "./house.js";
import { nearestEqual } from "./neighbours.js";
import { seatPlace, together } from "./facts.js";

/** @typedef {import("./shop.js").Shop} Shop */

export class LostSeats {
  /** @param {Shop} shop */
  constructor(shop) {
    this.shop = shop;
    /** @type {{wanted: number[], lost: number[], seats: number[]} | null} What is offered now. */
    this.offer = null;
    shop.house.listen((kind) => {
      if (kind === "status") this.check();
    });
  }

  /** Looks whether chosen or offered seats have gone. */
  check() {
    const { house, holder } = this.shop;
    // What the stream says while we hold is most likely our own doing.
    if (holder.busy) return;
    const lost = [...house.chosen].filter((seat) => !house.isChoosable(seat));
    if (lost.length > 0) this.lose(lost);
    else if (this.offer?.seats.some((seat) => !house.isChoosable(seat))) this.#offer(this.offer);
  }

  /**
   * @param {number[]} lost chosen seats that somebody else has
   */
  lose(lost) {
    const { house, card } = this.shop;
    if (lost.length === 0) return;
    const before = this.offer;
    const wanted = before ? before.wanted : [...house.chosen];
    house.drop(...lost);
    // The stream may say so only a moment later; until then they must not be offered.
    house.suppose(lost, HELD);
    this.#offer({ wanted, lost: [...(before?.lost ?? []), ...lost] });
    card.refresh();
  }

  /** @param {{wanted: number[], lost: number[]}} what */
  #offer({ wanted, lost }) {
    const { house, notice, map } = this.shop;
    const found = nearestEqual(house, wanted);
    const names = lost.map((seat) => seatPlace(house, seat)).join("; ");
    const sorry = tn("map-lost", lost.length, { seats: names });
    if (!found) {
      notice.show("info", [sorry, t("map-lost-none")]);
      return;
    }
    const { seats } = found;
    const price = seats.reduce((sum, seat) => sum + (house.price(seat) ?? 0), 0);
    const facts = { seats: together(house, seats), price: money(price) };
    const words = found.together || seats.length === 1 ? "map-lost-offer" : "map-lost-offer-apart";
    notice.show("info", [sorry, t(words, facts)], [
      { words: tn("map-lost-take", seats.length), act: () => void this.#take(seats), main: true },
      { words: t("map-lost-keep"), act: () => notice.close() },
    ]);
    notice.onClose = () => {
      this.offer = null;
      map.offer([]);
    };
    this.offer = { wanted, lost, seats };
    map.offer(seats);
  }

  /** @param {number[]} seats */
  async #take(seats) {
    const { house, details, holder, changing, notice } = this.shop;
    /** @type {string[]} */
    let ids;
    try {
      ids = await details.ids(seats);
    } catch {
      notice.show("warn", t("map-problem-network"));
      return;
    }
    notice.close();
    house.drop(...house.chosen);
    house.choose(...seats);
    const problem = await (changing ? holder.exchange(ids) : holder.take({ seat_ids: ids }));
    if (problem?.slug === "seats-taken") {
      const taken = new Set(problem.body.seat_ids ?? []);
      this.lose(seats.filter((_, at) => taken.has(ids[at])));
    }
  }
}
