/**
 * Remit decides what an AI agent may do, by compiled policies.
 *
 *     const policy = compile(text);
 *     const decision = policy.decide({ session: {...}, call: {...} });             // JSON in, JSON out
 *
 *     const session = policy.bind({ id: 's-9', tier: 'prod', roles: ['clerk'], ... });   // once for each session
 *     const call = policy.openCall();
 *     const refund = policy.tool('payments.refund');                               // once for each version of the policy
 *     const request = new Request(session, refund, Date.now()).set(refund.parameter('amount'), '300.00');
 *     if (call.judge(request).allowed) ...
 *
 * Every function may throw a RemitError. A denial is none: it is an answer.
 */

export type Verdict = 'allow' | 'ask' | 'deny';
/** auto: the interpreter at once, native code as soon as it is made in the background. */
export type Engine = 'auto' | 'interpreter' | 'native';
export type Isolation = 'none' | 'process' | 'sandbox' | 'microvm';
/** A Date, milliseconds since 1970, or nanoseconds as a bigint. */
export type Time = Date | number | bigint;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export interface Diagnostic {
  readonly code: string;
  readonly name: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly end_line?: number;
  readonly end_column?: number;
  readonly help?: string;
  readonly notes?: readonly unknown[];
}

export type StatusName =
  | 'REMIT_BAD_ARGUMENT'
  | 'REMIT_BAD_HANDLE'
  | 'REMIT_BAD_VERSION'
  | 'REMIT_TOO_LARGE'
  | 'REMIT_WRONG_POLICY'
  | 'REMIT_STALE'
  | 'REMIT_UNKNOWN_NAME'
  | 'REMIT_BAD_POLICY'
  | 'REMIT_BAD_IMAGE'
  | 'REMIT_NO_NATIVE'
  | 'REMIT_NOT_READY'
  | 'REMIT_BUSY'
  | 'REMIT_CALLBACK'
  | 'REMIT_NO_MEMORY'
  | 'REMIT_INTERNAL';

/** REMIT_BAD_HANDLE: closed. REMIT_STALE: a tool that was looked up before the policy was reloaded; look it up again. */
export class RemitError extends Error {
  readonly code: StatusName;
  constructor(code: StatusName, message: string);
}

/** The text of a policy has errors. `report` is for people, with the lines in question. */
export class PolicyError extends RemitError {
  readonly diagnostics: readonly Diagnostic[];
  readonly report: string;
  constructor(message: string, diagnostics: readonly Diagnostic[], report: string);
}

export interface SourceOptions {
  /** Of the main file: for messages, and where `use "file"` is looked for. */
  path?: string;
  /** Reads what the policy names by `use "file"` (and the policy itself, if no text is given), and says which paths are allowed. */
  readFile?: (path: string) => string | Uint8Array;
}
export interface EngineOptions {
  engine?: Engine;
}

export function compile(text: string | Uint8Array | undefined, options?: SourceOptions & EngineOptions): Policy;
export function compileImage(text: string | Uint8Array | undefined, options?: SourceOptions): Buffer;
export function load(image: Uint8Array, options?: EngineOptions): Policy;
/** A policy of another thread, by its `share()`. Closing it here does not free it there. */
export function attach(shared: bigint): Policy;
export function libraryVersion(): string;
export function hasNative(): boolean;

export const Vocabulary: Readonly<{ TIERS: 0; CLASSES: 1; TRUST: 2; LANES: 3 }>;

declare abstract class Handle {
  readonly closed: boolean;
  /** Frees it; so does the collector when nothing refers to it. A second time throws REMIT_BAD_HANDLE. */
  close(): void;
}

/** As `remit eval` writes it; more is in docs/cli.md. */
export interface Decision {
  readonly id: string;
  readonly verdict: Verdict;
  readonly risk: number;
  readonly policy: string;
  readonly engine: string;
  readonly error?: string;
  readonly rules: readonly {
    readonly rule: string;
    readonly at: string;
    readonly kind: string;
    readonly because?: string;
  }[];
  readonly [key: string]: unknown;
}

export interface SessionFields {
  id?: string;
  tier?: string;
  tenant?: string;
  owner?: string;
  retention?: string;
  principal?: string;
  /** Names that the policy does not know are ignored. */
  roles?: Iterable<string>;
  /** Globs over tools. */
  scope?: Iterable<string>;
  expires?: Time;
  revoked?: boolean;
}

