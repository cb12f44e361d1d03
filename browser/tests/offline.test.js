/** A line that breaks and comes back: the pages say so, keep what was chosen, and catch up by themselves. */

import assert from "node:assert/strict";

import { EVENTS, inTheatre } from "../catalogue.js";
import { expectAttribute, expectSeen, expectText } from "../lib/expect.js";
import { HouseMap } from "../lib/house-map.js";
import { lookAt } from "../lib/look.js";
import {
  atCheckout,
  button,
  fillIn,
  hasTickets,
  inList,
  openEvent,
  openSection,
  orderButton,
  toCheckout,
} from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { within, words } from "../lib/words.js";

/** What a browser itself says of a line that is down. */
const DOWN = /net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED|FAILED|CONNECTION)/;

/** So long a train is in its tunnel. */
const TUNNEL_MS = 10_000;

stage("a line that breaks", {}, (scene) => {
  scene(
    "for ten seconds: the map says so, and then shows what happened",
    async ({ buyer, office }) => {
      const ada = await buyer();
      ada.watch.expect(DOWN);
      await openEvent(ada, EVENTS.play);
      const map = new HouseMap(ada, inTheatre);
      await map.press({ row: "A", number: 1 });
      await ada.context.setOffline(true);
      await expectText(ada.page.getByRole("status"), within("map-line-lost"));
      await lookAt(ada, "event-offline");
      await office.buy(EVENTS.play, ["S-B-5"]);
      const held = await office.hold(EVENTS.play, ["S-B-6"]);
      await ada.page.waitForTimeout(TUNNEL_MS);
      await ada.context.setOffline(false);
      await map.find({ row: "B", number: 5 });
      await expectText(map.card, within("map-status-booked"));
      await map.find({ row: "B", number: 6 });
      await expectText(map.card, within("map-status-held"));
      await office.release(held);
      await expectText(map.card, within("map-status-available"));
      await ada.press(button(ada, "map-hold"));
      await atCheckout(ada);
    },
  );

  scene("while one pays: the page says so, and pays once", async ({ buyer, office }) => {
    const ada = await buyer();
    ada.watch.expect(DOWN);
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-C-1"]);
    await fillIn(ada);
    await ada.context.setOffline(true);
    await expectText(ada.page.getByRole("status"), within("script-offline"));
    await ada.press(orderButton(ada));
    await ada.context.setOffline(false);
    const tickets = ada.page.getByRole("heading", { name: words("order-confirmed-title") });
    await tickets.or(orderButton(ada)).first().waitFor();
    if ((await tickets.count()) === 0) await ada.press(orderButton(ada));
    await hasTickets(ada);
    assert.equal((await office.seats(EVENTS.play)).get("S-C-1"), "booked");
  });

  scene("by a server that stands still: the list catches up", async ({ buyer, office }) => {
    const ada = await buyer();
    await openSection(ada, EVENTS.play, "Stalls");
    office.freeze();
    office.thaw();
    await office.hold(EVENTS.play, ["S-D-1"]);
    await expectAttribute(inList(ada, "S-D-1"), "data-status", "held");
  });

  scene("before a hold: it is made once the line is back", async ({ buyer }) => {
    const ada = await buyer();
    ada.watch.expect(DOWN);
    await openEvent(ada, EVENTS.play);
    await new HouseMap(ada, inTheatre).press({ row: "E", number: 1 });
    await ada.context.setOffline(true);
    await ada.press(button(ada, "map-hold"));
    await expectSeen(ada.page.getByRole("alert"));
    await ada.context.setOffline(false);
    await ada.press(button(ada, "map-hold"));
    await atCheckout(ada);
  });
});
