import pathlib
import tempfile
import unittest

import remit
from fixture import POLICY, STRICTER, Desk, refund_json


class Compiling(unittest.TestCase):
    def test_errors_have_places(self) -> None:
        with self.assertRaises(remit.PolicyError) as raised:
            remit.compile(POLICY.replace("args.amount <= 500.00", "args.amuont <= 500.00"), path="desk.remit")
        first = raised.exception.diagnostics[0]
        line = 1 + POLICY[: POLICY.index("args.amount <= 500.00")].count("\n")
        self.assertEqual((first.severity, first.file, first.line), ("error", "desk.remit", line))
        self.assertIn("amuont", raised.exception.report)
        self.assertEqual(raised.exception.status, remit.Status.BAD_POLICY)

    def test_files_are_read_by_the_host(self) -> None:
        used = "role auditor\n"
        main = POLICY.replace("policy acme.refunds", 'policy acme.refunds\nuse "roles.remit"')
        asked = []

        def read(path: str) -> str:
            asked.append(path)
            return used

        policy = remit.compile(main, path="dir/main.remit", read_file=read)
        self.assertEqual(asked, ["dir/roles.remit"])
        self.assertIn("auditor", policy.describe()["roles"])
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "main.remit")
            path.write_text(POLICY, encoding="utf-8")
            same = remit.compile(path=str(path), read_file=lambda name: pathlib.Path(name).read_bytes())
        self.assertEqual(same.hash, remit.compile(POLICY).hash)

    def test_failures_to_read(self) -> None:
        main = POLICY.replace("policy acme.refunds", 'policy acme.refunds\nuse "roles.remit"')

        def missing(path: str) -> str:
            raise FileNotFoundError(2, "No such file or directory")

        with self.assertRaises(remit.PolicyError) as raised:
            remit.compile(main, read_file=missing)
        self.assertIn("No such file or directory", raised.exception.report)
        with self.assertRaises(remit.PolicyError):
            remit.compile(main)

        def broken(path: str) -> str:
            raise ZeroDivisionError("a mistake of the host's")

        with self.assertRaisesRegex(ZeroDivisionError, "of the host's"):
            remit.compile(main, read_file=broken)

    def test_images(self) -> None:
        image = remit.compile_image(POLICY)
        self.assertEqual(remit.load(image).hash, remit.compile(POLICY).hash)
        for bad in (b"", b"no image", image[:-1], image[:40] + b"\xff" + image[41:]):
            with self.assertRaises(remit.RemitError) as raised:
                remit.load(bad)
            self.assertEqual(raised.exception.status, remit.Status.BAD_IMAGE)

    def test_the_hash_is_of_the_meaning(self) -> None:
        self.assertRegex(remit.compile(POLICY).hash, "^sha256:[0-9a-f]{64}$")
        self.assertEqual(remit.compile(POLICY).hash, remit.compile("// a comment\n" + POLICY).hash)
        self.assertNotEqual(remit.compile(POLICY).hash, remit.compile(STRICTER).hash)


class Deciding(unittest.TestCase):
    def test_verdicts(self) -> None:
        policy = remit.compile(POLICY)
        for amount, verdict in (("99.00", "allow"), ("300.00", "ask"), ("999.00", "deny")):
            decision = policy.decide(refund_json(amount))
            self.assertEqual((decision["verdict"], decision["policy"]), (verdict, policy.hash))

    def test_what_is_wrong_with_a_request_is_a_denial(self) -> None:
        policy = remit.compile(POLICY)
        for bad in ("", "{", "[]", '{"id":"r"}', b"\xff\xfe"):
            decision = policy.decide(bad)
            self.assertEqual(decision["verdict"], "deny")
            self.assertTrue(decision.get("error"))

    def test_explain_adds_the_terms(self) -> None:
        request = refund_json("300.00")
        policy = remit.compile(POLICY)
        self.assertGreater(len(str(policy.decide(request, explain=True))), len(str(policy.decide(request))))

    def test_many(self) -> None:
        policy = remit.compile(POLICY)
        texts = ['{"id":"a"}', '{"id":"b"}']
        self.assertEqual(policy.decide_all(texts), [policy.decide_text(text) for text in texts])
        self.assertEqual(policy.decide_all([]), [])


class Reloading(unittest.TestCase):
    def test_in_place(self) -> None:
        desk = Desk(remit.compile(POLICY))
        before = desk.policy.hash
        self.assertEqual(desk.judge("99.00").verdict, "allow")
        desk.policy.reload(remit.compile_image(STRICTER))
        self.assertEqual(desk.policy.version, 2)
        self.assertNotEqual(desk.policy.hash, before)
        with self.assertRaises(remit.StaleError):
            desk.judge("99.00")
        desk.look_up()
        ruling = desk.judge("99.00")  # with the session that was bound before
        self.assertEqual((ruling.verdict, ruling.policy_hash), ("deny", desk.policy.hash))
        desk.policy.recompile(POLICY)
        self.assertEqual((desk.policy.version, desk.policy.hash), (3, before))

    def test_a_bad_version_changes_nothing(self) -> None:
        policy = remit.compile(POLICY)
        before = policy.hash
        with self.assertRaises(remit.PolicyError):
            policy.recompile("policy x\nallow\n")
        with self.assertRaises(remit.RemitError):
            policy.reload(b"no image")
        self.assertEqual((policy.hash, policy.version), (before, 1))


if __name__ == "__main__":
    unittest.main()
