// The shield of icons/remit.svg as a PNG, because galleries take no SVG. Drawn by hand: a polygon and two thick lines, four samples a pixel side.
import { deflateSync, crc32 as zlibCrc } from "node:zlib";

const BLUE = [43, 108, 176], WHITE = [255, 255, 255];
const SHIELD = outline();
const TICK = [[5, 8.2], [7.2, 10.4], [11.2, 6]];

/** In the units of the SVG, 16 by 16. */
function outline() {
  const points = [[8, 1], [14, 3], [14, 8]];
  curve(points, [14, 8], [14, 11.6], [11.4, 14], [8, 15]);
  curve(points, [8, 15], [4.6, 14], [2, 11.6], [2, 8]);
  points.push([2, 3]);
  return points;
}

function curve(points, a, b, c, d) {
  for (let i = 1; i <= 24; i++) {
    const t = i / 24, u = 1 - t;
    points.push([0, 1].map((k) => u * u * u * a[k] + 3 * u * u * t * b[k] + 3 * u * t * t * c[k] + t * t * t * d[k]));
  }
}

function inside(x, y) {
  let odd = false;
  for (let i = 0, j = SHIELD.length - 1; i < SHIELD.length; j = i++) {
    const [xi, yi] = SHIELD[i], [xj, yj] = SHIELD[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

function onTick(x, y) {
  return TICK.slice(1).some(([bx, by], i) => {
    const [ax, ay] = TICK[i];
    const t = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)));
    return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)) <= 0.8;
  });
}

function pixel(px, py, scale) {
  let shield = 0, tick = 0;
  for (let sy = 0; sy < 4; sy++)
    for (let sx = 0; sx < 4; sx++) {
      const x = (px + (sx + 0.5) / 4) / scale, y = (py + (sy + 0.5) / 4) / scale;
      if (!inside(x, y)) continue;
      shield++;
      if (onTick(x, y)) tick++;
    }
  const white = shield ? tick / shield : 0;
  return [...BLUE.map((c, k) => Math.round(c + (WHITE[k] - c) * white)), Math.round((shield / 16) * 255)];
}

function crc32(bytes) {
  if (zlibCrc) return zlibCrc(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A square PNG of this many pixels a side. */
export function icon(size) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) rows.set(pixel(x, y, size / 16), y * (size * 4 + 1) + 1 + x * 4);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
