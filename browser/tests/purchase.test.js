/** The whole way from what is on to the tickets, in every manner of coming. */

import assert from "node:assert/strict";

import { EVENTS, inTheatre } from "../catalogue.js";
import { expectAt, expectSeen, expectText } from "../lib/expect.js";
import { HouseMap } from "../lib/house-map.js";
import { focusByTab } from "../lib/keyboard.js";
import { lookAt } from "../lib/look.js";
import { ready } from "../lib/measure.js";
import { screen } from "../lib/screens.js";
import {
  atCheckout,
  button,
  hasTickets,
  holdFromList,
  openEvent,
  openSection,
  orderButton,
  pay,
  toCheckout,
} from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { within, words } from "../lib/words.js";

/** @typedef {import("../lib/browser.js").Buyer} Buyer */

/**
 * From the home page to the event's.
 *
 * @param {Buyer} buyer
 */
async function findPlay(buyer) {
  await buyer.goto("/");
  await buyer.press(buyer.page.getByRole("link", { name: /The Paper Lighthouse/ }));
  await buyer.page.waitForURL(`**/events/${EVENTS.play}`);
}

/**
 * @param {import("../lib/office.js").Office} office
 * @param {string} event
 * @param {string[]} seats
 */
async function areSold(office, event, seats) {
  const all = await office.seats(event);
  assert.deepEqual(
    seats.map((seat) => all.get(seat)),
    seats.map(() => "booked"),
  );
}

