/** Getting about by keyboard alone: what cannot be reached by Tab cannot be reached. */

import { assertNothing } from "./nothing.js";

const MOST_STEPS = 120;

/**
 * Presses Tab until it has the focus.
 *
 * @param {import("playwright-core").Page} page
 * @param {import("playwright-core").Locator} what
 */
export async function focusByTab(page, what) {
  const element = what.first();
  await element.waitFor({ state: "attached" });
  for (let step = 0; step < MOST_STEPS; step += 1) {
    // The words of a summary are within what has the focus.
    if (await element.evaluate((one) => one.closest(":focus") !== null)) return;
    await page.keyboard.press("Tab");
    assertNothing(await covered(page), "what has the focus cannot be seen");
  }
  throw new Error(`Tab does not lead to ${what}`);
}

/**
 * What has the focus, if something else lies over it.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
function covered(page) {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return [];
    // The box that ticks stands for its label.
    const shown = focused.closest("label") ?? focused;
    const { left, top, width, height } = shown.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    if (over && (shown.contains(over) || over.contains(shown))) return [];
    const tag = (/** @type {Element | null} */ element) =>
      element ? element.outerHTML.slice(0, 120) : "the edge of the window";
    return [`${tag(shown)} is behind ${tag(over)}`];
  });
}
