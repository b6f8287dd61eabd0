import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as remit from 'remit';
import { Desk, POLICY, STRICTER, refundJson } from './fixture.js';

const code = (name) => (error) => error instanceof remit.RemitError && error.code === name;
const USING = POLICY.replace('policy acme.refunds', 'policy acme.refunds\nuse "roles.remit"');

test('errors have places', () => {
  const line = POLICY.slice(0, POLICY.indexOf('args.amount <= 500.00')).split('\n').length;
  assert.throws(
    () => remit.compile(POLICY.replace('args.amount <= 500.00', 'args.amuont <= 500.00'), { path: 'desk.remit' }),
    (error) => {
      assert.ok(error instanceof remit.PolicyError && error.code === 'REMIT_BAD_POLICY');
      const [first] = error.diagnostics;
      assert.deepEqual([first.severity, first.file, first.line], ['error', 'desk.remit', line]);
      assert.match(error.report, /amuont/);
      return true;
    },
  );
});

test('files are read by the host', () => {
  const asked = [];
  const policy = remit.compile(USING, {
    path: 'dir/main.remit',
    readFile: (path) => (asked.push(path), 'role auditor\n'),
  });
  assert.deepEqual(asked, ['dir/roles.remit']);
  assert.ok(policy.describe().roles.includes('auditor'));
  const path = new URL('./refunds.remit', import.meta.url).pathname;
  assert.equal(
    remit.compile(undefined, { path, readFile: (name) => readFileSync(name) }).hash,
    remit.compile(POLICY).hash,
  );
});

test('failures to read', () => {
  assert.throws(
    () => remit.compile(USING, { readFile: () => readFileSync('/does/not/exist') }),
    (error) => error instanceof remit.PolicyError && /no such file/.test(error.report),
  );
  assert.throws(() => remit.compile(USING), remit.PolicyError);
  assert.throws(
    () =>
      remit.compile(USING, {
        readFile: () => {
          throw new RangeError('a mistake of the host');
        },
      }),
    /of the host/,
  );
  assert.throws(() => remit.compile(USING, { readFile: () => 7 }), TypeError);
  assert.throws(() => remit.compile(), TypeError);
  assert.throws(() => remit.compile(7), TypeError);
  assert.throws(() => remit.compile(POLICY, { engine: 'fast' }), TypeError);
});

test('images', () => {
  const image = remit.compileImage(POLICY);
  assert.equal(remit.load(image).hash, remit.compile(POLICY).hash);
  for (const bad of [new Uint8Array(), Buffer.from('no image'), image.subarray(0, -1)]) {
    assert.throws(() => remit.load(bad), code('REMIT_BAD_IMAGE'));
  }
});

test('the hash is of the meaning', () => {
  assert.match(remit.compile(POLICY).hash, /^sha256:[0-9a-f]{64}$/);
  assert.equal(remit.compile(POLICY).hash, remit.compile(`// a comment\n${POLICY}`).hash);
  assert.notEqual(remit.compile(POLICY).hash, remit.compile(STRICTER).hash);
});

test('decides JSON', () => {
  const policy = remit.compile(POLICY);
  for (const [amount, verdict] of [
    ['99.00', 'allow'],
    ['300.00', 'ask'],
    ['999.00', 'deny'],
  ]) {
    const decision = policy.decide(refundJson(amount));
    assert.deepEqual([decision.verdict, decision.policy], [verdict, policy.hash]);
  }
  for (const bad of ['', '{', '[]', '{"id":"r"}', Buffer.from([0xff, 0xfe])]) {
    const decision = policy.decide(bad);
    assert.equal(decision.verdict, 'deny');
    assert.ok(decision.error);
  }
  const texts = ['{"id":"a"}', '{"id":"b"}'];
  assert.deepEqual(
    policy.decideAll(texts),
    texts.map((text) => policy.decideText(text)),
  );
  assert.deepEqual(policy.decideAll([]), []);
  assert.throws(() => policy.decideAll(['{}', 7]), TypeError);
  assert.ok(
    policy.decideText(JSON.stringify(refundJson('300.00')), { explain: true }).length >
      policy.decideText(JSON.stringify(refundJson('300.00'))).length,
  );
});

test('reloads in place', () => {
  const desk = new Desk(remit.compile(POLICY));
  const before = desk.policy.hash;
  assert.equal(desk.judge('99.00').verdict, 'allow');
  desk.policy.reload(remit.compileImage(STRICTER));
  assert.equal(desk.policy.version, 2);
  assert.throws(() => desk.judge('99.00'), code('REMIT_STALE'));
  const session = desk.session;
  desk.lookUp();
  const ruling = desk.judge('99.00');
  assert.equal(desk.session, session);
  assert.deepEqual([ruling.verdict, ruling.policyHash], ['deny', desk.policy.hash]);
  assert.throws(() => desk.policy.recompile('policy x\nallow\n'), remit.PolicyError);
  assert.throws(() => desk.policy.reload(Buffer.from('no image')), code('REMIT_BAD_IMAGE'));
  desk.policy.recompile(POLICY);
  assert.deepEqual([desk.policy.version, desk.policy.hash], [3, before]);
});
