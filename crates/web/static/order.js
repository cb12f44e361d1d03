/**
 * The order's page: asks how the payment stands until that is known, then shows the page for it. Also
 * the button that prints.
 */

import { call } from "./api.js";
import { pageData } from "./texts.js";

const data = pageData();
const WAITING = ["PENDING", "REQUIRES_ACTION"];
/** Milliseconds between two questions: at first a buyer looks, later the bank takes its time. */
const PAUSES = [700, 1000, 1500, 2000, 3000];

/** @param {number} round */
async function ask(round) {
  try {
    const path = `/v1/bookings/${encodeURIComponent(data.booking_id)}/status`;
    const { status } = await call("GET", path, { attempts: 1 });
    if (status !== data.status) {
      // Without what led on to the bank: that has been done.
      const url = new URL(location.href);
      url.searchParams.delete("go");
      location.replace(url);
      return;
    }
  } catch {
    // The line is bad: the next question may get through.
  }
  window.setTimeout(() => void ask(round + 1), PAUSES[Math.min(round, PAUSES.length - 1)]);
}

if (WAITING.includes(data.status)) {
  // The link is for browsers in which this does not run.
  document.getElementById("look-again")?.remove();
  void ask(0);
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
