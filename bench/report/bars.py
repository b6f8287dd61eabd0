"""What the benchmark is held to, and what was measured. Each bar is (text, bound, measured or None, how the two compare)."""

SHAPES = ("sparse", "dense", "adversarial")


def ratio(a, b):
    return None if a is None or b is None or b == 0 else a / b


def most(values):
    known = [v for v in values if v is not None]
    return max(known) if known else None


def least(values):
    known = [v for v in values if v is not None]
    return min(known) if known else None


def bars(f):
    native, hand = {"side": "Remit native", "part": "shapes"}, {"side": "by hand", "part": "shapes"}
    cells = [(s, n) for s in SHAPES for n in f.sizes("shapes", s)]
    at = lambda key, column, s, n, side=native: f.value(key, workload=s, n=n, column=column, **side)
    growth = lambda s: ratio(at("mean", "per call", s, 100_000), at("mean", "per call", s, 100))
    to_hand = lambda key: most(ratio(at(key, "per call", s, n), at(key, "per call", s, n, hand)) for s, n in cells)
    apps = [(a, n) for a in f.workloads("apps") for n in f.sizes("apps", a)]
    app = lambda side, column, a, n: f.value("p50", part="apps", workload=a, n=n, side=side, column=column)
    faster = lambda peer, column: least(ratio(app(peer, "per call", a, n), app("Remit native", column, a, n)) for a, n in apps)
    build = lambda key, s, n: f.value(key, part="shapes", workload=s, n=n, stat="build")
    reload = lambda stat, key: f.value(key, part="reload", stat=stat)
    replay = at("mean", "columns", "sparse", 10_000)
    start = f.one(part="process", stat="start")
    growth_mb = None
    readers = f.one(part="reload", stat="readers")
    if readers:
        growth_mb = readers["rss_mb_after_all"] - readers["rss_mb_after_200"]
    log = lambda key, case: f.value(key, part="evidence", side="Remit", case=case)
    open_loop = lambda rate: log("p99_us", f"open loop, {rate} a second")
    raw = f.value("p50_us", part="evidence", side="fdatasync", case="one at a time")
    author = lambda stat, n, key: f.value(key, part="authoring", side="Remit", stat=stat, n=n)
    below, above = "at most", "at least"
    return [
        ("native to code by hand with such an index, random requests, worst cell", 1.15, to_hand("mean"), below, "x"),
        ("native to code by hand with such an index, hot requests, worst cell", 1.15, to_hand("hot"), below, "x"),
        ("100,000 rules to 100, sparse", 2.5, growth("sparse"), below, "x"),
        ("100,000 rules to 100, dense", 1.5, growth("dense"), below, "x"),
        ("100,000 rules to 100, adversarial", 1.5, growth("adversarial"), below, "x"),
        ("a decision from interned input, worst cell", 25, most(at("mean", "per call", s, n) for s, n in cells), below, "ns"),
        ("a decision on a bound session, next argument, worst cell", 10, most(at("mean", "bound, next", s, n) for s, n in cells), below, "ns"),
        ("a decision with tool, tier and roles as texts, worst cell", 60, most(at("mean", "strings", s, n) for s, n in cells), below, "ns"),
        ("times as fast as Cedar, applications, with the host's look-ups, worst cell", 50, faster("Cedar", "per call"), above, "x"),
        ("times as fast as OPA, applications, with the host's look-ups, worst cell", 500, faster("OPA", "per call"), above, "x"),
        ("times as fast as OPA, applications, facts in the frame, worst cell", 500, faster("OPA", "interned"), above, "x"),
        ("times as fast as OPA partially evaluated, facts in the frame, worst cell", 500, faster("OPA, partial", "interned"), above, "x"),
        ("times as fast as SAPL, applications, with the host's look-ups, worst cell", 1, faster("SAPL", "per call"), above, "x"),
        ("two threads to one, native per call, worst cell", 1.9, least(at("two_threads", "per call", s, n) for s, n in cells), above, "x"),
        ("allocations for a decision, native, any column but JSON", 0,
         most(at("allocations", c, s, n) for s, n in cells for c in ("per call", "bound", "bound, next", "strings", "columns")), below, ""),
        ("LLVM's time, 100,000 rules to 10, sparse", 1.2, ratio(build("llvm_ms", "sparse", 100_000), build("llvm_ms", "sparse", 10)), below, "x"),
        ("LLVM's time, 100,000 rules to 10, dense", 1.2, ratio(build("llvm_ms", "dense", 100_000), build("llvm_ms", "dense", 10)), below, "x"),
        ("10,000 rules, text to first decision, cold", 400, reload("cold", "first_decision_ms"), below, "ms"),
        ("parse after an edit of one rule in 10,000", 2, reload("parse after an edit", "ms"), below, "ms"),
        ("reload after an edit of one rule in 10,000", 10, reload("reload after an edit", "ms"), below, "ms"),
        ("readers' p99.9 under continuous reload to idle", 1.3, ratio(reload("readers", "p999_reloading"), reload("readers", "p999_idle")), below, "x"),
        ("memory growth from reload 200 to reload 2,000", 1, growth_mb, below, "MB"),
        ("replay, 10,000 sparse rules, decisions a second on one core", 200, ratio(1e3, replay), above, "M"),
        ("WebAssembly in Node to native, from frames, worst cell", 8,
         most(ratio(f.value("p50", part="shapes", workload=s, n=n, side="Remit wasm", column="frames"), at("mean", "per call", s, n)) for s, n in cells), below, "x"),
        ("durable 600-byte records a second, one producer, 4,096 in flight", 1.2e6, log("per_second", "pipelined, 4096 in flight"), above, ""),
        ("durable 600-byte records a second, 64 blocking callers", 150e3, log("per_second", "64 blocking callers"), above, ""),
        ("p99 of a durable append, 10,000 a second", 500, open_loop(10000), below, "us"),
        ("p99 of a durable append, 50,000 a second", 1000, open_loop(50000), below, "us"),
        ("p99 of a durable append, 200,000 a second", 2500, open_loop(200000), below, "us"),
        ("p50 of one durable append to p50 of the bare fdatasync", 1.4, ratio(log("p50_us", "one at a time"), raw), below, "x"),
        ("records verified a second, one core", 1.2e6, log("per_second", "verify"), above, ""),
        ("opening a log after a kill, worst of five", 100, log("worst_ms", "open after a kill"), below, "ms"),
        ("recorded decisions replayed a second, one core", 2e6, log("per_second", "replay"), above, ""),
        ("`remit check`, 1,000 rules", 150, author("check", 1_000, "ms"), below, "ms"),
        ("`remit diff`, ten changes in 1,000 rules", 10_000, author("diff", 1_000, "ms"), below, "ms"),
        ("a keystroke in the editor, 2,000 lines, to its diagnostics, p99", 50, author("keystroke", 1_000, "p99_ms"), below, "ms"),
        ("`remit --version` over an empty program", 3, start and start["remit_ms"] - start["empty_ms"], below, "ms"),
    ]
