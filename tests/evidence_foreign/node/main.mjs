// usage: node main.mjs LOGS PACKETS
import fs from "node:fs";
import path from "node:path";
import { verifyPacket } from "./packet.mjs";
import { flipBits, trustedLog, verifyFolder } from "./log.mjs";

const root = process.argv[2];
const log = trustedLog(root);
let accepted = 0;
let refused = 0;
let wrong = 0;

/** Runs `verify` on what lies in good/ and bad/, and counts. */
function judge(root, suffix, concernsOf, verify) {
  for (const kind of ["good", "bad"]) {
    for (const name of fs.readdirSync(path.join(root, kind)).filter((file) => file.endsWith(suffix))) {
      const at = path.join(root, kind, name);
      if (kind === "bad" && !fs.readFileSync(concernsOf(at), "utf8").split(/\s/).includes("node")) continue;
      let error = null;
      try {
        verify(at);
      } catch (caught) {
        error = caught;
      }
      console.log(`${kind} ${name}: ${error === null ? "accepted" : error.message}`);
      accepted += error === null ? 1 : 0;
      refused += error === null ? 0 : 1;
      wrong += (error === null) === (kind === "good") ? 0 : 1;
    }
  }
}

judge(root, "", (at) => path.join(at, "concerns"), (at) => verifyFolder(log, at));
const packets = process.argv[3];
const signer = trustedLog(packets);
judge(packets, ".json", (at) => at.replace(".json", ".concerns"), (at) => verifyPacket(signer, at));
const { flips, unnoticed } = flipBits(log, path.join(root, "good/257"), 29);
console.log(`${flips} flipped bits noticed, ${unnoticed} unnoticed`);
console.log(`${accepted} accepted, ${refused} refused, ${wrong} wrong`);
process.exit(wrong + unnoticed > 0 || accepted === 0 || refused === 0 ? 1 : 0);
