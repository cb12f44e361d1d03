/**
 * The page's words and data: reads the two data blocks that the server put into the page, fills
 * placeholders, picks plurals and writes money. Holds no words itself: those are Fluent files.
 */

/** @typedef {Record<string, string | number>} Args */

/**
 * The data block of that id, parsed; an empty object where the page has none.
 * @param {string} id
 * @returns {any}
 */
function dataBlock(id) {
  const block = document.getElementById(id);
  return block?.textContent ? JSON.parse(block.textContent) : {};
}

/** @type {any} */
let data;
/** @type {Record<string, string> | undefined} */
let messages;

/**
 * What the server tells this page's modules.
 * @returns {any}
 */
export function pageData() {
  return (data ??= dataBlock("page-data"));
}

/**
 * All the messages of the page, by key.
 * @returns {Record<string, string>}
 */
export function texts() {
  return (messages ??= /** @type {Record<string, string>} */ (dataBlock("page-texts")));
}

/** @param {string} key */
export function hasText(key) {
  return key in texts();
}

/** The locale of the page, as `Intl` takes it: numbers and dates as the server writes them. */
export function language() {
  return document.documentElement.dataset.locale || document.documentElement.lang || "en";
}

/**
 * The message of that key with its placeholders filled; the key itself where there is none, so that
 * a forgotten message shows.
 * @param {string} key
 * @param {Args} [args]
 */
export function t(key, args) {
  const message = texts()[key] ?? key;
  if (!args) return message;
  return message.replace(/\{(\w+)\}/g, (whole, name) =>
    name in args ? String(args[name]) : whole,
  );
}

/** @type {Intl.PluralRules | undefined} */
let rules;
/** @type {Intl.NumberFormat | undefined} */
let counting;

/**
 * The message for a number of things: `key-one`, `key-other` and so on, with `{count}` filled.
 * @param {string} key
 * @param {number} count
 * @param {Args} [args]
 */
export function tn(key, count, args) {
  rules ??= new Intl.PluralRules(language());
  counting ??= new Intl.NumberFormat(language());
  const exact = `${key}-${rules.select(count)}`;
  return t(hasText(exact) ? exact : `${key}-other`, { ...args, count: counting.format(count) });
}

/** @type {Map<string, Intl.NumberFormat>} Making one takes longer than all its uses. */
const formats = new Map();

/**
 * @param {string} currency
 * @param {number} digits
 */
function formatOf(currency, digits) {
  const name = `${currency} ${digits}`;
  let format = formats.get(name);
  if (!format) {
    const style = /** @type {const} */ ("currency");
    const [minimumFractionDigits, maximumFractionDigits] = [digits, digits];
    const options = { style, currency, minimumFractionDigits, maximumFractionDigits };
    format = new Intl.NumberFormat(language(), options);
    formats.set(name, format);
  }
  return format;
}

/**
 * An amount of minor units as people write it: `9000` is “90.00 €”.
 * @param {number} amount
 * @param {{currency?: string, currency_exponent?: number, short?: boolean}} [how] what the page's
 *   data says unless given; `short` leaves out decimals that are all zero
 */
export function money(amount, how = {}) {
  const currency = how.currency ?? pageData().currency ?? "EUR";
  const exponent = how.currency_exponent ?? pageData().currency_exponent ?? 2;
  const parts = formatOf(currency, exponent).formatToParts(amount / 10 ** exponent);
  const whole = how.short && amount % 10 ** exponent === 0;
  const shown = whole ? parts.filter(({ type }) => type !== "decimal" && type !== "fraction") : parts;
  return shown.map(({ value }) => value).join("");
}
