/**
 * Opens the map of a house, and then the shop around it, which is not waited for until the map is on
 * the screen.
 */

import { SeatMap } from "./map.js";

/**
 * @param {HTMLElement} here
 * @param {import("./shop.js").PageData} data
 * @param {import("./house.js").House} house
 */
export async function open(here, data, house) {
  // Asked for now, so that it comes while the first picture is drawn.
  const shop = import("./shop.js");
  const map = new SeatMap(house);
  here.classList.add("sm");
  here.replaceChildren(map.element);
  map.begin();
  performance.mark("seat-map-ready");
  const { Shop } = await shop;
  new Shop(house, map, data).open(here);
  performance.mark("seat-map-shop-ready");
}
