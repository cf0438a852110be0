"""The schema language: text to messages. docs/protocol-schema.md has the grammar."""

import re

NEVER = 0x7FFF
NUMBERS = ("i8", "i16", "u16", "i32", "i64")
PRIMITIVES = NUMBERS + ("bool", "f64", "uuid", "string", "bytes", "records")
FAMILIES = ("metadata", "control", "group", "transaction", "share", "data")
TYPE = re.compile(r"^(\[)?([A-Za-z][A-Za-z0-9]*)(\])?(\?)?(\d+(?:-\d+|\+)?)?$")
VERSIONS = re.compile(r"^(\d+)(?:-(\d+)|(\+))?$")


class SchemaError(Exception):
    pass


class Versions:
    """An inclusive range, cut to the one around it: if it `covers` that one, code need not ask."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    def covers(self, other):
        return self.low <= other.low and other.high <= self.high

    def __iter__(self):
        return iter(range(self.low, self.high + 1))


class Field:
    def __init__(self, name, kind, is_array, versions, nullable, tag, default):
        self.name = name
        self.kind = kind            # a primitive, or the name of a struct
        self.is_array = is_array
        self.versions = versions
        self.nullable = nullable    # the versions in which null can be said, or None
        self.tag = tag
        self.default = default      # as written, or None for the type's zero
        self.struct = None          # what `kind` names, unless it is a primitive


class Struct:
    def __init__(self, name, versions):
        self.name, self.versions, self.fields = name, versions, []

    def untagged(self):
        return [field for field in self.fields if field.tag is None]

    def tagged(self):
        return sorted((field for field in self.fields if field.tag is not None), key=lambda field: field.tag)


class Message(Struct):
    def __init__(self, name, kind, key, versions, flexible, source):
        super().__init__(name, versions)
        self.kind, self.key, self.flexible, self.source = kind, key, flexible, source
        self.structs = []           # in the order in which C++ has to see them


class Parser:
    def __init__(self, text, source):
        self.source = source
        self.number = 0
        self.lines = []
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#")[0].rstrip()
            if not line.strip():
                continue
            indent = len(line) - len(line.lstrip(" "))
            if indent % 2 or "\t" in line:
                raise SchemaError(f"{source}:{number}: an indent is two spaces")
            self.lines.append((number, indent // 2, line.split()))

    def fail(self, reason):
        raise SchemaError(f"{self.source}:{self.number}: {reason}")

    def require(self, condition, reason):
        if not condition:
            self.fail(reason)

    def parse(self):
        messages, family, api, at = [], None, None, 0
        while at < len(self.lines):
            self.number, depth, words = self.lines[at]
            self.require(depth == 0, "expected api, family, record, request or response")
            at += 1
            if words[0] == "family":
                family = words[1]
                self.require(family in FAMILIES, f"unknown family {family}")
                continue
            if words[0] == "api":
                api = self.head(words)
                continue
            if words[0] == "record":
                self.require(family, "records belong to a family")
                key, name, versions, flexible = self.head(words)
                message = Message(name, family, key, versions, flexible, self.source)
            elif words[0] in ("request", "response"):
                self.require(api, "requests and responses belong to an api")
                key, name, versions, flexible = api
                name += words[0].capitalize()
                message = Message(name, words[0], key, versions, flexible, self.source)
            else:
                self.fail(f"unknown word {words[0]}")
            at = self.fields(message, message, 1, at)
            messages.append(message)
        return messages

    def head(self, words):
        options = dict(zip(words[3::2], words[4::2]))
        self.require(len(words) in (5, 7) and set(options) <= {"versions", "flexible"},
                     "expected: api KEY NAME versions RANGE [flexible RANGE]")
        versions = self.versions(options["versions"], Versions(0, NEVER))
        flexible = NEVER
        if "flexible" in options:
            flexible = self.versions(options["flexible"], versions).low
        return int(words[1]), words[2], versions, flexible

    def versions(self, text, around):
        match = VERSIONS.match(text)
        self.require(match, f"not a version range: {text}")
        low = int(match[1])
        high = around.high if match[3] else int(match[2] or low)
        self.require(around.low <= low <= high <= around.high, f"versions {text} lie outside what is around")
        return Versions(low, high)

    def fields(self, message, struct, depth, at):
        while at < len(self.lines) and self.lines[at][1] == depth:
            self.number, _, words = self.lines[at]
            at += 1
            if words[0] == "struct":
                self.require(struct is message and len(words) == 2, "common structs stand first in a message")
                common = Struct(words[1], message.versions)
                at = self.fields(message, common, depth + 1, at)
                self.define(message, common)
                continue
            field = self.field(message, struct, words)
            if field.kind not in PRIMITIVES:
                if at < len(self.lines) and self.lines[at][1] > depth:
                    own = Struct(field.kind, field.versions)
                    at = self.fields(message, own, depth + 1, at)
                    self.define(message, own)
                field.struct = next((known for known in message.structs if known.name == field.kind), None)
                self.require(field.struct, f"unknown type {field.kind}")
            self.require(field.name not in [other.name for other in struct.fields],
                         f"{field.name} is there twice")
            self.require(field.tag is None or field.tag not in [other.tag for other in struct.fields],
                         f"tag {field.tag} is there twice")
            struct.fields.append(field)
        if at < len(self.lines):
            self.number = self.lines[at][0]
            self.require(self.lines[at][1] <= depth, "only a struct has fields")
        return at

    def define(self, message, struct):
        self.require(struct.name not in [known.name for known in message.structs],
                     f"{struct.name} is there twice")
        message.structs.append(struct)

    def field(self, message, struct, words):
        self.require(len(words) >= 2, "expected: NAME TYPE")
        name, type_text, rest = words[0], words[1], words[2:]
        self.require(re.match(r"^[a-z][a-z0-9_]*$", name), f"not a field name: {name}")
        match = TYPE.match(type_text)
        self.require(match and bool(match[1]) == bool(match[3]) and (match[4] or not match[5]),
                     f"bad type {type_text}")
        kind, is_array = match[2], bool(match[1])
        self.require(kind in PRIMITIVES or kind[0].isupper(), f"unknown type {kind}")
        versions = struct.versions
        if rest and VERSIONS.match(rest[0]):
            versions = self.versions(rest.pop(0), struct.versions)
        tag = default = None
        if len(rest) >= 2 and rest[0] == "tag":
            tag, rest = int(rest[1]), rest[2:]
            self.require(versions.low >= message.flexible, "a tag needs a flexible version")
            self.require(kind != "records", "records cannot be tagged")
        if len(rest) == 2 and rest[0] == "=":
            default, rest = rest[1], []
        self.require(not rest, f"left over: {' '.join(rest)}")
        nullable = None
        if match[4]:
            nullable = self.versions(match[5], versions) if match[5] else versions
        if default == "null":
            self.require(nullable and nullable.covers(versions),
                         "the default null needs a type that is always nullable")
        self.require(not nullable or is_array or kind in ("string", "bytes", "records") or kind[0].isupper(),
                     f"{kind} cannot be null")
        return Field(name, kind, is_array, versions, nullable, tag, default)


def parse(text, source):
    return Parser(text, source).parse()
