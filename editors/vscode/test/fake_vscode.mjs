// Just enough of the editor's module for the extension and the language client to run outside of an editor. What is asked for here is kept in
// `said`; anything else is a thing that can be called, constructed and read, and does nothing.

export const said = { commands: new Map(), providers: new Map(), messages: [], output: [], listeners: [] };

const handle = () => ({ dispose() {} });

function anything(name) {
  const members = new Map();
  return new Proxy(function () {}, {
    get(target, key) {
      if (key === Symbol.toPrimitive) return () => name;
      if (key === Symbol.iterator) return function* () {};
      if (key === "then") return undefined;
      if (key === "prototype" || typeof key === "symbol") return target[key];
      if (!members.has(key)) members.set(key, anything(`${name}.${key}`));
      return members.get(key);
    },
    set: (_, key, value) => (members.set(key, value), true),
    apply: () => handle(),
  });
}

/** A module or namespace: what is known, and for the rest anything. */
const open = (name, known) => {
  const rest = anything(name);
  return new Proxy(known, { get: (target, key) => (key in target || typeof key === "symbol" ? target[key] : rest[key]) });
};

export class Uri {
  constructor(text) {
    this.text = text;
    this.scheme = text.split(":")[0];
    this.path = this.fsPath = text.replace(/^[a-z-]+:(\/\/)?/, "");
  }
  static parse = (text) => new Uri(text);
  static file = (path) => new Uri(`file://${path}`);
  toString = () => this.text;
}

class EventEmitter {
  listeners = new Set();
  event = (listener) => (this.listeners.add(listener), { dispose: () => this.listeners.delete(listener) });
  fire = (value) => this.listeners.forEach((l) => l(value));
  dispose() {}
}
class Disposable {
  constructor(callback) {
    this.dispose = callback ?? (() => {});
  }
  static from = (...all) => new Disposable(() => all.forEach((d) => d.dispose()));
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => handle() };
  cancel() {
    this.token.isCancellationRequested = true;
  }
  dispose() {}
}

const channel = () => ({
  appendLine: (line) => said.output.push(line),
  append: (text) => said.output.push(text),
  clear() {}, show() {}, hide() {}, dispose() {}, replace() {},
  info() {}, warn() {}, error() {}, debug() {}, trace() {},
  onDidChangeLogLevel: handle,
});
const on = () => handle();
const say = (kind) => async (text) => void said.messages.push([kind, text]);

export const settings = { path: "remit" };
export const documents = [];
export const editor = { document: undefined, selection: { active: { line: 0, character: 0 } } };

export const fake = open("vscode", {
  version: "1.91.0",
  Uri,
  EventEmitter,
  Disposable,
  CancellationTokenSource,
  env: open("env", { appName: "fake", language: "en", onDidChangeTelemetryEnabled: on }),
  window: open("window", {
    createOutputChannel: channel,
    showInformationMessage: say("information"),
    showWarningMessage: say("warning"),
    showErrorMessage: say("error"),
    setStatusBarMessage: (text) => (said.messages.push(["status", text]), handle()),
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: on, onDidChangeTabGroups: on },
    get activeTextEditor() {
      return editor.document ? editor : undefined;
    },
  }),
  commands: {
    registerCommand: (name, run) => (said.commands.set(name, run), { dispose: () => said.commands.delete(name) }),
    executeCommand: async (name, ...args) => said.commands.get(name)?.(...args),
  },
  workspace: open("workspace", {
    textDocuments: documents,
    notebookDocuments: [],
    workspaceFolders: undefined,
    getConfiguration: () => ({ get: (key, initial) => settings[key] ?? initial, has: () => false, inspect: () => undefined }),
    registerTextDocumentContentProvider: (scheme, provider) => (said.providers.set(scheme, provider), handle()),
    createFileSystemWatcher: () => ({ onDidCreate: on, onDidChange: on, onDidDelete: on, dispose() {} }),
    getWorkspaceFolder: () => undefined,
  }),
  languages: open("languages", {
    match: (selector, document) => ([selector].flat().some((s) => s.language === document.languageId) ? 10 : 0),
    createDiagnosticCollection: (name) => ({ name, set: (uri, all) => said.providers.set(`diagnostics ${uri}`, all), delete() {}, clear() {}, dispose() {} }),
  }),
});
