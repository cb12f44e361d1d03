/**
 * The checkout's clock, and one press of the button that buys. The page works without: the server
 * knows the time, and the form brings the key that keeps one from paying twice.
 */

import { rememberHold } from "./api.js";
import { pageData, t } from "./texts.js";

const data = pageData();
const left = /** @type {HTMLElement} */ (document.getElementById("left"));
const clock = /** @type {HTMLElement} */ (document.getElementById("clock"));
const clockNews = /** @type {HTMLElement} */ (document.getElementById("clock-news"));
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("pay"));
const payNews = document.getElementById("pay-news");

// A phone's clock may be minutes off: what counts is how long the server said, from when it said so.
const [arrival] = performance.getEntriesByType("navigation");
const since = arrival instanceof PerformanceNavigationTiming ? arrival.responseStart : 0;
const received = Date.now() - (performance.now() - since);
const ends = received + Date.parse(data.expires_at) - Date.parse(data.server_time);
let paying = false;
let warned = false;

function remaining() {
  return ends - Date.now();
}

function tick() {
  const milliseconds = Math.max(0, remaining());
  const seconds = Math.ceil(milliseconds / 1000);
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds < 60 && !warned) {
    warned = true;
    clock.classList.add("last");
    clockNews.textContent = t(data.extendable ? "script-one-minute" : "script-one-minute-last");
  }
  if (milliseconds > 0) {
    window.setTimeout(tick, milliseconds % 1000 || 1000);
  } else if (!paying) {
    clockNews.textContent = t("script-time-up");
    rememberHold(data.event_id, null);
    // The server says what has become of it; a little later than we think it is over.
    window.setTimeout(() => location.replace(data.checkout), 600);
  }
}

/** @param {HTMLInputElement} field */
function check(field) {
  const right = field.value.trim() !== "" && field.checkValidity();
  const words = document.getElementById(`${field.id}-wrong`);
  field.parentElement?.classList.toggle("wrong", !right);
  if (words) words.hidden = right;
  if (right) {
    field.removeAttribute("aria-invalid");
  } else {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.id}-wrong`);
  }
  return right;
}

form?.addEventListener("submit", (event) => {
  if (paying) {
    event.preventDefault();
    return;
  }
  const fields = ["name", "email"].map((id) => document.getElementById(id));
  const inputs = fields.filter((field) => field instanceof HTMLInputElement);
  const wrong = inputs.filter((field) => !check(field));
  if (wrong.length > 0) {
    event.preventDefault();
    wrong[0]?.focus();
    return;
  }
  if (!navigator.onLine) {
    // The browser would put its own error in the place of this page.
    event.preventDefault();
    if (payNews) payNews.textContent = t("script-offline");
    return;
  }
  paying = true;
  if (payNews) payNews.textContent = t("script-paying");
  document.getElementById("order")?.setAttribute("aria-disabled", "true");
});
document.getElementById("release")?.addEventListener("submit", () => {
  rememberHold(data.event_id, null);
});

// Back from the next page: the form is to be sent again, and the time has gone on.
window.addEventListener("pageshow", (shown) => {
  if (shown.persisted) location.reload();
});
window.addEventListener("offline", () => {
  clockNews.textContent = t("script-offline");
});
window.addEventListener("online", () => {
  clockNews.textContent = t("script-online");
});

rememberHold(data.event_id, data);
tick();
