#!/usr/bin/env python3
"""The style that a program can check: include arrows, sizes of files and functions, banned words.

Prints one line for each finding and exits 1 when there is any. `--self-test` plants one of each and must find it.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# room -> rooms it may include (its own is always allowed). The longest matching folder decides.
ARROWS = {
    "base": set(),
    "protocol": {"base"},
    "storage": {"protocol", "base"},
    "raft": {"protocol", "base"},
    "security": {"protocol", "base"},
    "cli": {"storage", "protocol", "security", "base"},
    "bench": {"security", "protocol", "base"},
    "broker": {"broker", "raft", "storage", "security", "protocol", "base"},
    "broker/net": {"broker", "broker/config", "broker/metrics", "broker/quota", "storage", "security", "protocol", "base"},
    "broker/handlers": {"broker", "raft", "broker/metadata", "broker/config", "broker/replica", "broker/controller",
                        "broker/metrics", "broker/quota", "broker/telemetry", "storage", "security", "protocol", "base"},
    "broker/metadata": {"broker/metadata", "storage", "protocol", "base"},
    "broker/controller": {"broker/metadata", "broker/config", "protocol", "base"},
    "broker/config": {"broker/metadata", "storage", "security", "protocol", "base"},
    "broker/declared": {"broker/metadata", "broker/config", "storage", "security", "protocol", "base"},
    "broker/replica": {"broker", "broker/metadata", "broker/config", "broker/metrics", "storage", "protocol", "base"},
    "broker/storage_tool": {"broker/metadata", "broker/config", "storage", "security", "protocol", "base"},
    "broker/container_tool": {"broker/storage_tool", "broker/metadata", "broker/config", "storage", "security", "protocol", "base"},
    "broker/coordinator": {"broker", "broker/metadata", "broker/config", "broker/replica", "storage", "protocol", "base"},
    "broker/group": {"broker/metadata", "broker/config", "protocol", "base"},
    "broker/metrics": {"protocol", "base"},
    "broker/quota": {"broker/metadata", "base"},
    "broker/telemetry": {"broker", "broker/metadata", "broker/config", "broker/metrics", "protocol", "base"},
    "broker/scrape": {"broker", "broker/metadata", "broker/config", "broker/declared", "broker/metrics", "broker/replica",
                      "broker/group", "broker/telemetry", "storage", "protocol", "base"},
}
# One header that a room may see of a room it may not include otherwise.
PLAIN_HEADERS = {
    "broker/metadata": {"raft/replica_key.h", "raft/voters.h", "security/acl.h", "security/log_text.h", "security/scram.h"},
    "broker/controller": {"broker/state_machine.h", "security/acl.h", "security/scram.h"},
    "broker/storage_tool": {"raft/voters.h"},
    "broker/group": {"broker/coordinator_record.h", "broker/coordinator_journal.h"},
}
# Only main knows the composition root; `broker` itself stands for its loose files.
SERVER_USERS = {"broker/main.cc", "broker/server.cc"}
COMPOSERS = ("broker/server", "broker/main")

LINES_MAX = 800
HEADER_LINES_MAX = 300
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 110
# Words that say something is not done, or that belong to nobody's vocabulary here. Spelled in halves so that
# this file passes its own check.
BANNED = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "std::" + "regex", "std::" + "async", "co_" + "await",
          "using namespace " + "std"]
UNORDERED = re.compile(r"std::unordered_(map|set)|absl::(flat|node)_hash_(map|set)")
ORDERED_ROOMS = ("raft", "broker/metadata", "broker/controller", "broker/group")
SOURCE = (".cc", ".h")


def room_of(path):
    parts = path.split("/")
    if len(parts) > 2 and "/".join(parts[:2]) in ARROWS:
        return "/".join(parts[:2])
    return parts[0] if parts[0] in ARROWS else None


def tracked(root):
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    return listed.stdout.split("\n")[:-1]


def check_arrows(path, text, findings):
    room = room_of(path)
    if room is None:
        return
    for number, line in enumerate(text.split("\n"), 1):
        include = re.match(r'\s*#include\s*[<"]([^">]+)[">]', line)
        if not include:
            continue
        target = include[1]
        if room != "broker/net" and re.match(r"boost/(asio|beast)", target):
            findings.append(f"{path}:{number}: only broker/net includes {target}")
        other = room_of(target)
        if target == "broker/server.h" and path not in SERVER_USERS and not path.startswith("tests/"):
            findings.append(f"{path}:{number}: nobody includes the composition root but main")
        if other is None or other == room or target in PLAIN_HEADERS.get(room, set()):
            continue
        composer = path.startswith(COMPOSERS)
        allowed = ARROWS[room] if room != "broker" or not composer else None
        if room == "broker" and other.startswith("broker/"):
            if other in ("broker/net", "broker/handlers") and not composer:
                findings.append(f"{path}:{number}: {other} is only for the composition root")
            continue
        if allowed is not None and other not in allowed:
            findings.append(f"{path}:{number}: {room} may not include {target}")


def check_functions(path, lines, findings):
    """A function begins at column 0 with a line that ends in '{' after a ')' and ends at a '}' at column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None:
            if re.match(r"[A-Za-z_].*[\)a-z] \{$", line) and not re.match(
                    r"(namespace|class|struct|enum|union|extern|constexpr|const|static const)\b", line):
                start = number
        elif line.startswith("}"):
            if number - start + 1 > FUNCTION_LINES_MAX:
                findings.append(f"{path}:{start}: a function of {number - start + 1} lines")
            start = None


