"""The three applications of Cedar's OOPSLA'24 evaluation as workloads: entity graphs of the same shape, requests and answers.

usage: generate.py APPLICATION ENTITIES REQUESTS DIR

Writes to DIR what each side takes: data.json (principals and resources with their ancestors, for all that take documents),
cedar_entities.json (edges; Cedar closes them itself), graph.txt (the same as data.json, a line for each), requests.jsonl, answers.txt,
and the policies. ENTITIES is the number of entities of each kind; two are connected with a chance of one in twenty.
"""
import json
import os
import random
import shutil
import sys

CHANCE = 0.05
CONNECTED = 0.5  # of the requests are for something that the principal is connected with


def closure(parents):
    """name -> all that it is in, from name -> what it is directly in."""
    done = {}

    def of(name):
        if name not in done:
            done[name] = set()
            for parent in parents.get(name, ()):
                done[name] |= {parent} | of(parent)
        return done[name]

    for name in parents:
        of(name)
    return done


class World:
    """What an application knows. Names are unique across types, so that a name alone is an identity."""

    def __init__(self, size, seed):
        self.random = random.Random(seed)
        self.size = size
        self.types, self.parents, self.attributes = {}, {}, {}
        self.principals, self.resources = [], []

    def chance(self):
        return self.random.random() < CHANCE

    def some(self, names):
        return [n for n in names if self.chance()]

    def add(self, kind, name, parents=(), **attributes):
        self.types[name] = kind
        self.parents[name] = list(parents)
        self.attributes[name] = attributes
        return name

    def names(self, kind):
        return [f"{kind}_{i}" for i in range(self.size)]


class Github(World):
    ACTIONS = ["read", "triage", "write", "maintain", "admin"]
    REPO = ["readers", "triagers", "writers", "maintainers", "admins"]
    OWNER = ["readers", "writers", "admins"]
    CEDAR_ACTIONS = {
        "read": ["needs_triage"], "triage": ["needs_triage"], "write": ["needs_write"], "maintain": ["needs_maintain"], "admin": [],
        "needs_triage": ["needs_write"], "needs_write": ["needs_maintain"], "needs_maintain": [],
    }
    LEVELS = {"read": 1, "triage": 2, "write": 3, "maintain": 4, "admin": 5}

    def __init__(self, size, seed):
        super().__init__(size, seed)
        repos, users, teams, orgs = (self.names(k) for k in ("repo", "user", "team", "org"))
        for org in orgs:
            groups = {g: self.add("OrgPermission", f"{org}_{g}") for g in self.OWNER}
            parents = [f"{o}_{self.random.choice(self.OWNER)}" for o in self.some(orgs)]
            self.add("Organization", org, parents, **groups)
        for repo in repos:
            groups = {g: self.add("RepoPermission", f"{repo}_{g}") for g in self.REPO}
            self.add("Repository", repo, owner=self.random.choice(orgs), **groups)
        grant = lambda things, kinds: [f"{t}_{self.random.choice(kinds)}" for t in self.some(things)]
        for i, team in enumerate(teams):
            self.add("Team", team, self.some(teams[:i]) + grant(repos, self.REPO))
        for user in users:
            parents = grant(repos, self.REPO) + self.some(teams) + self.some(orgs) + grant(orgs, self.OWNER)
            self.add("User", user, parents)
        self.principals, self.resources = users, repos

    def record(self, resource):
        a = self.attributes[resource]
        return {**{g: a[g] for g in self.REPO}, "owner": self.attributes[a["owner"]]}

    def allowed(self, above, principal, action, resource):
        level, a = self.LEVELS[action], self.record(resource)
        direct = [g for i, g in enumerate(self.REPO) if i + 1 >= level]
        by_owner = [g for g, gives in (("readers", 1), ("writers", 3), ("admins", 5)) if gives >= level]
        return any(a[g] in above[principal] for g in direct) or any(a["owner"][g] in above[principal] for g in by_owner)

    def related(self, above, principal):
        return [r for r in self.resources if self.allowed(above, principal, "read", r)]


class Gdrive(World):
    ACTIONS = ["read", "write", "share", "change_owner", "create_document"]
    CEDAR_ACTIONS = {a: [] for a in ACTIONS}

    def __init__(self, size, seed):
        super().__init__(size, seed)
        users, groups, docs, folders = (self.names(k) for k in ("user", "group", "doc", "folder"))
        members = {g: [] for g in groups}
        for user in users:
            mine = self.some(groups)
            for g in mine:
                members[g].append(user)
            view = self.add("View", f"view_{user}")
            held = {"documents": self.some(docs), "folders": self.some(folders)}
            self.add("User", user, mine, view=view, **held)
        for g in groups:
            self.add("Group", g)
            self.add("View", f"view_{g}", [f"view_{u}" for u in members[g]])
        views = [f"view_{n}" for n in users + groups]
        for doc in docs:
            self.add("Document", doc, self.some(folders) + self.some(views), public=self.random.random() < 0.5)
        for i, folder in enumerate(folders):
            self.add("Folder", folder, self.some(folders[:i]) + self.some(views), public=False)
        self.principals, self.resources = users, docs + folders

    def allowed(self, above, principal, action, resource):
        me = self.attributes[principal]
        held = me["documents"] + me["folders"]
        if action == "change_owner":
            return resource in me["documents"]
        if action == "create_document":
            return resource in me["folders"]
        owns = any(h == resource or h in above[resource] for h in held)
        return owns or (action == "read" and (self.attributes[resource]["public"] or me["view"] in above[resource]))

    def related(self, above, principal):
        return [r for r in self.resources if self.allowed(above, principal, "write", r)]


