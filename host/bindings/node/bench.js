// Time of a decision, typed and as JSON: node bench.js POLICY, with this package built or installed. Medians of five
// runs, in time of the processor.
import { readFileSync } from 'node:fs';
import { Request, compile, hasNative } from 'remit';

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function nanoseconds(name, count, body) {
  const runs = [];
  for (let run = 0; run < 6; ++run) {
    const begin = cpu();
    body(count);
    if (run > 0) runs.push((cpu() - begin) / count); // the first one is for the compiler of JavaScript
  }
  console.log(`${name}: ${Math.round(runs.sort((a, b) => a - b)[2]).toLocaleString('en')} ns`);
}

const policy = compile(readFileSync(process.argv[2]));
if (hasNative()) await policy.waitNative();
const about = {
  id: 's-9',
  tier: 'prod',
  tenant: 'acme',
  owner: 'ops@acme.example',
  retention: 'standard',
  roles: ['clerk'],
  scope: ['*'],
};
const session = policy.bind({ ...about, expires: 1_800_000_000_000 });
const call = policy.openCall();
const refund = policy.tool('payments.refund');
const order = refund.parameter('order');
const amount = refund.parameter('amount');
const request = new Request(session, refund, 1_790_000_000_000)
  .set(order, 'A-1')
  .label(order, ['user'])
  .setState(policy.state('warned'), false)
  .setState(policy.state('refunded'), 0);
const text = JSON.stringify({
  id: 'r',
  session: { ...about, expires: '2027-01-15T08:00:00Z', revoked: false },
  call: {
    id: 'c',
    tool: 'payments.refund',
    args: { order: 'A-1', amount: '9.00' },
    labels: { order: { sources: ['user'] } },
  },
  facts: [],
  state: { version: 1, marks: { warned: false }, counts: { refunded: '0.00' } },
  context: { time: '2026-09-21T14:13:20Z' },
  signatures: [],
});
const allowed = (is) => {
  if (!is) throw new Error('denied');
};
allowed(policy.decide(text).verdict === 'allow');

nanoseconds('typed, a number changes', 300_000, (count) => {
  for (let i = 0; i < count; ++i) allowed(call.judge(request.setNumber(amount, i % 10_000)).allowed);
});
nanoseconds('typed, a number and a text change', 300_000, (count) => {
  for (let i = 0; i < count; ++i) allowed(call.judge(request.set(order, 'A-1').setNumber(amount, i % 10_000)).allowed);
});
nanoseconds('JSON text to JSON text', 10_000, (count) => {
  for (let i = 0; i < count; ++i) policy.decideText(text);
});
