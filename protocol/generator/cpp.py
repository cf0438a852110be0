"""Messages to C++: one header and one source per message."""

import re

from generator.language import NEVER, NUMBERS

NUMBER_TYPES = {"bool": "bool", "i8": "int8_t", "i16": "int16_t", "u16": "uint16_t", "i32": "int32_t",
                "i64": "int64_t", "f64": "double"}
PLAIN_TYPES = {"uuid": "Uuid", "string": "std::string_view", "bytes": "ByteView", "records": "Records"}
FIXED_SIZES = {"bool": 1, "i8": 1, "i16": 2, "u16": 2, "i32": 4, "i64": 8, "f64": 8, "uuid": 16}
READERS = {"bool": "boolean", "i8": "i8", "i16": "i16", "u16": "u16", "i32": "i32", "i64": "i64", "f64": "f64",
           "uuid": "uuid"}
EXTREMES = {("i64", "-9223372036854775808"): "INT64_MIN", ("i64", "9223372036854775807"): "INT64_MAX",
            ("i32", "-2147483648"): "INT32_MIN", ("i32", "2147483647"): "INT32_MAX"}


def snake(name):
    name = name.replace("KRaft", "Kraft")
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


class Code:
    """Lines at a growing and shrinking indent."""

    def __init__(self):
        self.lines, self.depth = [], 0

    def __call__(self, line=""):
        closes = line.startswith("}")
        if closes:
            self.depth -= 1
        self.lines.append("  " * self.depth + line if line else "")
        if line.endswith("{"):
            self.depth += 1

    def text(self):
        return "\n".join(self.lines) + "\n"


# --- types and values ---------------------------------------------------------------------------------------

def element_type(field):
    return NUMBER_TYPES.get(field.kind) or PLAIN_TYPES.get(field.kind) or field.kind


def is_optional(field):
    return field.nullable is not None or field.kind == "records" and not field.is_array


def value_type(field):
    """The type without its optional."""
    return f"std::vector<{element_type(field)}>" if field.is_array else element_type(field)


def member_type(field):
    return f"std::optional<{value_type(field)}>" if is_optional(field) else value_type(field)


def defaults_to_null(field):
    return field.default == "null" or field.kind == "records" and not field.nullable


def initializer(field):
    if is_optional(field):
        return "{}" if defaults_to_null(field) else f" = {value_type(field)}{{}}"
    if field.is_array or field.kind not in NUMBER_TYPES:
        return "{}" if field.default is None else f" = {field.default}"
    default = field.default or ("false" if field.kind == "bool" else "0")
    return f" = {EXTREMES.get((field.kind, default), default)}"


LOCALS = ("version", "reader", "writer", "flexible", "element", "count", "tag", "tags")


def member(field):
    """The field as its struct's functions name it."""
    return f"this->{field.name}" if field.name in LOCALS else field.name


def differs_from_default(field):
    """The condition under which a tagged field is written."""
    name = member(field)
    if is_optional(field):
        if defaults_to_null(field):
            return name
        return f"!{name} || " + (f"!(*{name} == {field.kind}{{}})" if field.struct and not field.is_array
                                 else f"!{name}->empty()")
    if field.is_array or field.kind in ("string", "bytes"):
        return f"!{name}.empty()"
    if field.struct:
        return f"!({name} == {field.kind}{{}})"
    if field.kind == "uuid":
        return f"!{name}.is_zero()"
    if field.kind == "bool":
        return f"!{name}" if field.default == "true" else name
    return f"{name} != {initializer(field)[3:]}"


def within(versions, around):
    """The C++ condition that `version` lies in `versions`, given that it lies in `around`; None if always."""
    low, high = versions.low > around.low, versions.high < around.high
    if low and high:
        if versions.low == versions.high:
            return f"version == {versions.low}"
        return f"version >= {versions.low} && version <= {versions.high}"
    if low:
        return f"version >= {versions.low}"
    return f"version <= {versions.high}" if high else None


# --- the fewest bytes that a value can take -------------------------------------------------------------------

def size_min_of_value(field, is_element, version, message):
    flexible = version >= message.flexible
    if field.is_array and not is_element:
        return 1 if flexible else 4
    if field.kind in FIXED_SIZES:
        return FIXED_SIZES[field.kind]
    if field.kind == "string":
        return 1 if flexible else 2
    if field.struct:
        if not is_element and field.nullable and version in field.nullable:
            return 1
        return sum(size_min_of_value(part, False, version, message) for part in field.struct.untagged()
                   if version in part.versions) + (1 if flexible else 0)
    return 1 if flexible else 4


def element_size_min(field, message):
    """A C++ expression over `version`."""
    runs = []
    for version in field.versions:
        size = max(1, size_min_of_value(field, True, version, message))
        if not runs or runs[-1][1] != size:
            runs.append((version, size))
    expression = str(runs[0][1])
    for version, size in runs[1:]:
        expression = f"version >= {version} ? {size} : {expression}"
    return expression


