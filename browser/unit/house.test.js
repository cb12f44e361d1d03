/**
 * Statuses, price levels, looks and counts of a house.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { House, LOOK, NO_LEVEL, priceLevels } from "../../crates/web/static/map/house.js";
import { readPlan } from "../../crates/web/static/map/plan.js";
import { drawing } from "./houses.js";

/** @param {Record<string, number | null>} [prices] */
function house(prices = { Best: 9000, Good: 5000 }) {
  const plan = readPlan(drawing({ sections: ["Stalls", "Circle"], rows: 2 }));
  return new House(plan, priceLevels(plan.categories, prices));
}

test("prices are sorted into levels, dearest first", () => {
  const { levels, levelOf } = priceLevels([{ name: "B" }, { name: "A" }, { name: "C" }], { A: 900, B: 500, C: 900 });
  assert.deepEqual(levels.map(({ highest }) => highest), [900, 500]);
  assert.deepEqual([...levelOf], [1, 0, 0]);
  assert.deepEqual(levels[0].categories, ["A", "C"]);
});

test("more than eight prices share eight levels", () => {
  const names = Array.from({ length: 19 }, (_, at) => ({ name: String(at) }));
  const { levels } = priceLevels(names, Object.fromEntries(names.map(({ name }) => [name, 1000 - Number(name)])));
  assert.equal(levels.length, 8);
  assert.equal(levels[0].highest, 1000);
  assert.equal(levels[7].lowest, 982);
  for (let at = 1; at < 8; at += 1) assert.ok(levels[at].highest < levels[at - 1].lowest);
});

test("two bits a seat are read by index", () => {
  const it = house();
  const bytes = new Uint8Array(10);
  bytes[0] = 0b11_10_01_00;
  assert.ok(it.load(bytes, 7));
  assert.deepEqual([...it.look.subarray(0, 4)], [0, LOOK.HELD, LOOK.BOOKED, LOOK.BLOCKED]);
  assert.deepEqual(it.leftIn(0), { left: 17, cheapest: 1 });
});

test("older versions are ignored", () => {
  const it = house();
  it.load(new Uint8Array(10), 5);
  assert.ok(!it.change([[0, "booked"]], 5));
  assert.ok(it.change([[0, "booked"]], 6));
  assert.ok(!it.load(new Uint8Array(10), 4));
  assert.equal(it.look[0], LOOK.BOOKED);
});

test("counts follow changes", () => {
  const it = house();
  it.load(new Uint8Array(10), 1);
  it.change([[0, "held"], [1, "held"], [0, "available"], [500, "held"]], 2);
  assert.equal(it.leftAt(0), 19);
  it.change([[1, "available"]], 3);
  assert.equal(it.leftAt(0), 20);
});

test("a chosen seat looks chosen whatever its status", () => {
  const it = house();
  it.choose(3);
  assert.equal(it.look[3], LOOK.MINE);
  it.change([[3, "held"]], 1);
  assert.ok(!it.isChoosable(3));
  it.drop(3);
  assert.equal(it.look[3], LOOK.HELD);
});

test("what this buyer holds is his to keep", () => {
  const it = house();
  it.change([[3, "held"]], 1);
  it.setOurs([3]);
  assert.ok(it.isChoosable(3));
  assert.equal(it.look[3], LOOK.MINE);
  it.setOurs([]);
  assert.equal(it.look[3], LOOK.HELD);
});

test("hidden prices fade and do not count as cheapest", () => {
  const it = house();
  it.toggle(1);
  assert.deepEqual(it.leftIn(0), { left: 10, cheapest: 0 });
  assert.equal(it.look[10], LOOK.FADED + 1);
  it.showAll();
  assert.equal(it.look[10], 1);
});

test("a category without a price is not for sale", () => {
  const it = house({ Best: 9000 });
  assert.equal(it.look[10], LOOK.BLOCKED);
  assert.equal(it.level[10], NO_LEVEL);
  assert.ok(!it.isChoosable(10));
});
