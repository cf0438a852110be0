// A shard whose groups come from a log, with a journal in memory, and answers as text.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/group/group_records.h"
#include "broker/group/group_shard.h"
#include "tests/broker/group_fakes.h"
#include "tests/broker/access_records.h"
#include "tests/broker/metadata_records.h"
#include "tests/testing.h"

namespace klamm::broker::group::testing {

inline std::string error_text(int16_t code) {
  return std::string(protocol::name_of(static_cast<ErrorCode>(code)));
}

class ShardFixture {
 public:
  // As records of the log.
  bool load(const CoordinatorRecord& record) { return shard.load(view_of(record, Offset{loaded_++}), now); }
  void load_offset(std::string_view group, std::string_view topic, int32_t partition, int64_t offset) {
    protocol::OffsetCommitValue value;
    value.offset = offset;
    value.commit_timestamp = now.wall_ms;
    REQUIRE(load(offset_commit_record({group, topic, partition}, value)));
  }
  // A group of consumers in generation 3 with members "m0", "m1" ..., who read the topic "orders"; empty
  // without any.
  void load_group(std::string_view id, size_t members, std::string_view protocol_type = "consumer") {
    static const std::vector<std::string> kIds{"m0", "m1", "m2"};
    protocol::GroupMetadataValue value;
    value.protocol_type = protocol_type;
    value.generation = 3;
    value.current_state_timestamp = now.wall_ms;
    if (members > 0) value.protocol = "range";
    if (members > 0) value.leader = kIds[0];
    for (size_t index = 0; index < members; ++index) {
      auto& member = value.members.emplace_back();
      member.member_id = kIds.at(index);
      if (index == 1) member.group_instance_id = "static";
      member.client_id = "client";
      member.client_host = "/127.0.0.1";
      member.session_timeout = 10'000;
      member.rebalance_timeout = 60'000;
      member.subscription = subscription_;
      member.assignment = as_bytes("part");
    }
    REQUIRE(load(group_metadata_record(id, value)));
  }
  void loaded() { shard.on_loaded(now); }

  void settle() {
    journal.settle([this](const CoordinatorRecordView& record) { shard.apply(record); }, now);
  }
  void advance(int64_t ms) {
    now.monotonic_ms += ms;
    now.wall_ms += ms;
    shard.tick(now);
    settle();
  }

  // "a consumer Stable classic; b  Empty classic"
  std::string list(std::vector<std::string_view> states = {},
                   std::vector<std::string_view> types = {}) const {
    protocol::ListGroupsRequest request;
    request.states_filter = std::move(states);
    request.types_filter = std::move(types);
    protocol::ListGroupsResponse response;
    shard.list(GroupFilter(request), response);
    std::string text;
    for (const auto& group : response.groups) {
      text += (text.empty() ? "" : "; ") + fmt::format("{} {} {} {}", group.group_id, group.protocol_type,
                                                       group.group_state, group.group_type);
    }
    return text;
  }
  // "g Stable consumer/range m0@client/127.0.0.1=part m1(static)@client/127.0.0.1=part"
  std::string describe(std::string_view id, int16_t version = 6) const {
    std::string message;
    const auto group = shard.describe(id, version, message);
    std::string text = fmt::format("{} {} {}/{}", group.group_id, group.group_state, group.protocol_type,
                                   group.protocol_data);
    if (group.error_code != 0 || group.error_message) {
      text += " " + error_text(group.error_code) + ": " + std::string(group.error_message.value_or("-"));
    }
    for (const auto& member : group.members) {
      text += " " + std::string(member.member_id);
      if (member.group_instance_id) text += fmt::format("({})", *member.group_instance_id);
      text +=
          fmt::format("@{}{}={}", member.client_id, member.client_host, as_text(member.member_assignment));
      if (!member.member_metadata.empty()) text += fmt::format("+{}", member.member_metadata.size());
    }
    return text;
  }
  std::string remove(std::string_view id) {
    std::string answer = "waits";
    shard.remove(id, [&](const auto& told) {
      answer = fmt::format("{} {}", told.group_id, error_text(told.error_code));
    });
    settle();
    return answer;
  }
  // "orders 0 5; orders 1 6"
  std::string offsets_of(std::string_view group) {
    std::string text;
    for (const Offsets::Committed& offset : shard.offsets().all()) {
      if (offset.group != group) continue;
      text += (text.empty() ? "" : "; ") +
              fmt::format("{} {} {}", offset.topic, offset.partition, offset.offset.value);
    }
    return text;
  }
  // Is asked to come back with an id.
  void join_new(std::string_view group) {
    protocol::JoinGroupRequest request;
    request.group_id = group;
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 60'000;
    request.protocol_type = "consumer";
    request.protocols.push_back({"range", {}});
    shard.classic().join(request, {.version = 9, .client_id = "c", .client_host = "/h"}, now,
                         [](const auto&) {});
  }
  ErrorCode heartbeat(std::string_view group, std::string_view member) {
    protocol::HeartbeatRequest request;
    request.group_id = group;
    request.member_id = member;
    request.generation_id = 3;
    return static_cast<ErrorCode>(shard.classic().heartbeat(request, now).error_code);
  }
  // By the group's member m0.
  void commit(std::string_view group, std::string_view topic, int64_t offset) {
    protocol::OffsetCommitRequest request;
    request.group_id = group;
    request.member_id = "m0";
    request.generation_id_or_member_epoch = 3;
    auto& committed = request.topics.emplace_back();
    committed.name = topic;
    committed.partitions.push_back({.partition_index = 0, .committed_offset = offset});
    int16_t code = -1;
    shard.offsets().commit(request, 9, image, klamm::broker::testing::everyone(), now,
                           [&](const protocol::OffsetCommitResponse& response) {
                             code = response.topics.at(0).partitions.at(0).error_code;
                           });
    settle();
    REQUIRE(code == 0);
  }

  GroupCoordinatorConfig config;
  SeededRandom random{1};
  LogJournal journal;
  ClusterImage image = klamm::broker::testing::image_of(
      {klamm::broker::testing::topic("orders", 1), klamm::broker::testing::partition(1, 0, {1})});
  Now now{.monotonic_ms = 5'000, .wall_ms = 1'700'000'000'000};
  GroupShard shard{config, random, journal};

 private:
  // A consumer's subscription to "orders": version 0, one topic, no user data.
  const Bytes subscription_{0, 0, 0, 0, 0, 1, 0, 6, 'o', 'r', 'd', 'e', 'r', 's', 255, 255, 255, 255};
  int64_t loaded_ = 0;
};

}  // namespace klamm::broker::group::testing
