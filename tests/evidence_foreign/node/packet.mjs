// Packets: the envelope by sigstore's DSSE code, each record by its inclusion proof, payloads by their commitments.
import fs from "node:fs";
import { createRequire } from "node:module";
import { parseProof, verifyEntry } from "./log.mjs";

const require = createRequire(import.meta.url);
const { crypto } = require("@sigstore/core");
const { DSSESignatureContent } = require("@sigstore/verify/dist/bundle/dsse");

function openEnvelope(log, file) {
  const { payload, payloadType, signatures } = JSON.parse(fs.readFileSync(file, "utf8"));
  const body = Buffer.from(payload, "base64");
  const content = new DSSESignatureContent({
    payload: body,
    payloadType,
    signatures: signatures.map(({ sig, keyid }) => ({ sig: Buffer.from(sig, "base64"), keyid })),
  });
  if (!content.verifySignature(log.publicKey)) throw new Error("the envelope's signature does not hold");
  return JSON.parse(body.toString("utf8"));
}

function verifyPayloads(entry, payloads) {
  const { record } = JSON.parse(entry);
  for (const { bytes, role, salt } of payloads ?? []) {
    const listed = record.payloads.find((payload) => payload.role === role);
    const digest = crypto.digest("sha256", Buffer.from(salt, "base64url"), Buffer.from(bytes, "base64"));
    if (digest.toString("base64url") !== listed.commit) throw new Error(`the ${role} is not what was committed to`);
  }
}

/** Throws unless the packet proves itself. */
export function verifyPacket(log, file) {
  const statement = openEnvelope(log, file);
  if (statement._type !== "https://in-toto.io/Statement/v1") throw new Error("not a statement");
  const { records } = statement.predicate;
  for (const { entry, index, payloads, proof } of records) {
    const parsed = parseProof(proof);
    if (parsed.logIndex !== String(index)) throw new Error("a proof of another index");
    verifyEntry(log, Buffer.from(entry, "utf8"), parsed);
    verifyPayloads(entry, payloads);
  }
  const [action] = records;
  const digest = crypto.digest("sha256", Buffer.from(action.entry, "utf8")).toString("hex");
  if (statement.subject[0].digest.sha256 !== digest) throw new Error("the subject is not the action");
}
