/**
 * Processes that the tests start: each in a group of its own, and none of them outlives the tests. What the
 * processes are for is their owners' business.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";

/** @type {Set<number>} */
const alive = new Set();

process.on("exit", () => alive.forEach((pid) => signal(pid, "SIGKILL")));
for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.once(name, () => process.exit(1));
}

/**
 * A process, and what it has said so far.
 *
 * @typedef {object} Started
 * @property {number} pid
 * @property {() => string} said both of its outputs, for messages
 * @property {(pattern: RegExp) => Promise<RegExpMatchArray>} says waits for a line
 * @property {Promise<number | null>} ended its exit code, null where a signal ended it
 * @property {(name: NodeJS.Signals) => void} signal to its whole group
 */

/**
 * Starts a program without the machine's own `BOXOFFICE_…` settings.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {Started}
 */
export function start(program, args) {
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: ownEnvironment(),
  });
  let said = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8");
    output.on("data", (text) => (said += text));
  }
  const pid = child.pid;
  if (pid === undefined) {
    throw new Error(`${program} cannot be started: is it built?`);
  }
  alive.add(pid);
  const ended = once(child, "close").then(([code]) => {
    alive.delete(pid);
    return /** @type {number | null} */ (code);
  });
  /** @param {RegExp} pattern */
  const says = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = said.match(pattern);
        if (found) resolve(found);
      };
      look();
      child.stdout.on("data", look);
      ended.then(() => reject(new Error(`${program} ended without saying ${pattern}:\n${said}`)));
    });
  return { pid, said: () => said, says, ended, signal: (name) => signal(pid, name) };
}

/**
 * Runs a program to its end, which must be a good one.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string>} what it said
 */
export async function run(program, args) {
  const started = start(program, args);
  const code = await started.ended;
  if (code !== 0) {
    throw new Error(
      `${program} ${args.join(" ")} ended with ${code}, expected 0:\n${started.said()}`,
    );
  }
  return started.said();
}

function ownEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("BOXOFFICE_"));
  return Object.fromEntries(kept);
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended already.
  }
}
