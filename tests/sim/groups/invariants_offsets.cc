// What must hold of committed offsets.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "broker/group/offset_records.h"
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/offset_delete_request.h"
#include "tests/sim/groups/assignor.h"
#include "tests/sim/groups/invariants.h"
#include "tests/sim/groups/population.h"
#include "tests/sim/groups/wire.h"

namespace klamm::sim::groups {
namespace {

using protocol::ErrorCode;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;
using protocol::OffsetFetchRequest;

constexpr int16_t kFetchesGroupsFrom = 8;
constexpr int16_t kFetchesByIdFrom = 10;

// What is told of an offset was committed, and is no older than what was committed when it was asked for.
class OffsetsNeverGoBack final : public Invariant {
 public:
  explicit OffsetsNeverGoBack(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "OffsetsNeverGoBack"; }
  void before(const Coordinator&, const Exchange& exchange) override {
    const Request& request = exchange.request;
    if (request.api != Api::kOffsetFetch) return;
    const auto asked = decode<OffsetFetchRequest>(request.body, request.version);
    const std::string group(request.version >= kFetchesGroupsFrom ? asked.groups.front().group_id
                                                                  : asked.group_id);
    Begun& begun = begun_[exchange.id];
    begun.all_committed = cluster_.log().committed() == cluster_.log().end();
    const auto& offsets = cluster_.committed().offsets();
    for (auto at = offsets.lower_bound({group, "", 0}); at != offsets.end() && at->first.group == group;
         ++at) {
      begun.from[at->first] = at->second.values.size() - 1;
      if (cluster_.committed().is_pending(at->first)) begun.pending.insert(at->first);
    }
  }
  void on_fetch(const Coordinator& coordinator, const Exchange& exchange, const FetchRequest& asked,
                const FetchResponse& given) override {
    const Begun begun = std::move(begun_.extract(exchange.id).mapped());
    if (!cluster_.is_current(coordinator) || given.error_code != 0) return;
    std::set<OffsetKey> told;
    for (const auto& topic : given.topics) {
      for (const auto& partition : topic.partitions) {
        OffsetKey key{std::string(asked.group_id), std::string(topic.name), partition.partition_index};
        check(key, partition.committed_offset, static_cast<ErrorCode>(partition.error_code), begun,
              exchange.request.version);
        told.insert(std::move(key));
      }
    }
    if (asked.topics || exchange.request.version >= kFetchesByIdFrom) return;
    for (const auto& [key, from] : begun.from) {
      const auto& values = cluster_.committed().offset(key)->values;
      const bool was_gone = std::count(values.begin() + static_cast<ptrdiff_t>(from), values.end(), -1) > 0;
      if (!told.contains(key) && !was_gone && !is_of_a_topic_that_was(key)) {
        return broken(fmt::format("{} {}-{} is left out", key.group, key.topic, key.partition));
      }
    }
  }

 private:
  struct Begun {
    std::map<OffsetKey, size_t> from;
    std::set<OffsetKey> pending;
    bool all_committed;
  };
  void check(const OffsetKey& key, int64_t value, ErrorCode code, const Begun& begun, int16_t version) {
    const auto text = fmt::format("{} {}-{}", key.group, key.topic, key.partition);
    if (code == ErrorCode::kUnstableOffsetCommit) {
      const bool is_pending = begun.pending.contains(key) || cluster_.committed().is_pending(key);
      if (!is_pending && begun.all_committed) broken(text + " is told to be pending, and is not");
      return;
    }
    if (code != ErrorCode::kNone) return;
    // By its id a topic may be another than the one that was committed for.
    if (value == -1 && version >= kFetchesByIdFrom) return;
    const OffsetHistory* history = cluster_.committed().offset(key);
    if (history == nullptr) {
      if (value != -1) broken(fmt::format("{} is told to be {}, which nobody committed", text, value));
      return;
    }
    auto found = begun.from.find(key);
    const auto from = static_cast<ptrdiff_t>(found == begun.from.end() ? 0 : found->second);
    if (std::count(history->values.begin() + from, history->values.end(), value) > 0) return;
    if (value == -1 && is_of_a_topic_that_was(key)) return;
    const bool is_old = std::count(history->values.begin(), history->values.end(), value) > 0;
    broken(fmt::format("{} is told to be {}, {}; it was {} when asked for", text, value,
                       is_old ? "as it has been" : "which is not committed",
                       history->values[static_cast<size_t>(from)]));
  }

  // The topic has been deleted and made anew: what was committed for the old one is told to nobody, also
  // where it could not be taken out of the log.
  bool is_of_a_topic_that_was(const OffsetKey& key) const {
    const Uuid& committed_for = cluster_.committed().offset(key)->topic_id;
    const broker::TopicImage* topic = cluster_.image().topics().find(key.topic);
    return !committed_for.is_zero() && topic != nullptr && topic->id != committed_for;
  }