def check_file(root, path, findings):
    full = root / path
    if not full.is_file():
        return
    try:
        text = full.read_text()
    except UnicodeDecodeError:
        return
    lines = text.split("\n")
    if path.endswith(SOURCE + (".py", ".java")) or path == "dev":
        if len(lines) > LINES_MAX:
            findings.append(f"{path}: {len(lines)} lines, more than {LINES_MAX}")
        for number, line in enumerate(lines, 1):
            for word in BANNED:
                if re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z_])", line):
                    findings.append(f"{path}:{number}: banned word {word}")
    if path.endswith(SOURCE):
        if path.endswith(".h") and len(lines) > HEADER_LINES_MAX:
            findings.append(f"{path}: a header of {len(lines)} lines")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                findings.append(f"{path}:{number}: {len(line)} columns")
        if path.startswith(ORDERED_ROOMS):
            for number, line in enumerate(lines, 1):
                if UNORDERED.search(line):
                    findings.append(f"{path}:{number}: machines keep ordered containers only")
        check_arrows(path, text, findings)
        check_functions(path, lines, findings)


def findings_of(root):
    findings = []
    for path in tracked(root):
        check_file(root, path, findings)
    return findings


def self_test():
    """One planted offence of each kind; the check that misses its own is worth nothing."""
    planted = {
        "base/a.h": '#include "storage/disk.h"\n',
        "broker/handlers/b.cc": "#include <boost/asio/io_context.hpp>\n",
        "broker/handlers/c.cc": '#include "broker/net/connection.h"\n',
        "broker/handlers/i.cc": '#include "broker/server.h"\n',
        "storage/d.cc": "// " + BANNED[0] + ": later\n",
        "storage/e.cc": "int f() {\n" + "  g();\n" * 80 + "}\n",
        "storage/f.cc": "\n" * 900,
        "raft/g.cc": "std::unordered_" + "map<int, int> m;\n",
        "raft/h.cc": "// " + "x" * 120 + "\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
        for name, text in planted.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = findings_of(root)
        missed = [name for name in planted if not any(line.startswith(name) for line in found)]
    if missed:
        print(f"tidy misses what was planted in {missed}")
    return not missed


def main():
    if not self_test():
        return 1
    findings = findings_of(ROOT)
    for line in findings:
        print(line)
    print(f"tidy: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
