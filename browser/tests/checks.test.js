/** The checks of the harness find what they are there to find, in pages that are wrong on purpose. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { assertAccessible, violations } from "../lib/axe.js";
import { Buyer, openBrowser } from "../lib/browser.js";
import { assertFitsNarrow, assertReadsLarge } from "../lib/checks.js";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

/** @type {Record<string, string>} */
const SCRIPTS = {
  "/breaks.js": "null.nothing;",
  "/complains.js": 'console.error("complaint");',
  "/asks-elsewhere.js": 'new Image().src = "http://127.0.0.1:9/pixel.png";',
};

const STYLE = `
  body { margin: 0; font: 1rem sans-serif; background: Canvas; color: CanvasText }
  .wide { width: 400px }
  .fixed { font-size: 16px }
  .tight { width: 120px; height: 1.3rem; overflow: hidden; white-space: nowrap }`;

/** @param {string} body */
function html(body) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
    <meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
    <link rel="stylesheet" href="/style.css"></head><body><main><h1>Page</h1>${body}</main></body></html>`;
}

describe("the checks of the harness", () => {
  /** @type {import('../lib/browser.js').Browser} */
  let browser;
  let home = "";
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const script = SCRIPTS[url.pathname];
    const type = script
      ? "text/javascript"
      : url.pathname === "/style.css"
        ? "text/css"
        : "text/html";
    response.writeHead(url.pathname === "/broken" ? 500 : 200, {
      "content-type": type,
      "content-security-policy": POLICY,
    });
    response.end(
      script ?? (type === "text/css" ? STYLE : html(url.searchParams.get("body") ?? "")),
    );
  });
  before(async () => {
    await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    home = `http://127.0.0.1:${address.port}`;
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  });

  /**
   * Shows a page with such a body.
   *
   * @param {string} body
   * @param {import('../lib/browser.js').Manner} [manner]
   */
  async function show(body, manner) {
    const buyer = await Buyer.sitDown(browser, home, manner);
    await buyer.goto(`/?body=${encodeURIComponent(body)}`);
    return buyer;
  }

  it("pass a page that is right", async () => {
    const buyer = await show('<p>Words.</p><img alt="A seat" src="data:,">');
    await assertFitsNarrow(buyer.page);
    await assertReadsLarge(buyer.page);
    await assertAccessible(buyer);
    assert.deepEqual(buyer.watch.problems(), []);
    await buyer.leave();
  });

  it("find a page that scrolls sideways", async () => {
    const buyer = await show('<p class="wide">Words.</p>');
    await assert.rejects(assertFitsNarrow(buyer.page), /400 pixels wide in a window of 320/);
    await buyer.leave();
  });

  it("find text that does not grow", async () => {
    const buyer = await show('<p class="fixed">Words.</p>');
    await assert.rejects(assertReadsLarge(buyer.page), /does not grow/);
    await buyer.leave();
  });

  it("find text that is cut off", async () => {
    const buyer = await show('<p class="tight">Words that fit once.</p>');
    await assert.rejects(assertReadsLarge(buyer.page), /cut off/);
    await buyer.leave();
  });

  it("find a picture without words", async () => {
    const buyer = await show('<img src="data:,">');
    assert.match((await violations(buyer)).join("\n"), /^image-alt /m);
    await buyer.leave();
  });

  it("find it without JavaScript, too", async () => {
    const buyer = await show('<img src="data:,">', { noScript: true });
    assert.match((await violations(buyer)).join("\n"), /^image-alt /m);
    await buyer.leave();
  });

  for (const [name, body, problem] of /** @type {[string, string, RegExp][]} */ ([
    ["an error in a script", '<script src="/breaks.js"></script>', /^script: .*TypeError/],
    ["an error in the console", '<script src="/complains.js"></script>', /^console: complaint/],
    ["an inline script", "<script>1</script>", /^console: .*Content Security Policy/],
    ["an inline style", '<p style="color: red">Words.</p>', /^console: .*Content Security Policy/],
    [
      "a request to another origin",
      '<script src="/asks-elsewhere.js"></script>',
      /(^request to another|Security)/,
    ],
    [
      "a picture from another origin",
      '<img alt="" src="http://127.0.0.1:9/a.png">',
      /(^request to another|Security)/,
    ],
  ])) {
    it(`find ${name}`, async () => {
      const buyer = await show(body);
      await buyer.page.waitForLoadState("load");
      assert.match(buyer.watch.problems().join("\n"), problem);
      buyer.watch.expect(/./);
      assert.deepEqual(buyer.watch.problems(), []);
      await buyer.leave();
    });
  }

  it("find an answer that says the server broke", async () => {
    const buyer = await Buyer.sitDown(browser, home);
    await buyer.goto("/broken");
    assert.match(buyer.watch.problems().join("\n"), /^answer 500: GET /m);
    await buyer.leave();
  });
});
