// The TextMate grammar is the one that the language's grammar gives; the package names only files that are there.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { asText, grammarWords, groups, target } from "../scripts/grammar.mjs";
import { icon } from "../scripts/icon.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = JSON.parse(readFileSync(here("../package.json"), "utf8"));

test("syntaxes/remit.tmLanguage.json is what `npm run grammar` writes", () => {
  assert.equal(readFileSync(target, "utf8"), asText());
});

test("every word of the grammar is in some group", () => {
  const known = new Set(Object.values(groups()).flat());
  assert.ok(grammarWords().length > 90);
  assert.deepEqual(grammarWords().filter((w) => !known.has(w)), []);
});

test("what the manifest names is there", () => {
  const { languages, grammars } = manifest.contributes;
  for (const path of [languages[0].configuration, languages[0].icon.light, grammars[0].path, manifest.main, manifest.icon])
    assert.ok(existsSync(here(`../${path}`)), path);
  assert.equal(grammars[0].scopeName, JSON.parse(asText()).scopeName);
  JSON.parse(readFileSync(here(`../${languages[0].configuration}`), "utf8"));
});

test("the icon is a PNG of its size", () => {
  const png = icon(128);
  assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128]);
});
