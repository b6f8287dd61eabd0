import gc
import threading
import unittest
from datetime import datetime, timezone
from decimal import Decimal

import remit
from fixture import NOW, POLICY, STRICTER, Desk, bind_clerk, refund_json


class Judging(unittest.TestCase):
    def setUp(self) -> None:
        self.desk = Desk(remit.compile(POLICY, engine=remit.Engine.INTERPRETER))

    def test_as_json(self) -> None:
        for amount in ("0.00", "100.00", "100.01", "500.00", "500.01"):
            ruling = self.desk.judge(amount)
            decision = self.desk.policy.decide(refund_json(amount))
            self.assertEqual(
                (ruling.verdict, ruling.risk, ruling.policy_hash),
                (decision["verdict"], decision["risk"], decision["policy"]),
            )
            self.assertEqual(self.desk.call.explain(self.desk.request)["rules"], decision["rules"])

    def test_engines_agree(self) -> None:
        self.assertEqual(self.desk.judge(1).engine, remit.Engine.INTERPRETER)
        if not remit.has_native():
            self.skipTest("libremit was built without native code")
        native = Desk(remit.compile(POLICY, engine=remit.Engine.NATIVE))
        for amount in (99, 300, 999):
            self.assertEqual(native.judge(amount).verdict, self.desk.judge(amount).verdict)
        self.assertEqual(native.judge(1).engine, remit.Engine.NATIVE)

    def test_values(self) -> None:
        desk = self.desk
        for amount in (300, "300", "300.00", "3e2", Decimal("300.0")):
            self.assertEqual(desk.judge(amount).verdict, "ask", amount)
        self.assertEqual(desk.call.judge(desk.request.set_number(desk.amount, 30_000)).verdict, "ask")
        for bad, error in (
            (300.0, TypeError),
            ("1.001", ValueError),
            ("NaN", ValueError),
            ("dear", ValueError),
            (10**30, OverflowError),
            ("1e999999999", OverflowError),
        ):
            with self.assertRaises(error, msg=bad):
                desk.request.set(desk.amount, bad)
        desk.request.set(desk.amount, 1)
        self.assertEqual(desk.call.judge(desk.request.set(desk.how, "slow")).verdict, "allow")
        self.assertEqual(desk.call.judge(desk.request.set(desk.how, "fast")).verdict, "deny")
        with self.assertRaises(remit.UnknownNameError):
            desk.request.set(desk.how, "sideways")
        desk.request.clear_arguments().set(desk.order, "A-1").label(desk.order, [remit.USER]).set(desk.amount, 1)
        self.assertTrue(desk.call.judge(desk.request.set(desk.notes, ["a", "b"])).allowed)
        self.assertFalse(desk.call.judge(desk.request.set(desk.notes, ["a"] * 4)).allowed)
        self.assertFalse(desk.call.judge(desk.request.set(desk.notes, None)).allowed)

    def test_labels(self) -> None:
        desk = self.desk
        self.assertTrue(desk.judge(1).allowed)
        desk.request.label(desk.order, [desk.policy.tool("orders.read")])
        self.assertTrue(desk.judge(1).allowed)
        desk.request.label(desk.order, [desk.policy.tool("orders.read"), remit.AGENT])
        self.assertFalse(desk.judge(1).allowed)
        fresh = remit.Request(desk.session, desk.refund, NOW).set(desk.order, "A-1").set(desk.amount, 1)
        fresh.set_state(desk.policy.state("warned"), True).set_state(desk.policy.state("refunded"), 0)
        self.assertFalse(desk.call.judge(fresh).allowed)  # without a label trusted as little as can be

    def test_effects(self) -> None:
        self.assertEqual(self.desk.judge(300).obligations, 1)
        effects = self.desk.call.effects()
        (ask,) = [one for one in effects if one.kind == remit.EffectKind.ASK]
        self.assertEqual((ask.number, ask.name, ask.span, ask.words), (2, "clerk", 3_600_000_000_000, ("plan",)))
        self.assertEqual(ask.because, "more than a clerk may give alone")
        self.assertEqual(self.desk.call.effects(), [])

    def test_state_and_rest(self) -> None:
        desk = self.desk
        bare = (
            remit.Request(desk.session, desk.refund, NOW)
            .set(desk.order, "A-1")
            .set(desk.amount, 1)
            .label(desk.order, [remit.USER])
        )
        self.assertFalse(desk.call.judge(bare).allowed)  # the policy declares states, and none was given
        desk.request.set_data(desk.policy.symbol(remit.Vocabulary.CLASSES, "public")).set_isolation(
            remit.Isolation.SANDBOX
        )
        desk.request.set_ids("c-1", "c-0").time = datetime(2026, 9, 21, tzinfo=timezone.utc)
        self.assertTrue(desk.judge(1).allowed)
        with self.assertRaises(ValueError):
            desk.request.time = datetime(2026, 9, 21)

    def test_denials_have_names(self) -> None:
        self.assertIsNone(self.desk.judge(1).denial)
        self.desk.request.session = bind_clerk(self.desk.policy, revoked=True)
        self.assertEqual(self.desk.judge(1).denial, "session-revoked")

    def test_many_arguments_keep_their_texts(self) -> None:
        desk = self.desk
        for number in range(2000):
            desk.request.set(desk.order, "x" * (number % 50) + str(number))
            if number % 100 == 0:
                gc.collect()
            self.assertTrue(desk.judge(number % 100).allowed)


