import { native } from './native.js';

export const Vocabulary = Object.freeze({ TIERS: 0, CLASSES: 1, TRUST: 2, LANES: 3 });
export const Kind = Object.freeze({ INTEGER: 1, TEXT: 2, SYMBOL: 3, JSON: 4, NULL: 5, EXACT: 6 });
const kParameterKinds = [undefined, 'integer', 'text', 'symbol', 'json'];
const kStateKinds = [undefined, 'mark', 'count', 'distinct'];
const kOrigins = Object.freeze({ user: 0xfffffffe, agent: 0xfffffffd });

/** A tool of one version of a policy. After a reload its use throws REMIT_STALE. */
export class Tool {
  #policy;
  #id;
  constructor(policy, name) {
    this.#policy = policy;
    this.#id = native.findTool(policy, name);
    this.name = name;
    Object.freeze(this);
  }
  parameter(name) {
    return new Parameter(this, this.#policy, this.#id, name);
  }
  static id(tool) {
    return tool.#id;
  }
}

/** How values of a parameter are given. */
export class Parameter {
  #policy;
  #toolId;
  #kind;
  #symbols = new Map();
  constructor(tool, policy, toolId, name) {
    const found = native.findParameter(policy, name, toolId);
    this.#policy = policy;
    this.#toolId = toolId;
    this.#kind = found.kind;
    this.tool = tool;
    this.name = name;
    this.index = found.index;
    this.kind = kParameterKinds[found.kind];
    this.scale = found.scale;
    this.vocabulary = found.vocabulary;
    this.optional = found.optional;
    Object.freeze(this);
  }
  symbol(name) {
    let found = this.#symbols.get(name);
    if (found === undefined) this.#symbols.set(name, (found = native.findSymbol(this.#policy, name, this.vocabulary)));
    return found;
  }
  static kind(parameter) {
    return parameter.#kind;
  }
  static toolId(parameter) {
    return parameter.#toolId;
  }
}

/** A mark or a count. */
export class State {
  #kind;
  constructor(policy, name) {
    const found = native.findState(policy, name);
    this.#kind = found.kind;
    this.name = name;
    this.index = found.index;
    this.kind = kStateKinds[found.kind];
    this.scale = found.scale;
    Object.freeze(this);
  }
  static kind(state) {
    return state.#kind;
  }
}

/** "user", "agent", or a Tool, whose result it was. */
export function originOf(origin) {
  if (origin instanceof Tool) return Number(Tool.id(origin) & 0xfffffn);
  const known = kOrigins[origin];
  if (known === undefined) throw new TypeError('an origin is "user", "agent" or a Tool');
  return known;
}
