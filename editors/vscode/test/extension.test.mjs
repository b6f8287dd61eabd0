// The bundled extension with the real language client in a fake editor, against the real `remit lsp` (environment: REMIT).
import assert from "node:assert/strict";
import Module, { createRequire } from "node:module";
import { test } from "node:test";
import { documents, editor, fake, said, settings, Uri } from "./fake_vscode.mjs";

const require = createRequire(import.meta.url);
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? fake : load(name, ...rest));
const extension = require("../out/extension.js");
const manifest = require("../package.json");

const policy = (expected) => `policy a.b
tool x.y(n: int) read
allow anyone to x.y
test "one" {
  call   x.y(n: 1)
  expect ${expected}
}
`;

function open(text) {
  const uri = Uri.parse("untitled:one");
  documents.splice(0, documents.length, { uri, languageId: "remit", version: 1, getText: () => text, isClosed: false });
  editor.document = documents[0];
}
const heard = (kind) => said.messages.filter(([k]) => k === kind).map(([, text]) => text);

async function session(text, act) {
  said.messages.length = said.output.length = 0;
  open(text);
  await extension.activate({ subscriptions: [] });
  await act();
  await extension.deactivate();
}

test("a program that does not start is told of", async () => {
  settings.path = "/no/such/program";
  await session(policy("allow"), () => {});
  assert.match(heard("error").join(), /does not start.*remit\.path/);
});

test("commands of the manifest are there", { skip: !process.env.REMIT }, async () => {
  settings.path = process.env.REMIT;
  await session(policy("allow"), () => {
    for (const { command } of manifest.contributes.commands) assert.ok(said.commands.has(command), command);
  });
});

test("the test under the cursor is run", { skip: !process.env.REMIT }, async () => {
  settings.path = process.env.REMIT;
  editor.selection.active.line = 4;
  await session(policy("allow"), () => said.commands.get("remit.runTestAtCursor")());
  assert.deepEqual(heard("status"), ["Remit: 1 test passes"]);
  await session(policy("deny"), () => said.commands.get("remit.runTestAtCursor")());
  assert.deepEqual(heard("warning"), ["Remit: 1 of 1 tests fails"]);
  assert.ok(said.output.some((line) => line.includes("expected deny")), said.output);
  editor.selection.active.line = 1;
  await session(policy("allow"), () => said.commands.get("remit.runTestAtCursor")());
  assert.deepEqual(heard("information"), ["Remit: the cursor is in no test"]);
});

test("the hash is shown, and a module's text", { skip: !process.env.REMIT }, async () => {
  settings.path = process.env.REMIT;
  await session(policy("allow"), async () => {
    await said.commands.get("remit.showPolicyHash")();
    assert.match(heard("information")[0], /^a\.b: sha256:[0-9a-f]{64}$/);
    const text = await said.providers.get("remit-std").provideTextDocumentContent(Uri.parse("remit-std:/std.mcp"));
    assert.match(text, /mcp_destructive/);
  });
});
