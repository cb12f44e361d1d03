/** Measures in a page by the debugger: bytes, times, frames, memory. What is good enough is not decided here. */

/** @typedef {import('playwright-core').Page} Page */

/** The marks that the map's modules set: when it is drawn, and when it takes taps. */
const DRAWN = "seat-map-ready";
const READY = "seat-map-shop-ready";

const CPU_TIMES_SLOWER = 4;
const BYTES_PER_SECOND = 1.6e6 / 8;
const LATENCY_MS = 150;

/**
 * As on a cheap phone in a crowd.
 *
 * @param {Page} page
 */
export async function slowDown(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_TIMES_SLOWER });
}

/**
 * What a first visit costs over the wire, heads included. A stream that stays open is not counted.
 *
 * @param {Page} page
 * @param {string} url
 */
export async function bytesOf(page, url) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(url, { waitUntil: "load" });
  await ready(page);
  await session.detach();
  return bytes;
}

/**
 * Milliseconds from the start of the visit until the map is drawn, and until it takes taps.
 *
 * @param {Page} page
 * @param {string} url
 */
export async function timesOf(page, url) {
  await page.goto(url);
  await ready(page);
  const at = (/** @type {string} */ mark) =>
    page.evaluate((mark) => performance.getEntriesByName(mark)[0]?.startTime ?? NaN, mark);
  return { drawn: await at(DRAWN), ready: await at(READY) };
}

/**
 * The map of the page is drawn and takes taps, if it has one that is drawn.
 *
 * @param {Page} page
 */
export async function ready(page) {
  await page.waitForFunction((mark) => {
    const map = document.querySelector("#seat-map");
    return !map || performance.getEntriesByName(mark).length > 0;
  }, READY);
}

/**
 * Frames a second, and the longest time between two, while something goes on.
 *
 * @param {Page} page
 * @param {() => Promise<unknown>} meanwhile
 */
export async function framesOf(page, meanwhile) {
  const counted = await page.evaluateHandle(() => {
    const counting = { times: [performance.now()], over: false };
    const frame = (/** @type {number} */ time) => {
      counting.times.push(time);
      if (!counting.over) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return counting;
  });
  await meanwhile();
  return counted.evaluate((counting) => {
    counting.over = true;
    const times = counting.times;
    const gaps = times.slice(1).map((time, at) => time - times[at]);
    const whole = times[times.length - 1] - times[0];
    return { perSecond: (gaps.length * 1000) / whole, longest: Math.max(...gaps) };
  });
}

/**
 * Bytes that scripts and the page's objects use, arrays of bytes included, when all garbage is gone.
 *
 * @param {Page} page
 */
export async function heapOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const heap = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize;
}
