import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import * as remit from 'remit';
import { Desk, NOW, POLICY, STRICTER, bindClerk, refundJson } from './fixture.js';

const code = (name) => (error) => error instanceof remit.RemitError && error.code === name;

test('judges as JSON is decided', () => {
  const desk = new Desk(remit.compile(POLICY, { engine: 'interpreter' }));
  for (const amount of ['0.00', '100.00', '100.01', '500.00', '500.01']) {
    const ruling = desk.judge(amount);
    const decision = desk.policy.decide(refundJson(amount));
    assert.deepEqual(
      [ruling.verdict, ruling.risk, ruling.policyHash],
      [decision.verdict, decision.risk, decision.policy],
    );
    assert.deepEqual(desk.call.explain(desk.request).rules, decision.rules);
  }
});

test('engines agree', async (t) => {
  const desk = new Desk(remit.compile(POLICY, { engine: 'interpreter' }));
  assert.equal(desk.judge(1).engine, 'interpreter');
  if (!remit.hasNative()) return t.skip('libremit was built without native code');
  const native = new Desk(remit.compile(POLICY, { engine: 'native' }));
  await native.policy.waitNative();
  for (const amount of [99, 300, 999]) assert.equal(native.judge(amount).verdict, desk.judge(amount).verdict);
  assert.equal(native.judge(1).engine, 'native');
});

test('values', () => {
  const desk = new Desk(remit.compile(POLICY));
  for (const amount of [300, 300n, '300', '300.0', '+300.00']) assert.equal(desk.judge(amount).verdict, 'ask');
  assert.equal(desk.call.judge(desk.request.setNumber(desk.amount, 30_000)).verdict, 'ask');
  assert.equal(desk.call.judge(desk.request.setNumber(desk.amount, 30_000n)).verdict, 'ask');
  assert.equal(desk.call.judge(desk.request.setNumber(desk.amount, 2n ** 62n)).verdict, 'deny');
  for (const bad of [300.5, NaN, Infinity, '1.001', 'dear', '', {}, 10n ** 30n, 2 ** 60]) {
    assert.throws(
      () => desk.request.set(desk.amount, bad),
      (error) => error instanceof TypeError || error instanceof RangeError,
      String(bad),
    );
  }
  assert.equal(desk.judge(1).verdict, 'allow');
  desk.request.set(desk.how, 'slow');
  assert.equal(desk.judge(1).verdict, 'allow');
  desk.request.set(desk.how, 'fast');
  assert.equal(desk.judge(1).verdict, 'deny');
  desk.request.set(desk.how, undefined);
  assert.equal(desk.judge(1).verdict, 'allow');
  assert.throws(() => desk.request.set(desk.how, 'sideways'), code('REMIT_UNKNOWN_NAME'));
  for (const [notes, verdict] of [
    [['a', 'b'], 'allow'],
    [['a', 'b', 'c', 'd'], 'deny'],
    [null, 'deny'],
    [[], 'allow'],
  ]) {
    desk.request.set(desk.notes, notes);
    assert.equal(desk.judge(1).verdict, verdict);
  }
});

test('labels, states and the rest', () => {
  const desk = new Desk(remit.compile(POLICY));
  desk.request.label(desk.order, [desk.policy.tool('orders.read')]);
  assert.ok(desk.judge(1).allowed);
  desk.request.label(desk.order, ['agent', desk.policy.tool('orders.read')]);
  assert.ok(!desk.judge(1).allowed);
  desk.request.label(desk.order, ['user']);
  assert.throws(() => desk.request.label(desk.order, ['stranger']), TypeError);
  const bare = new remit.Request(desk.session, desk.refund, NOW)
    .set(desk.order, 'A-1')
    .label(desk.order, ['user'])
    .set(desk.amount, 1);
  assert.ok(!desk.call.judge(bare).allowed); // the policy declares states, and none was given
  const publicClass = desk.policy.symbol(remit.Vocabulary.CLASSES, 'public');
  desk.request.setRest({ data: publicClass, isolation: 'sandbox', id: 'c-1', parent: 'c-0', highWater: publicClass });
  for (const time of [new Date(NOW), NOW, BigInt(NOW) * 1_000_000n]) {
    desk.request.time = time;
    assert.ok(desk.judge(1).allowed);
  }
  desk.request.time = 1_900_000_000_000;
  assert.equal(desk.judge(1).denial, 'session-expired');
  assert.throws(() => {
    desk.request.time = 'now';
  }, TypeError);
});

