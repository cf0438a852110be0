"""How fields look in C++: types, defaults, conditions over versions, smallest sizes."""

import re

from generator.language import NEVER

NUMBER_TYPES = {"bool": "bool", "i8": "int8_t", "i16": "int16_t", "u16": "uint16_t", "i32": "int32_t",
                "i64": "int64_t", "f64": "double"}
PLAIN_TYPES = {"uuid": "Uuid", "string": "std::string_view", "bytes": "ByteView", "records": "Records"}
FIXED_SIZES = {"bool": 1, "i8": 1, "i16": 2, "u16": 2, "i32": 4, "i64": 8, "f64": 8, "uuid": 16}
READERS = {kind: "boolean" if kind == "bool" else kind for kind in FIXED_SIZES}
EXTREMES = {("i64", "-9223372036854775808"): "INT64_MIN", ("i64", "9223372036854775807"): "INT64_MAX",
            ("i32", "-2147483648"): "INT32_MIN", ("i32", "2147483647"): "INT32_MAX"}


def snake(name):
    name = name.replace("KRaft", "Kraft")
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def flexible_from(version):
    return "0x7FFF" if version == NEVER else str(version)


class Code:
    """Lines, indented by the braces that they open and close. What is in a namespace is not."""

    def __init__(self, depth=0):
        self.lines, self.depth = [], depth

    def __call__(self, line=""):
        of_namespace = line.startswith("namespace ") or line.startswith("}  // namespace")
        if line.startswith("}") and not of_namespace:
            self.depth -= 1
        self.lines.append("  " * self.depth + line if line else "")
        if line.endswith("{") and not of_namespace:
            self.depth += 1

    def text(self):
        return "\n".join(self.lines) + "\n"


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
