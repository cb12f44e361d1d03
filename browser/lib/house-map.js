/**
 * The seat map as somebody uses it who sees it: looks for a seat with the mouse, reads the card beside
 * it, and goes nearer. Knows the plan, but nothing of how the map draws it.
 */

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ row: string, number: number }} Seat */

/** In the plan's units. */
const APART = 60;
const MOST_LOOKS = 300;
const TRIES = 12;

export class HouseMap {
  /** Pixels a unit of the plan. */
  #scale = 0;
  /** @type {Point} Where the plan's origin is on the surface. */
  #origin = { x: 0, y: 0 };

  /**
   * @param {import("./browser.js").Buyer} buyer
   * @param {(seat: Seat) => Point} plan where a seat stands in the plan
   */
  constructor(buyer, plan) {
    this.page = buyer.page;
    this.phone = buyer.manner.phone;
    this.plan = plan;
    this.surface = buyer.page.getByRole("application");
    this.card = buyer.page.locator(".sm-card");
  }

  /**
   * Takes a seat or puts it back, by a click or a tap on it.
   *
   * @param {Seat} seat
   */
  async press(seat) {
    const { x, y } = await this.find(seat);
    const box = await this.#box();
    if (this.phone) await this.page.touchscreen.tap(box.x + x, box.y + y);
    else await this.page.mouse.click(box.x + x, box.y + y);
  }

  /**
   * Where a seat is on the surface; the mouse is then over it.
   *
   * @param {Seat} seat
   * @returns {Promise<Point>}
   */
  async find(seat) {
    if (this.#scale === 0) await this.#learn();
    const wanted = this.plan(seat);
    let at = {
      x: this.#origin.x + wanted.x * this.#scale,
      y: this.#origin.y + wanted.y * this.#scale,
    };
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = await this.#look(at);
      if (found && found.row === seat.row && found.number === seat.number) return at;
      const there = found ? this.plan(found) : { x: wanted.x - 1, y: wanted.y - 2 };
      const scale = this.#scale;
      at = { x: at.x + (wanted.x - there.x) * scale, y: at.y + (wanted.y - there.y) * scale };
    }
    throw new Error(`the map shows no row ${seat.row}, seat ${seat.number}`);
  }

  /** What the card says of a seat. @param {Seat} seat */
  async told(seat) {
    await this.find(seat);
    return (await this.card.textContent()) ?? "";
  }

  /** Finds two seats that are apart, and so how large the plan is drawn. */
  async #learn() {
    const { width, height } = await this.#box();
    /** @type {{ at: Point, place: Point } | null} */
    let first = null;
    for (let look = 1; look < MOST_LOOKS; look += 1) {
      // Spread evenly, wherever the seats may be.
      const at = { x: width * spread(look, 2), y: height * spread(look, 3) };
      const seat = await this.#look(at);
      if (!seat) continue;
      const place = this.plan(seat);
      first ??= { at, place };
      const distance = Math.hypot(place.x - first.place.x, place.y - first.place.y);
      if (distance < APART) continue;
      this.#scale = Math.hypot(at.x - first.at.x, at.y - first.at.y) / distance;
      this.#origin = { x: at.x - place.x * this.#scale, y: at.y - place.y * this.#scale };
      return;
    }
    throw new Error("the map shows no seats");
  }

  /**
   * Points at a place, and reads which seat is there.
   *
   * @param {Point} at
   * @returns {Promise<Seat | null>}
   */
  async #look(at) {
    const box = await this.#box();
    await this.page.mouse.move(box.x + at.x, box.y + at.y);
    const words = await this.card.evaluate((card) =>
      card.matches("[hidden]") ? "" : (card.querySelector(".sm-card-name")?.textContent ?? ""),
    );
    const found = words.match(/^row (\w+), seat (\d+)$/i);
    return found && { row: found[1], number: Number(found[2]) };
  }

  async #box() {
    await this.surface.scrollIntoViewIfNeeded();
    const box = await this.surface.boundingBox();
    if (!box) throw new Error("there is no map");
    return box;
  }
}

/**
 * The van der Corput sequence: numbers from 0 to 1 that fill the gaps they leave.
 *
 * @param {number} index
 * @param {number} base
 */
function spread(index, base) {
  let [value, part] = [0, 1];
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    part /= base;
    value += part * (rest % base);
  }
  return value;
}
