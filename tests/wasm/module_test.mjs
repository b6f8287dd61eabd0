// Modules that `remit build --emit wasm` made, held to what the interpreter and `remit eval` say. run.py writes the
// cases: for each policy NAME in REMIT_CASES a NAME.wasm, NAME.cases.json, and where it has requests
// NAME.requests.jsonl and NAME.decisions.jsonl.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Policy } from "../../examples/wasm/policy.mjs";

const folder = process.env.REMIT_CASES;
const names = fs.readdirSync(folder).filter((f) => f.endsWith(".wasm")).map((f) => f.slice(0, -5));
const bytesOf = (name) => fs.readFileSync(path.join(folder, `${name}.wasm`));
const moduleOf = (name) => new WebAssembly.Module(bytesOf(name));
const linesOf = (file) => fs.readFileSync(path.join(folder, file), "utf8").split("\n").filter((l) => l !== "");
const casesOf = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.cases.json`), "utf8"));

/** Fills a layer's frame with a case's slots. */
function fill(policy, { layer, slots }) {
    slots.forEach((value, slot) => {
        if (typeof value === "string") {
            assert.ok(policy.setText(slot, value, layer), `slot ${slot} takes ${JSON.stringify(value)}`);
            return;
        }
        const frame = policy.frame(layer);
        frame[2 * slot] = BigInt(value[0]);
        frame[2 * slot + 1] = BigInt(value[1]);
    });
}

test("there are modules to test", () => assert.ok(names.length >= 4, names.join()));

for (const name of names) {
    test(`${name}: imports nothing, knows its hash`, () => {
        const module = moduleOf(name);
        assert.deepEqual(WebAssembly.Module.imports(module), []);
        const policy = new Policy(module);
        assert.equal(policy.hash, fs.readFileSync(path.join(folder, `${name}.hash`), "utf8").trim());
        assert.equal(policy.describe().policy, policy.hash);
    });

    test(`${name}: frames, one by one`, () => {
        const policy = new Policy(moduleOf(name));
        const cases = casesOf(name);
        const seen = new Set();
        for (const [i, c] of cases.entries()) {
            fill(policy, c);
            const verdict = policy.judge(c.tool, c.layer);
            const frame = policy.frame(c.layer);
            const told = [verdict, frame[0], frame[2], c.state.map(([s]) => [frame[2 * s], frame[2 * s + 1]])];
            const wanted = [c.verdict, BigInt(c.risk), BigInt(c.lane), c.state.map(([, b, e]) => [BigInt(b), BigInt(e)])];
            assert.deepEqual(told, wanted, `case ${i}: ${JSON.stringify(c)}`);
            seen.add(verdict);
        }
        assert.ok(cases.length >= 1000 && seen.size >= 2, `${cases.length} cases, verdicts ${[...seen]}`);
    });

    test(`${name}: frames, many at once`, () => {
        const policy = new Policy(moduleOf(name));
        const wasm = policy.exports;
        const cases = casesOf(name).filter((c) => c.layer === 0 && c.slots.every((s) => typeof s !== "string"));
        const size = policy.frame().length * 8;
        const tools = wasm.remit_alloc(4 * cases.length), verdicts = wasm.remit_alloc(cases.length);
        const frames = wasm.remit_alloc(size * cases.length);
        assert.ok(tools !== 0 && verdicts !== 0 && frames !== 0);
        cases.forEach((c, i) => {
            new Uint32Array(wasm.memory.buffer, tools)[i] = c.tool;
            const frame = new BigInt64Array(wasm.memory.buffer, frames + i * size, size / 8);
            c.slots.forEach(([bits, err], slot) => frame.set([BigInt(bits), BigInt(err)], 2 * slot));
        });
        wasm.remit_judge_many(0, cases.length, tools, frames, verdicts);
        assert.deepEqual([...new Uint8Array(wasm.memory.buffer, verdicts, cases.length)], cases.map((c) => c.verdict));
    });

    if (fs.existsSync(path.join(folder, `${name}.requests.jsonl`))) {
        test(`${name}: requests as JSON`, () => {
            const policy = new Policy(moduleOf(name));
            const requests = linesOf(`${name}.requests.jsonl`), decisions = linesOf(`${name}.decisions.jsonl`);
            assert.ok(requests.length > 0);
            assert.equal(requests.length, decisions.length);
            requests.forEach((request, i) => assert.equal(policy.decideText(request), decisions[i]));
        });
    }
}

test("columns", () => {
    const policy = new Policy(moduleOf("tables"));
    const wasm = policy.exports;
    const [layer] = policy.describe().layers;
    const cases = casesOf("tables").filter((c) => c.slots.every((s) => typeof s !== "string"));
    const fits = cases.map((c) => ({ ...c, slots: c.slots.map((s, i) => (typeof s === "string" ? ["0", 0] : [s[0], 0])) }));
    const count = fits.length;
    const tools = wasm.remit_alloc(4 * count), pointers = wasm.remit_alloc(4 * layer.slots.length);
    const verdicts = wasm.remit_alloc(count), risks = wasm.remit_alloc(8 * count);
    const columns = layer.slots.map(() => wasm.remit_alloc(8 * count));
    new Uint32Array(wasm.memory.buffer, pointers, layer.slots.length).set(columns);
    const expected = fits.map((c, i) => {
        new Uint32Array(wasm.memory.buffer, tools)[i] = c.tool;
        c.slots.forEach(([bits], slot) => (new BigInt64Array(wasm.memory.buffer, columns[slot])[i] = BigInt(bits)));
        // No slot of a column is an error, so the frames are judged anew; that is held to the interpreter above.
        c.slots.forEach(([bits], slot) => policy.frame().set([BigInt(bits), 0n], 2 * slot));
        return [policy.judge(c.tool), policy.frame()[0]];
    });
    assert.equal(wasm.remit_judge_columns(0, count, tools, pointers, verdicts, risks), 1);
    const told = expected.map((_, i) => [
        new Uint8Array(wasm.memory.buffer, verdicts)[i], new BigInt64Array(wasm.memory.buffer, risks)[i]]);
    assert.deepEqual(told, expected);
    assert.equal(new Policy(moduleOf("support")).exports.remit_judge_columns(0, 0, 0, 0, 0, 0), 0, "runs do not fit columns");
});

test("damaged images are refused, not trapped", () => {
    const good = bytesOf("support");
    const start = good.lastIndexOf("REMITIMG");
    assert.ok(start > 0);
    const status = (at, change) => {
        const bytes = Buffer.from(good);
        bytes[at] = change(bytes[at]);
        const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
        const status = wasm.remit_init();
        const text = Buffer.from(wasm.memory.buffer, wasm.remit_error(), wasm.remit_text_size()).toString();
        assert.equal(wasm.remit_judge(0, 0), 2);
        assert.equal(wasm.remit_decide(0, 0), 0);
        assert.equal(wasm.remit_frame(0), 0);
        return [status, text];
    };
    assert.deepEqual(status(start, (b) => b ^ 1), [2, "not a compiled policy"]);
    assert.deepEqual(status(start + 8, (b) => b + 1)[0], 2);
    for (let at = start + 12; at < start + 400; at += 7) assert.equal(status(at, (b) => b ^ 0x40)[0], 2, `byte ${at - start}`);
});

test("sealed images with any byte changed are refused or decide, and never trap", () => {
    const good = bytesOf("support");
    const start = good.lastIndexOf("REMITIMG"), payload = start + 52;
    const size = Number(good.readBigUInt64LE(start + 12));
    let loaded = 0;
    for (let i = 0; i < 200; ++i) {
        const bytes = Buffer.from(good);
        const at = payload + ((i * 7919) % size);
        bytes[at] ^= 1 << (i % 8);
        crypto.createHash("sha256").update(bytes.subarray(payload, payload + size)).digest().copy(bytes, start + 20);
        const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
        const status = wasm.remit_init();
        assert.ok(status === 0 || status === 2, `byte ${at - payload}: ${status}`);
        if (status !== 0) continue;
        ++loaded;
        for (let tool = 0; tool < 6; ++tool) assert.ok(wasm.remit_judge(0, tool) <= 2);
    }
    assert.ok(loaded > 0 && loaded < 200, `${loaded} loaded`);
});

test("before remit_init, and for what is not there", () => {
    const wasm = new WebAssembly.Instance(moduleOf("support")).exports;
    assert.equal(wasm.remit_judge(0, 0), 2);
    assert.equal(wasm.remit_layers(), 0);
    assert.equal(wasm.remit_hash(), 0);
    assert.equal(wasm.remit_init(), 0);
    assert.equal(wasm.remit_init(), 0);
    assert.equal(wasm.remit_judge(7, 0), 2);
    assert.equal(wasm.remit_judge(0, 0xffffffff), 2);
    assert.equal(wasm.remit_set_text(0, 0xffffffff, 0, 0), 0);
    assert.equal(wasm.remit_alloc(0x7ffffff0), 0, "memory is bounded");
});

test("any text may be asked", () => {
    const policy = new Policy(moduleOf("support"));
    const request = linesOf("support.requests.jsonl")[0];
    for (let size = 0; size < request.length; size += 13) {
        const decision = JSON.parse(policy.decideText(request.slice(0, size)));
        assert.equal(decision.verdict, "deny");
        assert.match(decision.error, /^malformed/);
    }
    const deep = JSON.parse(policy.decideText("[".repeat(100000)));
    assert.equal(deep.verdict, "deny");
    const long = JSON.parse(policy.decideText(JSON.stringify({ id: "x".repeat(3 << 20) })));
    assert.equal(long.verdict, "deny");
});
