import { native } from './native.js';
import { Request as BareRequest, isolationName } from './request.js';
import { hashText } from './values.js';

const kVerdicts = ['allow', 'ask', 'deny'];
const kEngines = ['auto', 'interpreter', 'native'];
const kEffects = [
  'none',
  'ask',
  'limit',
  'quota',
  'isolate',
  'reach',
  'record',
  'redact',
  'retain',
  'mark',
  'count',
  'never',
];
// Places of remit_ruling's fields, in words of 32 bits.
const kVerdict = 1,
  kRisk = 2,
  kLane = 4,
  kIsolation = 5,
  kObligations = 6,
  kEffectCount = 7,
  kEngine = 8,
  kDenial = 9,
  kHash = 10,
  kWords = 18;

/** What is freed by `close`, or when nothing refers to it any more. */
export class Handle {
  #native;
  #closed = false;
  constructor(handle) {
    this.#native = handle;
  }
  get closed() {
    return this.#closed;
  }
  /** Frees it. A second time throws REMIT_BAD_HANDLE. */
  close() {
    native.close(this.#native);
    this.#closed = true;
  }
  static native(of) {
    return of.#native;
  }
}

/** An agent's session, bound to a policy; stays valid when the policy is reloaded. */
export class Session extends Handle {
  #policy;
  constructor(handle, policy) {
    super(handle);
    this.#policy = policy;
  }
  get policy() {
    return this.#policy;
  }
  static native(session) {
    session.#policy; // throws for what is no session
    return Handle.native(session);
  }
}

export class Request extends BareRequest {
  constructor(session, tool, time) {
    super(session, tool, time, Session.native);
  }
}

/** What was decided. */
export class Ruling {
  constructor(words, policyHash) {
    this.verdict = kVerdicts[words[kVerdict]];
    this.risk = words[kRisk] + (words[kRisk + 1] | 0) * 2 ** 32;
    this.lane = words[kLane];
    this.isolation = isolationName(words[kIsolation]);
    this.obligations = words[kObligations];
    this.effects = words[kEffectCount];
    this.engine = kEngines[words[kEngine]];
    this.denial = words[kDenial] === 0 ? undefined : native.denialName(words[kDenial]);
    this.policyHash = policyHash;
  }
  get allowed() {
    return this.verdict === 'allow';
  }
}

/** Decides typed requests. */
export class Call extends Handle {
  #policy;
  #words;
  #hashWords = new Uint32Array(kWords - kHash);
  #hash = '';
  constructor({ call, buffer }, policy) {
    super(call);
    this.#policy = policy;
    this.#words = new Uint32Array(buffer, 0, kWords);
  }
  get policy() {
    return this.#policy;
  }
  judge(request) {
    native.judge(Handle.native(this), BareRequest.native(request));
    return new Ruling(this.#words, this.#policyHash());
  }
  /** Of the latest `judge`; a second time there are none. */
  effects() {
    return native
      .effects(Handle.native(this))
      .map((effect) => ({ ...effect, kind: kEffects[effect.kind], rule: hashText(effect.rule) }));
  }
  /** The whole decision of the same request, as Policy.decide gives it. */
  explain(request, { terms = false } = {}) {
    return JSON.parse(native.explain(Handle.native(this), BareRequest.native(request), terms ? 1 : 0));
  }
  /** As text, which is made again only for another version. */
  #policyHash() {
    const words = this.#words;
    const known = this.#hashWords;
    for (let i = 0; i < known.length; ++i) {
      if (known[i] === words[kHash + i]) continue;
      known.set(words.subarray(kHash));
      this.#hash = hashText(Buffer.from(known.buffer));
      break;
    }
    return this.#hash;
  }
}
