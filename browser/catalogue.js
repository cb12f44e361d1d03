/**
 * The houses and events that tests look at, in the layout of `boxoffice import`; dates are counted from today. What
 * happens in them is the tests' business.
 */

/** @typedef {import('./lib/office.js').Catalogue} Catalogue */

/** Ids of the events, by what they are there for. */
export const EVENTS = {
  /** A theatre of 60 seats at three prices. */
  play: "evening-play",
  /** Four sections and a floor to stand on. */
  concert: "arena-concert",
  later: "not-yet-on-sale",
  /** Two seats, which the test buys. */
  tiny: "cupboard-reading",
  cancelled: "cancelled-recital",
  /** Sold by somebody named. */
  seller: "sold-by-a-society",
  /** 50,000 seats. */
  stadium: "stadium-final",
};

const DAY_MS = 24 * 60 * 60 * 1000;

const SEAT = 25;
const ROW = 30;

const CATEGORIES = [
  { name: "Premium", color: "#a3142f" },
  { name: "Standard", color: "#0a6fa8" },
  { name: "Value", color: "#0b7a5b" },
];

/**
 * A time so many days from now, at eight in the evening of Berlin's winter.
 *
 * @param {number} days
 */
function inDays(days) {
  const day = new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
  return `${day}T19:00:00Z`;
}

const BERLIN = { city: "Berlin", country: "DE", time_zone: "Europe/Berlin" };
const LEEDS = { city: "Leeds", country: "GB", time_zone: "Europe/London" };

/**
 * A row of seats `<prefix>-<row>-<number>`.
 *
 * @param {string} prefix
 * @param {string} row
 * @param {number} at
 * @param {number} seats
 * @param {string} category
 */
function row(prefix, row, at, seats, category) {
  return {
    row_number: row,
    row_number_position: "both",
    position: { x: 0, y: at * ROW },
    seats: Array.from({ length: seats }, (_, seat) => ({
      seat_guid: `${prefix}-${row}-${seat + 1}`,
      seat_number: String(seat + 1),
      position: { x: seat * SEAT, y: 0 },
      category,
      radius: 10,
    })),
  };
}

/**
 * A block of rows.
 *
 * @param {string} name
 * @param {string} prefix
 * @param {{ x: number, y: number }} position
 * @param {object[]} rows
 * @param {object[]} [areas]
 */
function zone(name, prefix, position, rows, areas = []) {
  return { name, zone_id: prefix, position, rows, areas };
}

/**
 * @param {string} text
 * @param {number} width
 * @param {number} height
 * @param {{ x: number, y: number }} position its upper left corner
 */
function stageOf(text, width, height, position) {
  return {
    shape: "rectangle",
    color: "#e4dccb",
    border_color: "#a4947a",
    rotation: 0,
    position,
    rectangle: { width, height },
    text: { position: { x: width / 2, y: height / 2 }, color: "#33383f", text, size: 16 },
  };
}

/** Six rows of ten: A and B are the dearest. */
function theatre() {
  const category = (/** @type {number} */ at) => CATEGORIES[Math.floor(at / 2)].name;
  const rows = [..."ABCDEF"].map((name, at) => row("S", name, at, 10, category(at)));
  const areas = [stageOf("Stage", 250, 40, { x: -12, y: -80 })];
  return {
    name: "Small theatre",
    categories: CATEGORIES,
    zones: [zone("Stalls", "S", { x: 60, y: 120 }, rows, areas)],
    size: { width: 350, height: 320 },
  };
}

/**
 * Where a seat of the theatre stands.
 *
 * @param {{ row: string, number: number }} seat
 */
export function inTheatre({ row, number }) {
  return { x: (number - 1) * SEAT, y: (row.charCodeAt(0) - "A".charCodeAt(0)) * ROW };
}

/** Four blocks of four rows of eight; the floor is an area of the event. */
function arena() {
  const block = (/** @type {string} */ name, /** @type {number} */ x, /** @type {number} */ y) => {
    const rows = [1, 2, 3, 4].map((number, at) => row(name[0], String(number), at, 8, "Standard"));
    return zone(name, name[0], { x, y }, rows);
  };
  const zones = [
    block("North", 300, 20),
    block("East", 580, 220),
    block("South", 300, 420),
    block("West", 20, 220),
  ];
  zones[0].areas.push(stageOf("Stage", 160, 40, { x: 10, y: 170 }));
  return { name: "Arena", categories: CATEGORIES, zones, size: { width: 820, height: 560 } };
}

