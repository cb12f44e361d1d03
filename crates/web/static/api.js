/**
 * How the pages' modules speak to `/v1`: the session, one way to call, problems as errors with kind
 * sentences, and retries that are safe. Knows nothing of maps or forms.
 */

import { hasText, t } from "./texts.js";

/** An answer that says no, or no answer at all (`status` 0, `slug` `network`). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {any} body the problem's JSON
   * @param {number} retryAfter seconds, 0 where the server named none
   */
  constructor(status, body, retryAfter = 0) {
    const slug = String(body?.type ?? "")
      .split("/")
      .pop();
    super(slug || `status ${status}`);
    this.status = status;
    this.slug = slug || (status === 0 ? "network" : "unknown");
    /** @type {any} */
    this.body = body ?? {};
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {object} CallOptions
 * @property {unknown} [body] sent as JSON
 * @property {string} [key] the `Idempotency-Key`: with one a POST may be repeated
 * @property {number} [attempts] tries in all, 4 unless given
 * @property {(problem: Problem, seconds: number) => void} [onWait] told before each pause
 * @property {boolean} [keepalive] let the request outlive the page
 */

const WAITABLE = new Set(["network", "overloaded", "store-unavailable", "outcome-unknown"]);
/** Longer than this a person should decide, not the script. */
const LONGEST_WAIT = 15;

/**
 * Calls the API and gives back the parsed answer. Tries again, after what the server asks and a
 * little chance on top, where repeating cannot do anything twice.
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function call(method, path, options = {}) {
  const attempts = options.attempts ?? 4;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(method, path, options);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const seconds = pause(error, attempt);
      if (attempt >= attempts || seconds > LONGEST_WAIT || !repeatable(method, options, error)) {
        throw error;
      }
      options.onWait?.(error, seconds);
      await sleep(seconds * 1000);
    }
  }
}

/**
 * @param {string} method
 * @param {CallOptions} options
 * @param {Problem} problem
 */
function repeatable(method, options, problem) {
  if (problem.status === 429) return problem.retryAfter > 0;
  if (!WAITABLE.has(problem.slug)) return false;
  return method !== "POST" || options.key !== undefined || problem.slug === "overloaded";
}

/**
 * Seconds to wait: what was asked for or twice as long each time, and up to half of it more so that
 * a crowd does not come back in step.
 * @param {Problem} problem
 * @param {number} attempt
 */
function pause(problem, attempt) {
  const least = Math.max(problem.retryAfter, 0.4 * 2 ** (attempt - 1));
  return least * (1 + Math.random() / 2);
}

/** @param {number} milliseconds */
function sleep(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} options
 */
async function once(method, path, { body, key, keepalive }) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key !== undefined) headers["Idempotency-Key"] = key;
  /** @type {Response} */
  let response;
  /** @type {any} */
  let answer;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      keepalive,
    });
    learnTime(response);
    const text = await response.text();
    answer = text ? parse(text) : null;
  } catch {
    throw new Problem(0, null);
  }
  if (response.ok) return answer;
  const after = Number(response.headers.get("Retry-After"));
  throw new Problem(response.status, answer, Number.isFinite(after) ? after : 0);
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** How far the server's clock is ahead of ours, in milliseconds. */
let ahead = 0;

/**
 * Countdowns follow the server's clock, since a phone's may be minutes off.
 * @param {Response} response
 */
export function learnTime(response) {
  if (Number(response.headers.get("Age")) > 0) return;
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(date)) {
    const difference = date + 500 - Date.now();
    ahead = Math.abs(difference) < 2000 ? 0 : difference;
  }
}

/** The present moment by the server's clock, in milliseconds. */
export function now() {
  return Date.now() + ahead;
}

/** A new `Idempotency-Key`. (`randomUUID` is missing on plain HTTP.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const SESSION = "boxoffice-session";
/** @type {Promise<void> | undefined} */
let session;

/**
 * Sees to it that this browser has a session: the cookie itself is out of reach of scripts, so only
 * when it ends is remembered.
 * @param {{renew?: boolean}} [how] `renew` where the server did not know the one we had
 * @returns {Promise<void>}
 */
export function ensureSession({ renew = false } = {}) {
  if (renew) session = undefined;
  session ??= startSession(renew).catch((error) => {
    session = undefined;
    throw error;
  });
  return session;
}

/** @param {boolean} renew */
async function startSession(renew) {
  const ends = Date.parse(remembered(SESSION) ?? "");
  if (!renew && ends - now() > 60_000) return;
  const answer = await call("POST", "/v1/sessions", { body: { renew: true }, key: newKey() });
  remember(SESSION, answer.expires_at);
}

/**
 * A change that must happen at most once: with a session, an `Idempotency-Key` and retries under
 * that same key.
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 * @param {CallOptions} [options]
 */
export async function change(method, path, body, options = {}) {
  await ensureSession();
  const key = options.key ?? newKey();
  try {
    return await call(method, path, { ...options, body, key });
  } catch (error) {
    if (!isLostSession(error)) throw error;
    await ensureSession({ renew: true });
    return await call(method, path, { ...options, body, key });
  }
}

/**
 * The cookie is gone (cleared, or ended early): the server then asks for a session beside the key.
 * @param {unknown} error
 */
function isLostSession(error) {
  if (!(error instanceof Problem)) return false;
  if (error.slug === "unauthenticated") return true;
  const errors = error.slug === "invalid-request" ? (error.body.errors ?? []) : [];
  return errors.some((/** @type {any} */ e) => /idempotency|session/i.test(JSON.stringify(e)));
}

/**
 * A kind sentence for what went wrong: the page's `map-problem-<slug>` or `script-problem-<slug>`.
 * @param {unknown} error
 * @param {import("./texts.js").Args} [args]
 */
export function sentence(error, args = {}) {
  if (!(error instanceof Problem)) return t(unknown());
  const key = [`map-problem-${error.slug}`, `script-problem-${error.slug}`].find(hasText);
  const { limit = "", have = "", available = "" } = error.body;
  return t(key ?? unknown(), { limit, have, available, ...args });
}

function unknown() {
  return hasText("map-problem-unknown") ? "map-problem-unknown" : "script-problem-unknown";
}

/**
 * What this browser keeps under that name; null also where it may keep nothing.
 * @param {string} name
 */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value null forgets it
 */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Storage is switched off: the page works, and only forgets when it is left.
  }
}

/** @typedef {{reservation_id: string, expires_at: string}} RememberedHold */

/**
 * The holds of that event which this browser made and which have not run out, the newest first.
 * @param {string} event
 * @returns {RememberedHold[]}
 */
export function rememberedHolds(event) {
  const holds = parse(remembered(`boxoffice-hold:${event}`) ?? "[]");
  const lasts = (/** @type {any} */ hold) => Date.parse(hold?.expires_at) > now();
  return [holds].flat().filter(lasts);
}

/**
 * Puts a hold before the others of its event.
 * @param {string} event
 * @param {RememberedHold} hold
 */
export function rememberHold(event, { reservation_id, expires_at }) {
  const others = rememberedHolds(event).filter((one) => one.reservation_id !== reservation_id);
  setHolds(event, [{ reservation_id, expires_at }, ...others]);
}

/**
 * @param {string} event
 * @param {string} id the reservation's
 */
export function forgetHold(event, id) {
  setHolds(event, rememberedHolds(event).filter((one) => one.reservation_id !== id));
}

/**
 * @param {string} event
 * @param {RememberedHold[]} holds
 */
function setHolds(event, holds) {
  remember(`boxoffice-hold:${event}`, holds.length > 0 ? JSON.stringify(holds) : null);
}
