// Produce, versions 3-13: appends one batch to each of the partitions that the request names.
//
// A partition that is named more than once counts once: as Kafka's maps have it, its last batch is appended,
// and records that are not one batch are the answer, whatever became of the others.
//
// Authorise, validate (outside of any lock), append. The reply is complete when every partition has been
// appended or refused, and, with acks=all, when the high watermarks have passed what was appended. Until then
// the connection may already begin its next Produce. KIP-98 (v3), KIP-467 (v8), KIP-951 (v10), KIP-516 (v13).
//
// Differs from Apache Kafka: it answers a batch whose transaction this node knows nothing of with Kafka's
// verification error at once, since there is no transaction coordinator yet.

#include "broker/handlers/produce.h"

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <absl/synchronization/mutex.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <utility>

#include "broker/handlers/topics.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/record_batch_validation.h"

namespace klamm::broker {
namespace {

using protocol::ProduceRequest;
using protocol::ProduceResponse;

constexpr int16_t kAcksAll = -1;
constexpr int16_t kFirstVersionWithTopicIds = 13;
constexpr int16_t kFirstVersionWithAbortableError = 11;

// One thread's codecs: contexts and scratch that are worth keeping from batch to batch.
protocol::Codecs& codecs_of_this_thread() {
  static thread_local protocol::Codecs codecs;
  return codecs;
}

protocol::AppendRules rules_for(const TopicConfig& topic, int16_t version, int64_t now_ms) {
  using protocol::Codec;
  protocol::AppendRules rules;
  rules.timestamp_type = static_cast<protocol::TimestampType>(topic.timestamp_type);
  rules.timestamp_before_max_ms = topic.timestamp_before_max_ms;
  rules.timestamp_after_max_ms = topic.timestamp_after_max_ms;
  rules.is_compacted = topic.compacts;
  rules.max_message_bytes = static_cast<size_t>(topic.message_size_max);
  rules.produce_version = version;
  rules.now_ms = now_ms;
  switch (topic.compression) {
    case TopicCompression::kProducer:
      break;
    case TopicCompression::kUncompressed:
      rules.compression = {Codec::kNone, 0};
      break;
    case TopicCompression::kGzip:
      rules.compression = {Codec::kGzip, topic.gzip_level};
      break;
    case TopicCompression::kSnappy:
      rules.compression = {Codec::kSnappy, 0};
      break;
    case TopicCompression::kLz4:
      rules.compression = {Codec::kLz4, topic.lz4_level};
      break;
    case TopicCompression::kZstd:
      rules.compression = {Codec::kZstd, topic.zstd_level};
      break;
  }
  return rules;
}

// Numbers keys in the order in which they are first seen. The usual few are looked through one by one, which
// allocates nothing; a map is made when there are more.
template <class Key>
class Numbering {
 public:
  size_t number_of(const Key& key) {
    if (count_ <= few_.size()) {
      const auto seen = std::span(few_).first(count_);
      const auto at = static_cast<size_t>(std::ranges::find(seen, key) - seen.begin());
      if (at < count_) return at;
      if (count_ < few_.size()) {
        few_[count_] = key;
        return count_++;
      }
      for (size_t i = 0; i < count_; ++i) numbers_.emplace(few_[i], i);
    }
    auto [entry, is_new] = numbers_.try_emplace(key, count_);
    if (is_new) ++count_;
    return entry->second;
  }

 private:
  std::array<Key, 16> few_{};
  size_t count_ = 0;
  absl::flat_hash_map<Key, size_t> numbers_;  // of all, once they are more than a few
};

// One request on its way through its partitions. Each partition has a slot, written by whoever completes it;
// the last one to complete sends the reply.
class Produce : public std::enable_shared_from_this<Produce> {
 public:
  Produce(Request request, Reply reply, ProduceRequest body, const ProduceUses& uses)
      : request_(std::move(request)), reply_(std::move(reply)), body_(std::move(body)), uses_(uses) {}