  const Cluster& cluster_;
  std::map<uint64_t, Begun> begun_;
};

// What is acknowledged is committed: offsets, and deletions.
class AcknowledgedIsCommitted final : public Invariant {
 public:
  explicit AcknowledgedIsCommitted(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "AcknowledgedIsCommitted"; }
  void before(const Coordinator&, const Exchange& exchange) override {
    if (exchange.request.api != Api::kDeleteGroups) return;
    lives_[exchange.id] = cluster_.committed().life(deleted_by(exchange));
  }
  void on_commit(const Coordinator&, const Exchange&, const OffsetCommitRequest& asked,
                 const OffsetCommitResponse& given) override {
    for (const auto& topic : given.topics) {
      for (const auto& partition : topic.partitions) {
        if (partition.error_code == 0) check(asked, topic, partition.partition_index);
      }
    }
  }
  void on_delete(const Coordinator&, const Exchange& exchange, const DeleteResult& given) override {
    const int32_t life = lives_.extract(exchange.id).mapped();
    if (given.error_code == 0 && cluster_.committed().life(given.group_id) <= life) {
      broken(fmt::format("group {} is said to be deleted, and is there", given.group_id));
    }
  }
  void on_offset_delete(const Coordinator&, const Exchange& exchange, const OffsetDeleteRequest& asked,
                        const OffsetDeleteResponse& given) override {
    if (given.error_code != 0) return;
    for (const auto& topic : given.topics) {
      for (const auto& partition : topic.partitions) {
        if (partition.error_code != 0) continue;
        const OffsetHistory* history = cluster_.committed().offset(
            {std::string(asked.group_id), std::string(topic.name), partition.partition_index});
        if (history == nullptr || history->values.back() == -1) continue;
        // Somebody may have committed meanwhile.
        if (exchange.handled_at == cluster_.now()) broken(fmt::format("{} is not deleted", topic.name));
      }
    }
  }

 private:
  static std::string deleted_by(const Exchange& exchange) {
    const Request& request = exchange.request;
    return std::string(
        decode<protocol::DeleteGroupsRequest>(request.body, request.version).groups_names.front());
  }
  void check(const OffsetCommitRequest& asked, const OffsetCommitResponse::OffsetCommitResponseTopic& topic,
             int32_t index) {
    for (const auto& from : asked.topics) {
      if (from.name != topic.name && (from.topic_id.is_zero() || from.topic_id != topic.topic_id)) continue;
      for (const auto& partition : from.partitions) {
        if (partition.partition_index != index) continue;
        const OffsetHistory* history =
            cluster_.committed().offset({std::string(asked.group_id), std::string(topic.name), index});
        if (history && std::find(history->values.rbegin(), history->values.rend(),
                                 partition.committed_offset) != history->values.rend()) {
          return;
        }
        return broken(fmt::format("offset {} of {} {}-{} is acknowledged, and not committed",
                                  partition.committed_offset, asked.group_id, topic.name, index));
      }
    }
  }

  const Cluster& cluster_;
  std::map<uint64_t, int32_t> lives_;
};

// The offset of a topic that a member reads does not expire.
class UsedOffsetsStay final : public Invariant {
 public:
  std::string_view name() const override { return "UsedOffsetsStay"; }
  void on_append(const Coordinator& coordinator, const broker::CoordinatorRecord& record) override {
    if (record.value || coordinator.cause() != Coordinator::Cause::kDeadline) return;
    const auto key = broker::group::read_offset_key(record.key);
    if (!key) return;
    const auto* group = find_group(coordinator, key->group);
    if (group == nullptr || group->protocol_type() != "consumer") return;
    for (const auto& [id, member] : group->members()) {
      for (const auto& protocol : member.protocols) {
        const auto topics = read_subscription(protocol.metadata).topics;
        if (std::ranges::count(topics, key->topic) == 0) continue;
        return broken(fmt::format("{}-{} expires, which {} reads, in {}", key->topic, key->partition, id,
                                  group->state_name()));
      }
    }
  }
};

// What nobody has committed anew for longer than offsets are kept is gone.
class TooOldIsGone final : public Invariant {
 public:
  std::string_view name() const override { return "TooOldIsGone"; }
  void after_heal(const Cluster& cluster) override {
    // The walls' clocks differ; and there is a while between one look at the offsets and the next.
    const int64_t kept =
        cluster.config().offsets_retention_ms + 2 * cluster.config().expiry_interval_ms + 4 * kMinute;
    if (cluster.now() - cluster.wide_committed_at < kept) return;
    size_t left = 0;
    const std::string group(kWideGroup);
    const auto& offsets = cluster.committed().offsets();
    for (auto at = offsets.lower_bound({group, "", 0}); at != offsets.end() && at->first.group == group;
         ++at) {
      // Of every topic those in front may have been committed in transactions.
      if (at->first.partition > 3 && at->second.values.back() != -1) ++left;
    }
    if (left > 0) broken(fmt::format("{} offsets of {} are too old by minutes", left, group));
  }
};

}  // namespace

void add_offset_invariants(Invariants& all, Cluster& cluster) {
  all.push_back(std::make_unique<OffsetsNeverGoBack>(cluster));
  all.push_back(std::make_unique<AcknowledgedIsCommitted>(cluster));
  all.push_back(std::make_unique<UsedOffsetsStay>());
  all.push_back(std::make_unique<TooOldIsGone>());
}

}  // namespace klamm::sim::groups
