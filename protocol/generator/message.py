"""A message in C++: its header and its source."""

import itertools
import re

from generator.types import (FIXED_SIZES, READERS, Code, differs_from_default, element_size_min, element_type,
                             flexible_from, initializer, is_optional, member, member_type, snake, within)


# Written with a mark of where it is: what holds a client back sets it in an answer that is written already.
THROTTLE_TIME = "throttle_time_ms"


def needs_own_equality(struct):
    return any(field.kind == "bytes" for field in struct.fields)


def declare(code, struct, name):
    for field in struct.fields:
        code(f"{member_type(field)} {field.name}{initializer(field)};")
    if struct.fields:
        code()
    code("void read(Reader& reader, int16_t version);")
    code("void write(Writer& writer, int16_t version) const;")
    if needs_own_equality(struct):
        code(f"friend bool operator==(const {name}& a, const {name}& b) {{")
        parts = [f"same_bytes(a.{field.name}, b.{field.name})" if field.kind == "bytes"
                 else f"a.{field.name} == b.{field.name}" for field in struct.fields]
        code("return " + " &&\n             ".join(parts).replace("\n", "\n" + "  " * code.depth) + ";")
        code("}")
    else:
        code(f"friend bool operator==(const {name}&, const {name}&) = default;")


def header(message):
    code = Code()
    code(f"// Generated from protocol/schema/{message.source}; not to be edited.")
    code("#pragma once")
    code()
    code("#include <cstdint>")
    code("#include <optional>")
    code("#include <string_view>")
    code("#include <vector>")
    code()
    code('#include "protocol/wire.h"')
    code()
    code("namespace klamm::protocol {")
    code()
    code(f"struct {message.name} {{")
    code(f"static constexpr int16_t kKey = {message.key};")
    low, high = message.versions.low, message.versions.high
    code(f"static constexpr int16_t kVersionMin = {low}, kVersionMax = {high};")
    code(f"static constexpr int16_t kFlexibleFrom = {flexible_from(message.flexible)};")
    code()
    for struct in message.structs:
        code(f"struct {struct.name} {{")
        declare(code, struct, struct.name)
        code("};")
        code()
    declare(code, message, message.name)
    code("};")
    code()
    code("}  // namespace klamm::protocol")
    return code.text()


