/**
 * What is known of seats beyond the plan, and saying it in words: for the card, the basket and the
 * screen reader alike. Ids, notes and exact prices are loaded a section at a time.
 */

import { call } from "../api.js";
import { hasText, money, t, tn } from "../texts.js";
import { AVAILABLE, BOOKED, HELD, NO_LEVEL } from "./house.js";
import { seatNumber } from "./plan.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {{section?: string, label?: string | null, row: string | null, number: string | null}} Place */
/** @typedef {{seat_id: string, index: number, price: number | null, note?: string, attributes?: string[]}} Detail */

export class Details {
  /**
   * @param {string} event
   * @param {House} house
   */
  constructor(event, house) {
    this.event = event;
    this.house = house;
    /** @type {Map<number, Detail>} */
    this.bySeat = new Map();
    /** @type {Map<number, Promise<void>>} */
    this.sections = new Map();
  }

  /**
   * Loads a section unless it is there or on its way.
   * @param {number} section
   * @returns {Promise<void>}
   */
  load(section) {
    let loading = this.sections.get(section);
    if (!loading) {
      loading = this.#fetch(section).catch((error) => {
        // The next one who asks tries again.
        this.sections.delete(section);
        throw error;
      });
      this.sections.set(section, loading);
    }
    return loading;
  }

  /** @param {number} section */
  async #fetch(section) {
    const { name } = this.house.plan.sections[section];
    const path = `/v1/events/${encodeURIComponent(this.event)}/seats?section=${encodeURIComponent(name)}`;
    /** @type {Detail[]} */
    const seats = await call("GET", path);
    for (const { index, seat_id, price, note, attributes } of seats) {
      this.bySeat.set(index, { index, seat_id, price, note, attributes });
    }
  }

  /**
   * The ids of seats, loading what is missing.
   * @param {number[]} seats
   * @returns {Promise<string[]>}
   */
  async ids(seats) {
    const sections = new Set(seats.map((seat) => this.house.plan.section[seat]));
    await Promise.all([...sections].map((section) => this.load(section)));
    return seats.map((seat) => this.bySeat.get(seat)?.seat_id ?? "");
  }

  /**
   * The indexes of seats given by id and section.
   * @param {{seat_id: string, section: string}[]} seats
   * @returns {Promise<number[]>} without those that are not on the plan
   */
  async indexes(seats) {
    const names = new Set(seats.map(({ section }) => section));
    const { sections } = this.house.plan;
    const ids = sections.flatMap(({ name }, id) => (names.has(name) ? [id] : []));
    await Promise.all(ids.map((id) => this.load(id)));
    const wanted = new Map(seats.map(({ seat_id }) => [seat_id, -1]));
    for (const { seat_id, index } of this.bySeat.values()) {
      if (wanted.has(seat_id)) wanted.set(seat_id, index);
    }
    return [...wanted.values()].filter((index) => index >= 0);
  }

  /**
   * The price of a seat as far as known.
   * @param {number} seat
   */
  price(seat) {
    return this.bySeat.get(seat)?.price ?? this.house.price(seat);
  }
}

/**
 * “row C, seat 12”, “table 3, seat 2”, or what of it there is, as it stands in a sentence.
 * @param {Place} place
 */
export function placeName({ label, row, number }) {
  const rowName = row === null ? null : rowNamed(label ?? null, row);
  const seatName = number === null ? null : t("map-seat-number", { number });
  const both = rowName && seatName && t("map-row-and-seat", { row: rowName, seat: seatName });
  return both || rowName || seatName || t("map-place");
}

/**
 * What houses call their rows comes in the house's language: the usual words are known in ours.
 * @param {string | null} label
 * @param {string} row
 */
function rowNamed(label, row) {
  const key = `map-row-${(label ?? "row").toLowerCase()}`;
  return hasText(key) ? t(key, { row }) : `${label} ${row}`;
}

/**
 * Where a seat is, as it stands in a sentence.
 * @param {House} house
 * @param {number} seat
 */
export function seatPlace({ plan }, seat) {
  const row = plan.rows[plan.row[seat]];
  return placeName({ label: row?.label, row: row?.number ?? null, number: seatNumber(plan, seat) });
}

/**
 * Where a seat is, as it stands alone.
 * @param {House} house
 * @param {number} seat
 */
export function seatName(house, seat) {
  const place = seatPlace(house, seat);
  return place.charAt(0).toUpperCase() + place.slice(1);
}

/**
 * @param {House} house
 * @param {number} seat
 */
export function sectionName({ plan }, seat) {
  return plan.sections[plan.section[seat]].name;
}

/**
 * How a seat stands for this buyer.
 * @param {House} house
 * @param {number} seat
 */
export function standing(house, seat) {
  if (house.chosen.has(seat)) return t("map-status-chosen");
  if (house.ours.has(seat)) return t("map-status-ours");
  const status = house.status[seat];
  if (status === HELD) return t("map-status-held");
  if (status === BOOKED) return t("map-status-booked");
  if (status !== AVAILABLE || house.level[seat] === NO_LEVEL) return t("map-status-blocked");
  return t("map-status-available");
}

/**
 * All about a seat in one sentence, to be heard.
 * @param {House} house
 * @param {Details} details
 * @param {number} seat
 */
export function spoken(house, details, seat) {
  const price = details.price(seat);
  const parts = [
    sectionName(house, seat),
    seatPlace(house, seat),
    price === null ? null : money(price),
    standing(house, seat),
    details.bySeat.get(seat)?.note,
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * A section or area in one sentence.
 * @param {House} house
 * @param {number} section
 */
export function spokenSection(house, section) {
  const { name } = house.plan.sections[section];
  const { left, cheapest } = house.leftIn(section);
  if (cheapest === NO_LEVEL) return t("map-section-none", { section: name });
  const price = money(house.prices.levels[cheapest].lowest);
  return `${name}, ${t("map-block-from", { price })}, ${tn("map-block-left", left)}`;
}

/**
 * Several seats in few words: “Stalls, row C, seats 11, 12”.
 * @param {House} house
 * @param {number[]} seats
 */
export function together(house, seats) {
  const { plan } = house;
  const sameRow = seats.every((seat) => plan.row[seat] === plan.row[seats[0]]);
  const numbers = seats.map((seat) => seatNumber(plan, seat));
  if (seats.length < 2 || !sameRow || numbers.includes(null)) {
    return seats.map((seat) => `${sectionName(house, seat)}, ${seatPlace(house, seat)}`).join("; ");
  }
  const row = plan.rows[plan.row[seats[0]]];
  const rowName = row.number === null ? null : rowNamed(row.label, row.number);
  const list = t("map-seats-numbers", { numbers: numbers.join(", ") });
  return [sectionName(house, seats[0]), rowName, list].filter(Boolean).join(", ");
}

/**
 * Minutes and seconds until a time, as a clock shows them.
 * @param {number} milliseconds
 */
export function clock(milliseconds) {
  const seconds = Math.max(Math.ceil(milliseconds / 1000), 0);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
