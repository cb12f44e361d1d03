/** The site's own samples: every page in every state, written by the program that the pages' room has for it. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Writes the samples for the tests of one file: a folder a language, a file a state.
 *
 * @returns {string} the folder
 */
export function writeSamples() {
  const folder = mkdtempSync(join(tmpdir(), "boxoffice-samples-"));
  after(() => rmSync(folder, { recursive: true }));
  const program = ["--package", "boxoffice-web", "--example", "samples"];
  execFileSync("cargo", ["run", "--quiet", "--locked", ...program, folder], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return folder;
}
