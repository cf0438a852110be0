#include "cli/stored_records.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "protocol/json_writer.h"
#include "protocol/reader.h"
#include "protocol/record_json.h"

namespace klamm::cli {
namespace {

using protocol::MessageInfo;
using protocol::MessageKind;
using protocol::Reader;

constexpr int16_t kFrameVersion = 1;

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// A record that has a key and a value of its own stands in the catalog twice, under the same number.
const MessageInfo* find_message(MessageKind kind, int16_t number, std::string_view ending) {
  for (const MessageInfo& message : protocol::messages()) {
    if (message.kind == kind && message.key == number && message.name.ends_with(ending)) return &message;
  }
  return nullptr;
}

Error<StoredFault> broken(std::string message) {
  return {StoredFault{.unknown_type = std::nullopt, .message = std::move(message)}};
}

Error<StoredFault> not_readable(int16_t version, std::string_view part) {
  return broken(fmt::format("Could not read record with version {} from {}'s buffer.", version, part));
}

// A number of the metadata log's frame, which Java keeps in 16 bits.
Attempt<int16_t> frame_number(Reader& reader, std::string_view what) {
  const uint32_t number = reader.uvarint();
  if (!reader.ok()) return failed(fmt::format("Error while reading {}", what));
  if (number > static_cast<uint32_t>(std::numeric_limits<int16_t>::max())) {
    return failed(fmt::format("Value for {} was too large.", what));
  }
  return static_cast<int16_t>(number);
}

}  // namespace

std::string capitals_of(std::string_view name, std::string_view ending) {
  if (name.ends_with(ending)) name.remove_suffix(ending.size());
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && is_capital(name[i]) && !is_capital(name[i - 1])) text += '_';
    text += is_capital(name[i]) ? name[i] : static_cast<char>(name[i] - 'a' + 'A');
  }
  return text;
}

Result<StoredRecord, StoredFault> read_stored_record(MessageKind kind, ByteView key,
                                                     const std::optional<ByteView>& value) {
  Reader key_reader(key);
  StoredRecord record;
  record.key.number = key_reader.i16();
  if (!key_reader.ok()) return broken("Could not read version from key's buffer.");
  const int16_t type = record.key.number;
  const MessageInfo* key_message = find_message(kind, type, "Key");
  const MessageInfo* value_message = find_message(kind, type, "Value");
  if (key_message == nullptr || value_message == nullptr) {
    return Error{StoredFault{.unknown_type = type,
                             .message = fmt::format("Found an unknown record type {}", type)}};
  }
  if (!protocol::append_record_json(key_message->name, key_reader.rest(), 0, record.key.json)) {
    return not_readable(type, "key");
  }
  if (!value) return record;
  Reader reader(*value);
  StoredPart& part = record.value.emplace();
  part.number = reader.i16();
  if (!reader.ok()) return broken("Could not read version from value's buffer.");
  if (part.number < value_message->version_min || part.number > value_message->version_max) {
    return broken(fmt::format("Found an unknown record version {} for {} type", part.number, type));
  }
  if (!protocol::append_record_json(value_message->name, reader.rest(), part.number, part.json)) {
    return not_readable(part.number, "value");
  }
  return record;
}

Attempt<std::string> metadata_record_json(ByteView value) {
  Reader reader(value);
  const auto frame = frame_number(reader, "frame version");
  if (!frame) return Error{frame.error()};
  if (*frame != kFrameVersion) {
    return failed(fmt::format("Could not deserialize metadata record due to unknown frame version {}(only "
                              "frame version {} is supported)",
                              *frame, kFrameVersion));
  }
  const auto type = frame_number(reader, "type");
  if (!type) return Error{type.error()};
  const auto version = frame_number(reader, "version");
  if (!version) return Error{version.error()};
  const MessageInfo* message = find_message(MessageKind::kMetadata, *type, "");
  if (message == nullptr) return failed(fmt::format("Unknown metadata id {}", *type));
  std::string data;
  if (!protocol::append_record_json(message->name, reader.rest(), *version, data)) {
    return failed(fmt::format("Failed to deserialize record with type {}", *type));
  }
  protocol::JsonWriter json;
  json.begin_object().field("type", capitals_of(message->name, "")).field("version", *version);
  json.key("data").raw(data).end_object();
  return json.str();
}

}  // namespace klamm::cli
