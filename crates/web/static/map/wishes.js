/**
 * Wishes that the server fulfils, held by one tap: “2 best together, up to 60 €”, and so many places of
 * a general admission area.
 */

import { money, t, tn } from "../texts.js";
import { button, h, stepper } from "./dom.js";

/** @typedef {import("./shop.js").Shop} Shop */
/** @typedef {import("./plan.js").Area} Area */

/** @param {Shop} shop */
export function bestPart(shop) {
  const { house, data, holder } = shop;
  const price = choice(t("map-best-price"), [
    ["", t("map-best-any-price")],
    ...house.prices.distinct.map((amount) => option(String(amount), upTo(amount))),
  ]);
  const where = choice(t("map-best-section"), [
    ["", t("map-best-anywhere")],
    ...house.plan.sections.map(({ name }) => option(name, name)),
  ]);
  const words = () => tn("map-best-hold", quantity.value());
  const quantity = stepper({
    label: t("map-best-quantity"),
    least: 1,
    most: data.limit,
    value: Math.min(2, data.limit),
    onchange: () => {
      go.textContent = words();
    },
  });
  const go = button(words(), () => void ask(false), { class: "sm-main sm-wide" });

  /** @param {boolean} split */
  async function ask(split) {
    /** @type {Record<string, unknown>} */
    const wish = { quantity: quantity.value() };
    if (price.select.value) wish.max_price = Number(price.select.value);
    if (where.select.value) wish.section = where.select.value;
    if (split) wish.split = true;
    const problem = await holder.take({ best_available: wish });
    if (problem?.slug !== "not-enough-together") return;
    const most = Number(problem.body.available) || 0;
    const words = most > 0 ? tn("map-best-most", most) : t("map-best-none");
    const apart = { words: tn("map-best-apart", quantity.value()), act: () => void ask(true), main: true };
    shop.notice.show("info", words, most > 0 && !split ? [apart] : []);
  }

  holder.attach(go);
  return h(
    "section",
    { class: "sm-part sm-best", "aria-labelledby": "sm-best-title" },
    h("h2", { id: "sm-best-title" }, t("map-best")),
    h(
      "div",
      { class: "sm-fields" },
      h("div", { class: "sm-field" }, h("span", { class: "sm-label" }, t("map-best-quantity")), quantity.element),
      price.element,
      house.plan.sections.length > 1 && where.element,
    ),
    go,
  );
}

/** @param {number} amount */
function upTo(amount) {
  return t("map-best-up-to", { price: money(amount, { short: true }) });
}

/**
 * @param {string} value
 * @param {string} words
 * @returns {[string, string]}
 */
function option(value, words) {
  return [value, words];
}

/**
 * @param {string} label
 * @param {string[][]} options value and words
 */
function choice(label, options) {
  const select = h(
    "select",
    { class: "sm-select" },
    ...options.map(([value, words]) => h("option", { value }, words)),
  );
  const element = h("label", { class: "sm-field" }, h("span", { class: "sm-label" }, label), select);
  return { element, select };
}

/**
 * General admission: places without numbers, chosen by how many. Held on their own, since one hold is
 * either such places or chosen seats.
 * @param {Shop} shop
 */
export function areasPart(shop) {
  const { areas } = shop.house.plan;
  if (areas.length === 0) return null;
  return h(
    "section",
    { class: "sm-part sm-areas", "aria-labelledby": "sm-areas-title" },
    h("h2", { id: "sm-areas-title" }, t("map-areas")),
    ...areas.map((area) => areaRow(shop, area)),
  );
}

/**
 * @param {Shop} shop
 * @param {Area} area
 */
function areaRow(shop, area) {
  const { house, data, holder } = shop;
  const facts = h("p", { class: "sm-soft" });
  const words = () => tn("map-area-hold", quantity.value());
  const quantity = stepper({
    label: t("map-area-quantity", { area: area.name }),
    least: 1,
    most: data.limit,
    value: Math.min(2, data.limit),
    onchange: () => {
      go.textContent = words();
    },
  });
  const go = button(words(), hold, { class: "sm-main" });

  function hold() {
    if (house.chosen.size === 0) return void take();
    shop.notice.show("info", t("map-area-apart", { area: area.name }), [
      { words: tn("map-area-instead", quantity.value()), act: () => void take(), main: true },
    ]);
  }

  async function take() {
    const wish = { quantity: quantity.value(), section: area.name };
    const problem = await holder.take({ best_available: wish });
    if (problem?.slug !== "not-enough-together") return;
    const most = Number(problem.body.available) || 0;
    shop.notice.show("info", most > 0 ? tn("map-area-most", most) : t("map-best-none"));
  }

  function update() {
    const { left } = house.leftIn(area.section);
    const price = area.category === null ? null : house.prices.priceOf[area.category];
    const gone = left === 0 || price === null;
    const line = gone ? t("map-block-none") : `${money(price)} · ${tn("map-block-left", left)}`;
    if (facts.textContent !== line) facts.textContent = line;
    controls.hidden = gone;
  }

  const controls = h("div", { class: "sm-area-controls" }, quantity.element, go);
  let waiting = 0;
  house.listen((kind) => {
    if (kind !== "status") return;
    waiting ||= window.setTimeout(() => {
      waiting = 0;
      update();
    }, 500);
  });
  holder.attach(go);
  update();
  return h(
    "div",
    { class: "sm-area", id: `sm-area-${area.section}` },
    h("h3", {}, area.name),
    facts,
    controls,
  );
}
