#!/usr/bin/env python3
"""docs/operators-checklist.md names tests that exist: each quoted name in a row's last cell is that of a test in the file before it, a case
of Catch's, or a claim, a function or a step of a script."""
import ast
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/operators-checklist.md"
ROWS_MIN = 90
# Part of a longer text a name may be only if it is as long as this.
PART_LENGTH_MIN = 12


def cells(line):
    """A row's, without the ends of the line; a bar with a backslash is text."""
    return [each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]]


def rows(text):
    """Those of the tables, without their heads."""
    found = [cells(line) for line in text.splitlines() if line.startswith("|")]
    return [each for each in found if not set("".join(each)) <= set("-:") and each[-1] != "where it is tested"]


def cases(text):
    """Names of Catch's, with the pieces that the compiler would join."""
    text = re.sub(r'"\s*\n\s*"', "", text)
    return set(re.findall(r'TEST_CASE(?:_METHOD)?\(\s*(?:\w+,\s*)?"((?:[^"\\\n]|\\.)*)"', text))


def claims(text):
    """Functions by their words, and every text but the documentation."""
    tree = ast.parse(text)
    functions = {each.name.replace("_", " ") for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    told = {id(each.body[0].value) for each in ast.walk(tree) if isinstance(each, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and isinstance(each.body[0], ast.Expr)}
    constants = [each for each in ast.walk(tree) if isinstance(each, ast.Constant) and id(each) not in told]
    texts = {each.value for each in constants if isinstance(each.value, str)}
    return functions, texts


@functools.cache
def names_of(file):
    """A function that says whether a file has a test of a name; None where there is no file."""
    path = ROOT / "tests" / file
    if not path.is_file():
        return None
    text = path.read_text()
    if file.endswith(".cc"):
        return cases(text).__contains__
    functions, texts = claims(text)
    return lambda name: name in functions or name in texts or (
        len(name) >= PART_LENGTH_MIN and any(name in each for each in texts))


def problems_of(row):
    """Sentences about a row."""
    if len(row) != 3:
        return [f"{row}: {len(row)} cells, not 3"]
    file, named = None, 0
    problems = []
    for quoted_file, name in re.findall(r'`([^`]+)`|"([^"]+)"', row[2]):
        if quoted_file:
            file = quoted_file
            if names_of(file) is None:
                problems.append(f"{row[0]}: there is no tests/{file}")
        elif file is None:
            problems.append(f"{row[0]}: {name!r} stands behind no file")
        else:
            named += 1
            has = names_of(file)
            if has is not None and not has(name):
                problems.append(f"{row[0]}: tests/{file} has no {name!r}")
    if not named:
        problems.append(f"{row[0]}: no test is named")
    return problems


def main():
    found = rows(PAGE.read_text())
    problems = [each for row in found for each in problems_of(row)]
    if len(found) < ROWS_MIN:
        problems.append(f"only {len(found)} rows: has the form of the tables changed?")
    planted = [["a", "b", '`broker/config_load_test.cc` "a case that nobody wrote"'], ["a", "b", '`operators/nobody.py` "a claim"'],
               ["a", "b", '`operators/image.py` "a claim that nobody makes"'], ["a", "b", ""], ["a", "b"]]
    problems += [f"nothing is said of {row}" for row in planted if not problems_of(row)]
    print("\n".join(problems) or f"{len(found)} rows name tests that exist")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
