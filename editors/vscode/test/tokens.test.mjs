// Colours of examples, by the engine that VS Code uses.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { target } from "../scripts/grammar.mjs";

const require = createRequire(import.meta.url);
const textmate = require("vscode-textmate"), oniguruma = require("vscode-oniguruma");

async function load() {
  await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(target, "utf8"), target),
  });
  return registry.loadGrammar("source.remit");
}
const grammar = await load();

/** Word and innermost scope, of each line. */
function scopes(text) {
  let stack = textmate.INITIAL;
  return text.split("\n").map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens.map((t) => [line.slice(t.startIndex, t.endIndex).trim(), t.scopes.at(-1)]).filter(([word]) => word);
  });
}
const scopeOf = (line, word) => scopes(line)[0].find(([w]) => w === word)?.[1];

test("words have the scope of what they are", () => {
  const line = 'block pay.* when args.amount > 250.00 and has args.to within 15m because "no // comment" // why';
  for (const [word, scope] of [
    ["block", "keyword.control.remit"],
    ["pay.*", "entity.name.function.glob.remit"],
    ["when", "keyword.other.clause.remit"],
    ["args", "variable.language.remit"],
    ["amount", "variable.other.member.remit"],
    ["250.00", "constant.numeric.remit"],
    ["and", "keyword.operator.word.remit"],
    ["15m", "constant.numeric.duration.remit"],
    ["// why", "comment.line.double-slash.remit"],
  ])
    assert.equal(scopeOf(line, word), scope, word);
  assert.equal(scopeOf("tool crm.lookup(customer: string) read", "crm.lookup"), "entity.name.remit");
  assert.equal(scopeOf("tool crm.lookup(customer: string) read", "string"), "support.type.remit");
  assert.equal(scopeOf("block x when trust(args.n) < vetted", "trust"), "support.function.remit");
});

test("a word behind a dot is a member, whatever the word", () => {
  assert.equal(scopeOf("block a when args.when == 3", "when"), "keyword.other.clause.remit"); // the first is the clause
  assert.ok(scopes("block a when args.when == 3")[0].some(([w, s]) => w === "when" && s === "variable.other.member.remit"));
});

test("an open string ends with its line", () => {
  const [, second] = scopes('block a because "never closed\nallow anyone to a');
  assert.equal(second[0][1], "keyword.control.remit");
});

test("the examples have comments and strings where they should", () => {
  const folder = fileURLToPath(new URL("../../../examples", import.meta.url));
  const files = readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(".remit"));
  assert.ok(files.length > 3);
  for (const file of files)
    for (const line of scopes(readFileSync(`${folder}/${file}`, "utf8")))
      for (const [word, scope] of line) {
        if (word.startsWith("//")) assert.match(scope, /^(comment|string)/, `${file}: ${word}`);
        if (/^(allow|block|risk|lane|policy)$/.test(word)) assert.doesNotMatch(scope, /^(comment|string)/, `${file}: ${word}`);
      }
});
