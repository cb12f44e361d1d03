/** Seats that are held: none gets out of its buyer's reach, and nothing need be written twice. */

import assert from "node:assert/strict";

import { EVENTS } from "../catalogue.js";
import { expectAt, expectSeen, expectText } from "../lib/expect.js";
import { atCheckout, fillIn, link, openEvent, toCheckout } from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { within, words } from "../lib/words.js";

stage("held seats", {}, (scene) => {
  scene("two holds of one event both stay in reach", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-A-1"]);
    const first = ada.page.url();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-A-2", "S-A-3"]);
    const second = ada.page.url();
    await openEvent(ada, EVENTS.play);
    await ada.press(link(ada, "map-holding-also"));
    await atCheckout(ada);
    assert.equal(ada.page.url(), first);
    // Whichever was looked at last stands first.
    await openEvent(ada, EVENTS.play);
    await ada.press(link(ada, "map-holding-also"));
    await atCheckout(ada);
    assert.equal(ada.page.url(), second);
    await openEvent(ada, EVENTS.play);
    await ada.press(link(ada, "map-holding-change"));
    await expectAt(ada, "change-title");
  });

  scene("what is written about the buyer outlasts changing seats", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-B-1"]);
    await fillIn(ada);
    await ada.press(link(ada, "change-seats"));
    await expectAt(ada, "change-title");
    await ada.press(link(ada, "back-to-checkout"));
    await atCheckout(ada);
    assert.equal(await ada.page.getByLabel(words("field-name")).inputValue(), "Ada Example");
    assert.equal(await ada.page.getByLabel(words("field-email")).inputValue(), "ada@example.org");
  });
});

stage("a hold of six seconds", { flags: ["--hold", "6s"] }, (scene) => {
  scene("leads back by itself from changing seats when it is over", async ({ buyer }) => {
    const ada = await buyer();
    ada.watch.expect(/status of 410/);
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-D-1"]);
    await ada.press(link(ada, "change-seats"));
    await expectAt(ada, "change-title");
    await expectAt(ada, "expired-title");
  });
});

stage("a hold in its last minute", { flags: ["--hold", "45s"] }, (scene) => {
  scene("is extended in place, with what was written", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-A-1"]);
    await fillIn(ada);
    const until = () => ada.page.locator("#left").getAttribute("datetime");
    const before = await until();
    await ada.press(ada.page.getByRole("button", { name: words("extend-button") }));
    await expectText(ada.page.getByRole("status"), within("script-extended"));
    await expectSeen(ada.page.getByText(within("script-time-left")));
    assert.notEqual(await until(), before);
    assert.equal(await ada.page.getByLabel(words("field-name")).inputValue(), "Ada Example");
  });
});
