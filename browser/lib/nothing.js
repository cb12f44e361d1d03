/** A list of what is wrong must be empty; if it is not, the failure reads as that list. */

import { AssertionError } from "node:assert";

/**
 * @param {string[]} found
 * @param {string} what it is that was found
 */
export function assertNothing(found, what) {
  if (found.length === 0) return;
  const message = `${what}:\n  ${found.join("\n  ")}`;
  throw new AssertionError({ message, actual: found, expected: [], stackStartFn: assertNothing });
}
