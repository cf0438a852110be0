// What tools ask about topics: names, partitions, offsets. Texts are owned by what comes back.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "cli/client/client.h"
#include "cli/error.h"

namespace klamm::cli {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
  // "orders-0".
  std::string text() const;
};

struct TopicListing {
  std::string name;
  Uuid id;
  bool is_internal = false;
};

struct PartitionDescription {
  int32_t partition = 0;
  int32_t leader = -1;  // -1: none
  int32_t leader_epoch = -1;
  std::vector<int32_t> replicas;
  std::vector<int32_t> isr;
  // KIP-966; nullopt where the broker cannot say.
  std::optional<std::vector<int32_t>> elr;
  std::optional<std::vector<int32_t>> last_known_elr;
};

struct TopicDescription {
  std::string name;
  Uuid id;
  bool is_internal = false;
  std::vector<PartitionDescription> partitions;  // in their order
};

// All that may be seen, by name.
Attempt<std::vector<TopicListing>> list_topics(Client& client);

// In the order of the names. Fails with the error of the first topic that cannot be described. `page` is how
// many partitions a response may have.
Attempt<std::vector<TopicDescription>> describe_topics(Client& client, std::vector<std::string> names,
                                                       int32_t page = 2000);
// Each on its own: what is wrong with some does not keep the others.
using Described = std::map<std::string, Attempt<TopicDescription>>;
Attempt<Described> try_describe_topics(Client& client, std::vector<std::string> names, int32_t page = 2000);
Attempt<std::vector<TopicDescription>> describe_topics_by_id(Client& client, const std::vector<Uuid>& ids);

// The names that ListOffsets gives to offsets that are no timestamps.
inline constexpr int64_t kLatestOffset = -1;
inline constexpr int64_t kEarliestOffset = -2;
inline constexpr int64_t kMaxTimestampOffset = -3;
inline constexpr int64_t kEarliestLocalOffset = -4;
inline constexpr int64_t kLatestTieredOffset = -5;
inline constexpr int64_t kEarliestPendingUploadOffset = -6;

struct OffsetAt {
  int64_t offset = -1;
  int64_t timestamp = -1;
  int32_t leader_epoch = -1;
};

// By the leaders of the partitions. `wanted` has a timestamp or one of the names for each. Those without a
// leader are asked for until the time of a call is over, and then have its error; so has every other error
// its place in the map.
using OffsetsWanted = std::map<TopicPartition, int64_t>;
using OffsetsFound = std::map<TopicPartition, Attempt<OffsetAt>>;
Attempt<OffsetsFound> list_offsets(Client& client, const OffsetsWanted& wanted, bool read_committed = false);

// The leaders of these topics' partitions; those without one are missing. Fails with the first topic's error.
using Leaders = std::map<TopicPartition, int32_t>;
Attempt<Leaders> find_leaders(Client& client, const std::vector<std::string>& topics,
                              const Deadline& deadline);

// Of __consumer_offsets and its like.
bool is_internal_topic(std::string_view name);
// Why this may not be a topic's name, in Kafka's words.
std::optional<std::string> find_wrong_topic_name(std::string_view name);

}  // namespace klamm::cli
