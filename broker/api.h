// THE table: every API that is served, in which versions, on which listeners, and what it takes to be
// allowed, for when there is authorization. Dispatch and ApiVersions read it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace klamm::broker {

enum class ListenerKind : uint8_t { kBroker = 1, kController = 2, kBoth = 3 };

struct Api {
  int16_t key;
  std::string_view name;
  int16_t version_min;  // the lowest that is served
  int16_t version_max;
  int16_t advertised_min;  // the lowest that ApiVersions names: 0 for Produce (KAFKA-18659)
  ListenerKind listeners;
  bool may_overlap = false;  // see Reply::allow_next
  bool before_authentication = false;
  std::string_view needs;  // Kafka's words: "Write Topic", "Alter Cluster"; empty for none
};

// In the order of the keys.
std::span<const Api> api_table();
// nullptr for a key that is not served.
const Api* find_api(int16_t key);

}  // namespace klamm::broker
