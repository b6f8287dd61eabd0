// From JavaScript's values to those of a typed request, exactly or not at all.

/** Nanoseconds since 1970 of a Date, of milliseconds, or of a bigint, which is that already. */
export function nanoseconds(time) {
  if (typeof time === 'bigint') return time;
  const milliseconds = time instanceof Date ? time.getTime() : time;
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds))
    throw new TypeError('a time is a Date, milliseconds, or a bigint');
  return BigInt(Math.round(milliseconds * 1000)) * 1000n;
}

/** `value` times 10 to `scale`, as a bigint: 300 and "300.00" are both 30000n at scale 2. A fraction is given as a string. */
export function scaled(value, scale) {
  if (value instanceof Date) return nanoseconds(value);
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not exact: give a string`);
    return BigInt(value) * 10n ** BigInt(scale);
  }
  if (typeof value === 'bigint') return value * 10n ** BigInt(scale);
  const parts = typeof value === 'string' ? /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(value) : null;
  if (parts === null) throw new TypeError(`${String(value)} is no number`);
  const [, sign, whole, fraction = ''] = parts;
  if (fraction.length > scale) throw new RangeError(`${value} has more than ${scale} decimals`);
  const number = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -number : number;
}

/** JSON, with bigints as strings. */
export function jsonText(value) {
  const text = JSON.stringify(value, (_, inner) =>
    typeof inner === 'bigint' ? String(inner) : inner instanceof Set ? [...inner] : inner,
  );
  if (text === undefined) throw new TypeError('the value has no form in JSON');
  return text;
}

export const hashText = (bytes) => `sha256:${bytes.toString('hex')}`;
