/** What stands in the heads of pages: the policy that keeps strangers out, caching, and what search engines read. */

import assert from "node:assert/strict";

import { EVENTS } from "../catalogue.js";
import { stage } from "../lib/stage.js";

const EVENT = `/events/${EVENTS.play}`;

stage("the heads of pages", {}, (scene) => {
  for (const path of ["/", EVENT, `${EVENT}/sections/Stalls`, "/nothing-here"]) {
    scene(`allow no inline script and no stranger: ${path}`, async ({ office }) => {
      const { headers } = await fetch(office.url + path, { headers: { accept: "text/html" } });
      const policy = headers.get("content-security-policy") ?? "";
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
      ]) {
        assert.ok(policy.includes(rule), `${rule} is missing: ${policy}`);
      }
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
    });
  }

  scene("let assets be kept for good, and send them compressed", async ({ office }) => {
    const page = await (await fetch(office.url, { headers: { accept: "text/html" } })).text();
    const assets = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+\.(?:css|js))"/g)].map(
      ([, path]) => path,
    );
    assert.ok(assets.length > 0, "the page names no assets");
    for (const path of assets) {
      const { headers, status } = await fetch(office.url + path, {
        headers: { "accept-encoding": "br" },
      });
      assert.equal(status, 200, path);
      assert.match(headers.get("cache-control") ?? "", /max-age=31536000.*immutable/, path);
      assert.equal(headers.get("content-encoding"), "br", path);
    }
  });

  scene("tell search engines what an event is", async ({ buyer, office }) => {
    const reader = await buyer();
    await reader.goto(EVENT);
    const { page } = reader;
    const linked = await page.locator('script[type="application/ld+json"]').first().textContent();
    const event = [JSON.parse(linked ?? "{}")].flat()[0];
    assert.match(event["@type"], /Event$/);
    assert.equal(event.name, "The Paper Lighthouse");
    assert.equal(event.location.name, "Lantern Theatre");
    const canonical = await page.locator('link[rel="canonical"]').getAttribute("href");
    assert.equal(new URL(canonical ?? "", office.url).pathname.replace(/^\/en/, ""), EVENT);
    assert.match(
      (await page.locator('meta[property="og:title"]').getAttribute("content")) ?? "",
      /Lighthouse/,
    );
    assert.ok(
      (await page.locator('link[rel="alternate"][hreflang="de"]').count()) > 0,
      "names no German page",
    );
  });

  for (const [path, words] of /** @type {[string, RegExp][]} */ ([
    ["/robots.txt", /Sitemap: /],
    ["/sitemap.xml", new RegExp(EVENT)],
  ])) {
    scene(`are joined by ${path}`, async ({ office }) => {
      const answer = await fetch(office.url + path);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), words);
    });
  }
});
