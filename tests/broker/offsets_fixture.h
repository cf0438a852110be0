// A shard's committed offsets over a journal in memory, with answers as text: "orders: 0 5, 1 -" and so on.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/group/offsets.h"
#include "tests/broker/access_records.h"
#include "tests/broker/group_fakes.h"
#include "tests/broker/metadata_records.h"
#include "tests/testing.h"

namespace klamm::broker::group::testing {

using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

struct CommitPartition {
  std::string topic;
  int32_t partition;
  int64_t offset;
  std::optional<std::string> metadata = "";
  int32_t leader_epoch = -1;
};

// What of a commit is not its partitions.
struct CommitHow {
  int16_t version = 9;
  int32_t generation = -1;
  std::string member_id{};
  int64_t retention_ms = -1;
};

// A request whose texts live as long as it does.
struct CommitRequest {
  CommitRequest(std::string group, std::vector<CommitPartition> commits, const CommitHow& how,
                const ClusterImage& image)
      : group_id(std::move(group)), member_id(how.member_id), partitions(std::move(commits)) {
    body.group_id = group_id;
    body.member_id = member_id;
    body.generation_id_or_member_epoch = how.generation;
    body.retention_time_ms = how.retention_ms;
    for (const CommitPartition& from : partitions) {
      if (body.topics.empty() || from.topic != body.topics.back().name) {
        auto& topic = body.topics.emplace_back();
        topic.name = from.topic;
        const TopicImage* found = image.topics().find(from.topic);
        if (how.version >= 10) topic.topic_id = found != nullptr ? found->id : Uuid::of(9, 9);
      }
      auto& to = body.topics.back().partitions.emplace_back();
      to.partition_index = from.partition;
      to.committed_offset = from.offset;
      to.committed_leader_epoch = from.leader_epoch;
      to.committed_metadata = from.metadata;
    }
    if (how.version >= 10) {
      for (auto& topic : body.topics) topic.name = {};
    }
  }
  std::string group_id;
  std::string member_id;
  std::vector<CommitPartition> partitions;
  OffsetCommitRequest body;
};

inline std::string text_of(int16_t code) { return std::string(name_of(static_cast<ErrorCode>(code))); }

// "orders: 0 NONE, 1 NONE; logs: 0 NONE"
template <class Response>
std::string codes_of(const Response& response) {
  std::string text;
  for (const auto& topic : response.topics) {
    text += (text.empty() ? "" : "; ") + std::string(topic.name) + ":";
    const char* separator = " ";
    for (const auto& partition : topic.partitions) {
      text += separator + fmt::format("{} {}", partition.partition_index, text_of(partition.error_code));
      separator = ", ";
    }
  }
  return text;
}

// "orders: 0 5, 1 -, 2 7 (epoch 3) 'text', 3 UNSTABLE_OFFSET_COMMIT"
inline std::string text_of(const OffsetFetchResponse::OffsetFetchResponseGroup& group) {
  if (group.error_code != 0) return text_of(group.error_code);
  std::string text;
  for (const auto& topic : group.topics) {
    text += (text.empty() ? "" : "; ") + std::string(topic.name) + ":";
    const char* separator = " ";
    for (const auto& partition : topic.partitions) {
      text += std::exchange(separator, ", ") + std::to_string(partition.partition_index) + " ";
      if (partition.error_code != 0) {
        text += text_of(partition.error_code);
        REQUIRE(partition.committed_offset == -1);
        continue;
      }
      text += partition.committed_offset == -1 ? "-" : std::to_string(partition.committed_offset);
      if (partition.committed_leader_epoch != -1) {
        text += fmt::format(" (epoch {})", partition.committed_leader_epoch);
      }
      if (!partition.metadata->empty()) text += " '" + std::string(*partition.metadata) + "'";
    }
  }
  return text;
}

// Topics "orders" (id 1, partitions 0 to 3) and "logs" (id 2, partition 0).
inline ClusterImage two_topics() {
  namespace records = klamm::broker::testing;
  return records::image_of({records::topic("orders", 1), records::partition(1, 0, {1}),
                            records::partition(1, 1, {1}), records::partition(1, 2, {1}),
                            records::partition(1, 3, {1}), records::topic("logs", 2),
                            records::partition(2, 0, {1})});
}

struct FetchHow {
  int16_t version = 9;
  bool require_stable = false;
};

using Wanted = std::vector<std::pair<std::string, std::vector<int32_t>>>;

class OffsetsFixture {
 public:
  FakeGroup& fake_group(const std::string& id) {
    return static_cast<FakeGroup&>(groups.put(std::make_unique<FakeGroup>(id)));
  }

