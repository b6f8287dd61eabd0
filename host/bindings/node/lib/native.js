// The addon: functions over handles. Only lib/ calls them; what they take is held in private fields, so that it is of the right kind.
import { createRequire } from 'node:module';
import { RemitError } from './errors.js';

export const native = createRequire(import.meta.url)('../build/Release/remit.node');
native.init(RemitError);
