/**
 * The ways through the site that many scenes take, as people take them: by what they read. What must
 * come of it is asserted by the scenes.
 */

import { expectAt } from "./expect.js";
import { ready } from "./measure.js";
import { words } from "./words.js";

/** @typedef {import("./browser.js").Buyer} Buyer */

/**
 * Opens an event's page; with JavaScript the map is then drawn.
 *
 * @param {Buyer} buyer
 * @param {string} event
 */
export async function openEvent(buyer, event) {
  await buyer.goto(`/events/${event}`);
  if (!buyer.manner.noScript) await ready(buyer.page);
}

/**
 * Opens the list of a section's seats.
 *
 * @param {Buyer} buyer
 * @param {string} event
 * @param {string} section
 */
export async function openSection(buyer, event, section) {
  await buyer.goto(`/events/${event}/sections/${encodeURIComponent(section)}`);
}

/**
 * A seat in a section's list.
 *
 * @param {Buyer} buyer
 * @param {string} seat
 */
export function inList(buyer, seat) {
  return buyer.page.locator(".seat", { has: buyer.page.locator(`[value="${seat}"]`) });
}

/**
 * Ticks seats in the open list and holds them.
 *
 * @param {Buyer} buyer
 * @param {string[]} seats
 */
export async function holdFromList(buyer, seats) {
  for (const seat of seats) await buyer.press(inList(buyer, seat));
  await buyer.press(button(buyer, "hold-button"));
}

/**
 * Holds such seats from their list: the buyer is then at the checkout.
 *
 * @param {Buyer} buyer
 * @param {string} event
 * @param {string} section
 * @param {string[]} seats
 */
export async function toCheckout(buyer, event, section, seats) {
  await openSection(buyer, event, section);
  await holdFromList(buyer, seats);
  await atCheckout(buyer);
}

/** @param {Buyer} buyer */
export async function atCheckout(buyer) {
  await expectAt(buyer, "checkout-title");
}

/**
 * Says who buys, and with which of the test cards.
 *
 * @param {Buyer} buyer
 * @param {string} [card]
 */
export async function fillIn(buyer, card = "test-approved") {
  const { page } = buyer;
  await page.getByLabel(words("field-name", lang(buyer))).fill("Ada Example");
  await page.getByLabel(words("field-email", lang(buyer))).fill("ada@example.org");
  await page.getByRole("radio", { name: words(card, lang(buyer)) }).check();
}

/**
 * The button that buys.
 *
 * @param {Buyer} buyer
 */
export function orderButton(buyer) {
  return button(buyer, "order-and-pay");
}

/**
 * @param {Buyer} buyer
 * @param {string} [card]
 */
export async function pay(buyer, card) {
  await fillIn(buyer, card);
  await buyer.press(orderButton(buyer));
}

/** @param {Buyer} buyer */
export async function hasTickets(buyer) {
  await expectAt(buyer, "order-confirmed-title");
}

/**
 * @param {Buyer} buyer
 * @param {string} key of its words
 */
export function button(buyer, key) {
  return buyer.page.getByRole("button", { name: words(key, lang(buyer)) });
}

/**
 * @param {Buyer} buyer
 * @param {string} key of its words
 */
export function link(buyer, key) {
  return buyer.page.getByRole("link", { name: words(key, lang(buyer)) });
}

/** @param {Buyer} buyer */
function lang(buyer) {
  return buyer.language();
}
