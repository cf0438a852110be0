// Reader and Writer together, and what the generated messages need besides.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "protocol/reader.h"
#include "protocol/writer.h"

namespace klamm::protocol {

// Equality for the structs of messages; std::span has none.
inline bool same_bytes(ByteView a, ByteView b) { return klamm::same_bytes(a, b); }
inline bool same_bytes(const std::optional<ByteView>& a, const std::optional<ByteView>& b) {
  return a.has_value() == b.has_value() && (!a || klamm::same_bytes(*a, *b));
}
bool same_bytes(const std::vector<ByteView>& a, const std::vector<ByteView>& b);

}  // namespace klamm::protocol
