"""The measurements as Markdown."""
from bars import bars
from figures import Figures


def number(v):
    if v is None:
        return "–"
    if v >= 1e6:
        return f"{v / 1e6:.1f} M"
    return f"{v:,.0f}" if v >= 100 else f"{v:.1f}" if v >= 10 else f"{v:.2f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def cell(line):
    if line is None:
        return "–"
    if "missing" in line:
        return line["missing"]
    return f"{number(line['p50'])} / {number(line['p99'])}"


def costs(f, part, workload, what):
    sizes = f.sizes(part, workload)
    rows = [[side, column] + [cell(f.one(part=part, workload=workload, n=n, side=side, column=column)) for n in sizes]
            for side, column in f.rows(part, workload)]
    return table(["side", "column"] + [f"{n:,} {what}" for n in sizes], rows)


def details(f, part):
    rows = []
    for line in f.of(part=part):
        if "p50" not in line:
            continue
        columns = ("p50", "p99", "mean", "hot", "allocations", "two_threads", "rss_mb", "load_ms")
        rows.append([line["workload"], f"{line['n']:,}", line["side"], line["column"]] + [number(line.get(c)) for c in columns]
                    + [f"{line['checked']:,}"])
    return table(["workload", "size", "side", "column", "p50", "p99", "mean", "hot", "allocations", "2 threads", "memory MB", "load ms",
                  "checked"], rows)


def held(bound, measured, how):
    return "–" if measured is None else "yes" if (measured <= bound if how == "at most" else measured >= bound) else "**no**"


def summary(f):
    rows = [[text, f"{how} {number(bound)} {unit}".strip(), f"{number(measured)} {unit}".strip() if measured is not None else "–",
             held(bound, measured, how)] for text, bound, measured, how, unit in bars(f)]
    return table(["bar", "bound", "measured", "held"], rows)


def to_hand(f):
    """Remit's native code over the code by hand, random / hot requests."""
    def one(shape, n):
        native, hand = (f.one(part="shapes", workload=shape, n=n, side=side, column="per call") for side in ("Remit native", "by hand"))
        return f"{native['mean'] / hand['mean']:.2f} / {native['hot'] / hand['hot']:.2f}" if native and hand else "–"

    shapes = f.workloads("shapes")
    sizes = sorted({n for shape in shapes for n in f.sizes("shapes", shape)})
    return table(["workload"] + [f"{n:,} rules" for n in sizes], [[shape] + [one(shape, n) for n in sizes] for shape in shapes])


def builds(f):
    rows = [[line["workload"], f"{line['n']:,}"] + [number(line[k]) for k in ("compile_ms", "load_ms", "index_ms", "llvm_ms")]
            + [f"{line['index_bytes']:,}", f"{line['code_bytes']:,}", f"{line['rows_run']:,} of {line['rows']:,}"]
            for line in f.of(part="shapes", stat="build")]
    return table(["workload", "rules", "text to program ms", "verify and load ms", "of that index ms", "LLVM ms", "index bytes", "code bytes",
                  "rows outside tables"], rows)


def others(f):
    lines = [line for line in f.lines if line["part"] in ("reload", "process") and "stat" in line]
    skip = {"part", "workload", "n", "side", "stat"}
    rows = [[line["stat"], ", ".join(f"{k.replace('_', ' ')} {number(v)}" for k, v in line.items() if k not in skip)] for line in lines]
    return table(["what", "measured"], rows)


def evidence(f):
    rows = [[line["side"], line["case"]] + [number(line.get(k)) for k in ("per_second", "p50_us", "p99_us", "p999_us")]
            for line in f.of(part="evidence") if "per_second" in line]
    return table(["side", "case", "records a second", "p50 us", "p99 us", "p99.9 us"], rows)


def authoring(f):
    sizes = sorted({line["n"] for line in f.of(part="authoring")})

    def one(side, stat, n):
        line = f.one(part="authoring", side=side, stat=stat, n=n)
        if line is None or "missing" in line:
            return "–" if line is None else line["missing"]
        return f"{number(line['p50_ms'])} / {number(line['p99_ms'])}" if "p50_ms" in line else number(line["ms"])

    rows = dict.fromkeys((line["side"], line["stat"]) for line in f.of(part="authoring"))
    return table(["side", "what"] + [f"{n:,} rules" for n in sizes], [[side, stat] + [one(side, stat, n) for n in sizes] for side, stat in rows])


def markdown(lines):
    f = Figures(lines)
    m = f.one(part="machine")
    versions = dict.fromkeys(f"{line['side']} {line['version']}" for line in lines if line.get("version"))
    parts = [
        "# Figures of one run\n",
        f"Written by `bench/run` on {m['date']}: {m['processor']}, {m['cores']} cores, kernel {m['system']}; load average {m['load']:.1f} when it "
        f"began. {', '.join(versions) or 'No peers'}. Compare only figures of one run. What each side is given, and what the columns mean, is in "
        "[bench/README.md](../README.md). All sides gave the same answers to the requests that they had time for (`checked`).\n",
        "## Bars\n", summary(f),
        "## Cost of a decision, p50 / p99 ns\n", "![p50 over the number of rules](cost.svg)\n",
    ]
    for shape in f.workloads("shapes"):
        parts += [f"### {shape}\n", costs(f, "shapes", shape, "rules")]
    for app in f.workloads("apps"):
        parts += [f"### {app}\n", costs(f, "apps", app, "entities")]
    parts += ["## Native code over code by hand, random / hot\n", to_hand(f)]
    parts += ["## Compiling\n", builds(f), "## Reload and start\n", others(f),
              "## Durable records of 600 bytes\n", evidence(f), "## Authoring, ms\n", authoring(f), "## All measurements, ns\n", details(f, "shapes"), details(f, "apps")]
    return "\n".join(parts)
