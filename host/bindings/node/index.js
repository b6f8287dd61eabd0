import { native } from './lib/native.js';

export { PolicyError, RemitError } from './lib/errors.js';
export { Parameter, State, Tool, Vocabulary } from './lib/names.js';
export { Policy, attach, compile, compileImage, load } from './lib/policy.js';
export { Call, Request, Ruling, Session } from './lib/session.js';

/** Of libremit. */
export const libraryVersion = () => native.version();
/** Was libremit built with native code? */
export const hasNative = () => native.hasNative();
