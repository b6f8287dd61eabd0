// node wasm.mjs DIR SECONDS: the workload in DIR decided by its policy.wasm. One line of JSON for each column:
// "frames" (filled frames one after another, as the native per-call column's), "columns", and "per call" (JavaScript writes the slots
// of each request and calls the module for it).
import fs from "node:fs";
import path from "node:path";
import { Policy } from "../../examples/wasm/policy.mjs";

const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
if (!folder || !(seconds > 0)) throw new Error("usage: wasm.mjs DIR SECONDS");
const read = (name) => fs.readFileSync(path.join(folder, name));
const start = performance.now();
const policy = new Policy(new WebAssembly.Module(read("policy.wasm")));
const loadMs = performance.now() - start;
const { memory, remit_alloc, remit_judge_many, remit_judge_columns } = policy.exports;
const requests = read("requests.jsonl").toString().trim().split("\n").map((line) => JSON.parse(line));
const answers = read("answers.txt").toString().trim();

// ---- names to numbers
const layer = policy.describe().layers[0];
const slotOf = (name) => layer.slots.findIndex((s) => s.name === name);
const [tierSlot, scoreSlot] = [slotOf("session.tier"), slotOf("args.score")];
const rolesSlot = layer.slots.findIndex((s) => s.name.startsWith("session.roles"));
const tiers = layer.vocabularies.find((v) => v.name === "tiers").symbols;
const tools = new Map(layer.tools.map((t, i) => [t.name, i]));
const masks = new Map(layer.roles.map((r) => [r.name, BigInt(r.mask[0])]));
const cases = requests.map((q) => ({
    tool: tools.get(q.tool), tier: BigInt(tiers.indexOf(q.tier)), score: BigInt(q.score),
    roles: q.own_roles.reduce((mask, r) => mask | masks.get(r), 0n),
}));

// ---- memory of the module, all of it asked for before any view of it is made
const count = cases.length;
const slots = layer.slots.length;
const alloc = (bytes) => {
    const address = remit_alloc(bytes);
    if (address === 0) throw new Error("the policy's memory is full");
    return address;
};
const [toolsAt, framesAt, verdictsAt] = [alloc(4 * count), alloc(16 * slots * count), alloc(count)];
const valuesAt = [alloc(8 * count), alloc(8 * count), alloc(8 * count)];
const columnsAt = alloc(4 * slots);
const frame = policy.frame();
const toolList = new Uint32Array(memory.buffer, toolsAt, count);
const frames = new BigInt64Array(memory.buffer, framesAt, 2 * slots * count).fill(0n);
const verdicts = new Uint8Array(memory.buffer, verdictsAt, count);
const values = valuesAt.map((at) => new BigInt64Array(memory.buffer, at, count));
const columns = new Uint32Array(memory.buffer, columnsAt, slots).fill(0);
[tierSlot, rolesSlot, scoreSlot].forEach((slot, k) => (columns[slot] = valuesAt[k]));
cases.forEach((c, i) => {
    toolList[i] = c.tool;
    [[tierSlot, c.tier], [rolesSlot, c.roles], [scoreSlot, c.score]].forEach(([slot, value], k) => {
        frames[2 * (i * slots + slot)] = value;
        values[k][i] = value;
    });
});

// ---- the three ways; each decides all requests and leaves verdicts
frame.fill(0n);
const ways = {
    frames: () => remit_judge_many(0, count, toolsAt, framesAt, verdictsAt),
    columns: () => {
        if (!remit_judge_columns(0, count, toolsAt, columnsAt, verdictsAt, 0)) throw new Error("not decidable in columns");
    },
    "per call": () => {
        for (let i = 0; i < count; ++i) {
            const c = cases[i];
            frame[2 * tierSlot] = c.tier;
            frame[2 * rolesSlot] = c.roles;
            frame[2 * scoreSlot] = c.score;
            verdicts[i] = policy.exports.remit_judge(0, c.tool);
        }
    },
};

const fnv = (text) => {
    let hash = 0xcbf29ce484222325n;
    for (const c of text) hash = BigInt.asUintN(64, (hash ^ BigInt(c.charCodeAt(0))) * 0x100000001b3n);
    return hash.toString(16).padStart(16, "0");
};
const at = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

for (const [column, way] of Object.entries(ways)) {
    verdicts.fill(255);
    way();
    const got = Array.from(verdicts, (v) => "aqd"[v] ?? "?").join("");
    const wrong = [...got].filter((g, i) => g !== answers[i]).length;
    const samples = [];
    for (const warm = performance.now(); performance.now() - warm < 300 * seconds; ) way();
    for (const begin = performance.now(); performance.now() - begin < 1000 * seconds; ) {
        const t = process.hrtime.bigint();
        way();
        samples.push(Number(process.hrtime.bigint() - t) / count);
    }
    samples.sort((a, b) => a - b);
    console.log(JSON.stringify({
        side: "Remit wasm", column, p50: at(samples, 0.5), p99: at(samples, 0.99), mean: samples.reduce((a, b) => a + b, 0) / samples.length,
        batch: count, allocations: null, rss_mb: process.memoryUsage().rss / 2 ** 20, load_ms: loadMs, checked: count, wrong, outcomes: 3,
        digest: fnv(got),
    }));
}