/**
 * So many seats of one price in one row.
 *
 * @param {number} seats
 */
function cupboard(seats) {
  return {
    name: "Cupboard",
    categories: CATEGORIES,
    zones: [zone("Room", "C", { x: 40, y: 40 }, [row("C", "1", 0, seats, "Value")])],
    size: { width: 120, height: 80 },
  };
}

/** A bowl of 100 blocks with 20 rows of 25. */
function stadium() {
  const zones = Array.from({ length: 100 }, (_, at) => {
    const [column, line] = [at % 10, Math.floor(at / 10)];
    const name = String(101 + at);
    const category = CATEGORIES[Math.min(2, Math.floor(line / 3))].name;
    const rows = Array.from({ length: 20 }, (_, number) =>
      row(name, String(number + 1), number, 25, category),
    );
    return zone(`Block ${name}`, name, { x: 100 + column * 700, y: 100 + line * 700 }, rows);
  });
  return { name: "Stadium", categories: CATEGORIES, zones, size: { width: 7200, height: 7200 } };
}

const PRICES = { Premium: 9000, Standard: 6000, Value: 3500 };

/** All but the stadium. */
export function houses() {
  const theatreAt = {
    name: "Lantern Theatre",
    address: "Schmale Gasse 3",
    latitude: 52.52,
    longitude: 13.4,
    ...BERLIN,
  };
  const arenaAt = { name: "Kestrel Arena", address: "Am Falkenufer 12", ...BERLIN };
  const roomAt = { name: "Cupboard Rooms", address: "8 Short Row", ...LEEDS };
  return {
    events: [
      {
        id: EVENTS.play,
        name: "The Paper Lighthouse",
        artists: ["Company of the Lantern"],
        description: "A keeper, a storm and a letter that nobody wrote. A play in two acts.",
        date: inDays(30),
        doors_at: inDays(30).replace("T19:00", "T18:00"),
        currency: "EUR",
        venue: theatreAt,
        prices: PRICES,
        plan: theatre(),
      },
      {
        id: EVENTS.concert,
        name: "Tin Orchards",
        artists: ["Tin Orchards", "Slow Harbour"],
        description: "Brass, strings and a floor to dance on.",
        date: inDays(45),
        currency: "EUR",
        venue: arenaAt,
        prices: PRICES,
        plan: arena(),
        areas: [{ name: "Floor", category: "Value", capacity: 200 }],
        limits: { max_seats_per_reservation: 6 },
      },
      {
        id: EVENTS.later,
        name: "Winter Lights",
        date: inDays(60),
        on_sale_at: new Date(Date.now() + 2 * DAY_MS).toISOString(),
        currency: "EUR",
        venue: theatreAt,
        prices: PRICES,
        plan: theatre(),
      },
      {
        id: EVENTS.tiny,
        name: "Reading in a Cupboard",
        date: inDays(20),
        currency: "GBP",
        venue: roomAt,
        prices: PRICES,
        plan: cupboard(2),
      },
      {
        id: EVENTS.cancelled,
        name: "Recital for Glass Harp",
        date: inDays(25),
        currency: "EUR",
        status: "cancelled",
        venue: theatreAt,
        prices: PRICES,
        plan: theatre(),
      },
      {
        id: EVENTS.seller,
        name: "An Evening of Short Songs",
        date: inDays(35),
        currency: "GBP",
        venue: roomAt,
        prices: PRICES,
        plan: cupboard(4),
        seller: {
          name: "Society for Short Songs Ltd",
          address: "8 Short Row, Leeds",
          email: "office@short-songs.example",
          terms_url: "https://short-songs.example/terms",
        },
      },
    ],
  };
}

/** The stadium alone. */
export function stadiumOnly() {
  return {
    events: [
      {
        id: EVENTS.stadium,
        name: "The Final",
        date: inDays(50),
        currency: "GBP",
        venue: { name: "Hollow Park", address: "1 Long Lane", ...LEEDS },
        prices: PRICES,
        plan: stadium(),
      },
    ],
  };
}