class Body:
    """The bodies of one struct's read and write."""

    def __init__(self, code, message, struct):
        self.code, self.message, self.struct = code, message, struct
        self.flexible = "flexible"
        if message.flexible <= struct.versions.low:
            self.flexible = "true"
        elif message.flexible > struct.versions.high:
            self.flexible = "false"

    def declare_flexible(self):
        strings = ("string", "bytes", "records")
        used = any(field.is_array or field.kind in strings for field in self.struct.untagged())
        if self.flexible == "flexible" and used:
            self.code(f"const bool flexible = version >= {self.message.flexible};")

    def guarded(self, condition, emit):
        if condition is None:
            emit()
        else:
            self.code(f"if ({condition}) {{")
            emit()
            self.code("}")

    def untagged(self, stream, emit):
        """Neighbours of the same versions share an `if`, and neighbours of fixed size a call."""
        def condition_of(field):
            return within(field.versions, self.struct.versions)

        def is_fixed(field):
            return field.kind in FIXED_SIZES and not field.is_array

        def call_of(field):
            return is_fixed(field), stream == "writer" and field in behind_throttle_time

        names = [field.name for field in self.struct.untagged()]
        behind_throttle_time = self.struct.untagged()[names.index(THROTTLE_TIME):] if THROTTLE_TIME in names else []
        for condition, fields in itertools.groupby(self.struct.untagged(), condition_of):
            def emit_all():
                for (fixed, _), some in itertools.groupby(fields, call_of):
                    some = list(some)
                    if stream == "writer" and some[0].name == THROTTLE_TIME:
                        self.code("writer.throttle_time_here();")
                    if fixed and len(some) > 1:
                        self.code(f"{stream}.fixed({', '.join(member(field) for field in some)});")
                        continue
                    for field in some:
                        emit(field, self.flexible)
            self.guarded(condition, emit_all)

    def tag_guard(self):
        return None if self.flexible == "true" else f"version >= {self.message.flexible}"

    # reading

    def read(self):
        code = self.code
        if self.struct is self.message:
            code(f"*this = {self.message.name}{{}};")
        self.declare_flexible()
        self.untagged("reader", self.read_field)
        if self.flexible == "false":
            return
        if not self.struct.tagged():
            self.guarded(self.tag_guard(), lambda: code("reader.skip_tags();"))
        else:
            self.guarded(self.tag_guard(), self.read_tags)

    def read_tags(self):
        code = self.code
        code("for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {")
        code("const Reader::Tag tag = reader.begin_tag();")
        first = True
        for field in self.struct.tagged():
            condition = within(field.versions, self.struct.versions)
            # A tag of another version is as unknown as any other.
            if self.flexible == "flexible" and field.versions.low == self.message.flexible:
                condition = None
            test = f"tag.number == {field.tag}" + (f" && {condition}" if condition else "")
            line = f"if ({test}) {{"
            code(line if first else "} else " + line)
            first = False
            self.read_field(field, "true")
        code("} else {")
        code("reader.skip_rest();")
        code("}")
        code("reader.end_tag(tag);")
        code("}")

    def read_field(self, field, flexible):
        code, name = self.code, member(field)
        partly = field.nullable and not field.nullable.covers(field.versions)
        nullable_now = within(field.nullable, field.versions) if partly else None
        if field.is_array:
            return self.read_array(field, flexible, nullable_now)
        if field.struct:
            if not field.nullable:
                return code(f"{name}.read(reader, version);")
            present = "reader.tagged_struct()" if field.tag is not None else "reader.nullable_struct()"
            code(f"{name}.reset();")
            code(f"if ({'!(' + nullable_now + ') || ' if nullable_now else ''}{present}) {{")
            # Not emplace(): clang thinks that a nested struct with initializers has no default constructor.
            code(f"{name} = {field.kind}{{}};")
            code(f"{name}->read(reader, version);")
            return code("}")
        if field.kind in READERS:
            return code(f"{name} = reader.{READERS[field.kind]}();")
        if not field.nullable:
            return code(f"{name} = reader.{field.kind}({flexible});")
        if partly:
            both = f"reader.nullable_{field.kind}({flexible}) : reader.{field.kind}({flexible})"
            return code(f"{name} = {nullable_now} ? {both};")
        return code(f"{name} = reader.nullable_{field.kind}({flexible});")

    def read_array(self, field, flexible, nullable_now):
        code, name = self.code, member(field)
        arguments = f"{flexible}, {element_size_min(field, self.message)}, sizeof({element_type(field)})"
        if not is_optional(field):
            code(f"{name}.resize(reader.array({arguments}));")
            return self.read_elements(field, name, flexible)
        code(f"{name}.reset();")
        code(f"if (auto count = reader.nullable_array({arguments})) {{")
        code(f"{name}.emplace(*count);")
        self.read_elements(field, f"*{name}", flexible)
        if nullable_now:
            code(f"}} else if (!({nullable_now})) {{")
            code("reader.fail();")
        code("}")

    def read_elements(self, field, elements, flexible):
        if field.struct:
            return self.code(f"for (auto& element : {elements}) element.read(reader, version);")
        if field.kind in FIXED_SIZES:
            return self.code(f"reader.elements({elements});")
        self.code(f"for (auto& element : {elements}) element = reader.{field.kind}({flexible});")

    # writing

    def write(self):
        code = self.code
        self.declare_flexible()
        self.untagged("writer", self.write_field)
        if self.flexible == "false":
            return
        if not self.struct.tagged():
            self.guarded(self.tag_guard(), lambda: code("writer.no_tags();"))
        else:
            self.guarded(self.tag_guard(), self.write_tags)

    def write_tags(self):
        code = self.code
        flags = []
        for field in self.struct.tagged():
            condition = differs_from_default(field)
            around = self.struct.versions
            if self.flexible == "flexible" and field.versions.low == self.message.flexible:
                guard = None
            else:
                guard = within(field.versions, around)
            flag = f"has_{field.name}"
            if guard:
                condition = f"{guard} && ({condition})" if "||" in condition else f"{guard} && {condition}"
            if is_optional(field) and condition == member(field):
                condition = f"{member(field)}.has_value()"
            code(f"const bool {flag} = {condition};")
            flags.append(flag)
        code(f"writer.uvarint({' + '.join(flags) if len(flags) > 1 else flags[0]});")
        for field, flag in zip(self.struct.tagged(), flags):
            code(f"if ({flag}) {{")
            code(f"const size_t tag = writer.begin_tag({field.tag});")
            self.write_field(field, "true")
            code("writer.end_tag(tag);")
            code("}")

    def write_field(self, field, flexible):
        code, name = self.code, member(field)
        partly = field.nullable and not field.nullable.covers(field.versions)
        nullable_now = within(field.nullable, field.versions) if partly else None
        if field.is_array:
            return self.write_array(field, flexible, nullable_now)
        if field.struct:
            return self.write_struct(field, nullable_now)
        if field.kind in READERS:
            return code(f"writer.{READERS[field.kind]}({name});")
        if not is_optional(field):
            return code(f"writer.{field.kind}({flexible}, {name});")
        if field.kind == "records":
            if not field.nullable or nullable_now:
                return code(f"writer.records({flexible}, {name} ? {name} : Records{{}});")
            return code(f"writer.records({flexible}, {name});")
        if not nullable_now:
            return code(f"writer.nullable_{field.kind}({flexible}, {name});")
        # Null cannot be said in this version; empty is the nearest.
        nullable_now = f"({nullable_now})" if "&&" in nullable_now else nullable_now
        code(f"if ({name} || {nullable_now}) {{")
        code(f"writer.nullable_{field.kind}({flexible}, {name});")
        code("} else {")
        code(f"writer.{field.kind}({flexible}, {{}});")
        code("}")

    def write_struct(self, field, nullable_now):
        code, name = self.code, member(field)
        if not field.nullable:
            return code(f"{name}.write(writer, version);")
        mark = "tagged_struct" if field.tag is not None else "nullable_struct"
        if nullable_now:
            code(f"if ({nullable_now}) writer.{mark}({name}.has_value());")
            code(f"if ({name} || !({nullable_now})) {{")
            code(f"{name}.value_or({field.kind}{{}}).write(writer, version);")
            code("}")
        else:
            code(f"writer.{mark}({name}.has_value());")
            code(f"if ({name}) {name}->write(writer, version);")

    def write_array(self, field, flexible, nullable_now):
        code, name = self.code, member(field)
        if not is_optional(field):
            code(f"writer.array({flexible}, {name}.size());")
            return self.write_elements(field, name, flexible)
        code(f"if ({name}) {{")
        code(f"writer.array({flexible}, {name}->size());")
        self.write_elements(field, f"*{name}", flexible)
        code("} else {")
        if nullable_now:
            code(f"if ({nullable_now}) {{")
            code(f"writer.null_array({flexible});")
            code("} else {")
            code(f"writer.array({flexible}, 0);")
            code("}")
        else:
            code(f"writer.null_array({flexible});")
        code("}")

    def write_elements(self, field, elements, flexible):
        if field.struct:
            return self.code(f"for (const auto& element : {elements}) element.write(writer, version);")
        if field.kind in FIXED_SIZES:
            return self.code(f"writer.elements({elements});")
        self.code(f"for (const auto& element : {elements}) writer.{field.kind}({flexible}, element);")