  void start();

 private:
  struct Topic {
    const ProduceRequest::TopicProduceData* named;  // where it is listed first
    const TopicImage* image;                        // null when it is unknown
    bool is_allowed;                                // to be written to
  };
  struct Slot {
    size_t topic;  // in topics_
    int32_t index;
    bool is_known;                                 // the partition exists, and may be written to
    std::optional<protocol::FramedBatch> batch{};  // of the last data whose framing is right
    ErrorCode framing = ErrorCode::kNone;          // what the last whose is not is refused with
    std::shared_ptr<Partition> partition{};
    AppendResult result{};
    std::string message{};
    std::vector<protocol::RecordError> record_errors{};
  };

  bool lacks_transaction(const Access& access) const;
  void gather(const Access& access);
  void check_framing(Slot& slot, const ProduceRequest::PartitionProduceData& data) const;
  ErrorCode refusal_of(Slot& slot) const;
  void append(Slot& slot, Untold& untold);
  void count(const Slot& slot, metrics::TopicCounter which, int64_t amount = 1) const;
  void count_refused(const Slot& slot, const protocol::RefusedBatch& refused) const;
  void count_failure(const Slot& slot, ErrorCode code) const;
  void count_waiting(int64_t change) const;
  void refuse(Slot& slot, ErrorCode code) { on_appended(slot, {.error = code}); }
  void on_appended(Slot& slot, const AppendResult& result);
  void wait_for_replicas();
  void set_timer();
  void on_committed(Slot& slot, ErrorCode code);
  void on_timeout();
  void finish();
  void respond();

  Request request_;
  Reply reply_;
  const ProduceRequest body_;
  const ProduceUses uses_;
  std::shared_ptr<const ClusterImage> image_;
  // Most requests name one.
  absl::InlinedVector<Topic, 1> topics_;
  absl::InlinedVector<Slot, 1> slots_;
  std::atomic<size_t> appending_{0};
  bool is_counted_ = false;  // among those that wait for replicas

