"""Draws config/grafana/klamm.json without Grafana: asks what its panels ask, with its variables put in, and makes a picture of the
answers. What Grafana itself makes of the file is not shown by it."""
import html
import json
import math
import re

import ground

BOARD = ground.CONFIG / "grafana/klamm.json"
VARIABLES = {"$job": "kafka-cluster-kafka", "$instance": ".*", "$__rate_interval": "30s"}
SECONDS = 300
# Of the board's 24 columns and its rows, in points.
COLUMN, ROW, GAP = 60, 34, 6
COLOURS = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0"]
LEGEND_MAX = 4


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
