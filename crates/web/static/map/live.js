/**
 * Keeps the house up to date: reads the stream of changes, comes back after a lost line, and loads
 * everything anew after a long absence. Says only whether the line stands.
 */

/** @typedef {import("./house.js").House} House */
/** @typedef {"live" | "lost"} Line */

/** Away for longer than this, in milliseconds, everything is loaded again. */
const LONG_AWAY = 60_000;
/** So long without a word, we ask whether the line still stands. */
const QUIET = 45_000;
/** A break shorter than this is not worth mentioning. */
const GRACE = 2_500;
const LONGEST_PAUSE = 20_000;

/**
 * @param {string} event
 * @returns {Promise<{bytes: Uint8Array, version: number}>}
 */
export async function loadAvailability(event) {
  const path = `/v1/events/${encodeURIComponent(event)}/availability`;
  const response = await fetch(path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`availability: ${response.status}`);
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    version: Number(response.headers.get("Seat-Map-Version")),
  };
}

/**
 * Follows the event's seats for as long as the page is open.
 * @param {House} house
 * @param {string} event
 * @param {(line: Line) => void} tell told when the line is lost, and when it is back
 */
export function follow(house, event, tell) {
  const path = `/v1/events/${encodeURIComponent(event)}/seats/stream`;
  /** @type {EventSource | null} */
  let source = null;
  /** @type {Line} */
  let line = "live";
  let failures = 0;
  let heardAt = Date.now();
  let retry = 0;
  let grace = 0;

  /** @param {Line} now */
  function say(now) {
    window.clearTimeout(grace);
    grace = 0;
    if (now === line) return;
    line = now;
    tell(now);
  }

  function open() {
    source?.close();
    window.clearTimeout(retry);
    const stream = new EventSource(`${path}?since=${house.version}`);
    source = stream;
    stream.addEventListener("open", () => {
      failures = 0;
      heardAt = Date.now();
      say("live");
    });
    stream.addEventListener("seats", (message) => {
      heardAt = Date.now();
      const { version, changes } = JSON.parse(message.data);
      house.change(changes, version);
    });
    stream.addEventListener("reset", () => void reload());
    // The browser's own retry keeps one rhythm for everybody; ours backs off and scatters.
    stream.addEventListener("error", () => lose());
  }

  function lose() {
    source?.close();
    source = null;
    failures += 1;
    if (navigator.onLine) grace ||= window.setTimeout(() => say("lost"), GRACE);
    else say("lost");
    const pause = Math.min(500 * 2 ** Math.min(failures, 8), LONGEST_PAUSE);
    window.clearTimeout(retry);
    retry = window.setTimeout(comeBack, pause * (0.5 + Math.random()));
  }

  function comeBack() {
    if (Date.now() - heardAt > LONG_AWAY) void reload();
    else open();
  }

  async function reload() {
    source?.close();
    source = null;
    try {
      const { bytes, version } = await loadAvailability(event);
      // A smaller version after a reset is another store's: it knows better than we do.
      if (version < house.version) house.version = -1;
      house.load(bytes, version);
      heardAt = Date.now();
      open();
    } catch {
      lose();
    }
  }

  /** A line that is dead without having said so is found by asking. */
  async function check() {
    if (!source || document.hidden || Date.now() - heardAt < QUIET) return;
    heardAt = Date.now();
    try {
      const { bytes, version } = await loadAvailability(event);
      if (version <= house.version) return;
      house.load(bytes, version);
      open();
    } catch {
      lose();
    }
  }

  window.addEventListener("offline", lose);
  window.addEventListener("online", comeBack);
  window.addEventListener("pageshow", (shown) => shown.persisted && void reload());
  window.addEventListener("pagehide", () => source?.close());
  document.addEventListener("visibilitychange", () => void check());
  window.setInterval(() => void check(), QUIET / 3);
  open();
}
