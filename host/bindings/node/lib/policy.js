import { PolicyError, RemitError } from './errors.js';
import { State, Tool } from './names.js';
import { native } from './native.js';
import { Call, Handle, Session } from './session.js';
import { hashText, jsonText, nanoseconds } from './values.js';

const kEngines = ['auto', 'interpreter', 'native'];
const kNativeReady = 2;
const kNativePending = 1;

function engineNumber(engine = 'auto') {
  const number = kEngines.indexOf(engine);
  if (number < 0) throw new TypeError('an engine is "auto", "interpreter" or "native"');
  return number;
}

/** Runs one of the compiling functions. What `readFile` throws is thrown when the compiler is done, but for errors of the system: those
 * become diagnostics. */
function compiling(run, text, { path = '', readFile, engine } = {}) {
  if (text === undefined && readFile === undefined) throw new TypeError('without a text there must be a readFile');
  let thrown;
  const read =
    readFile &&
    ((name) => {
      try {
        const found = readFile(name);
        if (typeof found === 'string' || found instanceof Uint8Array) return { text: found };
        throw new TypeError('readFile returns a string or a Uint8Array');
      } catch (error) {
        if (typeof error?.syscall !== 'string') thrown ??= { error };
        return { why: String(error?.message ?? error) };
      }
    });
  let result;
  try {
    result = run({ path, text, read, engine: engineNumber(engine) });
  } finally {
    if (thrown) throw thrown.error;
  }
  const diagnostics = result.diagnostics ? JSON.parse(result.diagnostics) : [];
  if (result.message !== undefined) throw new PolicyError(result.message, diagnostics, result.report);
  return { ...result, diagnostics };
}

/** A policy that decides, from its text. */
export function compile(text, options) {
  const { policy, diagnostics } = compiling(native.compile, text, options);
  return new Policy(policy, diagnostics);
}

/** An image, for `load` here or elsewhere. */
export const compileImage = (text, options) => compiling(native.compileImage, text, options).image;

export const load = (image, { engine } = {}) => new Policy(native.load(image, engineNumber(engine)), []);

/** A policy of another thread, by its `share()`. Closing it here does not free it there. */
export const attach = (shared) => new Policy(native.attach(shared), []);

const requestText = (request) =>
  typeof request === 'string' || request instanceof Uint8Array ? request : jsonText(request);

export class Policy extends Handle {
  #diagnostics;
  constructor(handle, diagnostics) {
    super(handle);
    this.#diagnostics = diagnostics;
  }

  /** Warnings of the compiler. */
  get diagnostics() {
    return this.#diagnostics;
  }
  get hash() {
    return hashText(native.inspect(Handle.native(this)).hash);
  }
  get version() {
    return native.inspect(Handle.native(this)).version;
  }
  get engine() {
    return kEngines[native.inspect(Handle.native(this)).engine];
  }
  /** For `attach` in another thread. */
  share() {
    return native.inspect(Handle.native(this)).id;
  }

  reload(image) {
    native.reload(Handle.native(this), image);
  }
  recompile(text, options) {
    this.#diagnostics = compiling((source) => native.recompile(source, Handle.native(this)), text, options).diagnostics;
  }
  /** Until native code of this version is there. */
  async waitNative(milliseconds = 60_000) {
    const end = Date.now() + milliseconds;
    for (;;) {
      const state = native.inspect(Handle.native(this)).native;
      if (state === kNativeReady) return;
      if (state !== kNativePending) throw new RemitError('REMIT_NO_NATIVE', 'no native code is made');
      if (Date.now() >= end) throw new RemitError('REMIT_NOT_READY', 'native code is not there yet');
      await new Promise((done) => setTimeout(done, 2));
    }
  }
  describe() {
    return JSON.parse(native.describe(Handle.native(this)));
  }

  /** Decides one request, given as JSON or as what JSON is made of. */
  decide(request, options) {
    return JSON.parse(this.decideText(requestText(request), options));
  }
  decideText(request, { explain = false } = {}) {
    return native.decide(Handle.native(this), request, explain ? 1 : 0);
  }
  /** Decides many by one version of the policy, from JSON to JSON. */
  decideAll(requests, { explain = false } = {}) {
    return native
      .decideAll(Handle.native(this), [...requests], explain ? 1 : 0)
      .split('\n')
      .slice(0, -1);
  }

  tool(name) {
    return new Tool(Handle.native(this), name);
  }
  state(name) {
    return new State(Handle.native(this), name);
  }
  symbol(vocabulary, name) {
    return native.findSymbol(Handle.native(this), name, vocabulary);
  }
  /** Binds a session, once. */
  bind({ roles = [], scope = [], expires = 0n, revoked = false, ...texts } = {}) {
    const fields = {
      ...texts,
      roles: [...roles],
      scope: [...scope],
      expires: nanoseconds(expires),
      revoked: revoked ? 1 : 0,
    };
    return new Session(native.bind(Handle.native(this), fields), this);
  }
  /** Memory to decide in. */
  openCall() {
    return new Call(native.openCall(Handle.native(this)), this);
  }
}
