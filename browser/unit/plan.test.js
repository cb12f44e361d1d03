/**
 * Reading a drawing: where seats stand, what they are called, which stand side by side.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { outlineOf, contains, widened } from "../../crates/web/static/map/outline.js";
import { stretches } from "../../crates/web/static/map/neighbours.js";
import { NO_CATEGORY, NO_ROW, readPlan, seatNumber } from "../../crates/web/static/map/plan.js";
import { drawing } from "./houses.js";

test("steps from seat to seat add up to places", () => {
  const plan = readPlan(drawing({ sections: ["Stalls"], rows: 2 }));
  assert.equal(plan.seatCount, 20);
  assert.deepEqual([plan.x[4], plan.x[5], plan.y[15]], [800, 1400, 200]);
  assert.deepEqual([plan.row[15], plan.place[15]], [1, 5]);
  assert.equal(plan.pitch, 200);
});

test("numbers come from a progression or a list", () => {
  const drawn = drawing({ sections: ["Stalls"], rows: 2 });
  drawn.rows[0].numbers = { from: 19, step: -2 };
  const names = ["A", null, "C", "D", "E", "F", "G", "H", "J", "K"];
  const plan = readPlan({ ...drawn, rows: [drawn.rows[0], { ...drawn.rows[1], numbers: names }] });
  assert.equal(seatNumber(plan, 1), "17");
  assert.equal(seatNumber(plan, 10), "A");
  assert.equal(seatNumber(plan, 11), null);
});

test("a row in two runs keeps its order", () => {
  const drawn = drawing({ sections: ["Stalls"], rows: 1 });
  drawn.seat_count = 30;
  drawn.rows[0].runs = [
    [0, 5],
    [20, 5],
  ];
  const plan = readPlan(drawn);
  assert.equal(plan.x[20], 1400);
  assert.equal(seatNumber(plan, 24), "10");
});

test("an aisle parts a row", () => {
  const plan = readPlan(drawing({ sections: ["Stalls"], rows: 1 }));
  assert.deepEqual(stretches(plan, plan.rows[0]), [
    [0, 1, 2, 3, 4],
    [5, 6, 7, 8, 9],
  ]);
});

test("places of an area have no place in the plan", () => {
  const areas = [{ name: "Floor", category: null, capacity: 3 }];
  const plan = readPlan(drawing({ sections: ["Stalls"], rows: 1, areas }));
  assert.ok(Number.isNaN(plan.x[11]));
  assert.deepEqual([plan.section[11], plan.row[11], plan.category[11]], [1, NO_ROW, NO_CATEGORY]);
  assert.equal(plan.sections[1].seats, 3);
});

test("an outline goes around all seats of its section", () => {
  const plan = readPlan(drawing({ sections: ["Stalls", "Circle"], rows: 4 }));
  const outline = outlineOf(plan, 0);
  assert.ok(outline);
  assert.equal(outline.polygons.length, 1);
  for (let seat = 0; seat < 40; seat += 1) {
    assert.ok(contains(outline.polygons[0], plan.x[seat], plan.y[seat]), `seat ${seat}`);
  }
  assert.ok(!contains(outline.polygons[0], plan.x[40], plan.y[40]));
});

test("tables are outlined one by one", () => {
  const drawn = drawing({ sections: ["Tables"], rows: 2 });
  for (const row of drawn.rows) {
    Object.assign(row, { x: [0, 300, -300, -300], y: [row.y[0] * 5, 300, 300, -300] });
    row.runs = [[row.runs[0][0], 4]];
    row.categories = [[0, 4]];
  }
  const outline = outlineOf(readPlan(drawn), 0);
  assert.equal(outline?.polygons.length, 2);
});

test("a single seat gets a ring around it", () => {
  const ring = widened([[10, 20]], 5);
  for (const [x, y] of ring) assert.ok(Math.abs(Math.hypot(x - 10, y - 20) - 5) < 1e-9);
});
