/**
 * Builds elements: a short hand for `createElement`, buttons, icons, steppers and notices. Knows
 * nothing of seats.
 */

import { t } from "../texts.js";

/** @typedef {Record<string, string | boolean | number | undefined | ((event: any) => void)>} Props */

/**
 * An element with attributes, listeners (`onclick: …`) and children; what is `false`, null or
 * undefined is left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** @type {Record<string, string>} Paths on a field of 24 by 24. */
const ICONS = {
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  close: "M6 6l12 12M18 6L6 18",
};

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "sm-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button; with an icon its words are its accessible name and tooltip.
 * @param {string} words
 * @param {(event: MouseEvent) => void} act
 * @param {{icon?: string, class?: string}} [how]
 */
export function button(words, act, how = {}) {
  if (!how.icon) {
    return h("button", { type: "button", class: `sm-button ${how.class ?? ""}`, onclick: act }, words);
  }
  return h(
    "button",
    {
      type: "button",
      class: `sm-tool ${how.class ?? ""}`,
      "aria-label": words,
      title: words,
      onclick: act,
    },
    icon(how.icon),
  );
}

/**
 * A number between bounds, by buttons on both sides of what it says.
 * @param {{label: string, least: number, most: number, value: number, onchange: (value: number) => void}} how
 */
export function stepper({ label, least, most, value, onchange }) {
  let now = value;
  const shown = h("output", { class: "sm-count" }, String(now));
  const step = (/** @type {number} */ by) => () => set(now + by);
  const fewer = button(t("map-fewer"), step(-1), { icon: "minus" });
  const more = button(t("map-more"), step(1), { icon: "plus" });
  function set(/** @type {number} */ next) {
    const before = now;
    now = Math.min(Math.max(next, least), most);
    shown.textContent = String(now);
    // Not `disabled`: the focus would fall off the button at the end of the range.
    fewer.setAttribute("aria-disabled", String(now <= least));
    more.setAttribute("aria-disabled", String(now >= most));
    if (now !== before) onchange(now);
  }
  const element = h("div", { class: "sm-stepper", role: "group", "aria-label": label }, fewer, shown, more);
  set(now);
  return { element, value: () => now };
}

/** @typedef {"info" | "warn" | "bad"} Tone */
/** @typedef {{words: string, act: () => void, main?: boolean}} Action */

/**
 * The place where the page says something to the buyer, with what can be done about it. One notice
 * at a time: the newest is what matters.
 */
export class Notice {
  constructor() {
    this.element = h("div", { class: "sm-notice", role: "alert" });
    this.element.hidden = true;
    /** @type {() => void} */
    this.onClose = () => {};
  }

  /**
   * @param {Tone} tone
   * @param {string | string[]} words paragraphs
   * @param {Action[]} [actions]
   */
  show(tone, words, actions = []) {
    this.close();
    const paragraphs = [words].flat().map((text) => h("p", {}, text));
    const buttons = actions.map(({ words: label, act, main }) =>
      button(label, act, { class: main ? "sm-main" : "" }),
    );
    const close = button(t("map-close"), () => this.close(), { icon: "close", class: "sm-close" });
    const row = buttons.length > 0 && h("div", { class: "sm-actions" }, ...buttons);
    this.element.className = `sm-notice sm-${tone}`;
    this.element.replaceChildren(h("div", { class: "sm-words" }, ...paragraphs), close);
    if (row) this.element.append(row);
    this.element.hidden = false;
  }

  close() {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.element.replaceChildren();
    const { onClose } = this;
    this.onClose = () => {};
    onClose();
  }
}