# --- header ---------------------------------------------------------------------------------------------------

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
    code.depth = 0
    code()
    code(f"struct {message.name} {{")
    code(f"static constexpr int16_t kKey = {message.key};")
    code(f"static constexpr int16_t kVersionMin = {message.versions.low}, kVersionMax = {message.versions.high};")
    code(f"static constexpr int16_t kFlexibleFrom = {'0x7FFF' if message.flexible == NEVER else message.flexible};")
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
    return code.text().replace("\n}  // namespace", "\n}  // namespace")


# --- source ---------------------------------------------------------------------------------------------------

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

    def tag_guard(self):
        return None if self.flexible == "true" else f"version >= {self.message.flexible}"

    # reading

    def read(self):
        code = self.code
        if self.struct is self.message:
            code(f"*this = {self.message.name}{{}};")
        self.declare_flexible()
        for field in self.struct.untagged():
            self.guarded(within(field.versions, self.struct.versions), lambda: self.read_field(field, self.flexible))
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
            if first:
                code(line)
            else:
                code.depth -= 1
                code.lines.append("  " * code.depth + "} else " + line)
                code.depth += 1
            first = False
            self.read_field(field, "true")
        code.depth -= 1
        code.lines.append("  " * code.depth + "} else {")
        code.depth += 1
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
            code(f"{name}.emplace().read(reader, version);")
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
            code.depth -= 1
            code.lines.append("  " * code.depth + f"}} else if (!({nullable_now})) {{")
            code.depth += 1
            code("reader.fail();")
        code("}")

    def read_elements(self, field, elements, flexible):
        if field.struct:
            return self.code(f"for (auto& element : {elements}) element.read(reader, version);")
        reader = READERS.get(field.kind)
        call = f"reader.{reader}()" if reader else f"reader.{field.kind}({flexible})"
        self.code(f"for (auto& element : {elements}) element = {call};")

    # writing

    def write(self):
        code = self.code
        self.declare_flexible()
        for field in self.struct.untagged():
            self.guarded(within(field.versions, self.struct.versions), lambda: self.write_field(field, self.flexible))
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
        code(f"if ({name} || ({nullable_now})) {{" if "&&" in nullable_now else f"if ({name} || {nullable_now}) {{")
        code(f"writer.nullable_{field.kind}({flexible}, {name});")
        code.depth -= 1
        code.lines.append("  " * code.depth + "} else {")
        code.depth += 1
        code(f"writer.{field.kind}({flexible}, {{}});")
        code("}")

    def write_struct(self, field, nullable_now):
        code, name = self.code, member(field)
        if not field.nullable:
            return code(f"{name}.write(writer, version);")
        mark = "tagged_struct" if field.tag is not None else "nullable_struct"
        if nullable_now:
            code(f"if ({nullable_now}) writer.{mark}({name}.has_value());")
            code(f"if ({name} || !({nullable_now})) {name}.value_or({field.kind}{{}}).write(writer, version);")
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
        code.depth -= 1
        code.lines.append("  " * code.depth + "} else {")
        code.depth += 1
        if nullable_now:
            code(f"if ({nullable_now}) {{")
            code(f"writer.null_array({flexible});")
            code.depth -= 1
            code.lines.append("  " * code.depth + "} else {")
            code.depth += 1
            code(f"writer.array({flexible}, 0);")
            code("}")
        else:
            code(f"writer.null_array({flexible});")
        code("}")

    def write_elements(self, field, elements, flexible):
        if field.struct:
            return self.code(f"for (const auto& element : {elements}) element.write(writer, version);")
        writer = READERS.get(field.kind)
        call = f"writer.{writer}(element)" if writer else f"writer.{field.kind}({flexible}, element)"
        self.code(f"for (const auto& element : {elements}) {call};")


def source(message):
    code = Code()
    code(f"// Generated from protocol/schema/{message.source}; not to be edited.")
    code(f'#include "protocol/messages/{snake(message.name)}.h"')
    code()
    code('#include "protocol/recode.h"')
    code()
    code("namespace klamm::protocol {")
    code.depth = 0
    for struct in message.structs + [message]:
        name = message.name if struct is message else f"{message.name}::{struct.name}"
        for signature, emit in ((f"void {name}::read(Reader& reader, int16_t version)", "read"),
                                (f"void {name}::write(Writer& writer, int16_t version) const", "write")):
            inner = Code()
            inner.depth = 1
            getattr(Body(inner, message, struct), emit)()
            body = inner.text()
            stream = "reader" if emit == "read" else "writer"
            if not re.search(rf"\b{stream}\b", body):
                signature = signature.replace(f"& {stream}", "&")
            if not re.search(r"(?<!->)\bversion\b", body):
                signature = signature.replace("int16_t version", "int16_t")
            code()
            code(signature + " {")
            code.lines += [line for line in inner.lines]
            code("}")
    code()
    code(f"bool recode_{snake(message.name)}(ByteView in, int16_t version, Bytes& out) {{")
    code(f"return recode<{message.name}>(in, version, out);")
    code("}")
    code()
    code.lines.append("}  // namespace klamm::protocol")
    return code.text()


