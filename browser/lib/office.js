/**
 * A box office under test: a catalogue of its own in a folder of its own, served by the real binary on a free
 * port. It closes as an operator would close it, and its ledger must then pass the audit.
 */

import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { run, start } from "./processes.js";

/** @typedef {{ events: object[] }} Catalogue */

/**
 * What a call of the API answered.
 *
 * @typedef {{ status: number, body: any }} Answer
 */

/** Folders of offices that are open. @type {Set<string>} */
const folders = new Set();

// After the processes in them, whose own handler is older.
process.on("exit", () => folders.forEach(remove));

export class Office {
  #binary;
  #folder;
  #served;

  /**
   * @param {string} binary
   * @param {string} folder
   * @param {import('./processes.js').Started} served
   * @param {string} url
   */
  constructor(binary, folder, served, url) {
    this.#binary = binary;
    this.#folder = folder;
    this.#served = served;
    this.url = url;
  }

  /**
   * Imports a catalogue and serves it.
   *
   * @param {Catalogue} catalogue
   * @param {string[]} [flags] more of `serve`
   */
  static async open(catalogue, flags = []) {
    const binary = boxoffice();
    const folder = await mkdtemp(join(tmpdir(), "boxoffice-browser-"));
    folders.add(folder);
    await imports(binary, folder, catalogue);
    const wanted = ["--listen", "127.0.0.1:0", "--payments", "test", "--store", store(folder)];
    const served = start(binary, ["serve", ...wanted, ...flags]);
    const [, url] = await served.says(/listening on (http:\/\/\S+)/);
    return new Office(binary, folder, served, url);
  }

  /**
   * Imports more beside the running server.
   *
   * @param {Catalogue} catalogue
   */
  async import(catalogue) {
    await imports(this.#binary, this.#folder, catalogue);
  }

  /** Stops it where it stands, as a machine does that is cut off: connections stay, nothing answers. */
  freeze() {
    this.#served.signal("SIGSTOP");
  }

  /** Lets it go on after `freeze`. */
  thaw() {
    this.#served.signal("SIGCONT");
  }

  /** Closes it: it must end well, and its ledger must be right. */
  async close() {
    this.thaw();
    this.#served.signal("SIGTERM");
    const code = await this.#served.ended;
    try {
      if (code !== 0) {
        throw new Error(`serve ended with ${code}, expected 0:\n${this.#served.said()}`);
      }
      await run(this.#binary, ["audit", "--store", store(this.#folder)]);
    } finally {
      remove(this.#folder);
    }
  }

  /**
   * Calls the API from outside the browser, without a session.
   *
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<Answer>}
   */
  async call(method, path, body) {
    const headers = body && { "content-type": "application/json" };
    const response = await fetch(this.url + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  }

  /**
   * The same, where only success will do.
   *
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async must(method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) {
      throw new Error(
        `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
      );
    }
    return answer.body;
  }

  /**
   * Holds seats for somebody who is not in the browser.
   *
   * @param {string} event
   * @param {string[]} seats
   * @returns {Promise<string>} the reservation's id
   */
  async hold(event, seats) {
    const held = await this.must("POST", "/v1/reservations", { event_id: event, seat_ids: seats });
    return held.reservation_id;
  }

  /** @param {string} reservation */
  async release(reservation) {
    await this.must("DELETE", `/v1/reservations/${reservation}`);
  }

  /**
   * Buys seats for somebody who is not in the browser.
   *
   * @param {string} event
   * @param {string[]} seats
   * @returns {Promise<string>} the booking's id
   */
  async buy(event, seats) {
    const reservation = await this.hold(event, seats);
    const booking = {
      reservation_id: reservation,
      payment_token: "tok_visa",
      idempotency_key: reservation,
    };
    return (await this.must("POST", "/v1/bookings", booking)).booking_id;
  }

  /**
   * The seats of an event and how each of them stands.
   *
   * @param {string} event
   * @returns {Promise<Map<string, string>>} statuses by seat id
   */
  async seats(event) {
    /** @type {{ seat_id: string, status: string }[]} */
    const seats = await this.must("GET", `/v1/events/${event}/seats`);
    return new Map(seats.map((seat) => [seat.seat_id, seat.status]));
  }
}

/** @param {string} folder */
function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/** The binary: the one named, else the debug build. */
function boxoffice() {
  const target =
    process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
  return process.env.BOXOFFICE_BINARY ?? join(target, "debug", "boxoffice");
}

/** @param {string} folder */
function store(folder) {
  return `sqlite:${join(folder, "store.sqlite3")}`;
}

/**
 * @param {string} binary
 * @param {string} folder
 * @param {Catalogue} catalogue
 */
async function imports(binary, folder, catalogue) {
  const file = join(folder, "catalogue.json");
  await writeFile(file, JSON.stringify(catalogue));
  await run(binary, ["import", "--silent", "--store", store(folder), file]);
}
