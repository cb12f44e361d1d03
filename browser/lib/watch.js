/**
 * Keeps what must never happen in a page: errors in the console and in scripts, breaches of the content security
 * policy, requests to another origin, answers that say the server broke. Each fails the test that it happened in.
 */

/** Where a browser may ask without leaving the page. */
const INSIDE = ["data:", "blob:", "about:"];

/** How Chromium complains in the console of an answer that is not a success. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 4\d\d/;

export class Watch {
  /** @type {string[]} */
  #problems = [];
  /** @type {RegExp[]} */
  #expected = [];

  /**
   * @param {import('playwright-core').BrowserContext} context
   * @param {string} home the one origin that pages may speak to
   */
  constructor(context, home) {
    const origin = new URL(home).origin;
    context.on("console", (message) => {
      const where = message.location().url;
      // What the API refuses is an answer like another.
      const answer = REFUSAL.test(message.text()) && where.startsWith(`${origin}/v1/`);
      if (message.type() === "error" && !answer) {
        this.keep(`console: ${message.text()} (${where})`);
      }
    });
    context.on("weberror", (error) => {
      this.keep(`script: ${error.error().stack ?? error.error()} (${error.page()?.url()})`);
    });
    context.on("request", (request) => {
      const url = request.url();
      const inside = INSIDE.some((scheme) => url.startsWith(scheme));
      if (!inside && new URL(url).origin !== origin) {
        this.keep(`request to another origin: ${url}`);
      }
    });
    context.on("response", (response) => {
      if (response.status() >= 500) {
        this.keep(`answer ${response.status()}: ${response.request().method()} ${response.url()}`);
      }
    });
    context.on("page", (page) => {
      page.on("crash", () => this.keep(`crash: ${page.url()}`));
    });
  }

  /**
   * Says that such problems belong to what is tested.
   *
   * @param {RegExp} problem
   */
  expect(problem) {
    this.#expected.push(problem);
  }

  /** What happened that was not expected. */
  problems() {
    return this.#problems.filter(
      (problem) => !this.#expected.some((expected) => expected.test(problem)),
    );
  }

  /**
   * Keeps what else is wrong.
   *
   * @param {string} problem
   */
  keep(problem) {
    this.#problems.push(problem);
  }
}
