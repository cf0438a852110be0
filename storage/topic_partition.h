// A partition by the name of its topic, as directories and checkpoint files know it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace klamm::storage {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
  // "orders-3": also the name of its directory.
  std::string to_string() const { return topic + "-" + std::to_string(partition); }
};

}  // namespace klamm::storage
