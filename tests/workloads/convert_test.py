"""What the conversion of recorded work must keep: who an argument comes from."""
import json
import pathlib
import tempfile
import unittest

import convert

TASK = {"task": "t", "prompt": "read and send", "calls": [
    {"tool": "read_page", "args": {"url": "a.example"}, "provenance": {"url": ["prompt"]}},
    {"tool": "send", "args": {"to": "x", "cc": "y", "text": "z"},
     "provenance": {"to": ["tool_output:0"], "cc": ["prompt", "tool_output:0"], "text": ["composed"]}}]}
ATTACK = {"attack": "a", "prompt": "read and send", "calls": [
    {"tool": "read_page", "args": {"url": "a.example"}, "origin": "user"},
    {"tool": "list_all", "args": {}, "origin": "injection"},
    {"tool": "send", "args": {"to": "evil", "text": "all"}, "origin": "injection"},
    {"tool": "send", "args": {"to": "x", "cc": "y", "text": "z"}, "origin": "user"}]}


def labels(request):
    return {name: label["sources"] for name, label in request["call"]["labels"].items()}


class Conversion(unittest.TestCase):
    def setUp(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "tasks.jsonl").write_text(json.dumps(TASK) + "\n", encoding="utf-8")
            (folder / "attacks.jsonl").write_text(json.dumps(ATTACK) + "\n", encoding="utf-8")
            self.tasks, self.attacks = convert.convert(folder)

    def test_origins_become_sources(self):
        self.assertEqual(labels(self.tasks[0][1]), {"to": ["read_page"], "cc": ["read_page", "user"], "text": ["agent"]})

    def test_a_users_call_in_an_attack_has_its_tasks_provenance(self):
        request, injected = self.attacks[0][3]
        self.assertFalse(injected)
        self.assertEqual(labels(request), {"to": ["read_page"], "cc": ["read_page", "user"], "text": ["agent"]})

    def test_an_injected_call_comes_from_all_that_was_read(self):
        request, injected = self.attacks[0][2]
        self.assertTrue(injected)
        self.assertEqual(labels(request), {"to": ["list_all", "read_page"], "text": ["list_all", "read_page"]})

    def test_the_agents_words_are_worth_what_it_has_read(self):
        self.assertEqual([r["state"]["low_water"] for r in self.tasks[0]], ["first_party", "untrusted"])

    def test_an_unknown_origin_is_refused(self):
        with self.assertRaises(ValueError):
            convert.sources_of(["guessed"], [])


unittest.main()
