"""Draws config/grafana/klamm.json without Grafana: asks what its panels ask, with its variables put in, and makes a picture of the
answers. How Grafana itself draws the file is not shown by it; that Grafana's model of a dashboard, the package that Grafana Labs has in
PyPI, knows every field of it is asked besides."""
import html
import json
import math
import re
import shutil
import sys

import ground

BOARD = ground.CONFIG / "grafana/klamm.json"
VARIABLES = {"$job": "kafka-cluster-kafka", "$instance": ".*", "$__rate_interval": "30s"}
SECONDS = 300
# Of the board's 24 columns and its rows, in points.
COLUMN, ROW, GAP = 60, 34, 6
COLOURS = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0"]
LEGEND_MAX = 4
MODEL = ("grafana-foundation-sdk", "1769699379!11.6.0")
# Grafana writes it beside a variable's query, to show it in the list of variables; the model leaves it out.
NOT_IN_THE_MODEL = {"definition"}


def panels():
    return [panel for panel in json.loads(BOARD.read_text())["panels"] if panel["type"] != "row"]


def expression(text):
    for name, value in VARIABLES.items():
        text = text.replace(name, value)
    left = re.search(r"\$\w+", text)
    assert not left, f"{left[0]} is a variable that the board's page does not know"
    return text


def legend(text, labels):
    return re.sub(r"\{\{(\w+)\}\}", lambda name: labels.get(name[1], ""), text)


def shown(value):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.1f}{unit}"
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def text(x, y, words, size=11, colour="#ccccdc", anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{html.escape(words)}</text>'


def frame(panel):
    """Where a panel is: x, y, width, height."""
    at = panel["gridPos"]
    return at["x"] * COLUMN + GAP, at["y"] * ROW + GAP, at["w"] * COLUMN - GAP, at["h"] * ROW - GAP


def draw_stat(panel, found):
    x, y, width, height = frame(panel)
    value = found[0][1][-1][1] if found else math.nan  # which is at none of the steps but the first
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    colour = [step["color"] for step in steps if step["value"] is None or value >= step["value"]][-1]
    return [f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" fill-opacity="0.6"/>',
            text(x + 6, y + 16, panel["title"]),
            text(x + width / 2, y + height / 2 + 20, shown(value) if found else "-", 32, "#ffffff", "middle")]


def draw_series(panel, found):
    x, y, width, height = frame(panel)
    top, bottom = y + 26, y + height - 34
    highest = max((value for _, points in found for _, value in points), default=0) or 1
    first = min((points[0][0] for _, points in found), default=0)
    last = max((points[-1][0] for _, points in found), default=1)
    parts = [f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#181b1f"/>', text(x + 6, y + 16, panel["title"]),
             text(x + 6, top + 10, shown(highest), 9, "#8e8e8e"), text(x + 6, bottom, "0", 9, "#8e8e8e")]
    for index, (name, points) in enumerate(found):
        colour = COLOURS[index % len(COLOURS)]
        line = " ".join(f"{x + 40 + (at - first) / max(last - first, 1) * (width - 50):.1f},"
                        f"{bottom - max(value, 0) / highest * (bottom - top):.1f}" for at, value in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.2"/>')
        if index < LEGEND_MAX:
            parts.append(text(x + 6 + index * width / LEGEND_MAX, y + height - 10, name[:30], 9, colour))
    return parts


def ask(watcher, panel):
    """Name and points of each line that a panel shows, those without a value left out; how many of its queries have none."""
    found, empty = [], []
    for target in panel["targets"]:
        rows = watcher.range(expression(target["expr"]), SECONDS)
        rows = [(labels, [point for point in points if math.isfinite(point[1])]) for labels, points in rows]
        rows = [(legend(target["legendFormat"], labels), points) for labels, points in rows if points]
        found += rows
        if not rows:
            empty.append(target["expr"])
    return found, empty


def draw(world, watcher, path):
    """Claims that each panel has something to show, and writes the picture."""
    parts, height = [], 0
    for panel in panels():
        found, empty = ask(watcher, panel)
        world.found.claim(not empty, f"the board's panel {panel['title']!r} has data", f"nothing for {empty}")
        parts += (draw_stat if panel["type"] == "stat" else draw_series)(panel, found)
        at = panel["gridPos"]
        height = max(height, (at["y"] + at["h"]) * ROW + GAP)
    for panel in json.loads(BOARD.read_text())["panels"]:
        if panel["type"] == "row":
            parts.append(text(GAP, panel["gridPos"]["y"] * ROW + ROW - 8, panel["title"], 13, "#ffffff"))
    width = 24 * COLUMN + GAP
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">\n'
                    f'<rect width="{width}" height="{height}" fill="#111217"/>\n' + "\n".join(parts) + "\n</svg>\n")
    print(f"    the board is drawn in {path}", flush=True)
    if shutil.which("rsvg-convert"):
        ground.succeed("rsvg-convert", "--output", path.with_suffix(".png"), path)


def model():
    """The module of the package, which pip puts into build/operators; None, and why, where it cannot be had."""
    name, version = MODEL
    folder = ground.ROOT / "build/operators/grafana"
    if not (folder / "complete").exists():
        done = ground.run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check", "--target", folder,
                          f"{name}=={version}", seconds=300)
        if done.returncode:
            return None, f"{name} of PyPI cannot be had: {(done.stdout + done.stderr)[-300:]}"
        (folder / "complete").touch()
    sys.path.insert(0, str(folder))
    try:
        import grafana_foundation_sdk.cog.encoder as encoder
        import grafana_foundation_sdk.cog.plugins as plugins
        import grafana_foundation_sdk.models.dashboard as dashboard
    except ImportError as problem:
        return None, str(problem)
    plugins.register_default_plugins()
    return lambda read: json.loads(json.dumps(dashboard.Dashboard.from_json(read), cls=encoder.JSONEncoder)), ""


def lost(ours, theirs, where="board"):
    """What is in the one and not, or otherwise, in the other."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in theirs:
                yield from lost(value, theirs[key], f"{where}.{key}")
            elif value is not None and key not in NOT_IN_THE_MODEL:
                yield f"{where}.{key}"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (mine, other) in enumerate(zip(ours, theirs)):
            yield from lost(mine, other, f"{where}[{index}]")
    elif ours != theirs:
        yield f"{where}: {ours!r} is read as {theirs!r}"


def known(world):
    """Claims that Grafana's model of a dashboard keeps all of the board."""
    through, reason = model()
    if through is None:
        return world.found.skip("Grafana's model of a dashboard", reason)
    read = json.loads(BOARD.read_text())
    world.found.claim(list(lost({**read, "planted": 1}, through({**read, "planted": 1}))) == ["board.planted"],
                      "a field that Grafana does not know is found")
    missing = list(lost(read, through(read)))
    return world.found.claim(not missing, "Grafana's model of a dashboard knows every field of the board", "; ".join(missing[:10]))
