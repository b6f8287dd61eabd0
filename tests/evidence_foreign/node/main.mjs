// usage: node main.mjs LOGS
import fs from "node:fs";
import path from "node:path";
import { flipBits, trustedLog, verifyFolder } from "./log.mjs";

const root = process.argv[2];
const log = trustedLog(root);
let accepted = 0;
let refused = 0;
let wrong = 0;

for (const name of fs.readdirSync(path.join(root, "good"))) {
  try {
    console.log(`good log ${name}: ${verifyFolder(log, path.join(root, "good", name))} proofs`);
    accepted += 1;
  } catch (error) {
    console.log(`good log ${name} is refused: ${error.message}`);
    wrong += 1;
  }
}
for (const name of fs.readdirSync(path.join(root, "bad"))) {
  const folder = path.join(root, "bad", name);
  if (!fs.readFileSync(path.join(folder, "concerns"), "utf8").split(/\s/).includes("node")) continue;
  try {
    verifyFolder(log, folder);
    console.log(`bad log ${name} is accepted`);
    wrong += 1;
  } catch (error) {
    console.log(`bad log ${name}: ${error.message}`);
    refused += 1;
  }
}
const { flips, unnoticed } = flipBits(log, path.join(root, "good/257"), 29);
console.log(`${flips} flipped bits noticed, ${unnoticed} unnoticed`);
console.log(`${accepted} accepted, ${refused} refused, ${wrong} wrong`);
process.exit(wrong + unnoticed > 0 || accepted === 0 || refused === 0 ? 1 : 0);
