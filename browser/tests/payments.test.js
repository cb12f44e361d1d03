/** Paying, and what may come of it: every outcome has a page that leads on, and nobody pays twice. */

import assert from "node:assert/strict";

import { EVENTS } from "../catalogue.js";
import { expectAt, expectSeen, expectText } from "../lib/expect.js";
import { lookAt } from "../lib/look.js";
import {
  atCheckout,
  button,
  fillIn,
  hasTickets,
  orderButton,
  pay,
  toCheckout,
} from "../lib/site.js";
import { stage } from "../lib/stage.js";
import { within, words } from "../lib/words.js";

/** The bank is asked again at least every five seconds, after ten. */
const RECOVERY_MS = 30_000;

stage("paying", {}, (scene) => {
  for (const noScript of [false, true]) {
    const how = noScript ? " without JavaScript" : "";
    const suffix = noScript ? "-noscript" : "";
    const row = noScript ? "B" : "A";

    scene(`is declined and then succeeds${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      ada.watch.expect(/status of 402/);
      await toCheckout(ada, EVENTS.play, "Stalls", [`S-${row}-1`]);
      await pay(ada, "test-insufficient");
      await expectText(ada.page.getByRole("alert"), within("declined-insufficient-funds"));
      await atCheckout(ada);
      await lookAt(ada, `checkout-declined${suffix}`);
      await pay(ada);
      await hasTickets(ada);
    });

    scene(`takes the bank three seconds${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      await toCheckout(ada, EVENTS.play, "Stalls", [`S-${row}-2`]);
      await pay(ada, "test-slow");
      await hasTickets(ada);
    });

    scene(`goes by a page of the bank${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      await toCheckout(ada, EVENTS.play, "Stalls", [`S-${row}-3`]);
      await pay(ada, "test-redirect");
      await expectAt(ada, "test-page-title");
      await lookAt(ada, `bank-page${suffix}`);
      await ada.press(button(ada, "test-page-pay"));
      await hasTickets(ada);
    });

    scene(`is declined at a page of the bank, and leads back${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      await toCheckout(ada, EVENTS.play, "Stalls", [`S-${row}-4`]);
      await pay(ada, "test-redirect");
      await expectAt(ada, "test-page-title");
      await ada.press(button(ada, "test-page-decline"));
      await atCheckout(ada);
      await expectText(ada.page.getByRole("alert"), within("declined-generic"));
      await pay(ada);
      await hasTickets(ada);
    });

    scene(`stays open while the bank does not answer${how}`, async ({ buyer }) => {
      const ada = await buyer({ noScript });
      await toCheckout(ada, EVENTS.play, "Stalls", [`S-${row}-5`]);
      const id = ada.path().split("/").at(-1) ?? "";
      const asked = ada.context.request.post(`${ada.home}/v1/bookings`, {
        data: { reservation_id: id, payment_token: "tok_timeout", idempotency_key: "silent" },
      });
      await isPaying(ada, id);
      await ada.goto(`/checkout/${id}`);
      await expectAt(ada, "order-pending-title");
      await lookAt(ada, `order-pending${suffix}`);
      await expectAt(ada, "order-confirmed-title", RECOVERY_MS);
      await (await asked).dispose();
    });
  }

  scene("happens once, however often the button is pressed", async ({ buyer, office }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-C-1"]);
    await fillIn(ada, "test-slow");
    await orderButton(ada).dblclick();
    await hasTickets(ada);
    assert.equal((await office.seats(EVENTS.play)).get("S-C-1"), "booked");
  });

  scene("happens once without JavaScript, too", async ({ buyer }) => {
    const ada = await buyer({ noScript: true });
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-C-2"]);
    await fillIn(ada, "test-slow");
    await orderButton(ada).dblclick();
    await hasTickets(ada);
  });

  scene("happens once in two tabs", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-C-3"]);
    const other = await ada.tab();
    await other.page.goto(ada.page.url());
    await fillIn(ada);
    await fillIn(other);
    await Promise.all([ada.press(orderButton(ada)), other.press(orderButton(other))]);
    await hasTickets(ada);
    await hasTickets(other);
    assert.equal(ada.page.url(), other.page.url(), "both show the one order");
  });

  scene("is over when one goes back: the order is shown", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-C-4"]);
    await pay(ada);
    await hasTickets(ada);
    await ada.page.goBack();
    await ada.page.goForward();
    await hasTickets(ada);
    await ada.page.goBack();
    const again = orderButton(ada);
    const shown = ada.page.getByRole("heading", { name: words("order-confirmed-title") });
    await again.or(shown).first().waitFor();
    if ((await again.count()) > 0) {
      await fillIn(ada);
      await ada.press(again);
      await hasTickets(ada);
    }
  });

  scene("shows an order to its owner, and to others how it stands only", async ({ buyer }) => {
    const ada = await buyer();
    await toCheckout(ada, EVENTS.play, "Stalls", ["S-C-5"]);
    await pay(ada);
    await hasTickets(ada);
    const bob = await buyer();
    await bob.goto(ada.path());
    await hasTickets(bob);
    await expectSeen(bob.page.getByText(within("order-elsewhere")));
    assert.equal(await bob.page.getByText(/Row C, seat 5/i).count(), 0);
    await lookAt(bob, "order-elsewhere");
    const link = ada.page.getByRole("link", { name: words("order-link") });
    await bob.page.goto((await link.getAttribute("href")) ?? "");
    await hasTickets(bob);
    await expectSeen(bob.page.getByText(/Row C, seat 5/i));
  });
});

/**
 * @param {import("../lib/browser.js").Buyer} buyer
 * @param {string} reservation
 */
async function isPaying(buyer, reservation) {
  for (;;) {
    const answer = await buyer.context.request.get(`${buyer.home}/v1/reservations/${reservation}`);
    if ((await answer.json()).status === "paying") return;
  }
}
