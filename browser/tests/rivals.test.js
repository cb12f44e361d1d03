/** Two who want the same seats: one gets them, the other hears so kindly and is offered the next best. */

import assert from "node:assert/strict";

import { EVENTS, inTheatre } from "../catalogue.js";
import { expectAt, expectAttribute, expectSeen, expectText } from "../lib/expect.js";
import { HouseMap } from "../lib/house-map.js";
import { lookAt } from "../lib/look.js";
import { atCheckout, button, holdFromList, inList, openEvent, openSection } from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { within, words } from "../lib/words.js";

stage("two who want one seat", {}, (scene) => {
  scene("press at the same time: one has it, one is offered another", async ({ buyer }) => {
    const two = [await buyer(), await buyer()];
    for (const one of two) {
      await openEvent(one, EVENTS.play);
      await new HouseMap(one, inTheatre).press({ row: "B", number: 5 });
      await expectSeen(button(one, "map-hold"));
    }
    // The first may be so fast that the other's seat, and the button with it, is gone before the press.
    const presses = two.map((one) => one.press(button(one, "map-hold")));
    const pressed = Promise.allSettled(presses);
    const ends = two.map(async (one) => {
      const sorry = one.page.getByRole("alert").filter({ hasText: within("map-lost") });
      await one.page.locator("#clock").or(sorry).first().waitFor();
      return (await sorry.count()) > 0 ? one : null;
    });
    const losers = (await Promise.all(ends)).filter((one) => one !== null);
    assert.equal(losers.length, 1, "one of them loses");
    await pressed;
    const [loser] = losers;
    await lookAt(loser, "event-lost");
    await loser.press(button(loser, "map-lost-take"));
    await atCheckout(loser);
  });

  scene(
    "a chosen seat that goes is told, and the nearest is offered",
    async ({ buyer, office }) => {
      const ada = await buyer();
      await openEvent(ada, EVENTS.play);
      const map = new HouseMap(ada, inTheatre);
      await map.press({ row: "C", number: 5 });
      await map.press({ row: "C", number: 6 });
      await office.hold(EVENTS.play, ["S-C-6"]);
      await expectText(ada.page.getByRole("alert"), within("map-lost"));
      await ada.press(button(ada, "map-lost-take"));
      await atCheckout(ada);
      const held = await office.seats(EVENTS.play);
      assert.equal(held.get("S-C-4"), "held");
      assert.equal(held.get("S-C-5"), "held");
    },
  );

  scene("the map shows what others do, while one looks", async ({ buyer, office }) => {
    const ada = await buyer();
    await openEvent(ada, EVENTS.play);
    const map = new HouseMap(ada, inTheatre);
    assert.match(await map.told({ row: "E", number: 1 }), within("map-status-available"));
    const held = await office.hold(EVENTS.play, ["S-E-1"]);
    await expectText(map.card, within("map-status-held"));
    await office.release(held);
    await expectText(map.card, within("map-status-available"));
    await office.buy(EVENTS.play, ["S-E-1"]);
    await expectText(map.card, within("map-status-booked"));
  });

  scene("the list shows it as well, and says so", async ({ buyer, office }) => {
    const ada = await buyer();
    await openSection(ada, EVENTS.play, "Stalls");
    const seat = inList(ada, "S-E-2");
    await ada.press(seat);
    await office.hold(EVENTS.play, ["S-E-2"]);
    await expectAttribute(seat, "data-status", "held");
    await expectText(ada.page.getByRole("status"), within("script-lost"));
    assert.ok(await seat.getByRole("checkbox").isDisabled());
    await lookAt(ada, "section-lost");
  });

  scene("without JavaScript the loser is offered as many others", async ({ buyer, office }) => {
    const ada = await buyer({ noScript: true });
    ada.watch.expect(/status of 409/);
    await openSection(ada, EVENTS.play, "Stalls");
    await office.hold(EVENTS.play, ["S-F-5"]);
    await holdFromList(ada, ["S-F-4", "S-F-5"]);
    await expectAt(ada, "hold-taken-title");
    await lookAt(ada, "hold-taken-noscript");
    await ada.press(button(ada, "offer-best"));
    await atCheckout(ada);
  });

  scene("who wants more together than there are is told how many", async ({ buyer, office }) => {
    const ada = await buyer();
    await office.buy(EVENTS.seller, ["C-1-2"]);
    await openEvent(ada, EVENTS.seller);
    const more = ada.page.getByRole("button", { name: words("map-more") }).first();
    await ada.press(more);
    await ada.press(button(ada, "map-best-hold"));
    await expectText(ada.page.getByRole("alert"), within("map-best-most"));
    await ada.press(button(ada, "map-best-apart"));
    await atCheckout(ada);
  });
});
