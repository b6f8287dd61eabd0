// Makes syntaxes/remit.tmLanguage.json from the words of grammar/Remit.g4 and their groups in host/lsp/index/words.def.
// `node scripts/grammar.mjs` writes it; test/grammar.test.mjs holds the file against this.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const target = here("../syntaxes/remit.tmLanguage.json");

/** All words of the language's grammar. */
export function grammarWords(root = here("../../..")) {
  const text = readFileSync(`${root}/grammar/Remit.g4`, "utf8");
  return [...text.matchAll(/[A-Z_]+ : '([a-z]+)' ;/g)].map((m) => m[1]);
}

/** Words of words.def by their group. */
export function groups(root = here("../../..")) {
  const out = {};
  const text = readFileSync(`${root}/host/lsp/index/words.def`, "utf8");
  for (const [, word, group] of text.matchAll(/^REMIT_WORD\("([a-z_]+)",\s*(\w+),/gm)) (out[group] ??= []).push(word);
  return out;
}

const any = (words) => `\\b(?:${[...new Set(words)].sort().join("|")})\\b`;

export function makeGrammar() {
  const words = grammarWords(), g = groups();
  const known = new Set(Object.values(g).flat());
  const missing = words.filter((w) => !known.has(w));
  if (missing.length) throw new Error(`words.def has no row for ${missing.join(", ")}`);
  const verbs = g.Begin, constants = ["true", "false", "null"];
  const operators = g.Operator.filter((w) => !constants.includes(w));
  return {
    name: "Remit",
    scopeName: "source.remit",
    fileTypes: ["remit"],
    patterns: ["comment", "string", "declaration", "member", "call", "timestamp", "number", "glob", "risk", "word", "operator"].map(
      (name) => ({ include: `#${name}` }),
    ),
    repository: {
      comment: { match: "//.*$", name: "comment.line.double-slash.remit" },
      string: {
        begin: '"',
        end: '"|$',
        name: "string.quoted.double.remit",
        patterns: [{ match: '\\\\(?:["\\\\nrt]|u\\{[0-9A-Fa-f]+\\})', name: "constant.character.escape.remit" }],
      },
      declaration: {
        patterns: [
          {
            match: `^(policy|role|enum|egress|fact|tool|param|table|window|mark|count|use)\\s+([A-Za-z_][A-Za-z0-9_.]*)`,
            captures: { 1: { name: "keyword.control.remit" }, 2: { name: "entity.name.remit" } },
          },
          { match: `^(?:${[...verbs].sort().join("|")})\\b`, name: "keyword.control.remit" },
        ],
      },
      member: {
        patterns: [
          { match: "\\b(args|session|state|context|call|result)(?=\\.)", name: "variable.language.remit" },
          { match: "(?<=\\.)[A-Za-z_][A-Za-z0-9_]*", name: "variable.other.member.remit" },
        ],
      },
      call: { match: `${any(g.Function)}(?=\\()`, name: "support.function.remit" },
      timestamp: {
        match: "\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)",
        name: "constant.other.timestamp.remit",
      },
      number: {
        patterns: [
          { match: "\\b(?:\\d+(?:ns|us|ms|s|m|h|d|w))+\\b", name: "constant.numeric.duration.remit" },
          { match: "\\b\\d+(?:\\.\\d+)?\\b", name: "constant.numeric.remit" },
        ],
      },
      glob: { match: "[A-Za-z0-9_.]+\\*[A-Za-z0-9_.*]*|\\*[A-Za-z0-9_.*]+", name: "entity.name.function.glob.remit" },
      risk: { match: "(?<=\\s)\\+(?=\\d)", name: "keyword.operator.weight.remit" },
      word: {
        patterns: [
          { match: any(constants), name: "constant.language.remit" },
          { match: any(operators), name: "keyword.operator.word.remit" },
          { match: any(g.Clause), name: "keyword.other.clause.remit" },
          { match: `(?<=: |:|<)${any(g.Type)}`, name: "support.type.remit" },
          { match: any(g.Test), name: "keyword.other.test.remit" },
          { match: any([...g.Attribute, ...verbs]), name: "storage.modifier.remit" },
          { match: any(g.Word), name: "variable.language.remit" },
        ],
      },
      operator: { match: "==|!=|<=|>=|<|>|&|=|\\+|-|\\*", name: "keyword.operator.remit" },
    },
  };
}

export const asText = () => JSON.stringify(makeGrammar(), null, 2) + "\n";

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, asText());
