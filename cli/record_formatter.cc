#include "cli/record_formatter.h"

#include <fmt/format.h>

#include <bit>
#include <optional>
#include <utility>

#include "cli/stored_records.h"
#include "cli/text.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using protocol::JsonWriter;
using protocol::MessageKind;
using protocol::TimestampType;

constexpr std::string_view kPackage = "org.apache.kafka.common.serialization.";

// What a Java deserializer's object prints as. Those that are none of these leave the bytes as they are.
enum class Deserializer { kNone, kLong, kInteger, kShort, kDouble, kFloat };

std::string deserialized(Deserializer deserializer, const std::string& bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  switch (deserializer) {
    case Deserializer::kLong:
      if (bytes.size() == 8) return fmt::format("{}", static_cast<int64_t>(load_be64(data)));
      break;
    case Deserializer::kInteger:
      if (bytes.size() == 4) return fmt::format("{}", static_cast<int32_t>(load_be32(data)));
      break;
    case Deserializer::kShort:
      if (bytes.size() == 2) return fmt::format("{}", static_cast<int16_t>(load_be16(data)));
      break;
    case Deserializer::kDouble:
      if (bytes.size() == 8) return double_text(std::bit_cast<double>(load_be64(data)));
      break;
    case Deserializer::kFloat:
      if (bytes.size() == 4) return fmt::format("{}", std::bit_cast<float>(load_be32(data)));
      break;
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
      {"LongDeserializer", Deserializer::kLong},
      {"IntegerDeserializer", Deserializer::kInteger},
      {"ShortDeserializer", Deserializer::kShort},
      {"DoubleDeserializer", Deserializer::kDouble},
      {"FloatDeserializer", Deserializer::kFloat}};
  for (const auto& [known, deserializer] : kKnown) {
    if (known == simple) return deserializer;
  }
  console.error_line("ERROR Unable to instantiate a deserializer from {}: there is no Java here", name);
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
  void format(const FetchedRecord& record, std::string& to) override {
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
    if (headers_) column(headers_of(record));
    if (key_) column(part(of_key_, record.key));
    if (value_) column(part(of_value_, record.value));
  }

 private:
  static std::string timestamp_of(const FetchedRecord& record) {
    return fmt::format("{}:{}", name_of(record.timestamp_type), record.timestamp);
  }

  std::string part(Deserializer deserializer, const std::optional<std::string>& bytes) const {
    return bytes ? deserialized(deserializer, *bytes) : null_literal_;
  }

  std::string headers_of(const FetchedRecord& record) const {
    if (record.headers.empty()) return "NO_HEADERS";
    std::string text;
    for (const auto& [name, value] : record.headers) {
      if (!text.empty()) text += headers_separator_;
      text += name + ":" + part(of_headers_, value);
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

  void format(const FetchedRecord& record, std::string& to) override {
    DefaultFormatter::format(record, to);
    console_.error_line("INFO {}:{}, key:{}value:{}", name_of(record.timestamp_type), record.timestamp,
                        record.key ? *record.key + ", " : "null ", record.value.value_or("null"));
  }

 private:
  Console& console_;
};

class NoOpFormatter final : public RecordFormatter {
 public:
  void format(const FetchedRecord&, std::string&) override {}
};

// Of __consumer_offsets and __transaction_state: one object after the other, as Kafka prints them, without a
// line's end.
class StoredFormatter final : public RecordFormatter {
 public:
  StoredFormatter(MessageKind kind, std::vector<int16_t> types) : kind_(kind), types_(std::move(types)) {}

  void format(const FetchedRecord& record, std::string& to) override {
    if (!record.key) return;
    std::optional<ByteView> value;
    if (record.value) value = as_bytes(*record.value);
    const auto stored = read_stored_record(kind_, as_bytes(*record.key), value);
    if (!stored) return;
    bool is_wanted = types_.empty();
    for (const int16_t type : types_) is_wanted |= type == stored->key.number;
    if (!is_wanted) return;
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
  }

 private:
  const MessageKind kind_;
  const std::vector<int16_t> types_;  // empty: all
};

class JsonFormatter final : public RecordFormatter {
 public:
  void format(const FetchedRecord& record, std::string& to) override {
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
  }

 private:
  static void put(JsonWriter& json, std::string_view name, const std::optional<std::string>& text) {
    json.key(name);
    if (text) {
      json.text(*text);
    } else {
      json.null();
    }
  }
};

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
  return wrong_usage(fmt::format(
      "--formatter {}: there is no Java here; built in are DefaultMessageFormatter, LoggingMessageFormatter, "
      "NoOpMessageFormatter, OffsetsMessageFormatter, GroupMetadataMessageFormatter and "
      "TransactionLogMessageFormatter",
      class_name));
}

std::unique_ptr<RecordFormatter> make_json_formatter() { return std::make_unique<JsonFormatter>(); }

}  // namespace klamm::cli
