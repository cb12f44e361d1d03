/** Everything that must be true of a page in whatever state, in one look; and its picture. */

import { AssertionError } from "node:assert";

import { assertAccessible } from "./axe.js";
import { assertFitsNarrow, assertReadsLarge } from "./checks.js";
import { screen } from "./screens.js";

/**
 * Looks at the page as it stands: by axe, at 320 pixels, with text of 200 %; each where it may come
 * out otherwise than at a desk. What is wrong fails the scene when it is over, so that one fault hides
 * no other.
 *
 * @param {import("./browser.js").Buyer} buyer
 * @param {string} name of its pictures
 */
export async function lookAt(buyer, name) {
  await screen(buyer, name);
  const { page, watch, manner } = buyer;
  const looks = [() => assertAccessible(buyer)];
  if (!manner.phone) looks.push(() => assertFitsNarrow(page));
  if (!manner.noScript) looks.push(() => assertReadsLarge(page));
  for (const look of looks) {
    try {
      await look();
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      watch.keep(`${name}: ${error.message}`);
    }
  }
}
