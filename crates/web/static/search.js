/**
 * The search answers as one types: it asks for the same page that the form would, and takes the list
 * out of it, so that there is one way to make it. The address follows, to be shared or gone back to.
 */

import { t, tn } from "./texts.js";

const PAUSE = 180;

const form = /** @type {HTMLFormElement} */ (document.getElementById("search"));
let latest = 0;
let timer = 0;
/** @type {AbortController | undefined} */
let asking;

/** The address of what the form asks for; empty fields are left out. */
function address() {
  const url = new URL(form.action);
  const price = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("max_price"));
  for (const [name, value] of new FormData(form)) {
    const matters = name !== "currency" || price?.value;
    if (value && matters) url.searchParams.set(name, String(value));
  }
  return url;
}

/** Says how many were found to those who do not see the list change. */
const news = document.createElement("p");
news.className = "unseen";
news.setAttribute("role", "status");
form.after(news);

/** @param {HTMLElement} found */
function say(found) {
  const count = found.querySelectorAll(".card").length;
  const more = found.querySelector("[rel=next]") !== null;
  news.textContent = more ? t("script-found-more", { count }) : tn("script-found", count);
}

/**
 * The same search in the other languages.
 * @param {URL} url
 */
function leadOn(url) {
  for (const link of document.querySelectorAll(".languages a")) {
    if (link instanceof HTMLAnchorElement) link.search = url.search;
  }
}

/** The address of the list that stands there now. */
let shown = location.href;

/**
 * Shows what is found there, unless something else was asked for meanwhile.
 * @param {URL} url
 * @throws where it cannot be had
 */
async function show(url) {
  const number = (latest += 1);
  asking?.abort();
  if (url.href === shown) return;
  asking = new AbortController();
  try {
    const response = await fetch(url, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (number !== latest) return;
    const found = page.getElementById("results");
    const here = document.getElementById("results");
    if (!found || !here) throw new Error(`${url}: ${response.status}`);
    here.replaceWith(found);
    document.title = page.title;
    shown = url.href;
    history.replaceState(null, "", url);
    leadOn(url);
    say(found);
  } catch (error) {
    if (number === latest) throw error;
  }
}

form.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    // The list that was there stays, and so does its address; the button says what is wrong.
    show(address()).catch(() => undefined);
  }, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  window.clearTimeout(timer);
  show(address()).then(
    () => document.getElementById("results")?.scrollIntoView({ block: "start" }),
    () => form.submit(),
  );
});
