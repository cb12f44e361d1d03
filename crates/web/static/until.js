/**
 * Goes on counting what the server wrote into a page about held seats, and leads back to the checkout
 * once the time is up. What has become of the hold is said there.
 */

import { endOf, minutes } from "./countdown.js";

/** Milliseconds; a little later than we think it is over, the server thinks so, too. */
const AFTERWARDS = 600;

/** @param {HTMLTimeElement} time */
function follow(time) {
  const ends = endOf(time.dateTime, time.dataset.serverTime ?? "");
  const back = document.getElementById("back-to-checkout");
  if (Number.isNaN(ends)) return;

  function tick() {
    const left = Math.max(0, ends - Date.now());
    time.textContent = minutes(left);
    if (left > 0) window.setTimeout(tick, left % 1000 || 1000);
    else if (back instanceof HTMLAnchorElement) {
      window.setTimeout(() => location.replace(back.href), AFTERWARDS);
    }
  }
  tick();
}

for (const time of document.querySelectorAll("time.until")) {
  if (time instanceof HTMLTimeElement) follow(time);
}
