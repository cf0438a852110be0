#include "cli/client/topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "protocol/messages/describe_topic_partitions_request.h"
#include "protocol/messages/describe_topic_partitions_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::cli {
namespace {

using protocol::DescribeTopicPartitionsRequest;
using protocol::DescribeTopicPartitionsResponse;
using protocol::ErrorCode;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

constexpr size_t kTopicNameMax = 249;

void keep_error(Described& described, const std::string& name, int16_t code) {
  described.insert_or_assign(name, Attempt<TopicDescription>(broker_error(code)));
}

// One page of the answer into what is there; a topic may begin in one and go on in the next.
void take_page(const DescribeTopicPartitionsResponse& page, Described& described) {
  for (const auto& topic : page.topics) {
    const std::string name(topic.name.value_or(""));
    if (topic.error_code != 0) {
      keep_error(described, name, topic.error_code);
      continue;
    }
    auto known = described.find(name);
    if (known == described.end()) {
      TopicDescription fresh{
          .name = name, .id = topic.topic_id, .is_internal = topic.is_internal, .partitions = {}};
      known = described.emplace(name, Attempt<TopicDescription>(std::move(fresh))).first;
    }
    if (!known->second) continue;
    for (const auto& one : topic.partitions) {
      known->second->partitions.push_back({.partition = one.partition_index,
                                           .leader = one.leader_id,
                                           .leader_epoch = one.leader_epoch,
                                           .replicas = one.replica_nodes,
                                           .isr = one.isr_nodes,
                                           .elr = one.eligible_leader_replicas,
                                           .last_known_elr = one.last_known_elr});
    }
  }
}

// Which topics are asked for, and where the answer goes on.
struct Place {
  std::string topic;
  int32_t partition = 0;
};

Attempt<Described> describe_in_pages(Client& client, const std::vector<std::string>& names, int32_t size) {
  Described described;
  std::optional<Place> place;
  do {
    DescribeTopicPartitionsRequest request;
    for (const std::string& name : names) {
      if (place && name < place->topic) continue;
      request.topics.emplace_back().name = name;
    }
    request.response_partition_limit = size;
    if (place) {
      DescribeTopicPartitionsRequest::Cursor cursor;
      cursor.topic_name = place->topic;
      cursor.partition_index = place->partition;
      request.cursor = cursor;
    }
    auto answer = client.ask_any<DescribeTopicPartitionsResponse>("describeTopics", request);
    if (!answer) return Error{answer.error()};
    take_page(**answer, described);
    const auto& next = (*answer)->next_cursor;
    // A broker that names the same place for ever would keep us for ever.
    const bool goes_on = next && !(place && place->topic == next->topic_name &&
                                   place->partition == next->partition_index);
    if (goes_on) {
      place = Place{std::string(next->topic_name), next->partition_index};
    } else {
      place.reset();
    }
  } while (place);
  return described;
}

TopicDescription description_of(const MetadataResponse::MetadataResponseTopic& topic) {
  TopicDescription described{.name = std::string(topic.name.value_or("")),
                             .id = topic.topic_id,
                             .is_internal = topic.is_internal,
                             .partitions = {}};
  for (const auto& one : topic.partitions) {
    described.partitions.push_back({.partition = one.partition_index,
                                    .leader = one.leader_id,
                                    .leader_epoch = one.leader_epoch,
                                    .replicas = one.replica_nodes,
                                    .isr = one.isr_nodes,
                                    .elr = std::nullopt,
                                    .last_known_elr = std::nullopt});
  }
  std::ranges::sort(described.partitions, {}, &PartitionDescription::partition);
  return described;
}

Attempt<Described> describe_by_metadata(Client& client, const std::vector<std::string>& names) {
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics.emplace();
  for (const std::string& name : names) request.topics->emplace_back().name = name;
  auto answer = client.ask_any<MetadataResponse>("describeTopics", request, {.min = 4});
  if (!answer) return Error{answer.error()};
  Described described;
  for (const auto& topic : (*answer)->topics) {
    const std::string name(topic.name.value_or(""));
    if (topic.error_code != 0) {
      keep_error(described, name, topic.error_code);
    } else {
      described.emplace(name, Attempt<TopicDescription>(description_of(topic)));
    }
  }
  return described;
}

// What of `wanted` one node leads; the names are views into `wanted`.
ListOffsetsRequest offsets_request(const OffsetsWanted& wanted, const Leaders& leaders, int32_t node,
                                   bool read_committed) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  request.isolation_level = read_committed ? 1 : 0;
  request.timeout_ms = 30'000;
  for (const auto& [partition, timestamp] : wanted) {
    const auto leader = leaders.find(partition);
    if (leader == leaders.end() || leader->second != node) continue;
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition_index = partition.partition;
    one.timestamp = timestamp;
  }
  return request;
}

