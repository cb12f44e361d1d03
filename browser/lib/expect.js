/** Waits until a page is where it should be, and says where it is instead. */

import assert from "node:assert/strict";

import { words } from "./words.js";

/** @typedef {import("playwright-core").Locator} Locator */

/** For so long somebody without JavaScript looks again, in milliseconds. */
const LOOKING_MS = 15_000;

/**
 * Without JavaScript no page changes by itself: who waits presses the link that loads it again.
 *
 * @param {import("./browser.js").Buyer} buyer
 * @param {Locator} heading what they wait for
 * @param {number} patience milliseconds
 */
async function lookAgain(buyer, heading, patience) {
  const link = buyer.page.getByRole("link", { name: words("look-again", buyer.language()) });
  const until = Date.now() + patience;
  for (;;) {
    await heading.or(link).first().waitFor();
    if ((await heading.isVisible()) || Date.now() > until) return;
    // The page that the last press asked for may come just now, and be the one waited for.
    await link.click({ timeout: 1000 }).catch(() => {});
  }
}

/**
 * The page's heading becomes this.
 *
 * @param {import("./browser.js").Buyer} buyer
 * @param {string} key of the heading's words
 * @param {number} [patience] milliseconds
 */
export async function expectAt(buyer, key, patience) {
  const name = words(key, buyer.language());
  const heading = buyer.page.getByRole("heading", { level: 1, name });
  try {
    if (buyer.manner.noScript) await lookAgain(buyer, heading, patience ?? LOOKING_MS);
    await heading.waitFor({ timeout: patience });
  } catch (error) {
    const found = await buyer.page
      .locator("h1, [role=alert], .wrong-text:visible")
      .allTextContents();
    throw new Error(
      `expected the heading ${key} at ${buyer.page.url()}, found: ${found.join(" | ")}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * It is there and can be seen, in time.
 *
 * @param {Locator} what
 * @param {number} [patience] milliseconds
 */
export async function expectSeen(what, patience) {
  await what.first().waitFor({ state: "visible", timeout: patience });
}

/**
 * It is gone, in time.
 *
 * @param {Locator} what
 * @param {number} [patience] milliseconds
 */
export async function expectGone(what, patience) {
  await what.first().waitFor({ state: "hidden", timeout: patience });
}

/**
 * It comes to hold such text.
 *
 * @param {Locator} what
 * @param {RegExp} text
 */
export async function expectText(what, text) {
  await what.filter({ hasText: text }).first().waitFor();
}

/**
 * An element's attribute comes to be this.
 *
 * @param {Locator} what
 * @param {string} name
 * @param {string} value
 * @param {number} [patience] milliseconds
 */
export async function expectAttribute(what, name, value, patience) {
  const page = what.page();
  const element = await what.elementHandle();
  assert.ok(element, "there is no such element");
  await page.waitForFunction(
    ([element, name, value]) => element.getAttribute(name) === value,
    /** @type {const} */ ([element, name, value]),
    { timeout: patience },
  );
}
