/** Finding an event: as one types, by filters that stand in the address, and without JavaScript. */

import assert from "node:assert/strict";

import { expectGone, expectSeen, expectText } from "../lib/expect.js";
import { button } from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { words } from "../lib/words.js";

/** @typedef {import("../lib/browser.js").Buyer} Buyer */

const LIGHTHOUSE = /The Paper Lighthouse/;
const READING = /Reading in a Cupboard/;

/**
 * @param {Buyer} buyer
 * @param {RegExp} name
 */
function event(buyer, name) {
  return buyer.page.getByRole("link", { name });
}

stage("the search", {}, (scene) => {
  scene("finds as one types, with a slip", async ({ buyer }) => {
    const ada = await buyer();
    await ada.goto("/");
    await expectSeen(event(ada, READING));
    await ada.page.getByLabel(words("search-keyword")).pressSequentially("lighthuose");
    await expectGone(event(ada, READING));
    await expectSeen(event(ada, LIGHTHOUSE));
    await ada.page.waitForURL(/keyword=lighthuose/);
    await ada.page.reload();
    await expectSeen(event(ada, LIGHTHOUSE));
    assert.equal(await event(ada, READING).count(), 0);
  });

  scene("says how many it found, and keeps the search in the other language", async ({ buyer }) => {
    const ada = await buyer();
    await ada.goto("/");
    await ada.page.getByLabel(words("search-keyword")).fill("lighthouse");
    await expectText(ada.page.getByRole("status"), /^1 event found$/);
    await ada.press(ada.page.getByRole("link", { name: "Deutsch" }));
    await ada.page.waitForURL(/\/de\/?\?.*keyword=lighthouse/);
  });

  scene("goes back to what was asked before", async ({ buyer }) => {
    const ada = await buyer();
    await ada.goto("/?city=Leeds");
    await expectSeen(event(ada, READING));
    await event(ada, READING).click();
    await ada.page.goBack();
    await expectSeen(event(ada, READING));
    assert.equal(await event(ada, LIGHTHOUSE).count(), 0);
  });

  for (const noScript of [false, true]) {
    const how = noScript ? " without JavaScript" : "";

    scene(`filters by city, in the address${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      await ada.goto("/");
      await ada.page.getByLabel(words("search-city")).selectOption("Leeds");
      await ada.press(button(ada, "search-button"));
      await ada.page.waitForURL(/city=Leeds/);
      await expectSeen(event(ada, READING));
      await expectGone(event(ada, LIGHTHOUSE));
    });

    scene(`filters by price and day${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      const soon = new Date(Date.now() + 27 * 86_400_000).toISOString().slice(0, 10);
      await ada.goto("/");
      await ada.press(ada.page.getByText(words("search-more")));
      await ada.page.getByLabel(words("search-to")).fill(soon);
      await ada.page.getByLabel(words("search-max-price")).fill("40");
      await ada.page.getByLabel(words("search-currency")).selectOption("GBP");
      await ada.press(button(ada, "search-button"));
      await ada.page.waitForURL(/max_price=40/);
      await expectSeen(event(ada, READING));
      await expectGone(event(ada, LIGHTHOUSE));
    });

    scene(`says kindly that there is nothing${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      await ada.goto("/");
      await ada.page.getByLabel(words("search-keyword")).fill("nothing like it");
      await ada.page.keyboard.press("Enter");
      await expectSeen(ada.page.getByText(words("search-nothing")));
      await ada.press(ada.page.getByRole("link", { name: words("search-all") }));
      await expectSeen(event(ada, LIGHTHOUSE));
    });
  }
});
