/**
 * The view's arithmetic and finding seats by where they are.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Grid, between, fit, kept, sight, toPlan, toScreen, zoomed } from "../../crates/web/static/map/geometry.js";
import { readPlan } from "../../crates/web/static/map/plan.js";
import { drawing } from "./houses.js";

const SIZE = { width: 400, height: 300 };
const HOUSE = { left: 0, top: 0, right: 1000, bottom: 1000 };

/**
 * @param {number[]} one
 * @param {number[]} other
 */
function near(one, other) {
  one.forEach((value, at) => assert.ok(Math.abs(value - other[at]) < 1e-6, `${one} is not ${other}`));
}

test("the whole house fits in the middle", () => {
  const view = fit(HOUSE, SIZE, 50);
  near(toScreen(view, 0, 0), [100, 50]);
  near(toScreen(view, 1000, 1000), [300, 250]);
});

test("zooming keeps what is under the finger", () => {
  const view = fit(HOUSE, SIZE);
  const before = toPlan(view, 120, 80);
  near(toPlan(zoomed(view, view.scale * 3, 120, 80), 120, 80), before);
});

test("the house cannot be pushed off the screen", () => {
  const far = { scale: 2, x: 5000, y: -9000 };
  const seen = sight(kept(far, HOUSE, SIZE), SIZE);
  assert.ok(seen.left < 1000 && seen.right > 0 && seen.top < 1000 && seen.bottom > 0);
});

test("a house that fits stays in the middle", () => {
  near(toScreen(kept({ scale: 0.1, x: 0, y: 0 }, HOUSE, SIZE), 500, 500), [200, 150]);
});

test("travel begins and ends where it should", () => {
  const from = fit(HOUSE, SIZE);
  const to = { scale: 3, x: -700, y: -200 };
  for (const [part, view] of /** @type {const} */ ([[0, from], [1, to]])) {
    const on = between(from, to, part, SIZE);
    near([on.scale, on.x, on.y], [view.scale, view.x, view.y]);
  }
  near([between(from, { ...from, x: 50 }, 0.5, SIZE).x], [(from.x + 50) / 2]);
});

test("the nearest seat is found, and none beyond reach", () => {
  const grid = new Grid(readPlan(drawing({ sections: ["Stalls"], rows: 5 })));
  assert.equal(grid.nearest(210, 390, 100), 21);
  assert.equal(grid.nearest(1100, 0, 100), -1);
  assert.equal(grid.nearest(210, 390, 300, (seat) => seat !== 21), 11);
});

test("arrows stay in the row and cross the aisle", () => {
  const plan = readPlan(drawing({ sections: ["Stalls"], rows: 5 }));
  const grid = new Grid(plan);
  const step = (/** @type {number} */ seat, /** @type {number} */ dx, /** @type {number} */ dy) =>
    grid.inDirection(plan.x[seat], plan.y[seat], dx, dy);
  assert.equal(step(24, 1, 0), 25);
  assert.equal(step(24, 0, -1), 14);
  assert.equal(step(20, -1, 0), -1);
});

test("every seat in sight is visited once", () => {
  const plan = readPlan(drawing({ sections: ["Stalls", "Circle"], rows: 9 }));
  const grid = new Grid(plan);
  /** @type {number[]} */
  const seen = [];
  grid.within(plan.bounds, (from, to) => seen.push(...grid.seats.subarray(from, to)));
  assert.deepEqual(seen.sort((a, b) => a - b), Array.from({ length: 180 }, (_, seat) => seat));
});
