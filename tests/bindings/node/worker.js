// Decides with a policy of the main thread until it is told to stop.
import { parentPort, workerData } from 'node:worker_threads';
import * as remit from 'remit';
import { Desk } from './fixture.js';

const { shared, verdicts, stop } = workerData;
const wrong = [];
let judged = 0;
let desk = null;
parentPort.postMessage('ready');
do {
  try {
    desk ??= new Desk(remit.attach(shared));
    const ruling = desk.judge(99);
    ++judged;
    if (verdicts.get(ruling.policyHash) !== ruling.verdict) wrong.push(ruling);
  } catch (error) {
    if (error.code !== 'REMIT_STALE') throw error;
    desk = null;
  }
} while (judged === 0 || Atomics.load(stop, 0) === 0);
parentPort.postMessage({ judged, wrong });
