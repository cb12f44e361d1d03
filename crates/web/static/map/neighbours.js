/**
 * The nearest equal set: as many seats as were lost, side by side, near where they were and at a
 * like price. Worked out from the plan and what is free now; asks nobody.
 */

import { distance, seatsOf } from "./plan.js";

/** @typedef {import("./house.js").House} House */

/** @typedef {{seats: number[], together: boolean}} Offer */

/** What another section costs, in seats' widths of distance. */
const OTHER_SECTION = 12;
/** What twice the price, or none of it, costs; a little more or less costs its part. */
const OTHER_PRICE = 120;

/**
 * @param {House} house
 * @param {number[]} wanted the seats as they were chosen, lost ones and kept ones
 * @returns {Offer | null} null where not even scattered seats are left
 */
export function nearestEqual(house, wanted) {
  const like = likeness(house, wanted);
  const together = bestTogether(house, wanted.length, like);
  if (together) return { seats: together, together: wanted.length > 1 };
  const apart = bestApart(house, wanted.length, like);
  return apart && { seats: apart, together: false };
}

/**
 * How unlike the wanted seats a seat is: 0 is as good as the same.
 * @param {House} house
 * @param {number[]} wanted
 * @returns {(seat: number) => number}
 */
function likeness({ plan, prices }, wanted) {
  const priceOf = (/** @type {number} */ seat) => prices.priceOf[plan.category[seat]] ?? 0;
  const price = wanted.reduce((sum, seat) => sum + priceOf(seat), 0) / wanted.length;
  const sections = new Set(wanted.map((seat) => plan.section[seat]));
  return (seat) => {
    const away = Math.min(...wanted.map((other) => distance(plan, seat, other))) / plan.pitch;
    const elsewhere = sections.has(plan.section[seat]) ? 0 : OTHER_SECTION;
    const dearer = (OTHER_PRICE * Math.abs(priceOf(seat) - price)) / Math.max(price, 1);
    return away + elsewhere + dearer;
  };
}

/**
 * The window of a row with the least unlikeness.
 * @param {House} house
 * @param {number} count
 * @param {(seat: number) => number} like
 * @returns {number[] | null}
 */
function bestTogether(house, count, like) {
  /** @type {number[] | null} */
  let best = null;
  let least = Infinity;
  for (const row of house.plan.rows) {
    if (row.count < count) continue;
    for (const free of freeStretches(house, row, count)) {
      const costs = free.map(like);
      for (let from = 0; from + count <= free.length; from += 1) {
        let cost = 0;
        for (let at = from; at < from + count; at += 1) cost += costs[at];
        if (cost < least) [best, least] = [free.slice(from, from + count), cost];
      }
    }
  }
  return best;
}

/**
 * @param {House} house
 * @param {import("./plan.js").Row} row
 * @param {number} count
 * @returns {number[][]} stretches of at least so many seats, all to be had
 */
function freeStretches(house, row, count) {
  /** @type {number[][]} */
  const found = [];
  for (const stretch of stretches(house.plan, row)) {
    /** @type {number[]} */
    let free = [];
    for (const seat of [...stretch, -1]) {
      if (seat >= 0 && house.isChoosable(seat)) {
        free.push(seat);
        continue;
      }
      if (free.length >= count) found.push(free);
      free = [];
    }
  }
  return found;
}

/**
 * @param {House} house
 * @param {number} count
 * @param {(seat: number) => number} like
 * @returns {number[] | null}
 */
function bestApart(house, count, like) {
  const free = [];
  for (let seat = 0; seat < house.plan.seatCount; seat += 1) {
    const placed = house.plan.x[seat] === house.plan.x[seat];
    if (placed && house.isChoosable(seat)) free.push({ seat, cost: like(seat) });
  }
  if (free.length < count) return null;
  free.sort((a, b) => a.cost - b.cost);
  return free.slice(0, count).map(({ seat }) => seat);
}

/**
 * The stretches of a row whose seats stand side by side: two seats further apart than twice the
 * row's usual distance have an aisle between them, as the server sees it too.
 * @param {import("./plan.js").Plan} plan
 * @param {import("./plan.js").Row} row
 * @returns {number[][]}
 */
export function stretches(plan, row) {
  const seats = seatsOf(row);
  const steps = seats.slice(1).map((seat, place) => distance(plan, seats[place], seat));
  const sorted = [...steps].sort((a, b) => a - b);
  const usual = sorted[(sorted.length - 1) >> 1] ?? 0;
  const limit = usual > 0 ? 2 * usual : Infinity;
  /** @type {number[][]} */
  const found = [];
  seats.forEach((seat, place) => {
    if (place === 0 || steps[place - 1] > limit) found.push([]);
    found[found.length - 1].push(seat);
  });
  return found;
}
