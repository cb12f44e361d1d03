/** Holds that run out: each page says so by itself, and nobody calls unknown what is expired. */

import assert from "node:assert/strict";

import { EVENTS, inTheatre } from "../catalogue.js";
import { expectAt, expectGone, expectSeen, expectText } from "../lib/expect.js";
import { HouseMap } from "../lib/house-map.js";
import { lookAt } from "../lib/look.js";
import { atCheckout, button, link, openEvent, pay, toCheckout } from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { within } from "../lib/words.js";

stage("a hold of five seconds", { flags: ["--hold", "5s"] }, (scene) => {
  scene("runs out at the checkout, which says so by itself", async ({ buyer, office }) => {
    const ada = await buyer();
    ada.watch.expect(/status of 410/);
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-A-1"]);
    await expectAt(ada, "expired-title");
    assert.equal((await office.seats(EVENTS.play)).get("S-A-1"), "available");
    await lookAt(ada, "checkout-expired");
    await ada.page.reload();
    await expectAt(ada, "expired-title");
    await ada.press(button(ada, "offer-best"));
    await atCheckout(ada);
  });

  scene("runs out without JavaScript, too: paying says so", async ({ buyer, office }) => {
    const ada = await buyer({ noScript: true });
    ada.watch.expect(/status of 410/);
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-B-1"]);
    await isFree(office, "S-B-1");
    await pay(ada);
    await expectAt(ada, "expired-title");
    await lookAt(ada, "checkout-expired-noscript");
  });

  scene(
    "of somebody else runs out while one chooses: the seat is free",
    async ({ buyer, office }) => {
      await office.hold(EVENTS.play, ["S-C-1"]);
      const ada = await buyer();
      await openEvent(ada, EVENTS.play);
      const map = new HouseMap(ada, inTheatre);
      await map.find({ row: "C", number: 1 });
      await expectText(map.card, within("map-status-available"));
      await map.press({ row: "C", number: 1 });
      await expectSeen(button(ada, "map-hold"));
    },
  );

  scene("runs out while its buyer changes seats", async ({ buyer }) => {
    const ada = await buyer();
    ada.watch.expect(/status of 410/);
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-D-1"]);
    await ada.press(link(ada, "change-seats"));
    await expectAt(ada, "change-title");
    await ada.press(button(ada, "map-update"));
    await expectSeen(ada.page.getByRole("heading", { level: 1 }));
  });
});

stage("a hold in its last minute", { flags: ["--hold", "45s"] }, (scene) => {
  scene("warns, and can be extended once", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-A-1"]);
    await expectText(ada.page.getByRole("status"), within("script-one-minute"));
    await lookAt(ada, "checkout-last-minute");
    await ada.press(button(ada, "extend-button"));
    await expectGone(button(ada, "extend-button"));
    await ada.page.reload();
    await atCheckout(ada);
    assert.equal(await button(ada, "extend-button").count(), 0);
    await pay(ada);
  });

  scene("keeps its time when the page is loaded anew", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-A-2"]);
    const until = () => ada.page.locator("#left").getAttribute("datetime");
    const before = await until();
    await ada.page.reload();
    assert.equal(await until(), before);
  });
});

/**
 * @param {import("../lib/office.js").Office} office
 * @param {string} seat
 */
async function isFree(office, seat) {
  while ((await office.seats(EVENTS.play)).get(seat) !== "available") {
    await new Promise((later) => setTimeout(later, 100));
  }
}
