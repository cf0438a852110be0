#include "cli/dump/payloads.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/stored_records.h"
#include "protocol/json_writer.h"
#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/messages/group_metadata_value.h"
#include "protocol/record_json.h"

namespace klamm::cli {
namespace {

using protocol::JsonWriter;
using protocol::MessageKind;
using protocol::Record;

constexpr int16_t kGroupMetadata = 2;

enum class Text { kString, kLong, kInteger, kBytes };

std::string text_of(Text kind, ByteView bytes) {
  if (kind == Text::kLong && bytes.size() == 8) {
    return fmt::format("{}", static_cast<int64_t>(load_be64(bytes.data())));
  }
  if (kind == Text::kInteger && bytes.size() == 4) {
    return fmt::format("{}", static_cast<int32_t>(load_be32(bytes.data())));
  }
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

  Attempt<Payload> decode(const Record& record, int64_t) override {
    Payload payload;
    if (record.key) payload.key = text_of(of_key_, *record.key);
    if (record.value) payload.value = text_of(of_value_, *record.value);
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
    payload.value = json ? *std::move(json)
                         : fmt::format("Error at {}, skipping. It is no record of this version", offset);
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
      protocol::Reader reader(*record.key);
      payload.key = fmt::format("Unknown record type {} at offset {}, skipping.", reader.i16(), offset);
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
