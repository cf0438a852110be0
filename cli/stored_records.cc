#include "cli/stored_records.h"

#include <algorithm>

#include "protocol/json_writer.h"
#include "protocol/reader.h"
#include "protocol/record_json.h"

namespace klamm::cli {
namespace {

using protocol::MessageInfo;
using protocol::MessageKind;
using protocol::Reader;

constexpr uint32_t kFrameVersion = 1;

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// A record that has a key and a value of its own stands in the catalog twice, under the same number.
const MessageInfo* find_message(MessageKind kind, int16_t number, std::string_view ending) {
  for (const MessageInfo& message : protocol::messages()) {
    if (message.kind == kind && message.key == number && message.name.ends_with(ending)) return &message;
  }
  return nullptr;
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

std::optional<StoredRecord> read_stored_record(MessageKind kind, ByteView key,
                                               const std::optional<ByteView>& value) {
  Reader key_reader(key);
  const int16_t number = key_reader.i16();
  const MessageInfo* key_message = find_message(kind, number, "Key");
  if (!key_reader.ok() || key_message == nullptr) return std::nullopt;
  StoredRecord record;
  record.key.number = number;
  record.key_name = key_message->name;
  if (!protocol::append_record_json(key_message->name, key_reader.rest(), 0, record.key.json)) {
    return std::nullopt;
  }
  if (!value) return record;
  Reader reader(*value);
  const int16_t version = reader.i16();
  const MessageInfo* message = find_message(kind, number, "Value");
  if (!reader.ok() || message == nullptr) return std::nullopt;
  StoredPart& part = record.value.emplace();
  part.number = version;
  if (!protocol::append_record_json(message->name, reader.rest(), version, part.json)) return std::nullopt;
  return record;
}

std::optional<std::string> metadata_record_json(ByteView value) {
  Reader reader(value);
  if (reader.uvarint() != kFrameVersion) return std::nullopt;
  const auto number = static_cast<int16_t>(reader.uvarint());
  const auto version = static_cast<int16_t>(reader.uvarint());
  const MessageInfo* message = find_message(MessageKind::kMetadata, number, "");
  if (!reader.ok() || message == nullptr) return std::nullopt;
  std::string data;
  if (!protocol::append_record_json(message->name, reader.rest(), version, data)) return std::nullopt;
  protocol::JsonWriter json;
  json.begin_object().field("type", capitals_of(message->name, "")).field("version", version);
  json.key("data").raw(data).end_object();
  return json.str();
}

}  // namespace klamm::cli
