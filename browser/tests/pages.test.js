/** Every page that needs no purchase, in every manner of coming: what must be true of any page is true of it. */

import assert from "node:assert/strict";

import { EVENTS } from "../catalogue.js";
import { lookAt } from "../lib/look.js";
import { ready } from "../lib/measure.js";
import { stage } from "../lib/stage.js";

/** @type {Record<string, string>} */
const PAGES = {
  home: "/",
  "home-search": "/?keyword=lighthouse",
  "home-nothing": "/?keyword=nothing+like+it",
  "home-german": "/de/",
  event: `/events/${EVENTS.play}`,
  "event-german": `/de/events/${EVENTS.play}`,
  "event-arena": `/events/${EVENTS.concert}`,
  "event-not-yet-on-sale": `/events/${EVENTS.later}`,
  "event-sold-out": `/events/${EVENTS.tiny}`,
  "event-cancelled": `/events/${EVENTS.cancelled}`,
  "event-seller": `/events/${EVENTS.seller}`,
  "section-rows": `/events/${EVENTS.play}/sections/Stalls`,
  "section-standing": `/events/${EVENTS.concert}/sections/Floor`,
};

/** @type {Record<string, string>} */
const MISSING = {
  "missing-page": "/nothing-here",
  "missing-event": "/events/nobody-knows-it",
  "missing-section": `/events/${EVENTS.play}/sections/Nowhere`,
  "missing-reservation": "/checkout/res_nobody-knows-it",
  "missing-order": "/orders/bkg_nobody-knows-it",
};

stage("every page", {}, (scene) => {
  scene("has a house that is sold out among them", async ({ office }) => {
    await office.buy(EVENTS.tiny, ["C-1-1", "C-1-2"]);
  });

  for (const [name, path] of Object.entries(PAGES)) {
    scene(`can be used by everybody: ${name}`, async ({ buyer }) => {
      const reader = await buyer();
      const answer = await reader.goto(path);
      assert.equal(answer?.status(), 200);
      await ready(reader.page);
      await lookAt(reader, name);
    });

    scene(`can be used on a phone: ${name}`, async ({ buyer }) => {
      const reader = await buyer({ phone: true });
      await reader.goto(path);
      await ready(reader.page);
      await lookAt(reader, name);
    });

    scene(`can be used without JavaScript: ${name}`, async ({ buyer }) => {
      const reader = await buyer({ noScript: true });
      await reader.goto(path);
      await lookAt(reader, `${name}-noscript`);
    });
  }

  for (const [name, path] of Object.entries(MISSING)) {
    scene(`says kindly what is not there: ${name}`, async ({ buyer }) => {
      const reader = await buyer();
      reader.watch.expect(/status of 404/);
      const answer = await reader.goto(path);
      assert.equal(answer?.status(), 404);
      assert.ok((await reader.page.getByRole("main").getByRole("link").count()) > 0, "no way out");
      await lookAt(reader, name);
    });
  }
});
