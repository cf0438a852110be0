#include "cli/dump/payloads.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/stored_records.h"
#include "protocol/json_writer.h"
#include "protocol/messages/group_metadata_value.h"
#include "protocol/reader.h"
#include "protocol/record_json.h"

namespace klamm::cli {
namespace {

using protocol::JsonWriter;
using protocol::MessageKind;
using protocol::Record;

constexpr int16_t kGroupMetadata = 2;

enum class Text { kString, kLong, kInteger, kBytes };

// As Java's ByteBuffer: what is behind a number is not looked at, and less than one ends the dump.
Attempt<std::string> text_of(Text kind, ByteView bytes, std::string_view part, int64_t offset) {
  const size_t size = kind == Text::kLong ? 8 : kind == Text::kInteger ? 4 : 0;
  if (bytes.size() < size) {
    return failed(fmt::format("the {} of the record at offset {} has {} bytes, and a number would have {}",
                              part, offset, bytes.size(), size));
  }
  if (kind == Text::kLong) return fmt::format("{}", static_cast<int64_t>(load_be64(bytes.data())));
  if (kind == Text::kInteger) return fmt::format("{}", static_cast<int32_t>(load_be32(bytes.data())));
  return std::string(as_text(bytes));
}

Attempt<Text> text_from(const Options& options, std::string_view option) {
  const std::string name = options.value(option).value_or("");
  const std::string simple = name.substr(name.rfind('.') + 1);
  if (simple.empty() || simple == "StringDecoder") return Text::kString;
  if (simple == "LongDecoder") return Text::kLong;
  if (simple == "IntegerDecoder") return Text::kInteger;
  if (simple == "DefaultDecoder") return Text::kBytes;
  return wrong_argument(
      fmt::format("--{} {}: there is no Java here; StringDecoder, LongDecoder, IntegerDecoder and "
                  "DefaultDecoder are built in",
                  option, name));
}

class TextDecoder final : public PayloadDecoder {
 public:
  TextDecoder(Text of_key, Text of_value) : of_key_(of_key), of_value_(of_value) {}

  Attempt<Payload> decode(const Record& record, int64_t offset) override {
    Payload payload;
    if (record.key) {
      auto text = text_of(of_key_, *record.key, "key", offset);
      if (!text) return Error{text.error()};
      payload.key = *std::move(text);
    }
    if (record.value) {
      auto text = text_of(of_value_, *record.value, "value", offset);
      if (!text) return Error{text.error()};
      payload.value = *std::move(text);
    }
    return payload;
  }

 private:
  const Text of_key_;
  const Text of_value_;
};

class MetadataDecoder final : public PayloadDecoder {
 public:
  Attempt<Payload> decode(const Record& record, int64_t offset) override {
    Payload payload;
    auto json = metadata_record_json(record.value.value_or(ByteView()));
    payload.value =
        json ? *std::move(json) : fmt::format("Error at {}, skipping. {}", offset, json.error().message);
    return payload;
  }
};

std::string base64_json(ByteView bytes) { return JsonWriter().base64(bytes).str(); }

// Puts the JSON of a message in the place of its bytes; they stay where they make no sense.
void replace_bytes(std::string& json, std::string_view field, std::string_view message, ByteView bytes) {
  protocol::Reader reader(bytes);
  const int16_t version = reader.i16();
  std::string inner;
  if (!reader.ok() || !protocol::append_record_json(message, reader.rest(), version, inner)) return;
  const std::string name = fmt::format("\"{}\":", field);
  const size_t at = json.find(name + base64_json(bytes));
  if (at != std::string::npos) json.replace(at + name.size(), base64_json(bytes).size(), inner);
}

// Members of a group of consumers say in bytes of their own what they want and have.
void open_members(std::string& json, ByteView value) {
  protocol::Reader reader(value);
  using Value = protocol::GroupMetadataValue;
  const int16_t version = reader.i16();
  if (version < Value::kVersionMin || version > Value::kVersionMax) return;
  Value group;
  group.read(reader, version);
  if (!reader.ok() || group.protocol_type != "consumer") return;
  for (const auto& member : group.members) {
    replace_bytes(json, "subscription", "ConsumerProtocolSubscription", member.subscription);
    replace_bytes(json, "assignment", "ConsumerProtocolAssignment", member.assignment);
  }
}

class CoordinatorDecoder final : public PayloadDecoder {
 public:
  explicit CoordinatorDecoder(MessageKind kind) : kind_(kind) {}

  Attempt<Payload> decode(const Record& record, int64_t offset) override {
    if (!record.key) {
      return failed(
          fmt::format("Failed to decode message at offset {} using the specified decoder (message had a "
                      "missing key)",
                      offset));
    }
    Payload payload;
    const auto stored = read_stored_record(kind_, *record.key, record.value);
    if (!stored) {
      const StoredFault& fault = stored.error();
      payload.key = fault.unknown_type
                        ? fmt::format("Unknown record type {} at offset {}, skipping.", *fault.unknown_type,
                                      offset)
                        : fmt::format("Error at offset {}, skipping. {}", offset, fault.message);
      return payload;
    }
    payload.key = part_of("type", stored->key);
    payload.value = "<DELETE>";
    if (!stored->value) return payload;
    StoredPart value = *stored->value;
    if (kind_ == MessageKind::kGroup && stored->key.number == kGroupMetadata) {
      open_members(value.json, *record.value);
    }
    payload.value = part_of("version", value);
    return payload;
  }

 private:
  // The number is a text there.
  static std::string part_of(std::string_view name, const StoredPart& part) {
    JsonWriter json;
    json.begin_object().field(name, fmt::format("{}", part.number)).key("data").raw(part.json).end_object();
    return json.str();
  }

  const MessageKind kind_;
};

}  // namespace

Attempt<std::unique_ptr<PayloadDecoder>> make_payload_decoder(const Options& options) {
  using Made = std::unique_ptr<PayloadDecoder>;
  if (options.has("offsets-decoder")) return Made(std::make_unique<CoordinatorDecoder>(MessageKind::kGroup));
  if (options.has("transaction-log-decoder")) {
    return Made(std::make_unique<CoordinatorDecoder>(MessageKind::kTransaction));
  }
  if (options.has("cluster-metadata-decoder")) return Made(std::make_unique<MetadataDecoder>());
  if (options.has("share-group-state-decoder")) {
    return Made(std::make_unique<CoordinatorDecoder>(MessageKind::kShare));
  }
  if (options.has("remote-log-metadata-decoder")) {
    return wrong_argument("--remote-log-metadata-decoder: there is no tiered storage here");
  }
  auto of_key = text_from(options, "key-decoder-class");
  if (!of_key) return Error{of_key.error()};
  auto of_value = text_from(options, "value-decoder-class");
  if (!of_value) return Error{of_value.error()};
  return Made(std::make_unique<TextDecoder>(*of_key, *of_value));
}

}  // namespace klamm::cli
