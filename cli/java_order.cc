#include "cli/java_order.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "security/utf8.h"

namespace klamm::cli {
namespace {

// A table grows beyond three quarters of its capacity.
size_t grown_for(size_t entries, size_t capacity) {
  size_t table = std::bit_ceil(std::max<size_t>(capacity, 1));
  while (entries > table * 3 / 4) table *= 2;
  return table;
}

uint32_t with_unit(uint32_t hash, uint32_t unit) { return hash * 31 + unit; }

}  // namespace

int32_t java_hash(std::string_view text) {
  uint32_t hash = 0;
  while (!text.empty()) {
    const auto character = static_cast<uint32_t>(security::take_character(text));
    if (character < 0x10000) {
      hash = with_unit(hash, character);
    } else {
      hash = with_unit(hash, 0xD800 + ((character - 0x10000) >> 10));
      hash = with_unit(hash, 0xDC00 + ((character - 0x10000) & 0x3FF));
    }
  }
  return static_cast<int32_t>(hash);
}

int32_t java_hash(std::string_view topic, int32_t partition) {
  const uint32_t first = 31 + static_cast<uint32_t>(partition);
  return static_cast<int32_t>(first * 31 + static_cast<uint32_t>(java_hash(topic)));
}

std::vector<size_t> java_hash_order(const std::vector<int32_t>& hashes, size_t capacity) {
  const size_t mask = grown_for(hashes.size(), capacity) - 1;
  const auto bucket = [&](size_t place) {
    const auto hash = static_cast<uint32_t>(hashes[place]);
    return (hash ^ (hash >> 16)) & mask;
  };
  std::vector<size_t> order(hashes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, bucket);
  return order;
}

}  // namespace klamm::cli