export class Policy extends Handle {
  private constructor();
  /** Warnings of the compiler. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of the version that decides now: "sha256:" and 64 hex digits. */
  readonly hash: string;
  /** 1, and one more with each reload. */
  readonly version: number;
  readonly engine: Engine;
  share(): bigint;
  /** Replaces what decides, for all threads at once. On failure it goes on as it was. */
  reload(image: Uint8Array): void;
  recompile(text: string | Uint8Array | undefined, options?: SourceOptions): void;
  waitNative(milliseconds?: number): Promise<void>;
  describe(): { readonly name: string; readonly hash: string; readonly [key: string]: unknown };
  decide(request: string | Uint8Array | object, options?: { explain?: boolean }): Decision;
  decideText(request: string | Uint8Array, options?: { explain?: boolean }): string;
  /** All by one version of the policy. */
  decideAll(requests: Iterable<string | Uint8Array>, options?: { explain?: boolean }): string[];
  tool(name: string): Tool;
  state(name: string): State;
  symbol(vocabulary: number, name: string): number;
  bind(fields?: SessionFields): Session;
  openCall(): Call;
}

export class Session extends Handle {
  private constructor();
  readonly policy: Policy;
}

export class Tool {
  private constructor();
  readonly name: string;
  parameter(name: string): Parameter;
}

export class Parameter {
  private constructor();
  readonly tool: Tool;
  readonly name: string;
  readonly index: number;
  readonly kind: 'integer' | 'text' | 'symbol' | 'json';
  readonly scale: number;
  readonly vocabulary: number;
  readonly optional: boolean;
  symbol(name: string): number;
}

export class State {
  private constructor();
  readonly name: string;
  readonly index: number;
  readonly kind: 'mark' | 'count' | 'distinct';
  readonly scale: number;
}

export type Origin = 'user' | 'agent' | Tool;
export type ArgumentValue = undefined | null | boolean | number | bigint | string | Date | Set<Json> | Json;

/** One call to be decided; may be changed and judged again. */
export class Request {
  constructor(session: Session, tool: Tool, time: Time);
  session: Session;
  set time(time: Time);
  /** Gives an argument: fractions as strings, symbols by name, null for null; undefined takes it away. */
  set(parameter: Parameter, value: ArgumentValue): this;
  /** As the engine has it, and fastest: a decimal times 10 to its scale, times in nanoseconds, a symbol's number. */
  setNumber(parameter: Parameter, number: number | bigint): this;
  label(parameter: Parameter, origins: Iterable<Origin>, dataClass?: number): this;
  setState(state: State, value: boolean | number | bigint | string | Iterable<Json>): this;
  addFact(name: string, key: readonly Json[], value: Json, asOf: Time): this;
  setRest(rest: {
    data?: number;
    highWater?: number;
    lowWater?: number;
    isolation?: Isolation;
    id?: string;
    parent?: string;
  }): this;
}

export class Ruling {
  private constructor();
  readonly verdict: Verdict;
  readonly allowed: boolean;
  readonly risk: number;
  /** A rank, 0 the lowest. */
  readonly lane: number;
  /** That the call must run in. */
  readonly isolation: Isolation;
  readonly obligations: number;
  readonly effects: number;
  readonly engine: Engine;
  /** The built-in denial, as "session-expired", if there was one. */
  readonly denial: string | undefined;
  /** Of the version that decided. */
  readonly policyHash: string;
}

export type EffectKind =
  'ask' | 'limit' | 'quota' | 'isolate' | 'reach' | 'record' | 'redact' | 'retain' | 'mark' | 'count' | 'never';

/** What a rule gives; what `number`, `span`, `name` and `words` mean depends on the kind, as remit/vm.h says (remit_effect). */
export interface Effect {
  readonly kind: EffectKind;
  readonly layer: number;
  readonly number: bigint;
  readonly span: bigint;
  readonly name: string;
  readonly because: string;
  readonly at: string;
  readonly words: readonly string[];
  readonly rule: string;
}

export class Call extends Handle {
  private constructor();
  readonly policy: Policy;
  judge(request: Request): Ruling;
  effects(): Effect[];
  explain(request: Request, options?: { terms?: boolean }): Decision;
}
