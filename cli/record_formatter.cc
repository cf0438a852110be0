#include "cli/record_formatter.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "cli/stored_records.h"
#include "cli/text.h"
#include "protocol/json_writer.h"
#include "security/utf8.h"

namespace klamm::cli {
namespace {

using protocol::JsonWriter;
using protocol::MessageKind;
using protocol::TimestampType;

constexpr std::string_view kPackage = "org.apache.kafka.common.serialization.";

// What a Java deserializer's object prints as.
enum class Deserializer { kNone, kLong, kInteger, kShort, kDouble, kFloat, kBoolean, kBytes };

// Float.toString: the shortest digits that mean this float.
std::string float_text(float value) {
  return double_text(parse_double(fmt::format("{}", value)).value_or(0));
}

// Of org.apache.kafka.common.utils.Bytes.
std::string bytes_text(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const bool is_plain = c >= ' ' && c <= '~' && c != '\\';
    text += is_plain ? std::string(1, c)
                     : fmt::format("\\x{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return text;
}

Error<ToolError> wrong_size(std::string_view name, size_t right) {
  return failed(fmt::format("Size of data received by {} is not {}", name, right));
}

Attempt<std::string> deserialized(Deserializer deserializer, const std::string& bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  switch (deserializer) {
    case Deserializer::kLong:
      if (bytes.size() != 8) return wrong_size("LongDeserializer", 8);
      return fmt::format("{}", static_cast<int64_t>(load_be64(data)));
    case Deserializer::kInteger:
      if (bytes.size() != 4) return wrong_size("IntegerDeserializer", 4);
      return fmt::format("{}", static_cast<int32_t>(load_be32(data)));
    case Deserializer::kShort:
      if (bytes.size() != 2) return wrong_size("ShortDeserializer", 2);
      return fmt::format("{}", static_cast<int16_t>(load_be16(data)));
    case Deserializer::kDouble:
      if (bytes.size() != 8) return wrong_size("Deserializer", 8);
      return double_text(std::bit_cast<double>(load_be64(data)));
    case Deserializer::kFloat:
      if (bytes.size() != 4) return wrong_size("Deserializer", 4);
      return float_text(std::bit_cast<float>(load_be32(data)));
    case Deserializer::kBoolean:
      if (bytes.size() != 1) return wrong_size("BooleanDeserializer", 1);
      if (*data > 1) return failed("Unexpected byte received by BooleanDeserializer");
      return std::string(*data == 1 ? "true" : "false");
    case Deserializer::kBytes:
      return bytes_text(bytes);
    case Deserializer::kNone:
      break;
  }
  return bytes;
}

Deserializer deserializer_from(const ClientProperties& properties, std::string_view key, Console& console) {
  const std::string name = properties.text(key).value_or("");
  std::string_view simple = name;
  if (simple.starts_with(kPackage)) simple.remove_prefix(kPackage.size());
  constexpr std::pair<std::string_view, Deserializer> kKnown[] = {
      {"", Deserializer::kNone},
      {"StringDeserializer", Deserializer::kNone},
      {"ByteArrayDeserializer", Deserializer::kNone},
      {"UUIDDeserializer", Deserializer::kNone},
      {"LongDeserializer", Deserializer::kLong},
      {"IntegerDeserializer", Deserializer::kInteger},
      {"ShortDeserializer", Deserializer::kShort},
      {"DoubleDeserializer", Deserializer::kDouble},
      {"FloatDeserializer", Deserializer::kFloat},
      {"BooleanDeserializer", Deserializer::kBoolean},
      {"BytesDeserializer", Deserializer::kBytes}};
  for (const auto& [known, deserializer] : kKnown) {
    if (known == simple) return deserializer;
  }
  console.error_line("ERROR Unable to instantiate a deserializer from {}: it is not built in", name);
  return Deserializer::kNone;
}

std::string_view name_of(TimestampType type) {
  return type == TimestampType::kLogAppendTime ? "LogAppendTime" : "CreateTime";
}

class DefaultFormatter : public RecordFormatter {
 public:
  DefaultFormatter(const ClientProperties& properties, Console& console)
      : of_key_(deserializer_from(properties, "key.deserializer", console)),
        of_value_(deserializer_from(properties, "value.deserializer", console)),
        of_headers_(deserializer_from(properties, "headers.deserializer", console)) {
    const std::pair<std::string_view, bool*> flags[] = {
        {"print.timestamp", &timestamp_}, {"print.partition", &partition_}, {"print.offset", &offset_},
        {"print.delivery", &delivery_},   {"print.epoch", &epoch_},         {"print.headers", &headers_},
        {"print.key", &key_},             {"print.value", &value_}};
    for (const auto& [name, flag] : flags) {
      if (const auto text = properties.text(name)) *flag = lower_case(trimmed(*text)) == "true";
    }
    const std::pair<std::string_view, std::string*> texts[] = {{"key.separator", &key_separator_},
                                                               {"line.separator", &line_separator_},
                                                               {"headers.separator", &headers_separator_},
                                                               {"null.literal", &null_literal_}};
    for (const auto& [name, text] : texts) {
      if (auto given = properties.text(name)) *text = *std::move(given);
    }
  }

  // Column by column; behind each what separates it from the next, or the line's end.
  Attempt<> format(const FetchedRecord& record, std::string& to) override {
    auto headers = headers_ ? headers_of(record) : Attempt<std::string>(std::string());
    if (!headers) return Error{headers.error()};
    auto key = key_ ? part(of_key_, record.key) : Attempt<std::string>(std::string());
    if (!key) return Error{key.error()};
    auto value = value_ ? part(of_value_, record.value) : Attempt<std::string>(std::string());
    if (!value) return Error{value.error()};
    int left = timestamp_ + partition_ + offset_ + delivery_ + epoch_ + headers_ + key_ + value_;
    const auto column = [&](const std::string& text) {
      to += text;
      to += --left > 0 ? key_separator_ : line_separator_;
    };
    if (timestamp_) column(timestamp_of(record));
    if (partition_) column(fmt::format("Partition:{}", record.partition.partition));
    if (offset_) column(fmt::format("Offset:{}", record.offset));
    // As in Kafka, where neither reaches the formatter.
    if (delivery_) column("Delivery:NOT_PRESENT");
    if (epoch_) column("Epoch:NOT_PRESENT");
    if (headers_) column(*headers);
    if (key_) column(*key);
    if (value_) column(*value);
    return {};
  }

 private:
  static std::string timestamp_of(const FetchedRecord& record) {
    return fmt::format("{}:{}", name_of(record.timestamp_type), record.timestamp);
  }

  // Nothing at all stands there as it is, whatever the deserializer.
  Attempt<std::string> part(Deserializer deserializer, const std::optional<std::string>& bytes) const {
    if (!bytes) return null_literal_;
    return deserialized(deserializer, *bytes);
  }

  Attempt<std::string> headers_of(const FetchedRecord& record) const {
    if (record.headers.empty()) return std::string("NO_HEADERS");
    std::string text;
    for (const auto& [name, value] : record.headers) {
      if (!text.empty()) text += headers_separator_;
      auto shown = part(of_headers_, value);
      if (!shown) return shown;
      text += name + ":" + *shown;
    }
    return text;
  }

  const Deserializer of_key_;
  const Deserializer of_value_;
  const Deserializer of_headers_;
  bool timestamp_ = false, partition_ = false, offset_ = false, delivery_ = false;
  bool epoch_ = false, headers_ = false, key_ = false, value_ = true;
  std::string key_separator_ = "\t";
  std::string line_separator_ = "\n";
  std::string headers_separator_ = ",";
  std::string null_literal_ = "null";
};

// Prints as the default one, and logs each record besides.
class LoggingFormatter final : public DefaultFormatter {
 public:
  LoggingFormatter(const ClientProperties& properties, Console& console)
      : DefaultFormatter(properties, console), console_(console) {}

  Attempt<> format(const FetchedRecord& record, std::string& to) override {
    auto done = DefaultFormatter::format(record, to);
    if (!done) return done;
    console_.error_line("INFO {}:{}, key:{}value:{}", name_of(record.timestamp_type), record.timestamp,
                        record.key ? *record.key + ", " : "null ", record.value.value_or("null"));
    return {};
  }

 private:
  Console& console_;
};

class NoOpFormatter final : public RecordFormatter {
 public:
  Attempt<> format(const FetchedRecord&, std::string&) override { return {}; }
};

// Of __consumer_offsets, __transaction_state and __share_group_state: one object after the other, as Kafka
// prints them, without a line's end.
class StoredFormatter final : public RecordFormatter {
 public:
  StoredFormatter(MessageKind kind, std::vector<int16_t> types) : kind_(kind), types_(std::move(types)) {}

  Attempt<> format(const FetchedRecord& record, std::string& to) override {
    if (!record.key) return {};
    std::optional<ByteView> value;
    if (record.value) value = as_bytes(*record.value);
    const auto stored = read_stored_record(kind_, as_bytes(*record.key), value);
    if (!stored) {
      if (stored.error().unknown_type) return {};
      return failed(fmt::format("Could not read record at offset {} due to: {}", record.offset,
                                stored.error().message));
    }
    if (!types_.empty() && std::ranges::find(types_, stored->key.number) == types_.end()) return {};
    JsonWriter json;
    json.begin_object().key("key").begin_object().field("type", stored->key.number);
    json.key("data").raw(stored->key.json).end_object().key("value");
    if (stored->value) {
      json.begin_object().field("version", stored->value->number);
      json.key("data").raw(stored->value->json).end_object();
    } else {
      json.null();
    }
    json.end_object();
    to += json.str();
    return {};
  }

 private:
  const MessageKind kind_;
  const std::vector<int16_t> types_;  // empty: all
};

class JsonFormatter final : public RecordFormatter {
 public:
  Attempt<> format(const FetchedRecord& record, std::string& to) override {
    JsonWriter json;
    json.begin_object().field("topic", record.partition.topic).field("partition", record.partition.partition);
    json.field("offset", record.offset).field("timestamp", record.timestamp);
    put(json, "key", record.key);
    put(json, "value", record.value);
    json.key("headers").begin_array();
    for (const auto& [name, value] : record.headers) {
      json.begin_object();
      put(json, name, value);
      json.end_object();
    }
    json.end_array().end_object();
    to += json.str() + "\n";
    return {};
  }

 private:
  static void put(JsonWriter& json, std::string_view name, const std::optional<std::string>& text) {
    if (!text) {
      json.key(name).null();
    } else if (security::is_utf8(*text)) {
      json.key(name).text(*text);
    } else {
      json.key(fmt::format("{}_base64", name)).base64(as_bytes(*text));
    }
  }
};

// The records of share groups among those of __consumer_offsets.
std::vector<int16_t> share_group_types() {
  std::vector<int16_t> types;
  for (const protocol::MessageInfo& message : protocol::messages()) {
    if (message.kind == MessageKind::kGroup && message.name.starts_with("ShareGroup")) {
      types.push_back(message.key);
    }
  }
  return types;
}

}  // namespace

Attempt<std::unique_ptr<RecordFormatter>> make_record_formatter(const std::string& class_name,
                                                                const ClientProperties& properties,
                                                                Console& console) {
  using Made = std::unique_ptr<RecordFormatter>;
  const size_t dot = class_name.find_last_of(".$");
  const std::string name = dot == std::string::npos ? class_name : class_name.substr(dot + 1);
  if (name == "DefaultMessageFormatter") return Made(std::make_unique<DefaultFormatter>(properties, console));
  if (name == "LoggingMessageFormatter") return Made(std::make_unique<LoggingFormatter>(properties, console));
  if (name == "NoOpMessageFormatter") return Made(std::make_unique<NoOpFormatter>());
  using Types = std::vector<int16_t>;
  if (name == "OffsetsMessageFormatter") {
    return Made(std::make_unique<StoredFormatter>(MessageKind::kGroup, Types{0, 1}));
  }
  if (name == "GroupMetadataMessageFormatter") {
    return Made(std::make_unique<StoredFormatter>(MessageKind::kGroup, Types{2}));
  }
  if (name == "TransactionLogMessageFormatter") {
    return Made(std::make_unique<StoredFormatter>(MessageKind::kTransaction, Types()));
  }
  if (name == "ShareGroupMessageFormatter") {
    return Made(std::make_unique<StoredFormatter>(MessageKind::kGroup, share_group_types()));
  }
  if (name == "ShareGroupStateMessageFormatter") {
    return Made(std::make_unique<StoredFormatter>(MessageKind::kShare, Types()));
  }
  return wrong_usage(fmt::format(
      "--formatter {}: there is no Java here; built in are DefaultMessageFormatter, LoggingMessageFormatter, "
      "NoOpMessageFormatter, OffsetsMessageFormatter, GroupMetadataMessageFormatter, "
      "TransactionLogMessageFormatter, ShareGroupMessageFormatter and ShareGroupStateMessageFormatter",
      class_name));
}

std::unique_ptr<RecordFormatter> make_json_formatter() { return std::make_unique<JsonFormatter>(); }

}  // namespace klamm::cli
