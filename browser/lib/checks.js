/**
 * What is true of every page whatever it shows: it never scrolls sideways, and grows with its reader's text. What
 * assistive tools need is in `axe.js`.
 */

import { assertNothing } from "./nothing.js";

/** @typedef {import('playwright-core').Page} Page */

/** The narrowest phone, which is also 1280 pixels at 400 %. */
const NARROW = { width: 320, height: 640 };

/** Headlines of so many pixels are large already. */
const LARGE = 40;

/** Browsers begin with 16. */
const DOUBLE_TEXT = { standard: 32, fixed: 26 };
const USUAL_TEXT = { standard: 16, fixed: 13 };

/**
 * At 320 pixels nothing stands outside.
 *
 * @param {Page} page
 */
export async function assertFitsNarrow(page) {
  await atSize(page, NARROW, () => assertNoSidewaysScroll(page, "320 pixels"));
}

/**
 * With text of 200 % nothing stands outside and nothing is cut off.
 *
 * @param {Page} page
 */
export async function assertReadsLarge(page) {
  const before = await textSizes(page);
  const session = await page.context().newCDPSession(page);
  try {
    await session.send("Page.setFontSizes", { fontSizes: DOUBLE_TEXT });
    await page.waitForFunction(
      () => getComputedStyle(document.documentElement).fontSize === "32px",
    );
    assertNothing(await notGrown(before), "text does not grow with the reader's: sizes in rem");
    await assertNoSidewaysScroll(page, "text of 200 %");
    assertNothing(await cutOff(page), "text of 200 % is cut off");
  } finally {
    await session.send("Page.setFontSizes", { fontSizes: USUAL_TEXT });
    await session.detach();
  }
}

/**
 * @param {Page} page
 * @param {string} when
 */
export async function assertNoSidewaysScroll(page, when) {
  const outside = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const root = document.scrollingElement ?? document.documentElement;
    if (root.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    );
    const names = wide.slice(0, 8).map((element) => {
      const name = [
        element.tagName.toLowerCase(),
        element.id && `#${element.id}`,
        ...element.classList,
      ].join(" ");
      return `${name} ends at ${Math.round(element.getBoundingClientRect().right)}`;
    });
    return [`the page is ${root.scrollWidth} pixels wide in a window of ${width}`, ...names];
  });
  assertNothing(outside, `${page.url()} scrolls sideways at ${when}`);
}

/**
 * @param {Page} page
 * @param {{ width: number, height: number }} size
 * @param {() => Promise<void>} look
 */
async function atSize(page, size, look) {
  const before = page.viewportSize();
  await page.setViewportSize(size);
  try {
    await look();
  } finally {
    if (before) await page.setViewportSize(before);
  }
}

/** @typedef {{ element: Element, words: string, size: number }[]} Sizes */

/**
 * The elements with words of their own and the sizes of these.
 *
 * @param {Page} page
 * @returns {Promise<import("playwright-core").JSHandle<Sizes>>}
 */
function textSizes(page) {
  return page.evaluateHandle(() => {
    const own = (/** @type {Element} */ element) =>
      [...element.childNodes]
        .map((node) => (node.nodeType === 3 ? node.textContent?.trim() : ""))
        .join("");
    const all = [...document.body.querySelectorAll(":not(script, style, template, noscript)")];
    return all
      .filter((element) => own(element) && element.getClientRects().length > 0)
      .map((element) => ({
        element,
        words: own(element).slice(0, 40),
        size: parseFloat(getComputedStyle(element).fontSize),
      }));
  });
}

/**
 * Those that are still there and about as large as before.
 *
 * @param {import("playwright-core").JSHandle<Sizes>} before
 */
function notGrown(before) {
  return before.evaluate((sizes, large) => {
    const now = (/** @type {Element} */ element) => parseFloat(getComputedStyle(element).fontSize);
    return sizes
      .filter(({ element, size }) => element.isConnected && size < large)
      .filter(({ element, size }) => now(element) < size * 1.2)
      .map(({ words, size }) => `${words} (${size} px)`);
  }, LARGE);
}

/**
 * Elements that hide a part of their own words without saying so by an ellipsis.
 *
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
function cutOff(page) {
  return page.evaluate(() => {
    const hides = (/** @type {string} */ overflow) => overflow === "hidden" || overflow === "clip";
    const cut = [...document.body.querySelectorAll("*")].filter((element) => {
      const words = [...element.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent?.trim(),
      );
      const style = getComputedStyle(element);
      // Texts for screen readers alone stand in a box of one pixel.
      if (!words || element.clientWidth <= 1 || style.textOverflow === "ellipsis") return false;
      const wide = hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      const high = hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
      return wide || high;
    });
    return cut.map(
      (element) => `${element.tagName.toLowerCase()}: ${element.textContent?.trim().slice(0, 60)}`,
    );
  });
}