class BadHandles(unittest.TestCase):
    def test_closed(self) -> None:
        desk = Desk(remit.compile(POLICY))
        other = remit.compile(POLICY)
        for thing in (desk.session, desk.call, desk.policy, other):
            self.assertFalse(thing.closed)
            thing.close()
            self.assertTrue(thing.closed)
            with self.assertRaises(remit.ClosedError):
                thing.close()
        for use in (
            lambda: desk.judge(1),
            lambda: desk.policy.hash,
            lambda: other.decide("{}"),
            lambda: other.open_call(),
            lambda: bind_clerk(other),
            lambda: other.tool("payments.refund"),
            lambda: desk.call.effects(),
        ):
            with self.assertRaises(remit.ClosedError):
                use()

    def test_session_closed(self) -> None:
        desk = Desk(remit.compile(POLICY))
        self.assertTrue(desk.judge(1).allowed)
        desk.session.close()
        with self.assertRaises(remit.ClosedError):
            desk.judge(1)

    def test_with(self) -> None:
        with remit.compile(POLICY) as policy, bind_clerk(policy) as session:
            self.assertFalse(session.closed)
        self.assertTrue(policy.closed and session.closed)

    def test_of_another_policy(self) -> None:
        one, two = Desk(remit.compile(POLICY)), Desk(remit.compile(POLICY))
        one.request.session = two.session
        with self.assertRaises(remit.RemitError) as raised:
            one.judge(1)
        self.assertEqual(raised.exception.status, remit.Status.WRONG_POLICY)

    def test_of_another_tool(self) -> None:
        desk = Desk(remit.compile(POLICY))
        reading = desk.policy.tool("orders.read")
        with self.assertRaises(ValueError):
            remit.Request(desk.session, reading, NOW).set(desk.order, "A-1")

    def test_unknown_names(self) -> None:
        policy = remit.compile(POLICY)
        for look_up in (
            policy.tool,
            policy.state,
            policy.tool("orders.read").parameter,
            lambda name: policy.symbol(0, name),
        ):
            with self.assertRaises(remit.UnknownNameError):
                look_up("nothing")

    def test_nothing_stays(self) -> None:
        policy = remit.compile(POLICY)
        for _ in range(3):
            sessions = [bind_clerk(policy, id=str(number)) for number in range(500)]
            del sessions
        desk = Desk(policy)
        self.assertTrue(desk.judge(1).allowed)


class Threads(unittest.TestCase):
    def test_decide_while_it_is_reloaded(self) -> None:
        policy = remit.compile(POLICY)
        session = bind_clerk(policy)
        images = [remit.compile_image(POLICY), remit.compile_image(STRICTER)]
        verdicts = {remit.load(images[0]).hash: "allow", remit.load(images[1]).hash: "deny"}
        done = threading.Event()
        wrong: list[object] = []
        judged = [0, 0]

        def decide(slot: int) -> None:
            desk = Desk(policy)
            desk.request.session = session
            while not done.is_set():
                try:
                    ruling = desk.judge(99)
                except remit.StaleError:
                    try:
                        desk.look_up()
                        desk.request.session = session
                    except remit.StaleError:
                        pass
                    continue
                judged[slot] += 1
                if verdicts[ruling.policy_hash] != ruling.verdict:
                    wrong.append((ruling, ruling.policy_hash))

        threads = [threading.Thread(target=decide, args=(slot,)) for slot in range(2)]
        for thread in threads:
            thread.start()
        for number in range(20):
            policy.reload(images[(number + 1) % 2])
            done.wait(0.01)
        done.set()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertTrue(all(judged), judged)
        self.assertEqual(policy.version, 21)


if __name__ == "__main__":
    unittest.main()
