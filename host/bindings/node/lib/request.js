import { Kind, Parameter, State, Tool, originOf } from './names.js';
import { native } from './native.js';
import { jsonText, nanoseconds, scaled } from './values.js';

const kFirstCapacity = 16;
const kIsolation = ['none', 'process', 'sandbox', 'microvm'];

/** One call to be decided; may be changed and judged again. Numbers are written to memory that the addon reads when it decides. */
export class Request {
  #native;
  #session;
  #toolId;
  #rest = { data: 0, highWater: 0, lowWater: 0, isolation: 0, id: '', parent: '' };
  #capacity = 0;
  #numbers; // [0] is the time in milliseconds
  #kinds;
  #sessionHandle;

  /** `sessionHandle` gives a session's handle, and throws for what is none. */
  constructor(session, tool, time, sessionHandle) {
    this.#toolId = Tool.id(tool);
    this.#native = native.newRequest(this.#toolId);
    this.#sessionHandle = sessionHandle;
    this.#reserve(kFirstCapacity);
    this.session = session;
    this.time = time;
  }

  get session() {
    return this.#session;
  }
  set session(session) {
    native.setRest(this.#native, this.#sessionHandle(session), this.#rest);
    this.#session = session;
  }
  /** Now: a Date, milliseconds since 1970, or nanoseconds as a bigint. */
  set time(time) {
    if (typeof time === 'number' && Number.isFinite(time)) {
      this.#numbers[0] = time;
    } else {
      native.setExact(this.#native, -1, nanoseconds(time));
      this.#numbers[0] = NaN;
    }
  }

  /** Gives an argument; undefined takes it away. */
  set(parameter, value) {
    const kind = Parameter.kind(parameter);
    const index = this.#index(parameter);
    if (value === undefined) this.#kinds[index] = 0;
    else if (value === null) this.#kinds[index] = Kind.NULL;
    else if (kind === Kind.INTEGER) this.setNumber(parameter, scaled(value, parameter.scale));
    else if (kind === Kind.SYMBOL) this.setNumber(parameter, parameter.symbol(value));
    else {
      if (kind === Kind.TEXT && typeof value !== 'string') throw new TypeError(`${parameter.name} is a text`);
      native.setText(this.#native, index, kind === Kind.TEXT ? value : jsonText(value));
      this.#kinds[index] = kind;
    }
    return this;
  }

  /** Gives an argument as the engine has it, and fastest: a decimal times 10 to its scale, times in nanoseconds, a symbol's number. */
  setNumber(parameter, number) {
    const kind = Parameter.kind(parameter);
    const index = this.#index(parameter);
    if (typeof number === 'bigint') {
      if (kind !== Kind.INTEGER || BigInt.asIntN(53, number) === number) {
        number = Number(number);
      } else {
        native.setExact(this.#native, index, number);
        this.#kinds[index] = Kind.EXACT;
        return this;
      }
    }
    if (!Number.isSafeInteger(number)) throw new TypeError(`${number} is not exact`);
    this.#numbers[1 + index] = number;
    this.#kinds[index] = kind;
    return this;
  }

  /** Says who supplied an argument, and its class (a symbol of Vocabulary.CLASSES). */
  label(parameter, origins, dataClass = 0) {
    native.setLabel(this.#native, this.#index(parameter), Uint32Array.from(origins, originOf), dataClass);
    return this;
  }

  /** A mark: a boolean; a count: a number as in `set`; a distinct count: the values so far. */
  setState(state, value) {
    const kind = State.kind(state);
    const number =
      state.kind === 'mark' ? BigInt(Boolean(value)) : state.kind === 'count' ? scaled(value, state.scale) : 0n;
    if (BigInt.asIntN(64, number) !== number) throw new RangeError('the number needs more than 64 bits');
    native.setState(this.#native, state.index, kind, number, state.kind === 'distinct' ? jsonText([...value]) : '');
    return this;
  }

  addFact(name, key, value, asOf) {
    native.addFact(this.#native, name, jsonText(key), jsonText(value), nanoseconds(asOf));
    return this;
  }

  /** What else a request has: the call's data class, what the session has read, the host's best isolation, ids. */
  setRest({ data, highWater, lowWater, isolation, id, parent }) {
    const rest = { ...this.#rest };
    if (data !== undefined) rest.data = data;
    if (highWater !== undefined) rest.highWater = highWater;
    if (lowWater !== undefined) rest.lowWater = lowWater;
    if (id !== undefined) rest.id = id;
    if (parent !== undefined) rest.parent = parent;
    if (isolation !== undefined) {
      rest.isolation = 1 + kIsolation.indexOf(isolation);
      if (rest.isolation === 0) throw new TypeError('there is no such isolation');
    }
    native.setRest(this.#native, this.#sessionHandle(this.#session), rest);
    this.#rest = rest;
    return this;
  }

  #index(parameter) {
    if (Parameter.toolId(parameter) !== this.#toolId)
      throw new TypeError(`${parameter.name} is not of the request's tool`);
    const { index } = parameter;
    if (index >= this.#capacity) this.#reserve(2 * index);
    return index;
  }
  #reserve(capacity) {
    const buffer = native.reserve(this.#native, capacity);
    this.#capacity = capacity;
    this.#numbers = new Float64Array(buffer, 0, 1 + capacity);
    this.#kinds = new Uint8Array(buffer, 8 * (1 + capacity), capacity);
  }
  static native(request) {
    return request.#native;
  }
}

export const isolationName = (level) => kIsolation[level];
