"""What is made of all messages together: the catalog, and the variant of the metadata records."""

from generator.language import NEVER
from generator.types import Code, flexible_from, snake


def catalog(messages):
    """The table behind protocol/catalog.h."""
    code = Code()
    code("// Generated from protocol/schema; not to be edited.")
    code('#include "protocol/catalog.h"')
    code()
    code("namespace klamm::protocol {")
    code()
    for message in messages:
        code(f"bool recode_{snake(message.name)}(ByteView in, int16_t version, Bytes& out);")
    code()
    code("namespace {")
    code("const MessageInfo kMessages[] = {")
    for message in messages:
        numbers = [message.key, message.versions.low, message.versions.high, flexible_from(message.flexible)]
        kind = f"MessageKind::k{message.kind.capitalize()}"
        code(f'{{"{message.name}", {kind}, {", ".join(map(str, numbers))}, recode_{snake(message.name)}}},')
    code("};")
    code()
    keys = {message.key: message.flexible for message in messages if message.kind == "request"}
    code("// By API key.")
    code("const int16_t kFlexibleFrom[] = {")
    code(", ".join(flexible_from(keys.get(key, NEVER)) for key in range(max(keys) + 1)))
    code("};")
    code("}  // namespace")
    code()
    code("std::span<const MessageInfo> messages() { return kMessages; }")
    code()
    code("bool is_flexible(int16_t api_key, int16_t version) {")
    code("return api_key >= 0 && static_cast<size_t>(api_key) < std::size(kFlexibleFrom) && "
         "version >= kFlexibleFrom[api_key];")
    code("}")
    code()
    code("}  // namespace klamm::protocol")
    return code.text()


def metadata_record_header(messages):
    records = [message for message in messages if message.kind == "metadata"]
    code = Code()
    code("// Generated from protocol/schema/metadata_records.kmsg; not to be edited.")
    code("// Values of records in __cluster_metadata: a frame version (1), the key, the version, the record.")
    code("#pragma once")
    code()
    code("#include <optional>")
    code("#include <variant>")
    code()
    for record in records:
        code(f'#include "protocol/messages/{snake(record.name)}.h"')
    code()
    code("namespace klamm::protocol {")
    code()
    code("using MetadataRecord = std::variant<")
    for record in records:
        code(f"    {record.name}" + (">;" if record is records[-1] else ","))
    code()
    code("// Strings and byte fields of the record are views into `value`. Nothing comes back for an unknown")
    code("// frame, key or version, for a record that does not parse, and for bytes left over.")
    code("std::optional<MetadataRecord> read_metadata_record(ByteView value);")
    code("void write_metadata_record(Writer& writer, const MetadataRecord& record, int16_t version);")
    code()
    code("}  // namespace klamm::protocol")
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
    code("namespace {")
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
    code("}  // namespace")
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
    code("}  // namespace klamm::protocol")
    return code.text()
