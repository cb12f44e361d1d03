/**
 * The list of a section's seats, live: what others take can no longer be ticked, and whoever had it
 * ticked is told. Also counts what is chosen. The form itself needs no script.
 */

import { call, rememberedHolds } from "./api.js";
import { follow, loadAvailability } from "./map/live.js";
import { money, pageData, t, tn } from "./texts.js";

/** @typedef {"available" | "held" | "booked" | "blocked"} Status */
/** @typedef {{label: HTMLElement, box: HTMLInputElement, name: string, price: string, mine: boolean}} Seat */

/** @type {Status[]} */
const STATUSES = ["available", "held", "booked", "blocked"];
const LONGEST_PAUSE = 20_000;

const data = pageData();
const form = /** @type {HTMLFormElement} */ (document.getElementById("seats"));
const news = /** @type {HTMLElement} */ (document.getElementById("seats-news"));
const chosen = /** @type {HTMLElement} */ (document.getElementById("seats-chosen"));

let sent = false;

/** @type {Map<number, Seat>} */
const seats = new Map();
for (const label of form.querySelectorAll("label.seat")) {
  if (!(label instanceof HTMLElement)) continue;
  const box = /** @type {HTMLInputElement} */ (label.querySelector("input"));
  const parts = (box.getAttribute("aria-label") ?? "").split(", ");
  parts.pop();
  const price = parts.pop() ?? "";
  seats.set(Number(label.dataset.index), {
    label,
    box,
    name: parts.join(", "),
    price,
    mine: box.defaultChecked,
  });
}

/**
 * @param {number} index
 * @param {Status} status
 */
function set(index, status) {
  const seat = seats.get(index);
  // What this reservation has already shows as held to everyone, and stays ours.
  if (!seat || seat.label.dataset.status === status) return;
  if (seat.mine && status !== "available") return;
  seat.mine = false;
  // Once the list is sent, what becomes held is most likely our own doing.
  if (sent && seat.box.checked) return;
  seat.label.dataset.status = status;
  seat.box.disabled = status !== "available";
  const words = `${seat.name}, ${seat.price}, ${t(`script-status-${status}`)}`;
  seat.box.setAttribute("aria-label", words);
  const lost = seat.box.checked && status !== "available";
  if (lost) {
    seat.box.checked = false;
    news.textContent = t("script-lost", { seat: seat.name });
    count();
  }
  seat.label.classList.toggle("lost", lost);
}

/** What the line tells goes into the list. */
const list = {
  version: -1,
  /**
   * @param {[number, Status][]} changes
   * @param {number} version
   */
  change(changes, version) {
    if (version <= list.version) return;
    list.version = version;
    for (const [index, status] of changes) set(index, status);
  },
  /**
   * @param {Uint8Array} bytes
   * @param {number} version
   */
  load(bytes, version) {
    list.version = version;
    for (const index of seats.keys()) {
      const bits = ((bytes[index >> 2] ?? 0) >> ((index & 3) * 2)) & 3;
      set(index, STATUSES[bits] ?? "blocked");
    }
  },
};

/** Seats that are ticked, those of other sections that stay among them. */
function ticked() {
  const boxes = form.querySelectorAll("input[name=seat_id]");
  return Array.from(boxes).filter(
    (box) => box instanceof HTMLInputElement && (box.type === "hidden" || box.checked),
  );
}

function count() {
  const number = ticked().length;
  const own = Array.from(seats.values()).filter((seat) => seat.box.checked);
  const prices = own.map((seat) => seat.price);
  const same = prices.every((price) => price === prices[0]);
  const total = same && own.length === number ? `${number} × ${prices[0] ?? money(0)}` : "";
  chosen.textContent = number ? tn("script-chosen", number, { total }).replace(/, $/, "") : "";
}

form.addEventListener("change", (event) => {
  const box = event.target;
  if (box instanceof HTMLInputElement && box.checked && ticked().length > data.limit) {
    box.checked = false;
    news.textContent = t("script-limit", { count: data.limit });
  }
  count();
});

form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", (shown) => {
  if (shown.persisted) {
    // Back from the next page: the server knows which of these are held by now.
    location.reload();
    return;
  }
  // A browser ticks again what was ticked before, even what cannot be had any more.
  for (const { box } of seats.values()) if (box.disabled) box.checked = false;
  count();
});

/** What this browser holds already shows as its own: to everyone else it is held. */
async function markMine() {
  for (const { reservation_id } of rememberedHolds(data.event_id)) {
    const path = `/v1/reservations/${encodeURIComponent(reservation_id)}`;
    const held = await call("GET", path, { attempts: 1 }).catch(() => null);
    if (!["held", "paying", "booked"].includes(held?.status)) continue;
    const own = new Set(held.seats.map((/** @type {{seat_id: string}} */ seat) => seat.seat_id));
    for (const seat of seats.values()) {
      if (seat.mine || !own.has(seat.box.value)) continue;
      seat.mine = true;
      seat.box.disabled = true;
      seat.label.dataset.status = "mine";
      const words = `${seat.name}, ${seat.price}, ${t("script-status-mine")}`;
      seat.box.setAttribute("aria-label", words);
    }
  }
}

/**
 * Loads the list's seats anew and follows them; without a connection tries again, ever more rarely.
 * @param {number} failures
 */
async function begin(failures) {
  try {
    const { bytes, version } = await loadAvailability(data.event_id);
    list.load(bytes, version);
  } catch {
    news.textContent = t("script-stale");
    const pause = Math.min(1000 * 2 ** failures, LONGEST_PAUSE);
    // A crowd must not come back in step.
    window.setTimeout(() => void begin(failures + 1), pause * (0.5 + Math.random()));
    return;
  }
  void markMine();
  if (failures > 0) news.textContent = t("script-live");
  follow(/** @type {any} */ (list), data.event_id, (line) => {
    news.textContent = line === "lost" ? t("script-stale") : t("script-live");
  });
}
void begin(0);