/** @param {Buyer} buyer */
async function payByKeyboard(buyer) {
  const { page } = buyer;
  await focusByTab(page, page.getByLabel(words("field-name")));
  await page.keyboard.type("Ada Example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("ada@example.org");
  await focusByTab(page, orderButton(buyer));
  await page.keyboard.press("Enter");
  await hasTickets(buyer);
}

stage("a whole purchase", {}, (scene) => {
  scene("is made by mouse, on the map", async ({ buyer, office }) => {
    const ada = await buyer();
    await findPlay(ada);
    await ready(ada.page);
    const map = new HouseMap(ada, inTheatre);
    await map.press({ row: "A", number: 4 });
    await map.press({ row: "A", number: 5 });
    await expectText(ada.page.getByRole("heading"), words("map-basket"));
    await lookAt(ada, "event-chosen");
    await ada.press(button(ada, "map-hold"));
    await atCheckout(ada);
    await lookAt(ada, "checkout");
    await expectSeen(ada.page.getByText(/180\.00/));
    await pay(ada);
    await hasTickets(ada);
    await lookAt(ada, "order-confirmed");
    await areSold(office, EVENTS.play, ["S-A-4", "S-A-5"]);
  });

  scene("is made by touch, on a phone", async ({ buyer, office }) => {
    const ada = await buyer({ phone: true });
    await findPlay(ada);
    await ready(ada.page);
    const map = new HouseMap(ada, inTheatre);
    await map.press({ row: "C", number: 4 });
    await map.press({ row: "C", number: 5 });
    await lookAt(ada, "event-chosen");
    await ada.press(button(ada, "map-hold"));
    await atCheckout(ada);
    await lookAt(ada, "checkout");
    await pay(ada);
    await hasTickets(ada);
    await screen(ada, "order-confirmed");
    await areSold(office, EVENTS.play, ["S-C-4", "S-C-5"]);
  });

  scene("is made by keyboard only, on the map", async ({ buyer }) => {
    const ada = await buyer();
    const { page } = ada;
    const { keyboard } = page;
    await findPlay(ada);
    await ready(ada.page);
    await focusByTab(page, page.getByRole("application"));
    // The first key shows where one is; seats are told as one comes to them.
    await keyboard.press("ArrowDown");
    await expectText(page.getByRole("status"), /, row \w+, seat \d+, /i);
    await keyboard.press("Enter");
    await expectText(page.getByRole("status"), within("map-status-chosen"));
    await keyboard.press("ArrowRight");
    await keyboard.press("Enter");
    await expectText(page.getByRole("heading"), /^2 seats chosen$/);
    await focusByTab(page, button(ada, "map-hold"));
    await keyboard.press("Enter");
    await atCheckout(ada);
    await payByKeyboard(ada);
  });

  scene("is made by keyboard only, from the list", async ({ buyer, office }) => {
    const ada = await buyer();
    const { page } = ada;
    await openEvent(ada, EVENTS.play);
    await focusByTab(page, page.getByRole("heading", { name: words("list-heading") }));
    await page.keyboard.press("Enter");
    await focusByTab(page, page.getByRole("link", { name: "Stalls" }));
    await page.keyboard.press("Enter");
    for (const seat of ["S-D-1", "S-D-2"]) {
      await focusByTab(page, page.locator(`input[value="${seat}"]`));
      await page.keyboard.press("Space");
    }
    await focusByTab(page, button(ada, "hold-button"));
    await page.keyboard.press("Enter");
    await atCheckout(ada);
    await payByKeyboard(ada);
    await areSold(office, EVENTS.play, ["S-D-1", "S-D-2"]);
  });

  scene("is made by one tap, for the best two together", async ({ buyer, office }) => {
    const before = await office.seats(EVENTS.play);
    const ada = await buyer();
    await openEvent(ada, EVENTS.play);
    await ada.press(button(ada, "map-best-hold"));
    await atCheckout(ada);
    await pay(ada);
    await hasTickets(ada);
    const after = await office.seats(EVENTS.play);
    const sold = [...after].filter(([seat, now]) => now !== before.get(seat));
    assert.equal(sold.length, 2);
    assert.ok(
      sold.every(([seat, now]) => /^S-A-/.test(seat) && now === "booked"),
      `the best are in row A: ${sold}`,
    );
  });

  scene("is made of places to stand, by their number", async ({ buyer, office }) => {
    const ada = await buyer();
    await openEvent(ada, EVENTS.concert);
    await ada.press(button(ada, "map-area-hold"));
    await atCheckout(ada);
    await pay(ada);
    await hasTickets(ada);
    await areSold(office, EVENTS.concert, ["Floor-1", "Floor-2"]);
  });

  scene("is made without JavaScript, from the list", async ({ buyer, office }) => {
    const ada = await buyer({ noScript: true });
    await findPlay(ada);
    await ada.press(ada.page.getByRole("heading", { name: words("list-heading") }));
    await ada.press(ada.page.getByRole("link", { name: "Stalls" }));
    await holdFromList(ada, ["S-E-1", "S-E-2"]);
    await atCheckout(ada);
    await lookAt(ada, "checkout-noscript");
    await pay(ada);
    await hasTickets(ada);
    await lookAt(ada, "order-confirmed-noscript");
    await areSold(office, EVENTS.play, ["S-E-1", "S-E-2"]);
  });

  scene("is made without JavaScript and without a list", async ({ buyer, office }) => {
    const ada = await buyer({ noScript: true });
    await openEvent(ada, EVENTS.concert);
    await ada.page.getByLabel(words("best-section")).selectOption("North");
    await ada.press(button(ada, "best-button"));
    await atCheckout(ada);
    await pay(ada);
    await hasTickets(ada);
    await areSold(office, EVENTS.concert, ["N-1-4", "N-1-5"]);
  });

  scene("is made without JavaScript, of places to stand", async ({ buyer }) => {
    const ada = await buyer({ noScript: true });
    await openSection(ada, EVENTS.concert, "Floor");
    await ada.page.getByLabel(words("best-quantity")).fill("3");
    await ada.press(button(ada, "hold-button"));
    await atCheckout(ada);
    await pay(ada);
    await hasTickets(ada);
  });

  scene("says who sells, above the button", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.seller, "Room", ["C-1-2"]);
    await expectSeen(ada.page.getByText(/^Society for Short Songs Ltd/));
    await expectSeen(ada.page.getByText(within("order-contract")));
    const terms = ada.page.getByRole("link", { name: words("seller-terms") });
    assert.equal(await terms.getAttribute("href"), "https://short-songs.example/terms");
    await lookAt(ada, "checkout-seller");
    await pay(ada);
    await hasTickets(ada);
  });

  scene("says what is missing before it asks the bank", async ({ buyer }) => {
    for (const noScript of [false, true]) {
      const ada = await buyer({ noScript });
      ada.watch.expect(/status of 422/);
      await toCheckout(ada, EVENTS.play, "Stalls", [noScript ? "S-F-1" : "S-F-2"]);
      await ada.press(orderButton(ada));
      await expectSeen(ada.page.getByText(words("field-name-wrong")));
      await expectSeen(ada.page.getByText(words("field-email-wrong")));
      await lookAt(ada, noScript ? "checkout-missing-noscript" : "checkout-missing");
      await pay(ada);
      await hasTickets(ada);
    }
  });

  scene("is given up, and the seats are free at once", async ({ buyer, office }) => {
    const ada = await buyer();
    ada.watch.expect(/status of 410/);
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-F-10"]);
    ada.page.on("dialog", (dialog) => void dialog.accept());
    await ada.press(button(ada, "release-button"));
    await expectAt(ada, "released-title");
    assert.equal((await office.seats(EVENTS.play)).get("S-F-10"), "available");
    await lookAt(ada, "checkout-released");
    await ada.press(button(ada, "offer-best"));
    await atCheckout(ada);
  });
});
