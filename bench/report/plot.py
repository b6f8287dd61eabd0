"""p50 over the number of rules, a panel for each shape, both axes logarithmic. Plain SVG."""
import math

from figures import Figures

WIDTH, HEIGHT, LEFT, TOP, GAP, BOTTOM = 300, 340, 64, 34, 48, 92
COLOURS = {"by hand": "#555555", "Remit native": "#c8102e", "Remit interpreter": "#e58a00", "Remit wasm": "#b8b000", "Cedar": "#1f6fb4", "OPA": "#2a9d5c",
           "regorus": "#7d4cc2", "cel-go": "#0f9aa8", "casbin": "#8a6d3b", "SAPL": "#d1549a"}


def svg(lines):
    f = Figures(lines)
    shapes = f.workloads("shapes")
    points = {}
    for line in f.of(part="shapes"):
        if "p50" not in line:
            continue
        place = (line["side"], line["column"])
        name = line["side"] if line["column"] == "per call" else "Remit native, bound" if place == ("Remit native", "bound") else None
        if name:
            points.setdefault((line["workload"], name), []).append((line["n"], line["p50"]))
    values = [v for p in points.values() for _, v in p] or [1]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    names = list(dict.fromkeys(name for _, name in points))
    total = LEFT + len(shapes) * (WIDTH + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{TOP + HEIGHT + BOTTOM}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>']
    y = lambda v: TOP + HEIGHT * (1 - (math.log10(v) - low) / (high - low))
    for k, shape in enumerate(shapes):
        x0 = LEFT + k * (WIDTH + GAP)
        x = lambda n: x0 + WIDTH * (math.log10(n) - 1) / 4
        out.append(f'<text x="{x0 + WIDTH / 2}" y="{TOP - 12}" text-anchor="middle" font-size="13">{shape}</text>')
        for e in range(low, high + 1):
            out.append(f'<line x1="{x0}" x2="{x0 + WIDTH}" y1="{y(10 ** e):.1f}" y2="{y(10 ** e):.1f}" stroke="#dddddd"/>')
            if k == 0:
                out.append(f'<text x="{x0 - 6}" y="{y(10 ** e) + 4:.1f}" text-anchor="end">{unit(e)}</text>')
        for e in range(1, 6):
            out.append(f'<text x="{x(10 ** e):.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{10 ** e:,}</text>')
        for name in names:
            path = sorted(points.get((shape, name), []))
            style = f'stroke="{colour(name)}" fill="none" stroke-width="2"' + (' stroke-dasharray="5 3"' if "bound" in name else "")
            if path:
                out.append(f'<polyline {style} points="{" ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in path)}"/>')
            out += [f'<circle cx="{x(n):.1f}" cy="{y(v):.1f}" r="2.5" fill="{colour(name)}"/>' for n, v in path]
    out.append(f'<text x="{total / 2}" y="{TOP + HEIGHT + 34}" text-anchor="middle">rules</text>')
    for i, name in enumerate(names):
        x, row = LEFT + (i % 5) * 190, TOP + HEIGHT + 54 + (i // 5) * 18
        dash = ' stroke-dasharray="5 3"' if "bound" in name else ""
        out.append(f'<line x1="{x}" x2="{x + 26}" y1="{row - 4}" y2="{row - 4}" stroke="{colour(name)}" stroke-width="2"{dash}/>')
        out.append(f'<text x="{x + 32}" y="{row}">{name}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def colour(name):
    return COLOURS.get(name.removesuffix(", bound"), "#000000")


def unit(exponent):
    return f"{10 ** exponent} ns" if exponent < 3 else f"{10 ** (exponent - 3)} us" if exponent < 6 else f"{10 ** (exponent - 6)} ms"
