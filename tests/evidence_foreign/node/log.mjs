// Inclusion proofs and checkpoints, by the code that npm and GitHub verify provenance with.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { crypto } = require("@sigstore/core");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/timestamp/merkle");
const { verifyCheckpoint } = require("@sigstore/verify/dist/timestamp/checkpoint");

/** The log as sigstore knows one: its public key, and an id that begins with what signatures in notes begin with. */
export function trustedLog(root) {
  const [, id, key] = /^[^+]+\+([0-9a-f]{8})\+(.+)\s*$/.exec(fs.readFileSync(path.join(root, "vkey"), "utf8"));
  const raw = Buffer.from(key, "base64").subarray(1);
  const publicKey = crypto.createPublicKey(fs.readFileSync(path.join(root, "public.pem"), "utf8"));
  if (!publicKey.export({ format: "der", type: "spki" }).subarray(-32).equals(raw)) throw new Error("two different keys");
  const always = { start: new Date(0), end: new Date(8.64e15) };
  return { logID: Buffer.from(id, "hex"), publicKey, validFor: always };
}

/** What a tlog-proof says, in sigstore's terms. */
export function parseProof(text) {
  const split = text.indexOf("\n\n");
  const [form, index, ...hashes] = text.slice(0, split).split("\n");
  if (form !== "c2sp.org/tlog-proof@v1" || !/^index \d+$/.test(index)) throw new Error("not a tlog-proof");
  const envelope = text.slice(split + 2);
  const [, size, root] = envelope.split("\n");
  return {
    logIndex: index.slice("index ".length),
    treeSize: size,
    rootHash: Buffer.from(root, "base64"),
    hashes: hashes.map((line) => Buffer.from(line, "base64")),
    checkpoint: { envelope },
  };
}

/** Throws unless the entry is in the log that the checkpoint's signature speaks of. */
export function verifyEntry(log, body, inclusionProof) {
  const entry = { canonicalizedBody: body, inclusionProof, integratedTime: "1700000000" };
  verifyCheckpoint(entry, [log]);
  verifyMerkleInclusion(entry);
}

export function verifyFolder(log, folder) {
  const proofs = path.join(folder, "proofs");
  let count = 0;
  for (const name of fs.readdirSync(proofs).filter((file) => file.endsWith(".tlog-proof"))) {
    const body = fs.readFileSync(path.join(proofs, name.replace(".tlog-proof", ".entry")));
    verifyEntry(log, body, parseProof(fs.readFileSync(path.join(proofs, name), "utf8")));
    count += 1;
  }
  if (count === 0) throw new Error("no proofs");
  return count;
}

/** Every bit of an entry, of its proof and of what is signed, flipped one at a time: how many flips go unnoticed? */
export function flipBits(log, folder, index) {
  const at = path.join(folder, "proofs", String(index));
  const body = fs.readFileSync(`${at}.entry`);
  const proof = parseProof(fs.readFileSync(`${at}.tlog-proof`, "utf8"));
  const [text, signature] = proof.checkpoint.envelope.split("\n\n");
  const note = Buffer.from(`${text}\n`, "utf8");
  const [dash, name, encoded] = signature.trimEnd().split(" ");
  const raw = Buffer.from(encoded, "base64");
  const current = () => ({
    ...proof,
    checkpoint: { envelope: `${note.toString("utf8")}\n${dash} ${name} ${raw.toString("base64")}\n` },
  });
  verifyEntry(log, body, current());
  let flips = 0;
  let unnoticed = 0;
  for (const bytes of [body, ...proof.hashes, proof.rootHash, note, raw]) {
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      try {
        verifyEntry(log, body, current());
        unnoticed += 1;
      } catch {
        flips += 1;
      }
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
  }
  verifyEntry(log, body, current());
  return { flips, unnoticed };
}
