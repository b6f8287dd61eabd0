// The worker of examples/wasm in workerd, asked over HTTP. run.py has put the example and a module together in
// REMIT_WORKER; REMIT_WORKERD is the binary.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const folder = process.env.REMIT_WORKER;
const linesOf = (file) => fs.readFileSync(path.join(folder, file), "utf8").split("\n").filter((l) => l !== "");

let server, address;
let said = "";

async function freePort() {
    const probe = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const { port } = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    return port;
}

before(async () => {
    address = `127.0.0.1:${await freePort()}`;
    const config = path.join(folder, "workerd.capnp");
    server = spawn(process.env.REMIT_WORKERD, ["serve", config, "--socket-addr", `http=${address}`]);
    server.stderr.on("data", (text) => (said += text));
    for (let tries = 0; ; ++tries) {
        try {
            await fetch(`http://${address}/`);
            return;
        } catch (e) {
            if (tries === 300 || server.exitCode !== null) throw new Error(`workerd does not answer: ${said}`, { cause: e });
            await sleep(100);
        }
    }
});
after(() => server?.kill());

test("it knows the policy's hash", async () => {
    const { policy } = await (await fetch(`http://${address}/`)).json();
    assert.equal(policy, fs.readFileSync(path.join(folder, "hash"), "utf8").trim());
});

test("it decides as `remit eval` does", async () => {
    const requests = linesOf("requests.jsonl"), decisions = linesOf("decisions.jsonl");
    assert.ok(requests.length > 5);
    for (const [i, body] of requests.entries()) {
        const answer = await fetch(`http://${address}/`, { method: "POST", body });
        assert.equal(await answer.text(), decisions[i]);
    }
});

test("what is no request is denied", async () => {
    const answer = await (await fetch(`http://${address}/`, { method: "POST", body: "{" })).json();
    assert.equal(answer.verdict, "deny");
});
