/**
 * Who sits where as far as this page knows: the status of each seat, what is chosen, what is ours,
 * what the legend hides, and how many are left where. Sorts the prices into levels and decides how each
 * seat looks (a small number); draws nothing and asks nobody.
 */

import { NO_CATEGORY } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {"status" | "chosen" | "filter"} Kind what changed */

/** Statuses as `/availability` numbers them. */
export const AVAILABLE = 0;
export const HELD = 1;
export const BOOKED = 2;
export const BLOCKED = 3;
/** @type {Record<string, number>} */
const STATUS = { available: AVAILABLE, held: HELD, booked: BOOKED, blocked: BLOCKED };


/** As many as there are colours and shapes. */
export const LEVELS = 8;
/** Not for sale: a category without a price. */
export const NO_LEVEL = 255;

/** How a seat looks: 0–7 free, by price level; then these; and from `FADED` on free but hidden. */
export const LOOK = { HELD: 8, BOOKED: 9, BLOCKED: 10, MINE: 11, FADED: 12, COUNT: 12 + LEVELS };
/** The look of a seat that is not free, by status. */
const LOOK_OF = [0, LOOK.HELD, LOOK.BOOKED, LOOK.BLOCKED];

/**
 * @typedef {object} Level
 * @property {number} highest
 * @property {number} lowest equal to `highest` unless several prices share the level
 * @property {string[]} categories names, dearest first
 */

/**
 * @typedef {object} Prices
 * @property {Level[]} levels
 * @property {Uint8Array} levelOf by category, `NO_LEVEL` where it has no price
 * @property {(number | null)[]} priceOf by category
 * @property {number[]} distinct all prices, dearest first
 */

/**
 * @param {{name: string}[]} categories
 * @param {Record<string, number | null>} byName
 * @returns {Prices}
 */
export function priceLevels(categories, byName) {
  const priceOf = categories.map(({ name }) => byName[name] ?? null);
  const distinct = [...new Set(priceOf)]
    .filter((price) => price !== null)
    .sort((a, b) => b - a);
  const count = Math.min(distinct.length, LEVELS);
  const levelAt = (/** @type {number} */ rank) => Math.floor((rank * count) / distinct.length);
  /** @type {Level[]} */
  const levels = Array.from({ length: count }, () => ({
    highest: -Infinity,
    lowest: Infinity,
    categories: [],
  }));
  distinct.forEach((price, rank) => {
    const level = levels[levelAt(rank)];
    level.highest = Math.max(level.highest, price);
    level.lowest = Math.min(level.lowest, price);
    categories.forEach(({ name }, category) => {
      if (priceOf[category] === price) level.categories.push(name);
    });
  });
  const levelOf = Uint8Array.from(priceOf, (price) =>
    price === null ? NO_LEVEL : levelAt(distinct.indexOf(price)),
  );
  return { levels, levelOf, priceOf, distinct };
}

export class House {
  /**
   * @param {Plan} plan
   * @param {Prices} prices
   */
  constructor(plan, prices) {
    this.plan = plan;
    this.prices = prices;
    /** Price level by seat. */
    this.level = new Uint8Array(plan.seatCount);
    this.status = new Uint8Array(plan.seatCount);
    this.look = new Uint8Array(plan.seatCount);
    /** Free seats by section and level. */
    this.left = new Int32Array(plan.sections.length * LEVELS);
    /** The version of the seat map that the statuses are of; -1 before the first. */
    this.version = -1;
    /** @type {Set<number>} Seats put into the basket, in that order. */
    this.chosen = new Set();
    /** @type {Set<number>} Seats that this buyer already holds. */
    this.ours = new Set();
    /** @type {Set<number>} Price levels that the legend hides. */
    this.hidden = new Set();
    /** @type {((kind: Kind, seats: number[]) => void)[]} */
    this.listeners = [];
    const levels = new Uint8Array(256).fill(NO_LEVEL);
    levels.set(prices.levelOf);
    for (let seat = 0; seat < plan.seatCount; seat += 1) {
      this.level[seat] = levels[plan.category[seat]];
    }
    this.#refresh();
  }

  /**
   * Calls back after every change with what kind it was and, for statuses, which seats.
   * @param {(kind: Kind, seats: number[]) => void} listener
   */
  listen(listener) {
    this.listeners.push(listener);
  }

  /**
   * Takes the whole availability: two bits a seat.
   * @param {Uint8Array} bytes
   * @param {number} version
   * @returns {boolean} whether it was news
   */
  load(bytes, version) {
    if (version < this.version) return false;
    this.version = version;
    const seats = [];
    const count = Math.min(this.plan.seatCount, bytes.length * 4);
    for (let seat = 0; seat < count; seat += 1) {
      const status = (bytes[seat >> 2] >> ((seat & 3) * 2)) & 3;
      if (status !== this.status[seat]) {
        this.status[seat] = status;
        seats.push(seat);
      }
    }
    this.#refresh();
    this.#tell("status", seats);
    return true;
  }

