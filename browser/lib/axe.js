/**
 * Asks axe-core what it finds wrong in a page as it stands, in both themes. It is put into the page by the
 * debugger, so that the page keeps its content security policy.
 */

import axe from "axe-core";

import { assertNothing } from "./nothing.js";

/** @typedef {import('playwright-core').Page} Page */

/**
 * No rule is broken: light and dark at a desk, in the buyer's own theme on a phone and without
 * JavaScript, where the colours are the same.
 *
 * @param {import("./browser.js").Buyer} buyer
 */
export async function assertAccessible(buyer) {
  const { dark, phone, noScript } = buyer.manner;
  const own = dark ? "dark" : "light";
  const other = dark ? "light" : "dark";
  const found = [];
  for (const theme of phone || noScript ? [own] : [other, own]) {
    await buyer.page.emulateMedia({ colorScheme: /** @type {"light" | "dark"} */ (theme) });
    found.push(...(await violations(buyer)).map((one) => `${theme}: ${one}`));
  }
  assertNothing(found, `${buyer.page.url()} breaks rules of axe`);
}

/**
 * What is wrong, a line a place: the rule, what it asks for, where.
 *
 * @param {import('./browser.js').Buyer} buyer
 * @returns {Promise<string[]>}
 */
export async function violations({ page, context, manner }) {
  if (!manner.noScript) return inspect(page);
  // The page's own scripts did not run and do not run later; only the inspector's do.
  const session = await context.newCDPSession(page);
  // A session only changes what it has set itself.
  await session.send("Emulation.setScriptExecutionDisabled", { value: true });
  await session.send("Emulation.setScriptExecutionDisabled", { value: false });
  try {
    return await inspect(page);
  } finally {
    await session.send("Emulation.setScriptExecutionDisabled", { value: true });
    await session.detach();
  }
}

/**
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
async function inspect(page) {
  await page.evaluate(`window.axe || (() => { ${axe.source} })()`);
  // Colours on their way from one theme to the other are nobody's.
  await page.waitForFunction(() => {
    const ends = (/** @type {Animation} */ moving) =>
      moving.effect?.getComputedTiming().iterations !== Infinity;
    return document
      .getAnimations()
      .every((moving) => moving.playState !== "running" || !ends(moving));
  });
  const results = await page.evaluate(async () => {
    // @ts-expect-error: the page does not know it.
    const axe = /** @type {import('axe-core')} */ (window.axe);
    // Rules for whole pages; the sizes of targets are off unless asked for.
    const { violations } = await axe.run(document, { rules: { "target-size": { enabled: true } } });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  });
  return results.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => {
      const why = (failureSummary ?? "").replace(/\s+/g, " ").slice(0, 240);
      return `${id} (${help}): ${html.replace(/\s+/g, " ").slice(0, 200)} — ${why}`;
    }),
  );
}
