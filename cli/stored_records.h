// Records of Kafka's internal topics and of the metadata log, in JSON: as the console consumer's formatters
// and kafka-dump-log print them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/error.h"
#include "protocol/catalog.h"

namespace klamm::cli {

// A record's key or value: a number (type or version) as i16, and a message behind it.
struct StoredPart {
  int16_t number = 0;
  std::string json;  // of the message
};

// A record of a coordinator's topic.
struct StoredRecord {
  StoredPart key;
  std::optional<StoredPart> value{};  // nullopt: a tombstone
};

// Why there is none: a type that nobody here knows, which newer brokers may write; or, without one, bytes
// that are not what they say.
struct StoredFault {
  std::optional<int16_t> unknown_type{};
  std::string message{};
};

Result<StoredRecord, StoredFault> read_stored_record(protocol::MessageKind kind, ByteView key,
                                                     const std::optional<ByteView>& value);

// {"type":"TOPIC_RECORD","version":0,"data":{...}} of a record of the metadata log; kFailed for bytes that
// are none, in the words of Kafka's decoder.
Attempt<std::string> metadata_record_json(ByteView value);

// "OFFSET_COMMIT" of OffsetCommitKey: words in capitals, without the ending.
std::string capitals_of(std::string_view name, std::string_view ending);

}  // namespace klamm::cli
