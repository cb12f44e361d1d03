/**
 * How long is left: an end by this device's clock from what the server said and when, and minutes and
 * seconds as a clock shows them. Shows nothing itself.
 */

/**
 * When something ends by this device's clock, which may be minutes off: what counts is how long the
 * server said, from when it said so.
 * @param {string} end
 * @param {string} serverTime when the page was made
 */
export function endOf(end, serverTime) {
  const [arrival] = performance.getEntriesByType("navigation");
  const since = arrival instanceof PerformanceNavigationTiming ? arrival.responseStart : 0;
  const received = Date.now() - (performance.now() - since);
  return received + Date.parse(end) - Date.parse(serverTime);
}

/**
 * Such as `8:31`.
 * @param {number} milliseconds
 */
export function minutes(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
