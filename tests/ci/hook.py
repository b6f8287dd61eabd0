#!/usr/bin/env python3
"""Commits to a repository that has scripts/pre-commit as its hook: hook.py REMIT WORK. Exits 77 without git."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOOD = 'policy a.b\n\nuse "tools.remit"\n\nallow worker to t.read\n'
TOOLS = "role worker\ntool t.read(id: string) read, trust vetted, gives public\n"
TESTED = GOOD + '\ntest "allowed" {\n  session { role worker }\n  call    t.read(id: "7")\n  expect  VERDICT\n}\n'


class Repository:
    def __init__(self, folder, remit):
        self.folder = pathlib.Path(folder)
        self.environment = {**{k: v for k, v in os.environ.items() if not k.startswith("GIT_")}, "REMIT": remit,
                            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        self.git("init", "-q")
        self.git("config", "user.name", "T")
        self.git("config", "user.email", "t@test.example")
        shutil.copy(ROOT / "scripts/pre-commit", self.folder / ".git/hooks/pre-commit")

    def git(self, *arguments):
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60)
        return done.returncode == 0, done.stdout

    def write(self, **files):
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_remit", ".remit").replace("_txt", ".txt")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self):
        self.git("add", "-A")
        return self.git("commit", "-q", "-m", "x")


def expect(passes, text, done):
    accepted, said = done
    if accepted != passes or text not in said:
        print(f"expected the commit to be {'taken' if passes else 'refused'} with `{text}`; {accepted}:\n{said}")
        sys.exit(1)


def main():
    if shutil.which("git") is None:
        print("git is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository(folder, str(pathlib.Path(sys.argv[1]).resolve()))
        repository.write(a_remit=GOOD, tools_remit=TOOLS)
        expect(True, "", repository.commit())
        # A file that policies use is checked through them, in folders and under names with spaces too.
        repository.write(tools_remit=TOOLS.replace("t.read", "t.write"))
        expect(False, "t.read", repository.commit())
        repository.write(**{"tools_remit": TOOLS, "sub__with space_remit": GOOD.replace("tools.remit", "../tools.remit")})
        expect(True, "", repository.commit())
        repository.write(a_remit=TESTED.replace("VERDICT", "deny"))
        expect(False, "expected deny", repository.commit())
        repository.write(a_remit=TESTED.replace("VERDICT", "allow"))
        expect(True, "", repository.commit())
        repository.write(a_remit=TESTED.replace("VERDICT", "allow") + "allow   worker    to t.read\n")
        expect(False, "a.remit", repository.commit())
        # What is staged counts, not what lies in the folder.
        repository.write(a_remit="policy a.b\nallow nobody to t.none\n")
        repository.git("add", "-A")
        repository.write(a_remit=GOOD)
        expect(False, "nobody", repository.git("commit", "-q", "-m", "x"))
        repository.git("reset", "-q", "--hard")
        # A broken policy that is none of this commit's business: nothing is looked at.
        repository.write(b_remit="policy b.c\nallow nobody to t.none\n")
        repository.git("add", "-A")
        repository.git("commit", "-q", "--no-verify", "-m", "x")
        repository.write(readme_txt="words")
        expect(True, "", repository.commit())
    print("the hook holds")


main()
