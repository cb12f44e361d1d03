/**
 * Buyers without a browser, who hold seats and let them go again, so many changes a second. They keep to the clock:
 * what was late is made up for.
 */

const SEATS_A_HOLD = 8;
const TICK_MS = 50;

export class Crowd {
  #office;
  #event;
  #perSecond;
  #running = false;
  #changes = 0;
  #begun = 0;
  /** @type {Promise<void>} */
  #gone = Promise.resolve();
  /** @type {string[]} */
  #held = [];

  /**
   * @param {import('./office.js').Office} office
   * @param {string} event
   * @param {number} perSecond seats that change
   */
  constructor(office, event, perSecond) {
    this.#office = office;
    this.#event = event;
    this.#perSecond = perSecond;
  }

  come() {
    this.#running = true;
    this.#begun = Date.now();
    this.#gone = this.#act();
  }

  /** Changes a second so far. */
  rate() {
    return (this.#changes * 1000) / (Date.now() - this.#begun);
  }

  /** Lets everything go. */
  async leave() {
    this.#running = false;
    await this.#gone;
    await Promise.all(this.#held.map((reservation) => this.#office.release(reservation)));
  }

  async #act() {
    const seats = [...(await this.#office.seats(this.#event)).keys()];
    let next = 0;
    while (this.#running) {
      const due = ((Date.now() - this.#begun) / 1000) * this.#perSecond;
      const calls = [];
      for (let done = this.#changes; done < due; done += SEATS_A_HOLD) {
        const reservation = this.#held.length > 200 ? this.#held.shift() : undefined;
        if (reservation) {
          calls.push(this.#office.release(reservation));
        } else {
          const wanted = seats.slice(next, next + SEATS_A_HOLD);
          next = (next + SEATS_A_HOLD) % (seats.length - SEATS_A_HOLD);
          calls.push(this.#hold(wanted));
        }
      }
      this.#changes += calls.length * SEATS_A_HOLD;
      await Promise.all([...calls, new Promise((tick) => setTimeout(tick, TICK_MS))]);
    }
  }

  /** @param {string[]} wanted */
  async #hold(wanted) {
    this.#held.push(await this.#office.hold(this.#event, wanted));
  }
}
