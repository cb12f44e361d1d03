/**
 * The stage of one file of tests: a box office and a browser for all of its scenes, buyers for each. When a scene
 * is over its buyers leave, and what their pages kept of troubles must be nothing.
 */

import { after, before, describe, it } from "node:test";

import { houses } from "../catalogue.js";
import { Buyer, openBrowser } from "./browser.js";
import { Office } from "./office.js";
import { assertNothing } from "./nothing.js";
import { keepFailure } from "./screens.js";

/**
 * What a scene has at hand.
 *
 * @typedef {object} Scene
 * @property {Office} office
 * @property {(manner?: import('./browser.js').Manner) => Promise<Buyer>} buyer lets one sit down
 */

/**
 * @typedef {object} Setting
 * @property {() => import('./office.js').Catalogue} [catalogue] the houses of `catalogue.js` by default
 * @property {string[]} [flags] more of `serve`
 */

/** A scene that takes longer hangs. */
const SCENE_MS = 60_000;

/**
 * Describes scenes before one box office.
 *
 * @param {string} name
 * @param {Setting} setting
 * @param {(scene: (name: string, play: (scene: Scene) => Promise<void>) => void) => void} scenes
 */
export function stage(name, setting, scenes) {
  describe(name, () => {
    /** @type {Office} */
    let office;
    /** @type {import('./browser.js').Browser} */
    let browser;
    before(async () => {
      const catalogue = setting.catalogue ?? houses;
      [office, browser] = await Promise.all([
        Office.open(catalogue(), setting.flags),
        openBrowser(),
      ]);
    });
    after(async () => {
      await browser?.close();
      await office?.close();
    });
    scenes((name, play) =>
      it(name, { timeout: SCENE_MS }, () => perform(name, play, office, browser)),
    );
  });
}

/**
 * @param {string} name
 * @param {(scene: Scene) => Promise<void>} play
 * @param {Office} office
 * @param {import('./browser.js').Browser} browser
 */
async function perform(name, play, office, browser) {
  /** @type {Buyer[]} */
  const buyers = [];
  /** @param {import('./browser.js').Manner} [manner] */
  const buyer = async (manner) => {
    const sat = await Buyer.sitDown(browser, office.url, manner);
    buyers.push(sat);
    return sat;
  };
  try {
    await play({ office, buyer });
  } catch (error) {
    office.thaw();
    await Promise.all(buyers.map((buyer, at) => keepFailure(buyer, `${name} ${at + 1}`)));
    throw withTroubles(error, buyers);
  } finally {
    await Promise.all(buyers.map((buyer) => buyer.leave()));
  }
  assertNothing(troubles(buyers), "pages had troubles");
}

/** @param {Buyer[]} buyers */
function troubles(buyers) {
  return buyers.flatMap((buyer) => buyer.watch.problems());
}

/**
 * What pages kept often says why a scene failed.
 *
 * @param {unknown} error
 * @param {Buyer[]} buyers
 */
function withTroubles(error, buyers) {
  const kept = troubles(buyers);
  if (error instanceof Error && kept.length > 0) {
    error.message += `\npages had troubles:\n${kept.join("\n")}`;
  }
  return error;
}
