/**
 * The waiting room's page: joins, looks at the room's public state, works out one's own place, and goes
 * on to the seats when called. It asks as often as the room says, and nothing more often.
 */

import { Problem, call, ensureSession, remember, remembered } from "./api.js";
import { pageData, t, tn } from "./texts.js";

/**
 * @typedef {object} Room
 * @property {"closed" | "gathering" | "drawing" | "serving" | "over"} state
 * @property {string | null} opens_at
 * @property {string} server_time
 * @property {number | null} joined
 * @property {number | null} draw_size
 * @property {number | null} now_serving
 * @property {"beacon" | "operator"} trust
 * @property {{available: number, held: number} | null} stock
 * @property {number} poll_after_ms
 */
/** @typedef {{queue_token: string, arrival: number}} Ticket */
/** @typedef {{position: number | null, ahead: number | null, estimated_wait_s: number | null}} Place */

const data = pageData();
const path = `/v1/events/${encodeURIComponent(data.event_id)}/queue`;
const STORED = `boxoffice-queue:${data.event_id}`;
const LONGEST = 15_000;

const whole = /** @type {HTMLElement} */ (document.getElementById("waiting"));
const words = /** @type {HTMLElement} */ (document.getElementById("waiting-now"));
const join = /** @type {HTMLButtonElement} */ (document.getElementById("waiting-join"));
const leave = /** @type {HTMLButtonElement} */ (document.getElementById("waiting-leave"));
const progress = /** @type {HTMLProgressElement} */ (document.getElementById("waiting-progress"));

/** Milliseconds for which a newcomer is told to be in, before the clock speaks. */
const GREETING = 6000;

/** @type {Ticket | null} */
let ticket = storedTicket();
let greetedUntil = 0;
/** @type {Room | null} */
let room = null;
let ahead = 0;
let timer = 0;

/**
 * What this browser keeps of its place; what is no ticket counts as none.
 * @returns {Ticket | null}
 */
function storedTicket() {
  try {
    const kept = JSON.parse(remembered(STORED) ?? "null");
    return typeof kept?.queue_token === "string" ? kept : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} what
 * @param {string | null} text null hides it
 */
function fact(what, text) {
  const box = document.getElementById(`waiting-${what}`);
  const value = box?.querySelector("dd");
  if (!box || !value) return;
  box.hidden = text === null;
  if (text !== null && value.textContent !== text) value.textContent = text;
}

/** @param {string} text */
function say(text) {
  if (words.textContent !== text) words.textContent = text;
}

/** @param {number} number */
function shown(number) {
  return new Intl.NumberFormat(document.documentElement.dataset.locale).format(number);
}

/** @param {number} milliseconds */
function clock(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const digits = parts[0] ? parts : parts.slice(1);
  return digits.map((part, at) => (at ? String(part).padStart(2, "0") : part)).join(":");
}

/** @param {Room} now */
function before(now) {
  const opens = now.opens_at ? Date.parse(now.opens_at) - (Date.now() + ahead) : null;
  if (now.state === "closed") return t("waiting-closed");
  if (now.state === "drawing" || opens === null || opens <= 0) return t("waiting-drawing");
  return t("waiting-gathering", { time: clock(opens) });
}

/** The second goes by without asking anybody. */
function tick() {
  if (Date.now() < greetedUntil) return;
  if (room && (room.state === "gathering" || room.state === "closed")) say(before(room));
}

/** @param {number} seconds */
function estimate(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 1 ? t("waiting-under-a-minute") : tn("waiting-minutes", minutes);
}

/**
 * @param {Room} now
 * @param {Place} place
 */
function serving(now, place) {
  const { position, ahead: before, estimated_wait_s: wait } = place;
  if (position === null) return say(t("waiting-serving"));
  const called = now.now_serving !== null && position < now.now_serving;
  fact("place", shown(position + 1));
  fact("ahead", before === null ? null : shown(before));
  fact("estimate", wait === null || called ? null : estimate(wait));
  progress.hidden = false;
  progress.max = position + 1;
  progress.value = Math.min(now.now_serving ?? 0, position + 1);
  const late = now.draw_size !== null && position >= now.draw_size;
  const gone = now.stock?.available === 0;
  say(t(called ? "waiting-next" : gone ? "waiting-sold-out" : late ? "waiting-late" : "waiting-serving"));
}

async function ask() {
  await ensureSession();
  if (!ticket) return;
  const answer = await call("POST", `${path}/admission`, {
    body: { queue_token: ticket.queue_token },
    attempts: 1,
  });
  if (answer.admission_pass) {
    say(t("waiting-called"));
    location.assign(data.event);
    return;
  }
  if (room) serving(room, answer);
}

async function enter() {
  await ensureSession();
  ticket = await call("POST", path, { body: {}, key: undefined });
  remember(STORED, JSON.stringify(ticket));
  say(t("waiting-text"));
  greetedUntil = Date.now() + GREETING;
}

async function look() {
  let pause = 2000;
  try {
    /** @type {Room} */
    const now = await call("GET", path, { attempts: 1 });
    room = now;
    ahead = Date.parse(now.server_time) - Date.now();
    whole.dataset.state = now.state;
    pause = Math.min(Math.max(now.poll_after_ms, 500), LONGEST);
    const trust = document.getElementById("waiting-trust");
    if (trust) trust.textContent = t(`waiting-${now.trust}`);
    fact("joined", now.joined === null ? null : shown(now.joined));
    if (now.state === "over") {
      say(t("waiting-over"));
      location.assign(data.event);
      return;
    }
    if (!ticket && now.state !== "closed" && !left) await enter();
    join.hidden = !left;
    leave.hidden = !ticket;
    if (now.state === "serving") await ask();
    else if (Date.now() >= greetedUntil) say(before(now));
  } catch (error) {
    if (error instanceof Problem && error.slug === "not-found") location.assign(data.event);
    else if (error instanceof Problem && error.status === 403) forget();
    else {
      // The clock would talk over it.
      room = null;
      say(t("waiting-offline"));
    }
  }
  // A crowd must not come back in step.
  timer = window.setTimeout(() => void look(), pause * (1 + Math.random() / 4));
}

let left = false;

function forget() {
  ticket = null;
  remember(STORED, null);
}

join.addEventListener("click", () => {
  left = false;
  window.clearTimeout(timer);
  void look();
});
leave.addEventListener("click", async () => {
  await call("DELETE", path).catch(() => undefined);
  left = true;
  greetedUntil = 0;
  forget();
  for (const what of ["place", "ahead", "estimate"]) fact(what, null);
  window.clearTimeout(timer);
  void look();
});

document.getElementById("waiting-needs-script")?.remove();
window.setInterval(tick, 1000);
void look();
