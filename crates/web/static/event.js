/**
 * The event page's beginning: asks for the plan, for who sits where and for the map's modules, all at
 * the same time, and hands the one to the other. Imports nothing, so that nothing holds these requests
 * up. Without it the page still sells, by its lists of sections.
 */

/** @type {import("./map/shop.js").PageData} */
const data = JSON.parse(document.getElementById("page-data")?.textContent || "{}");
const path = `/v1/events/${encodeURIComponent(data.event_id)}`;

/** @param {string} url */
async function load(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

async function loadAvailability() {
  const response = await load(`${path}/availability`);
  const version = Number(response.headers.get("Seat-Map-Version"));
  return { bytes: new Uint8Array(await response.arrayBuffer()), version };
}

/**
 * The house as soon as it can be had, while the modules that draw it are still on their way.
 */
async function loadHouse() {
  const plan = Promise.all([
    import("./map/plan.js"),
    load(data.plan_url).then((response) => response.json()),
    import("./map/outline.js"),
  ]).then(([{ readPlan }, drawing, { outlinesOf }]) => {
    const read = readPlan(drawing);
    outlinesOf(read);
    return read;
  });
  const [{ House, priceLevels }, read, { bytes, version }] = await Promise.all([
    import("./map/house.js"),
    plan,
    loadAvailability(),
  ]);
  const house = new House(read, priceLevels(read.categories, data.prices));
  house.load(bytes, version);
  return house;
}

/** @param {HTMLElement} here */
async function begin(here) {
  const [house, { open }] = await Promise.all([loadHouse(), import("./map/open.js")]);
  await open(here, data, house);
}

/**
 * Says that the map did not load; what the server put there, the links to the lists, stays.
 * @param {HTMLElement} here
 */
async function apologise(here) {
  const { t } = await import("./texts.js");
  const sorry = document.createElement("p");
  sorry.className = "sm-sorry";
  sorry.setAttribute("role", "alert");
  sorry.textContent = t("map-no-map");
  here.prepend(sorry);
}

const root = document.getElementById("seat-map");
if (root) {
  let leaving = false;
  window.addEventListener("pagehide", () => {
    leaving = true;
  });
  begin(root).catch((error) => {
    // Whoever leaves while it loads has not seen anything fail.
    if (leaving) return undefined;
    console.error(error);
    return apologise(root);
  });
}
