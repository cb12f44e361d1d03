/**
 * The waiting room's page before a room that is played here: there is none in the box office yet, but what its
 * public state will say is fixed by the contract.
 */

import assert from "node:assert/strict";
import { join } from "node:path";

import { expectText } from "../lib/expect.js";
import { lookAt } from "../lib/look.js";
import { writeSamples } from "../lib/samples.js";
import { stage } from "../lib/stage.js";
import { within, words } from "../lib/words.js";

const PAGE = join(writeSamples(), "en", "waiting.html");
const QUEUE = "/v1/events/gala/queue";

/** A room as its public state tells it. */
class Room {
  /** @type {Record<string, unknown>} */
  state = {
    room_id: "gala",
    round: 1,
    state: "gathering",
    opens_at: new Date(Date.now() + 3_600_000).toISOString(),
    joined: 1234,
    draw_size: null,
    now_serving: null,
    trust: "operator",
    entry: null,
    stock: { available: 100, held: 3 },
    poll_after_ms: 500,
  };
  /** @type {{ status: number, body: object }} */
  admission = { status: 202, body: { position: null, ahead: null, estimated_wait_s: null } };
  joined = 0;
  away = false;

  /** @param {import('../lib/browser.js').Buyer} buyer */
  async play(buyer) {
    const { page } = buyer;
    const json = (/** @type {object} */ body, status = 200) => ({
      status,
      contentType: "application/json",
      body: JSON.stringify(body),
    });
    await page.route("**/events/gala/waiting", (route) =>
      route.fulfill({ path: PAGE, contentType: "text/html; charset=utf-8" }),
    );
    await page.route("**/en/events/gala", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><h1>The seats</h1>" }),
    );
    await page.route("**/poster.svg", (route) =>
      route.fulfill({
        contentType: "image/svg+xml",
        body: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      }),
    );
    await page.route(`**${QUEUE}`, (route) => {
      if (this.away) return route.abort();
      const method = route.request().method();
      if (method === "DELETE") return route.fulfill({ status: 204 });
      if (method === "POST") {
        this.joined += 1;
        const ticket = { queue_token: "q", arrival: 7, receipt: {} };
        return route.fulfill(json(ticket, 201));
      }
      return route.fulfill(json({ ...this.state, server_time: new Date().toISOString() }));
    });
    await page.route(`**${QUEUE}/admission`, (route) =>
      route.fulfill(json(this.admission.body, this.admission.status)),
    );
    await buyer.goto("/events/gala/waiting");
  }
}

stage("the waiting room", {}, (scene) => {
  scene("tells the time until the sale, then the place, then leads in", async ({ buyer }) => {
    const ada = await buyer();
    const room = new Room();
    await room.play(ada);
    const { page } = ada;
    const now = page.locator("#waiting-now");
    await expectText(now, /The sale begins in \d+:\d\d/);
    await expectText(page.locator("#waiting-joined dd"), /1,234/);
    await expectText(page.locator("#waiting-trust"), within("waiting-operator"));
    assert.equal(room.joined, 1);
    await lookAt(ada, "waiting-gathering");

    room.state = { ...room.state, state: "drawing", opens_at: new Date().toISOString() };
    await expectText(now, within("waiting-drawing"));

    room.admission.body = { position: 411, ahead: 311, estimated_wait_s: 240 };
    room.state = { ...room.state, state: "serving", draw_size: 1235, now_serving: 100 };
    await expectText(page.locator("#waiting-place dd"), /412/);
    await expectText(page.locator("#waiting-ahead dd"), /311/);
    await expectText(page.locator("#waiting-estimate dd"), /4 minutes/);
    await lookAt(ada, "waiting-serving");

    room.admission = { status: 200, body: { admission_pass: "p", expires_at: "2099-01-01T00:00:00Z" } };
    await page.getByRole("heading", { name: "The seats" }).waitFor();
    assert.equal(room.joined, 1, "one place for one visitor");
  });

  scene("keeps the place over a lost line and a reload", async ({ buyer }) => {
    const ada = await buyer();
    ada.watch.expect(/ERR_FAILED|net::/);
    const room = new Room();
    await room.play(ada);
    const now = ada.page.locator("#waiting-now");
    await expectText(now, /The sale begins in/);
    room.away = true;
    await expectText(now, within("waiting-offline"));
    room.away = false;
    await expectText(now, /The sale begins in/);
    await ada.page.reload();
    await expectText(now, /The sale begins in/);
    assert.equal(room.joined, 1, "the place is remembered");
  });

  scene("gives the place back, and takes another", async ({ buyer }) => {
    const ada = await buyer();
    const room = new Room();
    await room.play(ada);
    await ada.press(ada.page.getByRole("button", { name: words("waiting-leave") }));
    await ada.press(ada.page.getByRole("button", { name: words("waiting-join") }));
    await expectText(ada.page.locator("#waiting-now"), /The sale begins in/);
    assert.equal(room.joined, 2);
  });
});