def source(message):
    code = Code()
    code(f"// Generated from protocol/schema/{message.source}; not to be edited.")
    code(f'#include "protocol/messages/{snake(message.name)}.h"')
    code()
    code('#include "protocol/recode.h"')
    code()
    code("namespace klamm::protocol {")
    for struct in message.structs + [message]:
        name = message.name if struct is message else f"{message.name}::{struct.name}"
        for signature, emit in ((f"void {name}::read(Reader& reader, int16_t version)", "read"),
                                (f"void {name}::write(Writer& writer, int16_t version) const", "write")):
            inner = Code(depth=1)
            getattr(Body(inner, message, struct), emit)()
            body = inner.text()
            stream = "reader" if emit == "read" else "writer"
            if not re.search(rf"\b{stream}\b", body):
                signature = signature.replace(f"& {stream}", "&")
            if not re.search(r"(?<!->)\bversion\b", body):
                signature = signature.replace("int16_t version", "int16_t")
            code()
            code(signature + " {")
            code.lines += inner.lines
            code("}")
    code()
    code(f"bool recode_{snake(message.name)}(ByteView in, int16_t version, Bytes& out) {{")
    code(f"return recode<{message.name}>(in, version, out);")
    code("}")
    code()
    code("}  // namespace klamm::protocol")
    return code.text()
