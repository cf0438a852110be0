#!/usr/bin/env python3
"""Turns protocol/schema/*.kmsg into C++; see --help."""

import argparse
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from generator import instances, message as message_code, record_json, tables  # noqa: E402
from generator.language import SchemaError, parse  # noqa: E402
from generator.types import snake  # noqa: E402


def load():
    by_file = {}
    for path in sorted((pathlib.Path(__file__).parent / "schema").glob("*.kmsg")):
        by_file[path.name] = parse(path.read_text(), path.name)
    names = [message.name for messages in by_file.values() for message in messages]
    for name in names:
        if names.count(name) > 1:
            raise SchemaError(f"{name} is defined twice")
    return by_file


def outputs(by_file):
    """Yields (product or test, path, function giving the text)."""
    messages = [message for some in by_file.values() for message in some]
    for message in messages:
        path = f"protocol/messages/{snake(message.name)}"
        yield "product", path + ".h", lambda message=message: message_code.header(message)
        yield "product", path + ".cc", lambda message=message: message_code.source(message)
    yield "product", "protocol/catalog_table.cc", lambda: tables.catalog(messages)
    yield "product", "protocol/metadata_record.h", lambda: tables.metadata_record_header(messages)
    yield "product", "protocol/metadata_record.cc", lambda: tables.metadata_record_source(messages)
    yield "product", "protocol/record_json.cc", lambda: record_json.source(messages)
    for name, some in by_file.items():
        path = f"tests/protocol/instances/{name.removesuffix('.kmsg')}.cc"
        yield "test", path, lambda name=name, some=some: instances.source(name, some)
    yield "test", "tests/protocol/instances/table.cc", lambda: instances.table(messages)


def write_if_changed(path, text):
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description="Turns protocol/schema/*.kmsg into C++.")
    parser.add_argument("out", type=pathlib.Path, help="where to write; only what has changed is written")
    parser.add_argument("--list", action="store_true", help="only print `product FILE` or `test FILE`")
    arguments = parser.parse_args()
    try:
        by_file = load()
    except SchemaError as error:
        sys.exit(f"schema: {error}")
    for kind, path, text in outputs(by_file):
        if arguments.list:
            print(kind, arguments.out / path)
        else:
            write_if_changed(arguments.out / path, text())


main()
