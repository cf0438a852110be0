// DeleteRecords, versions 0-2 (KIP-107): moves the start of a partition's log forward. -1 stands for its end.
// A partition that is named twice is treated as it is named last.
//
// Followers learn of the start with what they fetch, and tell their own with the fetch after it: the answer
// waits until the low watermark, the lowest of them, is there.

#include <algorithm>
#include <map>
#include <utility>

#include "broker/handlers/logs.h"

namespace klamm::broker {
namespace {

constexpr int64_t kWaitMsMax = 300'000;

bool may_delete(std::string_view topic, const Access& access) {
  return access.allows(security::AclOperation::kDelete, security::ResourceType::kTopic, topic);
}

struct Deleted {
  std::shared_ptr<Partition> log;
  Offset start;
  Offset low_watermark;
};

Outcome<Deleted> delete_before(std::string_view topic, int32_t index, Offset offset, const LogUses& uses) {
  const TopicImage* known = uses.image.topics().find(topic);
  bool exists = known != nullptr && known->partition(index) != nullptr;
  if (exists && is_internal_topic(topic)) return Error{ErrorCode::kInvalidTopicException};
  auto partition = held_partition(uses, topic, index);
  if (!partition) return Error{partition.error()};
  if (ErrorCode code = (*partition)->check_leader(std::nullopt); code != ErrorCode::kNone) return Error{code};
  auto config = (*partition)->config();
  // Kafka refuses what compaction alone may remove.
  if (config->compacts && !config->deletes) return Error{ErrorCode::kPolicyViolation};
  const auto start = (*partition)->delete_records_before(offset);
  if (!start) return Error{start.error()};
  const auto low = (*partition)->low_watermark();
  if (!low) return Error{low.error()};
  return Deleted{*partition, *start, *low};
}

// An answer that waits for followers. Lives on its connection's loop; only on_data() comes from other
// threads.
class AwaitedDeletion final : public DataListener,
                              public Parked,
                              public std::enable_shared_from_this<AwaitedDeletion> {
 public:
  AwaitedDeletion(Request request, Reply reply, DeletedRecords deleted)
      : request_(std::move(request)), reply_(std::move(reply)), deleted_(std::move(deleted)) {}

  void start(int64_t wait_ms) {
    timer_ = request_.loop->call_at(request_.loop->now_ms() + wait_ms, [self = shared_from_this()] {
      self->timer_ = TimerId::kNone;
      self->respond();
    });
    reply_.park(weak_from_this());
    look_again();
  }
  void on_data() override {
    request_.loop->post([self = shared_from_this()] { self->look_again(); });
  }
  void hurry() override { respond(); }
  void abandon() override {
    stop();
    reply_.close();
  }

 private:
  void look_again() {
    if (reply_.answered()) return;
    std::erase_if(deleted_.awaited,
                  [this](const DeletedRecords::Awaited& awaited) { return is_over(awaited); });
    if (deleted_.awaited.empty()) return respond();
    for (const auto& awaited : deleted_.awaited) {
      const auto low = awaited.log->low_watermark();
      awaited.log->listen_for_deletion(low ? *low : kNoOffset, weak_from_this());
    }
  }
  // What became of a partition is put into the response.
  bool is_over(const DeletedRecords::Awaited& awaited) {
    auto& result = deleted_.response.topics[awaited.topic].partitions[awaited.partition];
    const auto low = awaited.log->low_watermark();
    if (low && *low < awaited.start) return false;
    result.error_code = protocol::wire_value(low ? ErrorCode::kNone : low.error());
    result.low_watermark = low ? low->value : -1;
    return true;
  }
  void stop() {
    if (timer_ != TimerId::kNone) request_.loop->cancel(std::exchange(timer_, TimerId::kNone));
    for (const auto& awaited : deleted_.awaited) awaited.log->stop_listening(this);
  }
  void respond() {
    if (reply_.answered()) return;
    stop();
    reply_.send(deleted_.response);
  }

  Request request_;  // has the names that the response shows
  Reply reply_;
  DeletedRecords deleted_;
  TimerId timer_ = TimerId::kNone;
};

}  // namespace

DeletedRecords delete_records(const protocol::DeleteRecordsRequest& request, const LogUses& uses) {
  std::map<std::string_view, std::map<int32_t, Offset>> wanted;
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) wanted[topic.name][asked.partition_index] = {asked.offset};
  }
  DeletedRecords all;
  for (const auto& [topic, offsets] : wanted) {
    auto& results = all.response.topics.emplace_back();
    results.name = topic;
    const bool allowed = may_delete(topic, uses.access);
    for (const auto& [index, offset] : offsets) {
      auto& result = results.partitions.emplace_back();
      result.partition_index = index;
      Outcome<Deleted> deleted = Error{ErrorCode::kTopicAuthorizationFailed};
      if (allowed) deleted = delete_before(topic, index, offset, uses);
      result.low_watermark = deleted ? deleted->low_watermark.value : -1;
      if (!deleted) {
        result.error_code = protocol::wire_value(deleted.error());
      } else if (deleted->low_watermark < deleted->start) {
        result.error_code = protocol::wire_value(ErrorCode::kRequestTimedOut);
        all.awaited.push_back(
            {all.response.topics.size() - 1, results.partitions.size() - 1, deleted->log, deleted->start});
      }
    }
  }
  return all;
}

void handle_delete_records(Request request, Reply reply, const LogUses& uses) {
  protocol::DeleteRecordsRequest body;
  if (!read_body(request, body)) return reply.close();
  DeletedRecords deleted = delete_records(body, uses);
  const int64_t wait_ms = std::min<int64_t>(body.timeout_ms, kWaitMsMax);
  if (deleted.awaited.empty() || wait_ms <= 0) return reply.send(deleted.response);
  Loop& loop = *request.loop;
  auto awaited = std::make_shared<AwaitedDeletion>(std::move(request), std::move(reply), std::move(deleted));
  loop.post([awaited = std::move(awaited), wait_ms] { awaited->start(wait_ms); });
}

}  // namespace klamm::broker
