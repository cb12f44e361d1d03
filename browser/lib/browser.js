/**
 * The browser, and the buyers who sit before it: each with a window, a language and a session of their own. What
 * goes wrong in a buyer's pages is kept by `watch.js`.
 */

import { execFileSync } from "node:child_process";

import { chromium } from "playwright-core";

import { Watch } from "./watch.js";

/**
 * @typedef {import('playwright-core').Browser} Browser
 * @typedef {import('playwright-core').BrowserContext} BrowserContext
 * @typedef {import('playwright-core').Page} Page
 */

/**
 * How a buyer comes.
 *
 * @typedef {object} Manner
 * @property {boolean} [phone] a small window and a finger
 * @property {boolean} [noScript] without JavaScript
 * @property {boolean} [dark] prefers dark pages
 * @property {string} [language] `en-GB` by default
 */

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Long enough for a busy machine; nothing waits for it where all is well. */
const PATIENCE_MS = 15_000;

/** Starts Chromium, which can reach this machine only. */
export async function openBrowser() {
  return chromium.launch({
    executablePath: executable(),
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
}

function executable() {
  const named = process.env.BOXOFFICE_CHROMIUM;
  return named || execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
}

export class Buyer {
  /**
   * @param {BrowserContext} context
   * @param {Page} page
   * @param {string} home the site's address
   * @param {Manner} manner
   * @param {Watch} watch
   */
  constructor(context, page, home, manner, watch) {
    this.context = context;
    this.page = page;
    this.home = home;
    this.manner = manner;
    this.watch = watch;
  }

  /**
   * @param {Browser} browser
   * @param {string} home
   * @param {Manner} [manner]
   */
  static async sitDown(browser, home, manner = {}) {
    const language = manner.language ?? "en-GB";
    const context = await browser.newContext({
      viewport: manner.phone ? PHONE : DESKTOP,
      hasTouch: manner.phone,
      isMobile: manner.phone,
      deviceScaleFactor: manner.phone ? 2 : 1,
      javaScriptEnabled: !manner.noScript,
      colorScheme: manner.dark ? "dark" : "light",
      reducedMotion: "reduce",
      // The certificate of `Edge`; everything else here is plain HTTP.
      ignoreHTTPSErrors: true,
      locale: language,
      timezoneId: "America/New_York",
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const watch = new Watch(context, home);
    return new Buyer(context, await context.newPage(), home, { ...manner, language }, watch);
  }

  /**
   * Goes to a page of the site.
   *
   * @param {string} path
   */
  async goto(path) {
    return this.page.goto(this.home + path);
  }

  /** The language of the page they are at, as the site names it. */
  language() {
    const [, prefix] = new URL(this.page.url()).pathname.split("/");
    if (prefix === "de" || prefix === "en") return prefix;
    return (this.manner.language ?? "en").split("-")[0];
  }

  /** The path of the page they are at. */
  path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  /** The same buyer at one more tab. */
  async tab() {
    const page = await this.context.newPage();
    return new Buyer(this.context, page, this.home, this.manner, this.watch);
  }

  /**
   * Presses where the pages are used by mouse, taps where by finger.
   *
   * @param {import('playwright-core').Locator} what
   */
  async press(what) {
    // Where people scroll to, too: bars at the edges may lie over what is there.
    await what.evaluate((element) => element.scrollIntoView({ block: "center" }));
    return this.manner.phone ? what.tap() : what.click();
  }

  async leave() {
    await this.context.close();
  }
}
