"""Recorded agent work (tasks.jsonl, attacks.jsonl) to request lines for `remit eval --stateful`.

One session for each task and each attack. Labels say where every argument came from, as a host would know it:

- `prompt` is the user; `tool_output:N` is the tool of call N; `composed` is the agent. Several origins are all sources.
- A call of the user's own in an attack has the provenance of the same call of the recorded task.
- An injected call's arguments come from what the session has read: their sources are all tools called before it. A host that tracks
  less precisely than the truth can say no less, and never that the user or the agent wrote them.
- The agent's own words are worth no more than the least that it has read: `state.low_water` says so from the second call on.
"""
import json

KEPT_UNTIL = "2026-12-31T00:00:00Z"
NOW = "2026-11-23T10:00:00Z"
MOST, LEAST = "first_party", "untrusted"


def read_lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def sources_of(origins, calls):
    """The sources of an argument with these recorded origins, in a session whose earlier calls are `calls`."""
    found = set()
    for origin in origins:
        if origin == "prompt":
            found.add("user")
        elif origin == "composed":
            found.add("agent")
        elif origin.startswith("tool_output:"):
            found.add(calls[int(origin.split(":")[1])]["tool"])
        else:
            raise ValueError(f"unknown origin {origin!r}")
    return sorted(found)


def request(session, number, call, sources):
    return {
        "id": f"{session}#{number}",
        "session": {"id": session, "roles": [], "tier": "prod", "tenant": "recorded", "owner": "user@recorded.example",
                    "scope": ["*"], "retention": "standard", "expires": KEPT_UNTIL, "revoked": False},
        "call": {"id": f"{session}#{number}", "tool": call["tool"], "args": call["args"],
                 "labels": {name: {"sources": found} for name, found in sources.items()}},
        "facts": [],
        "state": {"version": number, "marks": {}, "counts": {}, "low_water": LEAST if number else MOST},
        "context": {"time": NOW},
        "signatures": [],
    }


def task_requests(task):
    calls = task["calls"]
    for number, call in enumerate(calls):
        sources = {name: sources_of(call["provenance"].get(name, []), calls) for name in call["args"]}
        yield request(task["task"], number, call, sources)


def attack_requests(attack, tasks_by_prompt):
    """Pairs of a request and whether the call was injected."""
    own = tasks_by_prompt[attack["prompt"]]["calls"]
    position = 0
    for number, call in enumerate(attack["calls"]):
        if call["origin"] == "user":
            recorded = own[position]
            if (recorded["tool"], recorded["args"]) != (call["tool"], call["args"]):
                raise ValueError(f"{attack['attack']}: call {number} is not call {position} of its task")
            sources = {name: sources_of(recorded["provenance"].get(name, []), own) for name in call["args"]}
            position += 1
        else:
            before = sorted({earlier["tool"] for earlier in attack["calls"][:number]})
            sources = {name: before for name in call["args"]}
        yield request(attack["attack"], number, call, sources), call["origin"] != "user"


def convert(folder):
    """Two lists of sessions: tasks as lists of requests, attacks as lists of (request, injected)."""
    tasks = read_lines(folder / "tasks.jsonl")
    by_prompt = {task["prompt"]: task for task in tasks}
    attacks = read_lines(folder / "attacks.jsonl")
    return [list(task_requests(t)) for t in tasks], [list(attack_requests(a, by_prompt)) for a in attacks]