  absl::Mutex mutex_;
  size_t uncommitted_ ABSL_GUARDED_BY(mutex_) = 0;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  TimerId timer_ ABSL_GUARDED_BY(mutex_) = TimerId::kNone;
};

void Produce::start() {
  image_ = uses_.images.get();
  const Access access = access_of(uses_.authorizer, *image_, request_);
  bool no_transaction = lacks_transaction(access);
  gather(access);
  if (slots_.empty()) return finish();
  appending_ = slots_.size();
  // Behind the last append() this object may be answered and gone; the slots may not be touched.
  auto self = shared_from_this();
  // Replicas that wait fetch all that is written here at once, and not each partition for itself.
  Untold untold;
  for (Slot& slot : slots_) {
    if (no_transaction) {
      slot.framing = ErrorCode::kNone;
      refuse(slot, ErrorCode::kTransactionalIdAuthorizationFailed);
    } else {
      append(slot, untold);
    }
  }
}

// An id that no topic has is told to everyone (from the version on that sends ids); a name that none has only
// to who may write to it.
bool may_write(const Access& access, const ProduceRequest::TopicProduceData& named, const TopicImage* topic,
               int16_t version) {
  if (topic == nullptr && version >= kFirstVersionWithTopicIds) return true;
  return access.allows(security::AclOperation::kWrite, security::ResourceType::kTopic,
                       topic == nullptr ? named.name : std::string_view(topic->name));
}

// The partitions that the request names, each once. A topic is looked up and checked once.
void Produce::gather(const Access& access) {
  Numbering<std::string_view> topics;  // by name, or by the bytes of an id
  Numbering<std::pair<size_t, int32_t>> slots;
  for (const auto& named : body_.topic_data) {
    if (named.partition_data.empty()) continue;
    const auto& id = named.topic_id.bytes;
    std::string_view key(reinterpret_cast<const char*>(id.data()), id.size());
    if (named.topic_id.is_zero()) key = named.name;
    const size_t topic = topics.number_of(key);
    if (topic == topics_.size()) {
      const TopicImage* found = find_topic(*image_, named.name, named.topic_id);
      topics_.push_back({&named, found, may_write(access, named, found, reply_.version())});
    }
    const TopicImage* image = topics_[topic].is_allowed ? topics_[topic].image : nullptr;
    for (const auto& data : named.partition_data) {
      const size_t at = slots.number_of({topic, data.index});
      if (at == slots_.size()) {
        const bool is_known = image != nullptr && image->partition(data.index) != nullptr;
        slots_.push_back({.topic = topic, .index = data.index, .is_known = is_known});
      }
      if (slots_[at].is_known) check_framing(slots_[at], data);
    }
  }
}

void Produce::check_framing(Slot& slot, const ProduceRequest::PartitionProduceData& data) const {
  const ByteView view = data.records ? data.records->bytes : ByteView{};
  // The view lies in this request's own frame, which nobody else writes to.
  const std::span<uint8_t> records(const_cast<uint8_t*>(view.data()), view.size());
  auto framed = protocol::check_framing(records, reply_.version());
  if (framed.ok()) {
    slot.batch = *framed;
  } else {
    slot.framing = framed.error().code;
  }
}

// Kafka looks at the first batch of each partition, before anything else, and refuses the whole request.
// Without transactional records a transactional id, which may be anybody's, does not matter.
bool Produce::lacks_transaction(const Access& access) const {
  if (body_.transactional_id &&
      access.allows(security::AclOperation::kWrite, security::ResourceType::kTransactionalId,
                    *body_.transactional_id)) {
    return false;
  }
  auto is_transactional = [](const ProduceRequest::PartitionProduceData& data) {
    if (!data.records) return false;
    protocol::BatchFrame frame = protocol::peek_batch(data.records->bytes);
    return frame.state == protocol::BatchFrame::State::kWhole &&
           protocol::BatchView(data.records->bytes.subspan(0, frame.size)).is_transactional();
  };
  return std::ranges::any_of(body_.topic_data, [&](const ProduceRequest::TopicProduceData& topic) {
    return std::ranges::any_of(topic.partition_data, is_transactional);
  });
}

// Why there is nothing to be appended, in Kafka's order; what is in the batch comes after all of this.
ErrorCode Produce::refusal_of(Slot& slot) const {
  if (!topics_[slot.topic].is_allowed) return ErrorCode::kTopicAuthorizationFailed;
  const TopicImage* topic = topics_[slot.topic].image;
  if (topic == nullptr) {
    bool by_id = reply_.version() >= kFirstVersionWithTopicIds;
    return by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
  }
  if (!slot.is_known) return ErrorCode::kUnknownTopicOrPartition;
  if (!slot.batch) return slot.framing;
  if (body_.acks < -1 || body_.acks > 1) return ErrorCode::kInvalidRequiredAcks;
  if (is_internal_topic(topic->name)) return ErrorCode::kInvalidTopicException;
  slot.partition = uses_.partitions.find(topic->id, slot.index);
  return slot.partition == nullptr ? ErrorCode::kNotLeaderOrFollower : ErrorCode::kNone;
}

// Kafka counts what has come as far as its replica manager.
bool is_for_a_log(ErrorCode refusal) {
  return refusal == ErrorCode::kNone || refusal == ErrorCode::kInvalidTopicException ||
         refusal == ErrorCode::kNotLeaderOrFollower;
}

void Produce::append(Slot& slot, Untold& untold) {
  const ErrorCode refusal = refusal_of(slot);
  if (is_for_a_log(refusal)) count(slot, metrics::TopicCounter::kTotalProduceRequests);
  if (refusal != ErrorCode::kNone) return refuse(slot, refusal);
  Partition::Admission admission = slot.partition->admit(body_.acks == kAcksAll);
  if (admission.error != ErrorCode::kNone) {
    count_failure(slot, admission.error);
    return refuse(slot, admission.error);
  }

  auto accepted = protocol::validate_for_append(
      *slot.batch, rules_for(*admission.config, reply_.version(), uses_.clock.wall_ms()),
      codecs_of_this_thread());
  if (!accepted) {
    count_refused(slot, accepted.error());
    slot.message = accepted.error().message;
    slot.record_errors = accepted.error().record_errors;
    return refuse(slot, accepted.error().code);
  }
  protocol::BatchView batch(accepted->batch);
  if (batch.is_transactional()) {
    bool abortable = reply_.version() >= kFirstVersionWithAbortableError;
    count_failure(slot, ErrorCode::kInvalidTxnState);
    return refuse(slot, abortable ? ErrorCode::kTransactionAbortable : ErrorCode::kInvalidTxnState);
  }
  PendingAppend append;
  if (!accepted->rewritten.empty()) {
    count(slot, metrics::TopicCounter::kProduceMessageConversions, accepted->record_count);
    append.received_size = slot.batch->bytes().size();
  }
  append.frame = request_.frame;
  append.bytes = accepted->batch;
  append.owned = std::move(accepted->rewritten);
  append.all_replicas = body_.acks == kAcksAll;
  if (batch.timestamp_type() == protocol::TimestampType::kLogAppendTime) {
    append.log_append_time_ms = batch.max_timestamp();
  }
  append.done = [self = shared_from_this(), &slot](const AppendResult& result) {
    if (result.error != ErrorCode::kNone) self->count_failure(slot, result.error);
    self->on_appended(slot, result);
  };
  slot.partition->append(std::move(append), &untold);
}

// Of a topic that this node holds a replica of, and of all.
void Produce::count(const Slot& slot, metrics::TopicCounter which, int64_t amount) const {
  if (slot.partition != nullptr && slot.partition->topic_stats() != nullptr) {
    slot.partition->topic_stats()->add(which, amount);
  } else if (uses_.stats != nullptr) {
    uses_.stats->topics.all().add(which, amount);
  }
}

// Why a batch was refused before the log was asked: of Kafka's counters, each for its own reason.
void Produce::count_refused(const Slot& slot, const protocol::RefusedBatch& refused) const {
  using metrics::TopicCounter;
  const auto size = static_cast<int64_t>(slot.batch->bytes().size());
  if (refused.code == ErrorCode::kMessageTooLarge) count(slot, TopicCounter::kBytesRejected, size);
  if (refused.code == ErrorCode::kCorruptMessage) count(slot, TopicCounter::kInvalidMessageCrc);
  if (refused.has_wrong_numbers) count(slot, TopicCounter::kInvalidOffsetOrSequence);
  count_failure(slot, refused.code);
}

// What Kafka expects of clients, and a disk that has failed, is no failure (ReplicaManager.appendToLocalLog).
void Produce::count_failure(const Slot& slot, ErrorCode code) const {
  switch (code) {
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kUnknownTopicId:
    case ErrorCode::kNotLeaderOrFollower:
    case ErrorCode::kMessageTooLarge:
    case ErrorCode::kRecordListTooLarge:
    case ErrorCode::kCorruptMessage:
    case ErrorCode::kKafkaStorageError:
      return;
    default:
      count(slot, metrics::TopicCounter::kFailedProduceRequests);
  }
}

void Produce::on_appended(Slot& slot, const AppendResult& result) {
  slot.result = result;
  if (appending_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  if (body_.acks == kAcksAll) return wait_for_replicas();
  finish();
}

void Produce::wait_for_replicas() {
  std::vector<Slot*> waiting;
  for (Slot& slot : slots_) {
    if (slot.result.error == ErrorCode::kNone && !slot.result.committed) waiting.push_back(&slot);
  }
  if (waiting.empty()) return finish();
  is_counted_ = true;
  count_waiting(1);
  reply_.allow_next();
  {
    absl::MutexLock lock(&mutex_);
    uncommitted_ = waiting.size();
  }
  auto self = shared_from_this();
  request_.loop->post([self] { self->set_timer(); });
  for (Slot* slot : waiting) {
    slot->partition->when_committed(slot->result.end_offset, slot->result.leader_epoch,
                                    [self, slot](ErrorCode code) { self->on_committed(*slot, code); });
  }
}

void Produce::set_timer() {
  absl::MutexLock lock(&mutex_);
  if (finished_) return;
  int64_t deadline_ms = request_.loop->now_ms() + body_.timeout_ms;
  timer_ = request_.loop->call_at(deadline_ms, [self = shared_from_this()] { self->on_timeout(); });
}

void Produce::on_committed(Slot& slot, ErrorCode code) {
  TimerId timer;
  {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    slot.result.committed = true;
    slot.result.error = code;
    if (--uncommitted_ > 0) return;
    finished_ = true;
    timer = timer_;
  }
  if (timer != TimerId::kNone) request_.loop->post([loop = request_.loop, timer] { loop->cancel(timer); });
  respond();
}

void Produce::on_timeout() {
  {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    finished_ = true;
    for (Slot& slot : slots_) {
      if (slot.result.error == ErrorCode::kNone && !slot.result.committed) {
        slot.result.error = ErrorCode::kRequestTimedOut;
      }
    }
  }
  respond();
}

void Produce::finish() {
  {
    absl::MutexLock lock(&mutex_);
    finished_ = true;
  }
  respond();
}

void Produce::count_waiting(int64_t change) const {
  if (uses_.stats != nullptr) uses_.stats->counters.add(metrics::NodeCounter::kDelayedProduce, change);
}

void Produce::respond() {
  if (is_counted_) count_waiting(-1);
  bool refused = false;
  for (Slot& slot : slots_) {
    if (slot.framing != ErrorCode::kNone) {
      slot.result = {.error = slot.framing};
      slot.record_errors.clear();
    }
    refused |= slot.result.error != ErrorCode::kNone;
  }
  // There is no answer to acks=0; a closed connection is the only way to say that something went wrong.
  if (body_.acks == 0) return refused ? reply_.close() : reply_.send_nothing();

  ProduceResponse response;
  for (const Topic& topic : topics_)
    response.responses.push_back({topic.named->name, topic.named->topic_id, {}});
  // Where the leader is may have changed since.
  if (refused) image_ = uses_.images.get();
  LeaderHints<ProduceResponse> hints(*image_, request_.client->listener);
  for (const Slot& slot : slots_) {
    auto& topic = response.responses[slot.topic];
    auto& partition = topic.partition_responses.emplace_back();
    partition.index = slot.index;
    partition.error_code = protocol::wire_value(slot.result.error);
    partition.base_offset = slot.result.base_offset.value;
    partition.log_append_time_ms = slot.result.log_append_time_ms;
    partition.log_start_offset = slot.result.log_start_offset.value;
    for (const auto& error : slot.record_errors) {
      partition.record_errors.push_back({error.batch_index, std::string_view(error.message)});
    }
    if (!slot.record_errors.empty()) partition.error_message = slot.message;
    if (slot.result.error == ErrorCode::kNotLeaderOrFollower) {
      hints.tell(topic.name, topic.topic_id, slot.index, partition.current_leader, response);
    }
  }
  reply_.send(response);
}

}  // namespace

void handle_produce(Request request, Reply reply, const ProduceUses& uses) {
  ProduceRequest body;
  if (!read_body(request, body)) return reply.close();
  std::make_shared<Produce>(std::move(request), std::move(reply), std::move(body), uses)->start();
}

}  // namespace klamm::broker