# --- tables ---------------------------------------------------------------------------------------------------

def catalog(messages):
    """The table behind protocol/catalog.h."""
    code = Code()
    code("// Generated from protocol/schema; not to be edited.")
    code('#include "protocol/catalog.h"')
    code()
    code("namespace klamm::protocol {")
    code.depth = 0
    code()
    for message in messages:
        code(f"bool recode_{snake(message.name)}(ByteView in, int16_t version, Bytes& out);")
    code()
    code("namespace {")
    code.depth = 0
    code("const MessageInfo kMessages[] = {")
    for message in messages:
        flexible = "0x7FFF" if message.flexible == NEVER else message.flexible
        code(f'{{"{message.name}", MessageKind::k{message.kind.capitalize()}, {message.key}, {message.versions.low}, '
             f'{message.versions.high}, {flexible}, recode_{snake(message.name)}}},')
    code("};")
    code()
    keys = {message.key: message.flexible for message in messages if message.kind == "request"}
    code("// By API key.")
    code("const int16_t kFlexibleFrom[] = {")
    code(", ".join("0x7FFF" if keys.get(key, NEVER) == NEVER else str(keys[key]) for key in range(max(keys) + 1)))
    code("};")
    code.lines.append("}  // namespace")
    code()
    code("std::span<const MessageInfo> messages() { return kMessages; }")
    code()
    code("bool is_flexible(int16_t api_key, int16_t version) {")
    code("return api_key >= 0 && static_cast<size_t>(api_key) < std::size(kFlexibleFrom) && "
         "version >= kFlexibleFrom[api_key];")
    code("}")
    code()
    code.lines.append("}  // namespace klamm::protocol")
    return code.text()


def metadata_record_header(messages):
    records = [message for message in messages if message.kind == "metadata"]
    code = Code()
    code("// Generated from protocol/schema/metadata_records.kmsg; not to be edited.")
    code("// The values of __cluster_metadata's records: a frame version (1), the key, the version, the record.")
    code("#pragma once")
    code()
    code("#include <optional>")
    code("#include <variant>")
    code()
    for record in records:
        code(f'#include "protocol/messages/{snake(record.name)}.h"')
    code()
    code("namespace klamm::protocol {")
    code.depth = 0
    code()
    code("using MetadataRecord = std::variant<")
    for record in records:
        code(f"    {record.name}" + (">;" if record is records[-1] else ","))
    code()
    code("// Strings and byte fields of the record are views into `value`. Nothing comes back for an unknown frame, key or")
    code("// version, for a record that does not parse, and for bytes left over.")
    code("std::optional<MetadataRecord> read_metadata_record(ByteView value);")
    code("void write_metadata_record(Writer& writer, const MetadataRecord& record, int16_t version);")
    code()
    code.lines.append("}  // namespace klamm::protocol")
    return code.text()


def metadata_record_source(messages):
    records = [message for message in messages if message.kind == "metadata"]
    code = Code()
    code("// Generated from protocol/schema/metadata_records.kmsg; not to be edited.")
    code('#include "protocol/metadata_record.h"')
    code()
    code('#include "base/check.h"')
    code()
    code("namespace klamm::protocol {")
    code.depth = 0
    code("namespace {")
    code.depth = 0
    code()
    code("constexpr uint32_t kFrameVersion = 1;")
    code()
    code("template <class Record>")
    code("std::optional<MetadataRecord> read_body(Reader& reader, uint32_t version) {")
    code("if (version < Record::kVersionMin || version > Record::kVersionMax) return std::nullopt;")
    code("std::optional<MetadataRecord> record{std::in_place, std::in_place_type<Record>};")
    code("std::get<Record>(*record).read(reader, static_cast<int16_t>(version));")
    code("if (!reader.ok() || reader.remaining() != 0) return std::nullopt;")
    code("return record;")
    code("}")
    code()
    code.lines.append("}  // namespace")
    code()
    code("std::optional<MetadataRecord> read_metadata_record(ByteView value) {")
    code("Reader reader(value);")
    code("if (reader.uvarint() != kFrameVersion) return std::nullopt;")
    code("const uint32_t key = reader.uvarint();")
    code("const uint32_t version = reader.uvarint();")
    code("if (!reader.ok()) return std::nullopt;")
    code("switch (key) {")
    for record in records:
        code(f"case {record.name}::kKey: return read_body<{record.name}>(reader, version);")
    code("default: return std::nullopt;")
    code("}")
    code("}")
    code()
    code("void write_metadata_record(Writer& writer, const MetadataRecord& record, int16_t version) {")
    code("std::visit([&]<class Record>(const Record& known) {")
    code("KLAMM_CHECK(version >= Record::kVersionMin && version <= Record::kVersionMax);")
    code("writer.uvarint(kFrameVersion);")
    code("writer.uvarint(Record::kKey);")
    code("writer.uvarint(static_cast<uint32_t>(version));")
    code("known.write(writer, version);")
    code("}, record);")
    code("}")
    code()
    code.lines.append("}  // namespace klamm::protocol")
    return code.text()
