"""Stored records as JSON: the fields under Kafka's names, in Kafka's order, as its dump tool prints them."""

from generator.types import (FIXED_SIZES, Code, defaults_to_null, initializer, is_optional, snake, within)

KINDS = ("metadata", "control", "group", "transaction", "share", "data")


def json_name(name):
    """Kafka's name of a field: its first letter is small, whatever follows."""
    first, *others = name.split("_")
    return (first + "".join(word.capitalize() for word in others)).replace("kraft", "kRaft")


def written_when(field):
    """The condition under which a tagged field is written: that it is not its default."""
    name = f"value.{field.name}"
    if is_optional(field):
        if defaults_to_null(field):
            return f"{name}.has_value()"
        return f"!{name} || !(*{name} == decltype({name})::value_type{{}})"
    if field.is_array or field.kind in ("string", "bytes"):
        return f"!{name}.empty()"
    if field.struct:
        return f"!({name} == decltype({name}){{}})"
    if field.kind == "uuid":
        return f"!{name}.is_zero()"
    if field.kind == "bool":
        return f"!{name}" if field.default == "true" else name
    return f"{name} != {initializer(field)[3:]}"


def put_value(code, field, expression):
    if field.struct:
        code(f"put_json(json, {expression}, version);")
    elif field.kind == "bool":
        code(f"json.boolean({expression});")
    elif field.kind == "f64":
        code(f"json.real({expression});")
    elif field.kind == "uuid":
        code(f"json.text({expression}.to_string());")
    elif field.kind == "string":
        code(f"json.text({expression});")
    elif field.kind == "bytes":
        code(f"json.base64({expression});")
    elif field.kind == "records":
        code(f"json.number(static_cast<int64_t>({expression}.size()));")
    else:
        assert field.kind in FIXED_SIZES
        code(f"json.number({expression});")


def put_present(code, field, expression):
    if not field.is_array:
        return put_value(code, field, expression)
    code("json.begin_array();")
    code(f"for (const auto& element : {expression}) {{")
    put_value(code, field, "element")
    code("}")
    code("json.end_array();")


def put_field(code, field, struct):
    conditions = [within(field.versions, struct.versions)]
    if field.tag is not None:
        conditions.append(written_when(field))
    conditions = [condition for condition in conditions if condition]
    if len(conditions) > 1:
        conditions = [f"({condition})" for condition in conditions]
    if conditions:
        code(f"if ({' && '.join(conditions)}) {{")
    code(f'json.key("{json_name(field.name)}");')
    expression = f"value.{field.name}"
    if is_optional(field):
        code(f"if ({expression}) {{")
        put_present(code, field, f"*{expression}")
        code("} else {")
        code("json.null();")
        code("}")
    else:
        put_present(code, field, expression)
    if conditions:
        code("}")


def put_struct(code, message, struct):
    name = message.name if struct is message else f"{message.name}::{struct.name}"
    value = "& value" if struct.fields else "&"
    code(f"void put_json(JsonWriter& json, const {name}{value}, [[maybe_unused]] int16_t version) {{")
    code("json.begin_object();")
    for field in struct.fields:
        put_field(code, field, struct)
    code("json.end_object();")
    code("}")
    code()


def source(messages):
    records = [message for message in messages if message.kind in KINDS]
    code = Code()
    code("// Generated from protocol/schema; not to be edited.")
    code('#include "protocol/record_json.h"')
    code()
    code("#include <algorithm>")
    code("#include <iterator>")
    code()
    code('#include "protocol/json_writer.h"')
    for message in records:
        code(f'#include "protocol/messages/{snake(message.name)}.h"')
    code()
    code("namespace klamm::protocol {")
    code("namespace {")
    code()
    for message in records:
        for struct in message.structs + [message]:
            put_struct(code, message, struct)
    code("template <class Message>")
    code("bool message_json(ByteView in, int16_t version, std::string& out) {")
    code("if (version < Message::kVersionMin || version > Message::kVersionMax) return false;")
    code("Reader reader(in);")
    code("Message message;")
    code("message.read(reader, version);")
    code("if (!reader.ok() || reader.remaining() != 0) return false;")
    code("JsonWriter json;")
    code("put_json(json, message, version);")
    code("out += json.str();")
    code("return true;")
    code("}")
    code()
    code("struct JsonRow {")
    code("std::string_view name;")
    code("bool (*put)(ByteView in, int16_t version, std::string& out);")
    code("};")
    code("const JsonRow kJsonRows[] = {")
    for message in records:
        code(f'{{"{message.name}", message_json<{message.name}>}},')
    code("};")
    code()
    code("}  // namespace")
    code()
    code("bool append_record_json(std::string_view name, ByteView in, int16_t version, std::string& out) {")
    code("const auto row = std::ranges::find(kJsonRows, name, &JsonRow::name);")
    code("return row != std::end(kJsonRows) && row->put(in, version, out);")
    code("}")
    code()
    code("}  // namespace klamm::protocol")
    return code.text()
