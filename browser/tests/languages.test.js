/** English and German: by the browser's wish, by the switch, and all the way to the tickets. */

import assert from "node:assert/strict";

import { EVENTS } from "../catalogue.js";
import { expectSeen, expectText } from "../lib/expect.js";
import { lookAt } from "../lib/look.js";
import { atCheckout, hasTickets, holdFromList, openEvent, pay } from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { words } from "../lib/words.js";

/** @param {import("../lib/browser.js").Buyer} buyer */
function languageOf(buyer) {
  return buyer.page.locator("html").getAttribute("lang");
}

stage("the language", {}, (scene) => {
  for (const [wish, language] of [
    ["de-AT", "de"],
    ["en-US", "en"],
    ["fr-FR", "en"],
  ]) {
    scene(`is ${language} for a browser that wants ${wish}`, async ({ buyer }) => {
      const ada = await buyer({ language: wish });
      await ada.goto("/");
      assert.equal(await languageOf(ada), language);
      await expectSeen(ada.page.getByRole("heading", { name: words("home-heading", language) }));
    });
  }

  scene("is switched, and stays so", async ({ buyer }) => {
    const ada = await buyer();
    await ada.goto(`/events/${EVENTS.play}`);
    await ada.press(ada.page.getByRole("link", { name: "Deutsch" }));
    await ada.page.waitForURL(`**/de/events/${EVENTS.play}`);
    assert.equal(await languageOf(ada), "de");
    await expectText(ada.page.locator("h2"), words("house-heading", "de"));
    await ada.press(ada.page.getByRole("link", { name: "English" }));
    await ada.page.waitForURL(`**/en/events/${EVENTS.play}`);
    assert.equal(await languageOf(ada), "en");
  });

  scene("is German all the way to the tickets", async ({ buyer }) => {
    const ada = await buyer({ language: "de-DE" });
    await openEvent(ada, EVENTS.play);
    await lookAt(ada, "event-german");
    await ada.goto(`/events/${EVENTS.play}/sections/Stalls`);
    await holdFromList(ada, ["S-A-1"]);
    await atCheckout(ada);
    // Amounts as Germans write them: a comma, and the sign behind.
    await expectSeen(ada.page.getByText(/90,00\s€/));
    await lookAt(ada, "checkout-german");
    await pay(ada);
    await hasTickets(ada);
    assert.equal(await languageOf(ada), "de");
    await lookAt(ada, "order-confirmed-german");
  });

  scene("shows the same time in the venue's zone, wherever one is", async ({ buyer }) => {
    const ada = await buyer();
    await ada.goto(`/events/${EVENTS.play}`);
    const time = ada.page.locator(".event-title time");
    assert.match((await time.textContent()) ?? "", /(8:00\s?pm|20:00|9:00\s?pm|21:00)/i);
  });
});
