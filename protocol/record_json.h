// Stored records as JSON, generated: the fields under Kafka's names and in its order, those alone that the
// version has, of tagged ones those that are not their default. Bytes are base64, ids their text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace klamm::protocol {

// Appends one object for the body of a record of any family: `in` is one whole message of that version;
// `name` is its name in the catalog ("TopicRecord", "OffsetCommitValue"). False when there is none of that
// name, or the bytes are none.
bool append_record_json(std::string_view name, ByteView in, int16_t version, std::string& out);

}  // namespace klamm::protocol