  void settle() {
    journal.settle([this](const CoordinatorRecordView& record) { REQUIRE(apply(record)); }, now);
  }
  // The answer, once it is there; "waits" while it is not.
  std::string begin_commit(const std::string& group, std::vector<CommitPartition> partitions,
                           const CommitHow& how = {}) {
    answer_ = "waits";
    const auto request = std::make_unique<CommitRequest>(group, std::move(partitions), how, image);
    offsets.commit(request->body, how.version, image, access(), now,
                   [this](const OffsetCommitResponse& response) { answer_ = codes_of(response); });
    return answer_;
  }
  std::string commit(const std::string& group, std::vector<CommitPartition> partitions,
                     const CommitHow& how = {}) {
    begin_commit(group, std::move(partitions), how);
    settle();
    return answer_;
  }
  // Committed within a transaction, as a log has it.
  void commit_in_transaction(int64_t producer_id, const std::string& group, const std::string& topic,
                             int32_t partition, int64_t offset) {
    protocol::OffsetCommitValue value;
    value.offset = offset;
    value.commit_timestamp = now.wall_ms;
    journal.append(offset_commit_record({group, topic, partition}, value), producer_id,
                   [this](const CoordinatorRecordView& record) { REQUIRE(apply(record)); });
  }
  void end_transaction(int64_t producer_id, bool committed) {
    journal.log.push_back({{}, producer_id, committed});
    offsets.end_transaction(producer_id, committed);
  }

  std::string fetch(const std::string& group, std::optional<Wanted> wanted, const FetchHow& how = {}) {
    OffsetFetchRequest::OffsetFetchRequestGroup request;
    request.group_id = group;
    if (wanted) {
      request.topics.emplace();
      for (const auto& [name, partitions] : *wanted) {
        auto& topic = request.topics->emplace_back();
        const TopicImage* found = image.topics().find(name);
        if (how.version < 10) topic.name = name;
        if (how.version >= 10) topic.topic_id = found != nullptr ? found->id : Uuid::of(9, 9);
        topic.partition_indexes = partitions;
      }
    } else {
      request.topics = std::nullopt;
    }
    answer_ = "waits";
    offsets.fetch(request, how.require_stable, how.version, image, access(),
                  [this](const auto& response) { answer_ = text_of(response); });
    if (answer_ == "waits") settle();
    return answer_;
  }
  std::string fetch_all(const std::string& group) { return fetch(group, std::nullopt); }

  // "NONE orders: 0 NONE"
  std::string remove(const std::string& group, const Wanted& wanted) {
    OffsetDeleteRequest request;
    request.group_id = group;
    for (const auto& [name, partitions] : wanted) {
      auto& topic = request.topics.emplace_back();
      topic.name = name;
      for (int32_t partition : partitions) topic.partitions.push_back({partition});
    }
    answer_ = "waits";
    offsets.remove(request, image, access(), [this](const OffsetDeleteResponse& response) {
      answer_ = text_of(response.error_code) + " " + codes_of(response);
    });
    if (answer_ == "waits") settle();
    return answer_;
  }

  void expire_at(int64_t wall_ms) {
    now.wall_ms = wall_ms;
    offsets.expire(now);
    settle();
  }

  // A group's tombstone takes the group away, as the shard does it.
  bool apply(const CoordinatorRecordView& record) {
    if (record_type_of(record.key) == kOffsetCommitType) return offsets.apply(record);
    const auto tombstone = read_group_metadata(record.key, record.value);
    REQUIRE(tombstone);
    gone_groups.emplace_back(tombstone->group);
    groups.erase(tombstone->group);
    return true;
  }

  const std::string& answer() const { return answer_; }
  Access access() const { return {rules, image.acls(), "User:alice", "10.0.0.1"}; }

  GroupCoordinatorConfig config;
  LogJournal journal;
  Groups groups;
  ClusterImage image = two_topics();
  AuthorizerRules rules;  // disabled: all is allowed
  Now now{.monotonic_ms = 1'000, .wall_ms = 1'000'000};
  Offsets offsets{{config, journal, groups}};
  std::vector<std::string> gone_groups;

 private:
  std::string answer_;
};

}  // namespace klamm::broker::group::testing