test('effects and denials', () => {
  const desk = new Desk(remit.compile(POLICY));
  assert.equal(desk.judge(300).obligations, 1);
  const [ask, ...others] = desk.call.effects().filter((effect) => effect.kind === 'ask');
  assert.deepEqual(
    [ask.number, ask.name, ask.span, ask.words, others],
    [2n, 'clerk', 3_600_000_000_000n, ['plan'], []],
  );
  assert.deepEqual(desk.call.effects(), []);
  assert.equal(desk.judge(1).denial, undefined);
  desk.request.session = bindClerk(desk.policy, { revoked: true });
  assert.equal(desk.judge(1).denial, 'session-revoked');
});

test('texts of any length', () => {
  const desk = new Desk(remit.compile(POLICY));
  for (let i = 0; i < 500; ++i) {
    desk.request.set(desk.order, 'é€😀x'.repeat(i % 60));
    assert.ok(desk.judge(i % 100).allowed);
  }
  desk.request.set(desk.order, 'A-1');
  assert.ok(desk.judge(1).allowed);
});

test('what is closed is an error', () => {
  const desk = new Desk(remit.compile(POLICY));
  const other = remit.compile(POLICY);
  const session = bindClerk(desk.policy);
  for (const thing of [session, desk.call, other]) {
    assert.equal(thing.closed, false);
    thing.close();
    assert.equal(thing.closed, true);
    assert.throws(() => thing.close(), code('REMIT_BAD_HANDLE'));
  }
  for (const use of [
    () => desk.judge(1),
    () => desk.call.effects(),
    () => desk.call.explain(desk.request),
    () => other.hash,
    () => other.decide('{}'),
    () => other.openCall(),
    () => bindClerk(other),
    () => other.tool('payments.refund'),
    () => other.share(),
  ]) {
    assert.throws(use, code('REMIT_BAD_HANDLE'));
  }
  const call = desk.policy.openCall();
  desk.request.session = session;
  assert.throws(() => call.judge(desk.request), code('REMIT_BAD_HANDLE'));
  desk.request.session = desk.session;
  assert.ok(call.judge(desk.request).allowed);
  desk.session.close();
  assert.throws(() => call.judge(desk.request), code('REMIT_BAD_HANDLE'));
});

test('what is of another is an error', () => {
  const one = new Desk(remit.compile(POLICY));
  const two = new Desk(remit.compile(POLICY));
  one.request.session = two.session;
  assert.throws(() => one.judge(1), code('REMIT_WRONG_POLICY'));
  assert.throws(
    () => new remit.Request(one.session, one.policy.tool('orders.read'), NOW).set(one.order, 'A-1'),
    TypeError,
  );
  for (const wrong of [undefined, {}, one.policy, one.call]) {
    assert.throws(() => new remit.Request(wrong, one.refund, NOW), TypeError);
    assert.throws(() => two.call.judge(wrong), TypeError);
  }
  assert.throws(() => remit.Policy.prototype.decideText.call(two.session, '{}'), code('REMIT_BAD_HANDLE'));
  assert.throws(() => remit.attach(12345n), code('REMIT_BAD_HANDLE'));
  for (const lookUp of [
    (name) => two.policy.tool(name),
    (name) => two.policy.state(name),
    (name) => two.refund.parameter(name),
    (name) => two.policy.symbol(remit.Vocabulary.TIERS, name),
  ]) {
    assert.throws(() => lookUp('nothing'), code('REMIT_UNKNOWN_NAME'));
  }
});

test('worker threads decide while it is reloaded', async () => {
  const policy = remit.compile(POLICY);
  const images = [remit.compileImage(POLICY), remit.compileImage(STRICTER)];
  const verdicts = new Map([
    [remit.load(images[0]).hash, 'allow'],
    [remit.load(images[1]).hash, 'deny'],
  ]);
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workers = [0, 1].map(
    () =>
      new Worker(new URL('./worker.js', import.meta.url), { workerData: { shared: policy.share(), verdicts, stop } }),
  );
  const messages = workers.map(
    (worker) =>
      new Promise((done, fail) =>
        worker
          .once('error', fail)
          .once('exit', () => fail(new Error('no answer')))
          .on('message', (message) => (message === 'ready' ? undefined : done(message))),
      ),
  );
  await Promise.all(workers.map((worker) => new Promise((ready) => worker.once('message', ready))));
  for (let i = 1; i <= 20; ++i) {
    policy.reload(images[i % 2]);
    await new Promise((later) => setTimeout(later, 10));
  }
  Atomics.store(stop, 0, 1);
  for (const { judged, wrong } of await Promise.all(messages)) {
    assert.deepEqual(wrong, []);
    assert.ok(judged > 0);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.equal(policy.version, 21); // a worker that has gone leaves what it had attached
});
