/**
 * The site's own words, read from its Fluent files: tests find buttons and headings by what people
 * read, in any language, and follow when a text is written better. What a text should say is for
 * its writers.
 */

import { readFileSync, readdirSync } from "node:fs";

const LOCALES = new URL("../../crates/web/locales/", import.meta.url);

/** @type {Map<string, Map<string, string>>} */
const read = new Map();

/**
 * What matches a message, whatever stands in its placeholders; of one that says how many, any form.
 *
 * @param {string} key
 * @param {string} [language]
 */
export function words(key, language = "en") {
  const messages = messagesOf(language);
  const forms = [key, ...["one", "other"].map((form) => `${key}-${form}`)];
  const found = forms.flatMap((form) => messages.get(form) ?? []);
  if (found.length === 0) throw new Error(`locales/${language} has no message ${key}`);
  return new RegExp(`^\\s*(?:${found.map(pattern).join("|")})\\s*$`);
}

/**
 * A message that stands within more words.
 *
 * @param {string} key
 * @param {string} [language]
 */
export function within(key, language = "en") {
  const { source } = words(key, language);
  return new RegExp(source.replace(/^\^\\s\*/, "").replace(/\\s\*\$$/, ""));
}

/** @param {string} language */
function messagesOf(language) {
  const known = read.get(language);
  if (known) return known;
  /** @type {Map<string, string>} */
  const messages = new Map();
  const folder = new URL(`${language}/`, LOCALES);
  for (const file of readdirSync(folder)) {
    // A message goes on in the lines that are set in; a closing brace may stand at the margin.
    const text = readFileSync(new URL(file, folder), "utf8").replace(/^#.*$/gm, "");
    for (const [, key, value] of text.matchAll(/^([\w-]+) *=((?:.*)(?:\n(?:[ \t}].*)?)*)/gm)) {
      messages.set(key, value.trim());
    }
  }
  read.set(language, messages);
  return messages;
}

/** @param {string} message */
function pattern(message) {
  const choice = /\{[^{}]*->((?:[^{}]|\{[^{}]*\})*)\}/;
  const [whole, variants] = message.match(choice) ?? [];
  if (whole && variants) {
    const [before, after] = message.split(whole);
    const texts = variants.split(/\*?\[[\w-]+\]/).slice(1);
    /** @type {string} */
    const any = texts.map(plain).join("|");
    return `${plain(before)}(?:${any})${plain(after)}`;
  }
  return plain(message);
}

/** @param {string} text */
function plain(text) {
  const parts = text.split(/\{[^{}]*\}/);
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return escaped
    .map((part) => part.replace(/\s+/g, "\\s+"))
    .join(".*?")
    .replace(/^(?:\\s\+)+|(?:\\s\+)+$/g, (space) => space.replace("+", "*"));
}
