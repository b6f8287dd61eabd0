// What the tests share: the policy of refunds, a clerk's session, and the same refund typed and as JSON.
import { readFileSync } from 'node:fs';
import * as remit from 'remit';

export const POLICY = readFileSync(new URL('./refunds.remit', import.meta.url), 'utf8');
export const STRICTER = `${POLICY}block payments.refund because "refunds are closed"\n`;
export const NOW = 1_790_000_000_000; // 2026-09-21T14:13:20Z

export const bindClerk = (policy, other = {}) =>
  policy.bind({
    id: 's-9',
    tier: 'prod',
    tenant: 'acme',
    owner: 'ops@acme.example',
    retention: 'standard',
    roles: ['clerk', 'nobody'],
    scope: ['*'],
    expires: 1_800_000_000_000,
    ...other,
  });

export const refundJson = (amount) => ({
  id: 'r',
  session: {
    id: 's-9',
    roles: ['clerk'],
    tier: 'prod',
    tenant: 'acme',
    owner: 'ops@acme.example',
    scope: ['*'],
    retention: 'standard',
    expires: '2027-01-15T08:00:00Z',
    revoked: false,
  },
  call: { id: 'c', tool: 'payments.refund', args: { order: 'A-1', amount }, labels: { order: { sources: ['user'] } } },
  facts: [],
  state: { version: 1, marks: { warned: false }, counts: { refunded: '0.00' } },
  context: { time: '2026-09-21T14:13:20Z' },
  signatures: [],
});

/** A policy, a session and a call, and requests for refunds. */
export class Desk {
  constructor(policy) {
    this.policy = policy;
    this.session = bindClerk(policy);
    this.call = policy.openCall();
    this.lookUp();
  }
  lookUp() {
    this.refund = this.policy.tool('payments.refund');
    for (const name of ['order', 'amount', 'how', 'notes']) this[name] = this.refund.parameter(name);
    this.request = new remit.Request(this.session, this.refund, NOW)
      .set(this.order, 'A-1')
      .label(this.order, ['user'])
      .setState(this.policy.state('warned'), false)
      .setState(this.policy.state('refunded'), '0.00');
  }
  judge(amount) {
    return this.call.judge(this.request.set(this.amount, amount));
  }
}
