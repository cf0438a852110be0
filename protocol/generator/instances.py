"""Random instances of messages, for tests: one source per schema file, and a table."""

import re

from generator.types import Code, NUMBER_TYPES, element_type, is_optional, snake, value_type, within


def value(field):
    if field.kind in NUMBER_TYPES and field.kind not in ("bool", "f64"):
        return f"random.number<{NUMBER_TYPES[field.kind]}>()"
    return "random.boolean()" if field.kind == "bool" else f"random.{field.kind}()"


def fill_field(code, message, field):
    """A tagged field keeps its default now and then, so that it is left out."""
    chance = []
    if is_optional(field):
        code(f"to.{field.name}.reset();")
        nullable = field.nullable or field.versions
        partly = within(nullable, field.versions) if field.nullable else "false"
        if partly is None:
            chance.append("!random.null()")
        elif partly == "false":
            pass
        else:
            chance.append(f"(!({partly}) || !random.null())")
    condition = " && ".join(chance)
    if condition:
        code(f"if ({condition}) {{")
    target = f"to.{field.name}"
    if field.is_array:
        inner = f"*{target}" if is_optional(field) else target
        if is_optional(field):
            code(f"{target}.emplace(random.count());")
        else:
            code(f"{target}.resize(random.count());")
        if field.struct:
            code(f"for (auto& element : {inner}) fill(random, element, version);")
        else:
            code(f"for (auto& element : {inner}) element = {value(field)};")
    elif field.struct:
        if field.nullable:
            code(f"{target} = {message.name}::{field.kind}{{}};")
        code(f"fill(random, {'*' if field.nullable else ''}{target}, version);")
    else:
        code(f"{target} = {value(field)};")
    if condition:
        code("}")


def fill(code, message, struct):
    name = message.name if struct is message else f"{message.name}::{struct.name}"
    inner = Code(depth=1)
    for field in struct.fields:
        guards = [within(field.versions, struct.versions)]
        if field.tag is not None:
            guards.append("random.some()")
        guards = [guard for guard in guards if guard]
        if guards:
            inner(f"if ({' && '.join(guards)}) {{")
            fill_field(inner, message, field)
            inner("}")
        else:
            fill_field(inner, message, field)
    body = inner.text()
    random = "random" if re.search(r"\brandom\b", body) else ""
    to = "to" if struct.fields else ""
    version = "version" if re.search(r"(?<!\.)\bversion\b", body) else ""
    code(f"void fill(InstanceRandom& {random}, {name}& {to}, int16_t {version}) {{".replace("& ,", "&,")
         .replace(" )", ")"))
    code.lines += inner.lines if struct.fields else []
    code("}")
    code()


def writer_of(message):
    return f"void write_random_{snake(message.name)}(InstanceRandom& random, int16_t version, Bytes& out)"


def source(name, messages):
    code = Code()
    code(f"// Generated from protocol/schema/{name}; not to be edited.")
    for message in messages:
        code(f'#include "protocol/messages/{snake(message.name)}.h"')
    code('#include "tests/protocol/instances/instance_random.h"')
    code()
    code("namespace klamm::protocol {")
    code("namespace {")
    code()
    for message in messages:
        for struct in message.structs + [message]:
            fill(code, message, struct)
    code("}  // namespace")
    code()
    for message in messages:
        code(f"{writer_of(message)} {{")
        code(f"{message.name} message;")
        code("fill(random, message, version);")
        code("write_and_compare(message, version, out);")
        code("}")
        code()
    code("}  // namespace klamm::protocol")
    return code.text()


def table(messages):
    code = Code()
    code("// Generated from protocol/schema; not to be edited. In the order of protocol/catalog.h.")
    code('#include "tests/protocol/instances/instance_random.h"')
    code()
    code("namespace klamm::protocol {")
    code()
    for message in messages:
        code(f"{writer_of(message)};")
    code()
    code("namespace {")
    code("const WriteRandom kWriteRandom[] = {")
    for message in messages:
        code(f"write_random_{snake(message.name)},")
    code("};")
    code("}  // namespace")
    code()
    code("std::span<const WriteRandom> write_random() { return kWriteRandom; }")
    code()
    code("}  // namespace klamm::protocol")
    return code.text()
