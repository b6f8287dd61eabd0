// Starts `remit lsp` and connects the editor to it; adds commands to run tests, the texts of the standard library's modules, and a report.
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { details, summary, type TestRun } from "./report";
import { testAt, type Outline } from "./symbols";

let client: LanguageClient | undefined;
let output: vscode.OutputChannel | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("Remit Tests");
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("remit.runTestAtCursor", runTestAtCursor),
    vscode.commands.registerCommand("remit.showPolicyHash", () => command("remit.showHash", activeUri())),
    vscode.commands.registerCommand("remit.restartServer", () => client?.restart()),
    vscode.workspace.registerTextDocumentContentProvider("remit-std", { provideTextDocumentContent: moduleText }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  if (client?.isRunning()) await client.stop();
  client = undefined;
}

async function start(): Promise<void> {
  const program = vscode.workspace.getConfiguration("remit").get<string>("path") || "remit";
  const server: ServerOptions = { command: program, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "remit" }],
    middleware: {
      // The server's own commands, from lenses: their results are shown here.
      executeCommand: async (name, args, next) => {
        const result = await next(name, args);
        show(name, result);
        return result;
      },
    },
  };
  client = new LanguageClient("remit", "Remit", server, options);
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(`Remit: \`${program} lsp\` does not start (${String(error)}). Set remit.path to the program.`);
  }
}

function activeUri(): string | undefined {
  return vscode.window.activeTextEditor?.document.uri.toString();
}

async function command(name: string, ...args: (string | undefined)[]): Promise<void> {
  if (client && args[0]) show(name, await client.sendRequest("workspace/executeCommand", { command: name, arguments: args }));
}

function show(name: string, result: unknown): void {
  if (name === "remit.showHash") {
    const { policy, hash } = result as { policy: string; hash: string };
    vscode.window.showInformationMessage(`${policy}: ${hash}`);
  }
  if (name !== "remit.runTest") return;
  const run = result as TestRun;
  for (const line of details(run)) output?.appendLine(line);
  if (run.ok) vscode.window.setStatusBarMessage(summary(run), 5000);
  else vscode.window.showWarningMessage(summary(run));
}

async function runTestAtCursor(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!client || !editor) return;
  const uri = editor.document.uri.toString();
  const outline = await client.sendRequest<Outline[] | null>("textDocument/documentSymbol", { textDocument: { uri } });
  const title = testAt(outline, editor.selection.active.line);
  if (title) await command("remit.runTest", uri, title);
  else vscode.window.showInformationMessage("Remit: the cursor is in no test");
}

async function moduleText(uri: vscode.Uri): Promise<string> {
  return (await client?.sendRequest<string | null>("remit/moduleText", { uri: uri.toString(true) })) ?? "";
}
