/**
 * Every page in every state, from the site's own samples: also those that no purchase comes by easily. The
 * styles and modules are the real ones; only the page is the sample.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";

import { assertFitsNarrow } from "../lib/checks.js";
import { lookAt } from "../lib/look.js";
import { writeSamples } from "../lib/samples.js";
import { stage } from "../lib/stage.js";

const folder = writeSamples();
const LANGUAGES = readdirSync(folder);

stage("every page in every state", {}, (scene) => {
  for (const language of LANGUAGES) {
    const names = readdirSync(join(folder, language)).map((file) => file.replace(".html", ""));
    // The states of one kind share a page: each with one of its own would take minutes.
    for (const kind of new Set(names.map((name) => name.split("-")[0]))) {
      scene(`can be used by everybody: ${kind}, ${language}`, async ({ buyer }) => {
        const reader = await buyer({ noScript: true });
        // The sample's event is in no store.
        reader.watch.expect(/v1\/events\/gala/);
        await reader.page.route("**/poster.svg", (route) =>
          route.fulfill({
            body: '<svg xmlns="http://www.w3.org/2000/svg"/>',
            contentType: "image/svg+xml",
          }),
        );
        for (const name of names.filter((name) => name.split("-")[0] === kind)) {
          const file = join(folder, language, `${name}.html`);
          await reader.page.route("**/samples/*", (route) =>
            route.fulfill({ path: file, contentType: "text/html; charset=utf-8" }),
          );
          await reader.goto(`/samples/${name}`);
          // Texts are longer in other languages; what axe looks at is the same.
          if (language === "en") await lookAt(reader, `sample-${name}`);
          else await assertFitsNarrow(reader.page);
          await reader.page.unroute("**/samples/*");
        }
      });
    }
  }
});
