/**
 * The search answers as one types: it asks for the same page that the form would, and takes the list
 * out of it, so that there is one way to make it. The address follows, to be shared or gone back to.
 */

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

/** @param {URL} url */
async function show(url) {
  const number = (latest += 1);
  asking?.abort();
  asking = new AbortController();
  const here = document.getElementById("results");
  try {
    const response = await fetch(url, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("results");
    if (number !== latest || !found || !here) return;
    here.replaceWith(found);
    document.title = page.title;
    found.querySelector("h2")?.setAttribute("role", "status");
  } catch {
    // Without a connection the list stays; the button says what is wrong.
  }
}

function ask() {
  const url = address();
  if (url.href === location.href) return;
  history.replaceState(null, "", url);
  void show(url);
}

form.addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  window.clearTimeout(timer);
  ask();
  document.getElementById("results")?.scrollIntoView({ block: "start" });
});
