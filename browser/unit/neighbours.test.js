/**
 * The nearest equal set for seats that went to somebody else.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { House, priceLevels } from "../../crates/web/static/map/house.js";
import { nearestEqual } from "../../crates/web/static/map/neighbours.js";
import { readPlan } from "../../crates/web/static/map/plan.js";
import { drawing } from "./houses.js";

/** @param {number[]} taken */
function house(taken) {
  const plan = readPlan(drawing({ sections: ["Stalls", "Circle"], rows: 4 }));
  const it = new House(plan, priceLevels(plan.categories, { Best: 9000, Good: 5000 }));
  it.change(taken.map((seat) => [seat, "held"]), 1);
  return it;
}

/** @param {number} from @param {number} to */
const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at);

test("the seat next to the one that is left is offered", () => {
  assert.deepEqual(nearestEqual(house([12]), [12, 13]), { seats: [13, 14], together: true });
});

test("seats across an aisle are not side by side", () => {
  const offer = nearestEqual(house([12, 13, 10, 11]), [13, 14]);
  assert.ok(offer?.together);
  assert.notDeepEqual(offer.seats, [14, 15]);
});

test("the same price comes before the row in front", () => {
  const offer = nearestEqual(house(range(10, 20)), [12, 13]);
  assert.deepEqual(offer?.seats, [22, 23]);
});

test("another section is the last resort", () => {
  const offer = nearestEqual(house(range(0, 40)), [12, 13]);
  assert.ok(offer?.seats.every((seat) => seat >= 50));
});

test("without enough side by side scattered seats are offered", () => {
  const taken = range(0, 80).filter((seat) => ![3, 20, 36].includes(seat));
  const offer = nearestEqual(house(taken), [12, 13]);
  assert.deepEqual(offer, { seats: [20, 36].sort(), together: false });
});

test("nothing is offered when too few are left", () => {
  assert.equal(nearestEqual(house(range(0, 79)), [12, 13]), null);
});
