/**
 * Pictures of pages, always under the same names, for the eye and for the docs. They are taken only where
 * `BOXOFFICE_SCREENS` is set, and compared with nothing: a test says in words what must be true.
 */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../target/screens", import.meta.url));

/**
 * Takes `target/screens/<name>-<theme>-<size>.png`, in both themes.
 *
 * @param {import('./browser.js').Buyer} buyer
 * @param {string} name
 */
export async function screen(buyer, name) {
  if (!process.env.BOXOFFICE_SCREENS) return;
  await mkdir(FOLDER, { recursive: true });
  const size = buyer.manner.phone ? "phone" : "desktop";
  const own = buyer.manner.dark ? "dark" : "light";
  const other = buyer.manner.dark ? "light" : "dark";
  for (const theme of /** @type {const} */ ([other, own])) {
    await buyer.page.emulateMedia({ colorScheme: theme });
    await buyer.page.screenshot({
      path: join(FOLDER, `${name}-${theme}-${size}.png`),
      fullPage: true,
    });
  }
}

/**
 * Keeps what a buyer saw when a scene failed.
 *
 * @param {import('./browser.js').Buyer} buyer
 * @param {string} name
 */
export async function keepFailure(buyer, name) {
  const file = `${name.replace(/[^a-z0-9]+/gi, "-").toLowerCase()}.png`;
  await mkdir(join(FOLDER, "failed"), { recursive: true });
  // A page that cannot be drawn must not hide why the scene failed.
  await buyer.page
    .screenshot({ path: join(FOLDER, "failed", file), timeout: 5000 })
    .catch(() => {});
}