// Versions that know each of the names which the request has.
Versions versions_for(const OffsetsWanted& wanted) {
  int16_t min = 1;
  for (const auto& [partition, timestamp] : wanted) {
    if (timestamp == kMaxTimestampOffset) min = std::max<int16_t>(min, 7);
    if (timestamp == kEarliestLocalOffset) min = std::max<int16_t>(min, 8);
    if (timestamp == kLatestTieredOffset) min = std::max<int16_t>(min, 9);
    if (timestamp == kEarliestPendingUploadOffset) min = std::max<int16_t>(min, 11);
  }
  return {.min = min};
}

// What is found or wrong for good goes from `left` to `found`.
void take_offsets(const ListOffsetsResponse& response, OffsetsWanted& left, OffsetsFound& found,
                  int16_t& passing) {
  for (const auto& topic : response.topics) {
    for (const auto& one : topic.partitions) {
      const TopicPartition partition{std::string(topic.name), one.partition_index};
      const auto error = static_cast<ErrorCode>(one.error_code);
      if (error != ErrorCode::kNone && protocol::is_retriable(error)) {
        passing = one.error_code;
        continue;
      }
      left.erase(partition);
      if (error != ErrorCode::kNone) {
        found.insert_or_assign(partition, Attempt<OffsetAt>(broker_error(error)));
      } else {
        const OffsetAt at{one.offset, one.timestamp, one.leader_epoch};
        found.insert_or_assign(partition, Attempt<OffsetAt>(at));
      }
    }
  }
}

std::vector<std::string> topics_of(const OffsetsWanted& wanted) {
  std::vector<std::string> topics;
  for (const auto& [partition, timestamp] : wanted) {
    if (topics.empty() || topics.back() != partition.topic) topics.push_back(partition.topic);
  }
  return topics;
}

// One round: everything that is left is asked for once.
Attempt<> ask_offsets(Client& client, OffsetsWanted& left, OffsetsFound& found, bool read_committed,
                      const Deadline& deadline) {
  auto leaders = find_leaders(client, topics_of(left), deadline);
  if (!leaders) return Error{leaders.error()};
  int16_t passing = protocol::wire_value(ErrorCode::kLeaderNotAvailable);
  std::set<int32_t> nodes;
  for (const auto& [partition, leader] : *leaders) {
    if (left.contains(partition)) nodes.insert(leader);
  }
  const Versions versions = versions_for(left);
  for (const int32_t id : nodes) {
    auto connection = client.node(id, deadline);
    if (!connection) return Error{connection.error()};
    const OffsetsWanted asked = left;
    auto answer = client.ask<ListOffsetsResponse>(
        **connection, offsets_request(asked, *leaders, id, read_committed), deadline, versions);
    if (!answer) return Error{answer.error()};
    take_offsets(**answer, left, found, passing);
  }
  if (left.empty()) return {};
  return passing_error(passing);
}

}  // namespace

std::string TopicPartition::text() const { return fmt::format("{}-{}", topic, partition); }

Attempt<std::vector<TopicListing>> list_topics(Client& client) {
  MetadataRequest request;
  request.topics.reset();  // all of them
  request.allow_auto_topic_creation = false;
  auto answer = client.ask_any<MetadataResponse>("listTopics", request, {.min = 1});
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code);
  std::vector<TopicListing> topics;
  for (const auto& topic : (*answer)->topics) {
    topics.push_back({std::string(topic.name.value_or("")), topic.topic_id, topic.is_internal});
  }
  std::ranges::sort(topics, {}, &TopicListing::name);
  return topics;
}

