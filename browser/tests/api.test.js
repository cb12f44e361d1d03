/** What the pages stand on: the API answers, and its description is there. */

import assert from "node:assert/strict";

import { EVENTS } from "../catalogue.js";
import { stage } from "../lib/stage.js";

stage("the API below the pages", {}, (scene) => {
  scene("lists the events of the catalogue", async ({ office }) => {
    const { status, body } = await office.call("GET", "/v1/events");
    assert.equal(status, 200);
    const listed = new Map(body.map((/** @type {any} */ event) => [event.event_id, event.status]));
    assert.equal(listed.get(EVENTS.play), "on_sale");
    assert.equal(listed.get(EVENTS.later), "scheduled");
    assert.equal(listed.get(EVENTS.cancelled), "cancelled");
  });

  scene("describes itself", async ({ office }) => {
    const { body } = await office.call("GET", "/openapi.json");
    assert.match(body.openapi, /^3\.1/);
  });

  scene("sells a house out", async ({ office }) => {
    await office.buy(EVENTS.tiny, ["C-1-1", "C-1-2"]);
    const seats = await office.seats(EVENTS.tiny);
    assert.deepEqual([...seats.values()], ["booked", "booked"]);
  });

  scene("is described in a browser as well", async ({ buyer }) => {
    const reader = await buyer();
    await reader.goto("/docs");
    assert.notEqual(await reader.page.title(), "");
  });
});