  /**
   * Takes some changes of the stream.
   * @param {[number, string][]} changes
   * @param {number} version
   * @returns {boolean} whether it was news
   */
  change(changes, version) {
    if (version <= this.version) return false;
    this.version = version;
    const seats = changes.flatMap(([seat, name]) =>
      this.#set(seat, STATUS[name] ?? BLOCKED) ? [seat] : [],
    );
    this.#tell("status", seats);
    return true;
  }

  /**
   * Takes a status for granted that the stream has not told yet.
   * @param {number[]} seats
   * @param {number} status
   */
  suppose(seats, status) {
    for (const seat of seats) this.#set(seat, status);
    this.#tell("status", seats);
  }

  /**
   * @param {number} seat
   * @param {number} status
   * @returns {boolean} whether that changed anything
   */
  #set(seat, status) {
    // A seat added since the plan was drawn is not on it.
    if (seat >= this.plan.seatCount || status === this.status[seat]) return false;
    this.#count(seat, -1);
    this.status[seat] = status;
    this.#count(seat, 1);
    this.look[seat] = this.#lookOf(seat);
    return true;
  }

  /** @param {number} seat */
  isOpen(seat) {
    return this.status[seat] === AVAILABLE && this.level[seat] !== NO_LEVEL;
  }

  /**
   * Whether it may be put into the basket (or stay there).
   * @param {number} seat
   */
  isChoosable(seat) {
    return this.isOpen(seat) || this.ours.has(seat);
  }

  /** @param {number} seat */
  price(seat) {
    const category = this.plan.category[seat];
    return category === NO_CATEGORY ? null : this.prices.priceOf[category];
  }

  /** @param {number[]} seats */
  choose(...seats) {
    this.#put(this.chosen, seats, true);
  }

  /** @param {number[]} seats */
  drop(...seats) {
    this.#put(this.chosen, seats, false);
  }

  /**
   * Says which seats this buyer already holds.
   * @param {number[]} seats
   */
  setOurs(seats) {
    const before = [...this.ours];
    this.ours = new Set(seats);
    for (const seat of [...before, ...seats]) this.look[seat] = this.#lookOf(seat);
    this.#tell("chosen", seats);
  }

  /**
   * Hides or shows a price level.
   * @param {number} level
   */
  toggle(level) {
    if (!this.hidden.delete(level)) this.hidden.add(level);
    this.#refresh();
    this.#tell("filter", []);
  }

  showAll() {
    this.hidden.clear();
    this.#refresh();
    this.#tell("filter", []);
  }

  /**
   * How many are left in a section at the levels that are shown, and the cheapest of those.
   * @param {number} section
   * @returns {{left: number, cheapest: number}} `cheapest` is a level, `NO_LEVEL` where none is left
   */
  leftIn(section) {
    let left = 0;
    let cheapest = NO_LEVEL;
    for (let level = 0; level < LEVELS; level += 1) {
      const count = this.left[section * LEVELS + level];
      if (count === 0 || this.hidden.has(level)) continue;
      left += count;
      cheapest = level;
    }
    return { left, cheapest };
  }

  /** @param {number} level */
  leftAt(level) {
    let left = 0;
    for (let at = level; at < this.left.length; at += LEVELS) left += this.left[at];
    return left;
  }

  /**
   * @param {Set<number>} set
   * @param {Iterable<number>} seats
   * @param {boolean} present
   */
  #put(set, seats, present) {
    for (const seat of seats) {
      if (present) set.add(seat);
      else set.delete(seat);
      this.look[seat] = this.#lookOf(seat);
    }
    this.#tell("chosen", [...seats]);
  }

  /** Works out all looks and counts. Written out, since it runs over every seat before the first picture. */
  #refresh() {
    const { status, level, look, left } = this;
    const { section, seatCount } = this.plan;
    const shown = Uint8Array.from({ length: 256 }, (_, at) => this.#freeLook(at));
    left.fill(0);
    for (let seat = 0; seat < seatCount; seat += 1) {
      const at = level[seat];
      if (status[seat] === AVAILABLE) {
        look[seat] = shown[at];
        if (at < LEVELS) left[section[seat] * LEVELS + at] += 1;
      } else look[seat] = LOOK_OF[status[seat]];
    }
    for (const seat of [...this.chosen, ...this.ours]) look[seat] = this.#lookOf(seat);
  }

  /** @param {number} level */
  #freeLook(level) {
    if (level >= LEVELS) return LOOK.BLOCKED;
    return this.hidden.has(level) ? LOOK.FADED + level : level;
  }

  /**
   * @param {number} seat
   * @param {number} by
   */
  #count(seat, by) {
    if (this.isOpen(seat)) this.left[this.plan.section[seat] * LEVELS + this.level[seat]] += by;
  }

  /** @param {number} seat */
  #lookOf(seat) {
    if (this.chosen.has(seat)) return LOOK.MINE;
    const status = this.status[seat];
    if (status === HELD) return this.ours.has(seat) ? LOOK.MINE : LOOK.HELD;
    if (status === BOOKED) return LOOK.BOOKED;
    return status === BLOCKED ? LOOK.BLOCKED : this.#freeLook(this.level[seat]);
  }

  /**
   * @param {Kind} kind
   * @param {number[]} seats
   */
  #tell(kind, seats) {
    for (const listener of this.listeners) listener(kind, seats);
  }
}