Attempt<Described> try_describe_topics(Client& client, std::vector<std::string> names, int32_t page) {
  std::ranges::sort(names);
  const auto again = std::ranges::unique(names);
  names.erase(again.begin(), again.end());
  if (names.empty()) return Described();
  auto described = describe_in_pages(client, names, page);
  if (!described && described.error().kind == ToolError::Kind::kUnsupported) {
    described = describe_by_metadata(client, names);
  }
  return described;
}

Attempt<std::vector<TopicDescription>> describe_topics(Client& client, std::vector<std::string> names,
                                                       int32_t page) {
  auto described = try_describe_topics(client, std::move(names), page);
  if (!described) return Error{described.error()};
  std::vector<TopicDescription> topics;
  for (auto& [name, topic] : *described) {
    if (!topic) return Error{topic.error()};
    topics.push_back(std::move(*topic));
  }
  return topics;
}

Attempt<std::vector<TopicDescription>> describe_topics_by_id(Client& client, const std::vector<Uuid>& ids) {
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics.emplace();
  for (const Uuid& id : ids) {
    auto& topic = request.topics->emplace_back();
    topic.topic_id = id;
    topic.name.reset();
  }
  auto answer = client.ask_any<MetadataResponse>("describeTopicsWithIds", request, {.min = 12});
  if (!answer) return Error{answer.error()};
  std::vector<TopicDescription> topics;
  for (const auto& topic : (*answer)->topics) {
    if (topic.error_code != 0) return broker_error(topic.error_code);
    topics.push_back(description_of(topic));
  }
  return topics;
}

Attempt<Leaders> find_leaders(Client& client, const std::vector<std::string>& topics,
                              const Deadline& deadline) {
  auto connection = client.any(deadline);
  if (!connection) return Error{connection.error()};
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics.emplace();
  for (const std::string& topic : topics) request.topics->emplace_back().name = topic;
  auto answer = client.ask<MetadataResponse>(**connection, request, deadline, {.min = 4});
  if (!answer) return Error{answer.error()};
  Leaders leaders;
  for (const auto& topic : (*answer)->topics) {
    if (topic.error_code == protocol::wire_value(ErrorCode::kLeaderNotAvailable)) continue;
    if (topic.error_code != 0) return broker_error(topic.error_code);
    for (const auto& one : topic.partitions) {
      if (one.leader_id < 0) continue;
      leaders[TopicPartition{std::string(topic.name.value_or("")), one.partition_index}] = one.leader_id;
    }
  }
  return leaders;
}

Attempt<OffsetsFound> list_offsets(Client& client, const OffsetsWanted& wanted, bool read_committed) {
  OffsetsWanted left = wanted;
  OffsetsFound found;
  if (left.empty()) return found;
  auto done = client.retried("listOffsets", [&](const Deadline& deadline) {
    return ask_offsets(client, left, found, read_committed, deadline);
  });
  if (!done && done.error().kind != ToolError::Kind::kTimeout) return Error{done.error()};
  for (const auto& [partition, timestamp] : left) {
    if (!done) found.insert_or_assign(partition, Attempt<OffsetAt>(Error<ToolError>{done.error()}));
  }
  return found;
}

bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state";
}

std::optional<std::string> find_wrong_topic_name(std::string_view name) {
  constexpr std::string_view kLegal =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (name.empty()) return "Topic name is invalid: the empty string is not allowed";
  if (name == "." || name == "..") return fmt::format("Topic name is invalid: '{}' is not allowed", name);
  if (name.size() > kTopicNameMax) {
    return fmt::format("Topic name is invalid: the length of '{}' is longer than the max allowed length {}",
                       name, kTopicNameMax);
  }
  if (name.find_first_not_of(kLegal) == std::string_view::npos) return std::nullopt;
  return fmt::format(
      "Topic name is invalid: '{}' contains one or more characters other than ASCII alphanumerics, '.', '_' "
      "and '-'",
      name);
}

}  // namespace klamm::cli
