#!/usr/bin/env python3
"""docs/operations/troubleshooting.md quotes messages that are still in the code, and the pages of docs/operations link to what there is."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/operations"
ROOMS = ("base", "broker", "protocol", "raft", "security", "storage")
# What is left of a quotation between its gaps is looked for in one literal, in this order.
GAP = "…"


def literals():
    """Texts of the sources, each with the pieces that the compiler would join, and without the marks of values."""
    found = []
    names = subprocess.run(["git", "-C", str(ROOT), "ls-files", *ROOMS], capture_output=True, text=True, check=True).stdout.split()
    for name in names:
        if name.endswith((".cc", ".h")):
            text = re.sub(r'"\s*\n\s*"', "", (ROOT / name).read_text())
            found += [re.sub(r'\\(.)', r"\1", each) for each in re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)]
    return found


def quotations(text):
    """The first cells of the page's tables."""
    return re.findall(r"(?m)^\| `([^`]+)` \|", text)


def pattern(quotation):
    pieces = [re.escape(piece) for piece in quotation.split(GAP)]
    return re.compile(r"(\{[^{}\0]*\})*".join(pieces))


def missing_quotations(text, texts):
    """Of the text those that are in none of the literals; between two of these is a zero, which no pattern goes over."""
    return [each for each in quotations(text) if not pattern(each).search(texts)]


def broken_links(page):
    found = []
    for target in re.findall(r"\]\(([^)#]*)(?:#[^)]*)?\)", page.read_text()):
        if target and "://" not in target and not (page.parent / target).exists():
            found.append(f"{page.relative_to(ROOT)}: {target}")
    return found


def broken_anchors(page):
    """Links into a page, by the heading's text as the web shows it."""
    found = []
    for target, anchor in re.findall(r"\]\(([^)#]*)#([^)]*)\)", page.read_text()):
        other = page.parent / target if target else page
        headings = re.findall(r"(?m)^#+ (.*)$", other.read_text()) if other.exists() else []
        anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
        if anchor not in anchors:
            found.append(f"{page.relative_to(ROOT)}: {target}#{anchor}")
    return found


def main():
    texts = "\0".join(literals())
    page = (PAGES / "troubleshooting.md").read_text()
    problems = [f"no source has {each!r}" for each in missing_quotations(page, texts)]
    if len(quotations(page)) < 50:
        problems.append(f"only {len(quotations(page))} messages are quoted: has the form of the tables changed?")
    if not missing_quotations("| `a sentence that … nobody wrote` | |", texts):
        problems.append("a message that nobody wrote is found")
    for each in sorted(PAGES.glob("*.md")):
        problems += broken_links(each) + broken_anchors(each)
    print("\n".join(problems) or f"{len(quotations(page))} messages are in the code")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
