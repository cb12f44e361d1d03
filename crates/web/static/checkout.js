/**
 * The checkout's clock, the button that extends it, and one press of the button that buys. The page
 * works without: the server knows the time, and the form brings the key that keeps one from paying
 * twice.
 */

import { call, forgetHold, rememberHold } from "./api.js";
import { endOf, minutes } from "./countdown.js";
import { pageData, t } from "./texts.js";

const data = pageData();
const left = /** @type {HTMLElement} */ (document.getElementById("left"));
const clock = /** @type {HTMLElement} */ (document.getElementById("clock"));
const clockNews = /** @type {HTMLElement} */ (document.getElementById("clock-news"));
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("pay"));
const payNews = document.getElementById("pay-news");

/** What this tab keeps for this hold. */
const OVER = `boxoffice-over:${data.reservation_id}`;
const BUYER = `boxoffice-buyer:${data.reservation_id}`;

let ends = endOf(data.expires_at, data.server_time);
let paying = false;
let warned = false;

/** @param {string} name */
function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Storage is switched off: nothing is kept.
  }
}

const cameOver = ends <= Date.now();

/** Asks the server what has become of the hold: at once, but not again and again where it lags. */
function lookAgain() {
  const before = Number(kept(OVER) ?? NaN);
  const again = cameOver || Math.abs(Date.now() - before) < 60_000;
  keep(OVER, String(Date.now()));
  const pause = again ? 5000 + Math.random() * 1000 : 600;
  window.setTimeout(() => {
    if (!paying) location.replace(data.checkout);
  }, pause);
}

function tick() {
  const milliseconds = Math.max(0, ends - Date.now());
  left.textContent = minutes(milliseconds);
  if (milliseconds <= 59_000 && !warned) {
    warned = true;
    clock.classList.add("last");
    clockNews.textContent = t(data.extendable ? "script-one-minute" : "script-one-minute-last");
  }
  if (milliseconds > 0) {
    window.setTimeout(tick, milliseconds % 1000 || 1000);
  } else if (!paying) {
    clockNews.textContent = t("script-time-up");
    forgetHold(data.event_id, data.reservation_id);
    lookAgain();
  }
}

/** @param {HTMLFormElement} extension */
async function extend(extension) {
  try {
    const id = encodeURIComponent(data.reservation_id);
    const answer = await call("POST", `/v1/reservations/${id}/extend`, { body: {}, attempts: 1 });
    ends += Date.parse(answer.expires_at) - Date.parse(data.expires_at);
    data.expires_at = answer.expires_at;
  } catch {
    // The page that comes says what is the matter.
    extension.submit();
    return;
  }
  data.extendable = false;
  rememberHold(data.event_id, data);
  left.setAttribute("datetime", data.expires_at);
  left.textContent = minutes(ends - Date.now());
  warned = ends - Date.now() <= 59_000;
  clock.classList.toggle("last", warned);
  const focused = extension.contains(document.activeElement);
  extension.remove();
  if (focused) {
    // The focus would fall to the page's beginning with the button.
    clock.tabIndex = -1;
    clock.focus({ preventScroll: true });
  }
  const time = minutes(ends - Date.now());
  clockNews.textContent = `${t("script-extended")} ${t("script-time-left", { time })}`;
}

for (const extension of clock.querySelectorAll("form")) {
  let asked = false;
  extension.addEventListener("submit", (event) => {
    event.preventDefault();
    if (asked) return;
    asked = true;
    void extend(extension);
  });
}

/** Who buys need not write it again after changing seats. */
function keepBuyer() {
  const inputs = ["name", "email"].flatMap((id) => {
    const field = document.getElementById(id);
    return field instanceof HTMLInputElement ? [field] : [];
  });
  const before = new URLSearchParams(kept(BUYER) ?? "");
  for (const input of inputs) input.value ||= before.get(input.name) ?? "";
  form?.addEventListener("input", () => {
    const buyer = new URLSearchParams(inputs.map(({ name, value }) => [name, value]));
    keep(BUYER, buyer.toString());
  });
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
  forgetHold(data.event_id, data.reservation_id);
});

// Back from the next page: the form is to be sent again, and the time has gone on.
window.addEventListener("pageshow", (shown) => {
  if (shown.persisted) location.replace(data.checkout);
});
window.addEventListener("offline", () => {
  clockNews.textContent = t("script-offline");
});
window.addEventListener("online", () => {
  clockNews.textContent = t("script-online");
});

rememberHold(data.event_id, data);
keepBuyer();
tick();
