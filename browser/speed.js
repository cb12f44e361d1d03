/**
 * Figures of the site's speed, as `cargo xtask bench site` prints them: medians of rounds with the lowest and the
 * highest. Nothing is asserted here: machines differ.
 *
 *     node browser/speed.js [--rounds 5] [--minutes 1]
 */

import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import { EVENTS, stadiumOnly } from "./catalogue.js";
import { Buyer, openBrowser } from "./lib/browser.js";
import { Crowd } from "./lib/crowd.js";
import { Edge } from "./lib/edge.js";
import { bytesOf, framesOf, heapOf, slowDown, timesOf } from "./lib/measure.js";
import { Office } from "./lib/office.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    minutes: { type: "string", default: "1" },
  },
});
const rounds = Number(values.rounds);
const minutes = Number(values.minutes);

const EVENT = `/events/${EVENTS.stadium}`;
const CHANGES_PER_SECOND = 500;
const PAN_MS = 3000;
const WATCH_MS = 10_000;

const office = await Office.open(stadiumOnly());
const edge = await Edge.open(office.url);
const browser = await openBrowser();
try {
  await perRound("home page, everything over the wire", "KB", 1, "< 60", async (buyer) => {
    return (await bytesOf(buyer.page, office.url)) / 1000;
  });
  await perRound("event page of 50,000 seats over the wire", "KB", 1, "", async (buyer) => {
    return (await bytesOf(buyer.page, office.url + EVENT)) / 1000;
  });
  for (const [line, url] of [
    ["HTTP/2", edge.url],
    ["HTTP/1.1", office.url],
  ]) {
    /** @type {number[]} */
    const drawn = [];
    await perRound(
      `map of 50,000 seats takes taps, 4x CPU, 1.6 Mbit/s, 150 ms, ${line}`,
      "s",
      2,
      "< 1.5",
      async (buyer) => {
        await slowDown(buyer.page);
        const times = await timesOf(buyer.page, url + EVENT);
        drawn.push(times.drawn / 1000);
        return times.ready / 1000;
      },
    );
    print("  and is drawn", "s", 2, "", drawn);
  }
  /** @type {number[]} */
  const slowest = [];
  await perRound("panning over 50,000 seats", "frames/s", 1, "60", async (buyer) => {
    await timesOf(buyer.page, office.url + EVENT);
    const frames = await framesOf(buyer.page, () => pan(buyer));
    slowest.push(frames.longest);
    return frames.perSecond;
  });
  print("  the longest frame of each round", "ms", 0, "", slowest);
  await underChanges();
} finally {
  await browser.close();
  edge.close();
  await office.close();
}

/**
 * Measures with a fresh buyer each round.
 *
 * @param {string} what
 * @param {string} unit
 * @param {number} decimals
 * @param {string} aim
 * @param {(buyer: Buyer) => Promise<number>} measure
 */
async function perRound(what, unit, decimals, aim, measure) {
  /** @type {number[]} */
  const figures = [];
  for (let round = 0; round < rounds; round += 1) {
    const buyer = await Buyer.sitDown(browser, office.url);
    figures.push(await measure(buyer));
    await buyer.leave();
  }
  print(what, unit, decimals, aim, figures);
}

/** Frames and memory while so many seats change. */
async function underChanges() {
  const crowd = new Crowd(office, EVENTS.stadium, CHANGES_PER_SECOND);
  const buyer = await Buyer.sitDown(browser, office.url);
  try {
    await timesOf(buyer.page, office.url + EVENT);
    crowd.come();
    /** @type {{ perSecond: number, longest: number }[]} */
    const frames = [];
    for (let round = 0; round < rounds; round += 1) {
      frames.push(await framesOf(buyer.page, () => pause(WATCH_MS)));
    }
    const rate = crowd.rate();
    print(
      `frames while ${rate.toFixed(0)} seats a second change`,
      "frames/s",
      1,
      "",
      frames.map((of) => of.perSecond),
    );
    print(
      "  the longest frame of each round",
      "ms",
      0,
      "< 1000",
      frames.map((of) => of.longest),
    );
    await steadiness(buyer);
  } finally {
    await crowd.leave();
    await buyer.leave();
  }
}

/** @param {Buyer} buyer */
async function steadiness(buyer) {
  const first = await heapOf(buyer.page);
  const later = [];
  const end = Date.now() + minutes * 60_000;
  while (Date.now() < end) {
    await pause(Math.min(30_000, minutes * 20_000));
    later.push(await heapOf(buyer.page));
  }
  const MB = 1e6;
  console.log(
    `heap before and after ${minutes} min of changes: ${(first / MB).toFixed(1)} MB, then`,
  );
  print(
    "  as read since",
    "MB",
    1,
    "steady",
    later.map((heap) => heap / MB),
  );
  console.log(`  at the end ${((later.at(-1) ?? first) / MB).toFixed(1)} MB`);
}

/**
 * Drags the map to and fro.
 *
 * @param {Buyer} buyer
 */
async function pan({ page }) {
  const box = await page.locator("#seat-map").boundingBox();
  if (!box) throw new Error("there is no map to drag");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const begun = Date.now();
  while (Date.now() < begun + PAN_MS) {
    const angle = (Date.now() - begun) / 200;
    await page.mouse.move(x + 150 * Math.sin(angle), y + 100 * Math.cos(angle));
  }
  await page.mouse.up();
}

/**
 * @param {string} what
 * @param {string} unit
 * @param {number} decimals
 * @param {string} aim
 * @param {number[]} figures
 */
function print(what, unit, decimals, aim, figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const show = (/** @type {number} */ figure) => figure.toFixed(decimals);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const spread = `${show(sorted[0] ?? NaN)}–${show(sorted.at(-1) ?? NaN)}`;
  console.log(`${what}: ${show(middle)} ${unit} (${spread})${aim && `, aim ${aim}`}`);
}
