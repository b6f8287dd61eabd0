// Compiles, and does not where it says so: what the types promise.
import * as remit from 'remit';

const policy: remit.Policy = remit.compile('policy x', { path: 'x.remit', engine: 'auto', readFile: (path) => path });
const session = policy.bind({ id: 's', roles: new Set(['clerk']), expires: new Date() });
const tool = policy.tool('a.b');
const amount = tool.parameter('amount');
const request = new remit.Request(session, tool, Date.now())
  .set(amount, '300.00')
  .setNumber(amount, 30000n)
  .label(amount, ['user', tool]);
request.time = 1n;
const ruling = policy.openCall().judge(request);
const verdict: 'allow' | 'ask' | 'deny' = ruling.verdict;
const denial: string | undefined = ruling.denial;
const effects: bigint[] = policy
  .openCall()
  .effects()
  .map((effect) => effect.span);
const waiting: Promise<void> = policy.waitNative();
try {
  policy.close();
} catch (error) {
  if (error instanceof remit.PolicyError) console.log(error.diagnostics[0]?.line, error.code === 'REMIT_BAD_POLICY');
}
console.log(verdict, denial, effects, waiting);

// @ts-expect-error no such engine
remit.compile('policy x', { engine: 'fast' });
// @ts-expect-error sessions are bound, not made
new remit.Session();
// @ts-expect-error no such origin
request.label(amount, ['stranger']);
// @ts-expect-error a ruling is not changed
ruling.verdict = 'allow';
// @ts-expect-error a session is no policy
session.decide('{}');
