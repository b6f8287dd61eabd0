// decide.mjs REMIT DIR SECONDS: the workload in DIR decided by the WebAssembly module of its policy, in Node. One line
// of JSON for each side, with the keys of bench_decide.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Policy } from "../../examples/wasm/policy.mjs";

const [remit, folder, seconds] = process.argv.slice(2);
const kBatch = 128, kRoles = 11, kTier = 3;
const linesOf = (name) => fs.readFileSync(path.join(folder, name), "utf8").trim().split("\n");

const start = performance.now();
const module = path.join(folder, "policy.wasm");
execFileSync(remit, ["build", path.join(folder, "policy.remit"), "--emit", "wasm", "-o", module]);
const policy = new Policy(new WebAssembly.Module(fs.readFileSync(module)));
const loadMs = performance.now() - start;

const wasm = policy.exports;
const requests = linesOf("requests.jsonl").map((line) => JSON.parse(line));
const answers = linesOf("answers.txt")[0];
const count = requests.length - (requests.length % kBatch);
const [layer] = policy.describe().layers;
const toolOf = new Map(layer.tools.map((t, i) => [t.name, i]));
const roleOf = new Map(layer.roles.map((r) => [r.name, BigInt(r.mask[0])]));
const score = layer.tools.flatMap((t) => t.params).find((p) => p.name === "score").slot;
const frameBytes = 16 * layer.slots.length;

const tools = wasm.remit_alloc(4 * count), verdicts = wasm.remit_alloc(count);
const frames = wasm.remit_alloc(frameBytes * count);
const columns = layer.slots.map((_, slot) => ([score, kTier, kRoles].includes(slot) ? wasm.remit_alloc(8 * count) : 0));
const pointers = wasm.remit_alloc(4 * columns.length);
new Uint32Array(wasm.memory.buffer, pointers, columns.length).set(columns);

for (let i = 0; i < count; ++i) {
    const q = requests[i];
    const frame = new BigInt64Array(wasm.memory.buffer, frames + i * frameBytes, frameBytes / 8);
    for (let slot = 0; slot < layer.slots.length; ++slot) frame[2 * slot + 1] = 1n;  // absent
    const set = (slot, value) => {
        frame[2 * slot] = value;
        frame[2 * slot + 1] = 0n;
        if (columns[slot] !== 0) new BigInt64Array(wasm.memory.buffer, columns[slot], count)[i] = value;
    };
    set(score, BigInt(q.score));
    set(kTier, BigInt(layer.vocabularies[0].symbols.indexOf(q.tier)));
    set(kRoles, q.roles.reduce((mask, role) => mask | roleOf.get(role), 0n));
    new Uint32Array(wasm.memory.buffer, tools, count)[i] = toolOf.get(q.tool) ?? 0xffffffff;
}

/** `run(first)` decides kBatch requests from `first` on. */
function measure(column, run) {
    new Uint8Array(wasm.memory.buffer, verdicts, count).fill(9);
    const pass = (samples) => {
        for (let first = 0; first < count; first += kBatch) {
            const before = process.hrtime.bigint();
            run(first);
            samples?.push(Number(process.hrtime.bigint() - before) / kBatch);
        }
    };
    pass();
    const told = [...new Uint8Array(wasm.memory.buffer, verdicts, count)].map((v) => "aqd"[v]);
    const wrong = told.filter((v, i) => v !== answers[i]).length;
    const until = performance.now() + 1000 * Number(seconds);
    for (let i = 0; i < 50; ++i) pass();  // the module is compiled again while it is hot
    const samples = [];
    do pass(samples);
    while (performance.now() < until);
    samples.sort((a, b) => a - b);
    const at = (share) => Number(samples[Math.min(samples.length - 1, Math.floor(share * samples.length))].toFixed(2));
    const mean = Number((samples.reduce((a, b) => a + b, 0) / samples.length).toFixed(2));
    console.log(JSON.stringify({
        side: "Remit WebAssembly", column, p50: at(0.5), p99: at(0.99), mean, batch: kBatch,
        rss_mb: Number((process.memoryUsage().rss / 2 ** 20).toFixed(1)), load_ms: Number(loadMs.toFixed(2)),
        checked: count, wrong }));
}

measure("per call", (i) => wasm.remit_judge_many(0, kBatch, tools + 4 * i, frames + i * frameBytes, verdicts + i));

// The columns of each batch begin where it does.
const moved = Array.from({ length: count / kBatch }, (_, b) => {
    const address = wasm.remit_alloc(4 * columns.length);
    const here = columns.map((c) => (c === 0 ? 0 : c + 8 * kBatch * b));
    new Uint32Array(wasm.memory.buffer, address, columns.length).set(here);
    return address;
});
if (wasm.remit_judge_columns(0, kBatch, tools, pointers, verdicts, 0) !== 0)
    measure("columns", (i) => wasm.remit_judge_columns(0, kBatch, tools + 4 * i, moved[i / kBatch], verdicts + i, 0));
