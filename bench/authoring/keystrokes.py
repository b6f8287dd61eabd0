"""Types into a file under `remit lsp` and times each keystroke, from the change to its diagnostics. One line of JSON.

usage: keystrokes.py REMIT POLICY [KEYSTROKES]
"""
import json
import pathlib
import subprocess
import sys
import time


class Client:
    """Just enough of the protocol to type."""

    def __init__(self, remit):
        self.server = subprocess.Popen([remit, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.id = 0

    def send(self, method, params, asks=False):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if asks:
            self.id += 1
            message["id"] = self.id
        body = json.dumps(message).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def read(self):
        length = 0
        while (line := self.server.stdout.readline().strip()) != b"":
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.server.stdout.read(length))

    def answer(self):
        while (message := self.read()).get("id") != self.id or "method" in message:
            pass
        return message

    def diagnostics(self, version):
        while True:
            message = self.read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"].get("version", version) >= version:
                return message["params"]["diagnostics"]


def main():
    remit, path = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    keystrokes = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    client = Client(remit)
    client.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, asks=True)
    client.answer()
    client.send("initialized", {})
    text = path.read_text()
    document = {"uri": path.as_uri(), "languageId": "remit", "version": 1}
    client.send("textDocument/didOpen", {"textDocument": {**document, "text": text}})
    client.diagnostics(1)
    lines = text.split("\n")
    at = next(i for i in range(len(lines) // 2, len(lines)) if lines[i].startswith("block"))
    column = lines[at].index("args.amount > ") + len("args.amount > ")
    times = []
    for k in range(keystrokes):  # a digit is typed, and taken away again
        start, end = {"line": at, "character": column}, {"line": at, "character": column + k % 2}
        change = {"range": {"start": start, "end": end}, "text": "" if k % 2 else "1"}
        before = time.perf_counter()
        client.send("textDocument/didChange", {"textDocument": {"uri": document["uri"], "version": k + 2}, "contentChanges": [change]})
        client.diagnostics(k + 2)
        times.append((time.perf_counter() - before) * 1e3)
    client.send("shutdown", None, asks=True)
    client.answer()
    client.send("exit", None)
    client.server.wait(10)
    times.sort()
    print(json.dumps({"stat": "keystroke", "lines": len(lines), "p50_ms": times[len(times) // 2], "p99_ms": times[int(len(times) * 0.99)]}))


if __name__ == "__main__":
    main()
