#include "broker/coordinator/coordinator_partition.h"

#include <cstddef>
#include <cstdlib>

#include "base/check.h"

namespace klamm::broker {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr uint32_t kFirstSupplementary = 0x10000;

// How many bytes follow the first one of a sequence, and what the next of them may be: no overlong forms, and
// nothing above U+10FFFF. -1 for what begins none.
struct Lead {
  int following;
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xBF;
};

Lead lead_of(uint8_t first) {
  if (first < 0x80) return {0};
  if (first < 0xC2) return {-1};
  if (first < 0xE0) return {1};
  if (first == 0xE0) return {2, 0xA0, 0xBF};
  if (first < 0xF0) return {2};
  if (first == 0xF0) return {3, 0x90, 0xBF};
  if (first < 0xF4) return {3};
  if (first == 0xF4) return {3, 0x80, 0x8F};
  return {-1};
}

// The next code point. As in Java's decoder, one U+FFFD stands for a sequence as far as it is one, and for a
// surrogate that is encoded by itself.
uint32_t next_code_point(std::string_view utf8, size_t& at) {
  const auto first = static_cast<uint8_t>(utf8[at++]);
  const Lead lead = lead_of(first);
  if (lead.following < 0) return kReplacement;
  if (lead.following == 0) return first;
  uint32_t point = first & (0x3F >> lead.following);
  for (int i = 0; i < lead.following; ++i) {
    if (at == utf8.size()) return kReplacement;
    const auto byte = static_cast<uint8_t>(utf8[at]);
    const uint8_t min = i == 0 ? lead.second_min : 0x80;
    const uint8_t max = i == 0 ? lead.second_max : 0xBF;
    if (byte < min || byte > max) return kReplacement;
    point = point << 6 | (byte & 0x3F);
    ++at;
  }
  const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
  return is_surrogate ? kReplacement : point;
}

}  // namespace

int32_t java_hash(std::string_view utf8) {
  uint32_t hash = 0;
  for (size_t at = 0; at < utf8.size();) {
    const uint32_t point = next_code_point(utf8, at);
    if (point < kFirstSupplementary) {
      hash = 31 * hash + point;
      continue;
    }
    const uint32_t rest = point - kFirstSupplementary;
    hash = 31 * hash + (0xD800 | rest >> 10);
    hash = 31 * hash + (0xDC00 | (rest & 0x3FF));
  }
  return static_cast<int32_t>(hash);
}

int32_t coordinator_partition(std::string_view key, int32_t partitions) {
  CHECK(partitions > 0);
  const int32_t hash = java_hash(key);
  return hash == INT32_MIN ? 0 : std::abs(hash) % partitions;
}

}  // namespace klamm::broker