class Tinytodo(World):
    ACTIONS = ["create_list", "get_lists", "get_list", "update_list", "delete_list", "create_task", "update_task", "delete_task",
               "edit_shares"]
    CEDAR_ACTIONS = {a: [] for a in ACTIONS}
    OF_APP = {"create_list", "get_lists"}

    def __init__(self, size, seed):
        super().__init__(size, seed)
        users, teams, lists = (self.names(k) for k in ("user", "team", "list"))
        self.add("App", "todo")
        for user in users:
            self.add("User", user, self.some(teams) + ["todo"])
        for i, team in enumerate(teams):
            self.add("Team", team, self.some(teams[:i]) + ["todo"])
        pick = self.random.choice
        for name in lists:
            self.add("List", name, ["todo"], owner=pick(users), readers=pick(teams), editors=pick(teams))
        self.principals, self.resources = users, lists

    def allowed(self, above, principal, action, resource):
        if action in self.OF_APP:
            return True
        a = self.attributes[resource]
        if a["owner"] == principal:
            return True
        if action == "get_list" and a["readers"] in above[principal]:
            return True
        return action not in {"delete_list", "edit_shares"} and a["editors"] in above[principal]

    def related(self, above, principal):
        return [r for r in self.resources if self.allowed(above, principal, "get_list", r)]


APPLICATIONS = {"github": Github, "gdrive": Gdrive, "tinytodo": Tinytodo}
PREFIX = {"github": "repo", "gdrive": "drive", "tinytodo": "todo"}


def make_requests(world, above, count):
    pick = world.random.choice
    related = {p: world.related(above, p) for p in world.principals}
    for _ in range(count):
        principal, action = pick(world.principals), pick(world.ACTIONS)
        near = related[principal]
        resource = pick(near) if near and world.random.random() < CONNECTED else pick(world.resources)
        if action in getattr(world, "OF_APP", ()):
            resource = "todo"
        yield principal, action, resource


def documents(world, above):
    as_set = lambda names: {n: n for n in sorted(names)}
    flat = lambda v: as_set(v) if isinstance(v, list) else v
    of = lambda name: {"id": name, "ancestors": as_set(above[name]), **{k: flat(v) for k, v in world.attributes[name].items()}}
    resources = {r: of(r) for r in world.resources}
    if isinstance(world, Github):
        for r in world.resources:
            resources[r] = {"id": r, **world.record(r)}
    if isinstance(world, Tinytodo):
        resources["todo"] = {"id": "todo"}
    return {"principals": {p: of(p) for p in world.principals}, "resources": resources}


def cedar_entities(world):
    uid = lambda name: {"type": world.types[name], "id": name}
    ref = lambda name: {"__entity": uid(name)}

    def value(v):
        if isinstance(v, bool):
            return v
        return [ref(n) for n in v] if isinstance(v, list) else ref(v)

    out = [{"uid": uid(n), "attrs": {k: value(v) for k, v in world.attributes[n].items()}, "parents": [uid(p) for p in world.parents[n]]}
           for n in world.types]
    action = lambda name: {"type": "Action", "id": name}
    return out + [{"uid": action(a), "attrs": {}, "parents": [action(p) for p in ps]} for a, ps in world.CEDAR_ACTIONS.items()]


def graph_lines(data):
    """NAME KEY=VALUE ...; a value is a name, true or false, or names with commas between and a comma at the end."""
    def text(v):
        if isinstance(v, bool):
            return str(v).lower()
        return "".join(n + "," for n in v) if isinstance(v, dict) else v

    for kind, records in (("principal", data["principals"]), ("resource", data["resources"])):
        for name, record in records.items():
            flat = {}
            for key, value in record.items():
                if key == "owner" and isinstance(value, dict):
                    flat.update({f"owner.{k}": v for k, v in value.items()})
                else:
                    flat[key] = value
            yield " ".join([kind, name] + [f"{k}={text(v)}" for k, v in flat.items()])


def main():
    app, size, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    os.makedirs(folder, exist_ok=True)
    world = APPLICATIONS[app](size, size)
    above = closure(world.parents)
    data = documents(world, above)
    requests, answers = [], ""
    for principal, action, resource in make_requests(world, above, count):
        requests.append({"principal": principal, "action": action, "resource": resource, "resource_type": world.types[resource],
                         "call": f"{PREFIX[app]}.{action}"})
        answers += "a" if world.allowed(above, principal, action, resource) else "d"
    write = lambda name, text: open(os.path.join(folder, name), "w").write(text)
    write("data.json", json.dumps(data))
    write("cedar_entities.json", json.dumps(cedar_entities(world)))
    write("graph.txt", "".join(line + "\n" for line in graph_lines(data)))
    write("requests.jsonl", "".join(json.dumps(r) + "\n" for r in requests))
    write("requests.txt", "".join(f"{r['principal']} {r['call']} {r['resource']}\n" for r in requests))
    write("answers.txt", answers)
    write("app.txt", app)
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), app)
    for name in os.listdir(source):
        shutil.copy(os.path.join(source, name), os.path.join(folder, name))


if __name__ == "__main__":
    main()
