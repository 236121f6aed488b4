"""The picture of docs/PERFORMANCE.md as SVG: ratios to llama.cpp as bars, and a roofline."""
import math

COLOURS = ("#1b6ca8", "#e07b39", "#3a9d5d", "#8a4f9e")  # of the jobs
WIDTH, HEIGHT = 960, 420


def draw(results, models, jobs):
    """`results`: {(model, job): a line of rows.py --json}; a missing one leaves a gap."""
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    parts += bars(results, models, jobs)
    parts += roofline(results, models, jobs)
    return "\n".join([*parts, "</svg>", ""])


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{words}</text>'


def line(x1, y1, x2, y2, colour="#999", extra=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" {extra}/>'


def ratio(result):
    return max(result["rates"]["fathom"]) / max(result["rates"]["llama.cpp"])


def bars(results, models, jobs):
    """Left half: one group a model, one bar a job; the line at 1 is llama.cpp."""
    left, right, top, bottom = 50, 470, 50, 350
    highest = max([ratio(r) for r in results.values()] + [1]) * 1.1
    y = lambda value: bottom - (bottom - top) * value / highest
    parts = [text(left, 24, "times as fast as llama.cpp in its best mode", extra='font-weight="bold"')]
    for tick in range(0, int(highest) + 1):
        parts += [line(left, y(tick), right, y(tick), "#333" if tick == 1 else "#ddd"), text(left - 6, y(tick) + 4, tick, "end")]
    group = (right - left) / len(models)
    for i, (model, name) in enumerate(models.items()):
        for j, job in enumerate(jobs):
            if (result := results.get((model, job))) is None:
                continue
            value, width = ratio(result), group / (len(jobs) + 1)
            x = left + i * group + (j + 0.5) * width
            parts += [f'<rect x="{x:.1f}" y="{y(value):.1f}" width="{width - 3:.1f}" height="{bottom - y(value):.1f}" '
                      f'fill="{COLOURS[j]}"/>', text(x + width / 2 - 1.5, y(value) - 4, f"{value:.1f}", "middle", 'font-size="10"')]
        parts.append(text(left + (i + 0.5) * group, bottom + 16, name, "middle", 'font-size="11"'))
    for j, job in enumerate(jobs):
        x, at = left + j % 2 * 200, bottom + 38 + j // 2 * 18
        parts += [f'<rect x="{x}" y="{at - 9}" width="10" height="10" fill="{COLOURS[j]}"/>', text(x + 16, at, job)]
    return parts


def point(result):
    """(operations for each byte of weights read, operations a second) of the layers' products."""
    machine, rate = result["machine"], max(result["rates"]["fathom"])
    tokens = rate * result["tokens_per_unit"]
    at_once = result["rows"] if result["new_tokens"] else 512  # tokens that share one reading of the weights
    return at_once * machine["operations_per_token"] / machine["weight_bytes"], tokens * machine["operations_per_token"]


def roofline(results, models, jobs):
    """Right half, both axes logarithmic: the int8 peak, and the read rate times operations for each byte."""
    left, right, top, bottom = 550, 940, 50, 350
    parts = [text(left, 24, "operations a second, and what the machine allows", extra='font-weight="bold"')]
    if not results:
        return parts
    peak = max(r["machine"]["peak_operations"] for r in results.values())
    read = max(r["machine"]["read_bytes"] for r in results.values())
    x = lambda value: left + (right - left) * math.log10(value) / 4  # 1 .. 10^4 operations a byte
    y = lambda value: bottom - (bottom - top) * (math.log10(value) - 10) / 2.2  # 10^10 .. 1.6 * 10^12
    for power in range(5):
        parts += [line(x(10**power), top, x(10**power), bottom, "#eee"), text(x(10**power), bottom + 16, f"{10**power:,}", "middle")]
    for value, name in ((1e10, "10 G"), (1e11, "100 G"), (1e12, "1 T")):
        parts += [line(left, y(value), right, y(value), "#eee"), text(left - 6, y(value) + 4, name, "end")]
    knee = peak / read
    start = max(1, 1e10 / read)
    parts += [line(x(start), y(read * start), x(knee), y(peak), "#333", 'stroke-width="1.5"'),
              line(x(knee), y(peak), right, y(peak), "#333", 'stroke-width="1.5"'),
              text(right, y(peak) - 6, f"int8 peak {peak / 1e9:.0f} G", "end"),
              text(x(2), y(read * 2) - 12, f"{read / 1e9:.0f} GB/s", "end"),
              text((left + right) / 2, bottom + 38, "operations for each byte of weights read", "middle")]
    for (model, job), result in results.items():
        if job in jobs and model in models:
            px, py = point(result)
            parts.append(f'<circle cx="{x(px):.1f}" cy="{y(py):.1f}" r="4" fill="{COLOURS[list(jobs).index(job)]}">'
                         f'<title>{models[model]}, {job}</title></circle>')
    return parts
