// The table of all messages that the schema knows, generated.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace klamm::protocol {

// What a message is stored or sent as. Records of one kind share a space of keys; a record that has a key and
// a value of its own (group, transaction, share) stands in the table twice, under the same number.
enum class MessageKind { kRequest, kResponse, kMetadata, kControl, kGroup, kTransaction, kShare, kData };

struct MessageInfo {
  std::string_view name;
  MessageKind kind;
  int16_t key;  // API key or record key; -1 for kData
  int16_t version_min, version_max;
  int16_t flexible_from;  // 0x7FFF when never
  // Decodes `in`, which has to be one whole message, and appends its encoding to `out`.
  bool (*recode)(ByteView in, int16_t version, Bytes& out);
};

std::span<const MessageInfo> messages();

// Whether requests and responses of this API key and version have compact types and tag sections. False for
// unknown keys; versions above the highest known are flexible if that one is, as ApiVersions needs it.
bool is_flexible(int16_t api_key, int16_t version);

}  // namespace klamm::protocol
