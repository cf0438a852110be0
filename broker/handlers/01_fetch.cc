// Fetch, versions 4-18: slices of the logs of the partitions that the request or its session names.
//
// A fetch that finds less than min_bytes waits for the partitions it asked for to change, and looks again
// only at those that did, until max_wait_ms is over. KIP-227 sessions (v7), KIP-320 epochs (v9), KIP-516
// topic ids (v13).
//
// Differs from Apache Kafka: a replica's fetch is refused, since no replica but this node's can exist yet.

#include "broker/handlers/fetch.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "broker/handlers/topics.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"

namespace klamm::broker {
namespace {

using protocol::FetchRequest;
using protocol::FetchResponse;

constexpr int16_t kFirstVersionWithTopicIds = 13;
constexpr int32_t kNoSession = 0;
constexpr int32_t kInitialEpoch = 0;
constexpr int32_t kFinalEpoch = -1;
constexpr int8_t kReadCommitted = 1;
constexpr size_t kTopicNameSizeMax = 249;

// One request, from its first look at the partitions to its answer. Lives on its connection's loop; only the
// slots' on_data() comes from other threads.
class Fetch : public std::enable_shared_from_this<Fetch> {
 public:
  Fetch(Request request, Reply reply, FetchRequest body, const FetchUses& uses)
      : request_(std::move(request)),
        reply_(std::move(reply)),
        body_(std::move(body)),
        uses_(uses),
        waiting_(uses.sessions.budget()) {}

  void start();

 private:
  // One partition of the request. It listens to its partition while the fetch waits.
  struct Slot final : DataListener {
    Slot(Fetch* fetch, FetchTarget target) : fetch(fetch), target(std::move(target)) {}
    ~Slot() override { stop_listening(); }
    void on_data() override;
    void stop_listening() {
      if (std::exchange(listens, false)) partition->stop_listening(this);
    }

    Fetch* fetch;
    FetchTarget target;
    std::shared_ptr<Partition> partition;
    ReadResult result;
    bool listens = false;
    std::atomic<bool> changed{false};
  };

  ErrorCode begin_session(std::vector<FetchTarget>& targets);
  ErrorCode continue_session(std::vector<FetchTarget>& targets);
  std::vector<FetchTarget> asked() const;
  std::vector<FetchTarget> forgotten() const;
  void read(Slot& slot);
  void read_all();
  bool is_due() const;
  void wait();
  void listen(Slot& slot);
  void wake();
  void look_again();
  void respond();
  void respond_error(ErrorCode code);
  FetchFacts facts_of(const Slot& slot) const;
  void describe(const Slot& slot, FetchResponse::PartitionData& partition) const;

  Request request_;
  Reply reply_;
  FetchRequest body_;
  const FetchUses uses_;
  std::shared_ptr<FetchSession> session_;
  bool incremental_ = false;
  std::deque<Slot> slots_;
  FetchBudget::Share waiting_;
  uint32_t size_left_ = 0;
  size_t size_read_ = 0;
  TimerId timer_ = TimerId::kNone;
  std::atomic<bool> woken_{false};
};

void Fetch::start() {
  std::vector<FetchTarget> targets;
  if (ErrorCode code = begin_session(targets); code != ErrorCode::kNone) return respond_error(code);
  for (FetchTarget& target : targets) slots_.emplace_back(this, std::move(target));
  read_all();
  if (is_due() || !waiting_.resize(slots_.size())) return respond();
  wait();
}

// What a request's session id and epoch ask for (KIP-227): an epoch of 0 opens, -1 closes, others continue.
ErrorCode Fetch::begin_session(std::vector<FetchTarget>& targets) {
  if (body_.session_epoch != kInitialEpoch && body_.session_epoch != kFinalEpoch)
    return continue_session(targets);
  if (body_.session_id != kNoSession) uses_.sessions.remove(body_.session_id);
  targets = asked();
  if (body_.session_epoch == kFinalEpoch || reply_.version() < 7) return ErrorCode::kNone;
  bool by_id = reply_.version() >= kFirstVersionWithTopicIds;
  session_ = uses_.sessions.create(false, by_id, targets.size(), uses_.clock.monotonic_ms());
  if (session_) session_->begin_full(targets);
  return ErrorCode::kNone;
}

ErrorCode Fetch::continue_session(std::vector<FetchTarget>& targets) {
  session_ = uses_.sessions.find(body_.session_id, uses_.clock.monotonic_ms());
  if (session_ == nullptr) return ErrorCode::kFetchSessionIdNotFound;
  ErrorCode code = ErrorCode::kNone;
  if (session_->uses_topic_ids() != (reply_.version() >= kFirstVersionWithTopicIds)) {
    code = ErrorCode::kFetchSessionTopicIdError;
  } else {
    code = session_->begin(body_.session_epoch, asked(), forgotten(), targets);
  }
  if (code != ErrorCode::kNone) {
    if (code == ErrorCode::kFetchSessionIdNotFound) uses_.sessions.remove(session_->id());
    session_ = nullptr;
    return code;
  }
  if (targets.empty()) {
    uses_.sessions.remove(session_->id());
    session_ = nullptr;
    return code;
  }
  incremental_ = true;
  return code;
}

// As in Kafka, a partition that is named more than once counts once, as it was named last.
std::vector<FetchTarget> Fetch::asked() const {
  std::vector<FetchTarget> targets;
  std::map<std::tuple<Uuid, std::string_view, int32_t>, size_t> places;
  for (const auto& topic : body_.topics) {
    for (const auto& partition : topic.partitions) {
      auto [place, fresh] =
          places.emplace(std::tuple(topic.topic_id, topic.topic, partition.partition), targets.size());
      if (fresh) targets.emplace_back();
      targets[place->second] = {.topic = std::string(topic.topic),
                                .topic_id = topic.topic_id,
                                .partition = partition.partition,
                                .size_max = partition.partition_max_bytes,
                                .offset = {partition.fetch_offset},
                                .current_leader_epoch = {partition.current_leader_epoch},
                                .last_fetched_epoch = {partition.last_fetched_epoch},
                                .follower_log_start = {partition.log_start_offset}};
    }
  }
  return targets;
}

std::vector<FetchTarget> Fetch::forgotten() const {
  std::vector<FetchTarget> targets;
  for (const auto& topic : body_.forgotten_topics_data) {
    for (int32_t partition : topic.partitions) {
      FetchTarget& target = targets.emplace_back();
      target.topic = topic.topic;
      target.topic_id = topic.topic_id;
      target.partition = partition;
    }
  }
  return targets;
}

void Fetch::read_all() {
  size_left_ = static_cast<uint32_t>(std::clamp(body_.max_bytes, 0, uses_.response_size_max));
  size_read_ = 0;
  std::shared_ptr<const ClusterImage> image = uses_.images.get();
  bool by_id = reply_.version() >= kFirstVersionWithTopicIds;
  int32_t replica = reply_.version() < 15 ? body_.replica_id : body_.replica_state.replica_id;
  for (Slot& slot : slots_) {
    const TopicImage* topic = find_topic(*image, slot.target.topic, slot.target.topic_id);
    if (topic == nullptr) {
      slot.result = {.error = by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition};
      continue;
    }
    slot.partition = uses_.partitions.find(topic->id, slot.target.partition);
    if (slot.partition == nullptr || replica >= 0) {
      bool elsewhere = topic->partition(slot.target.partition) != nullptr;
      slot.result = {.error =
                         elsewhere ? ErrorCode::kNotLeaderOrFollower : ErrorCode::kUnknownTopicOrPartition};
      continue;
    }
    read(slot);
  }
}

// The response's limit is Kafka's: shared by all partitions in their order, except that the first one with
// records gives at least one whole batch.
void Fetch::read(Slot& slot) {
  ReadRequest request{
      .offset = slot.target.offset,
      .size_max = std::min(static_cast<uint32_t>(std::max(slot.target.size_max, 0)), size_left_),
      .at_least_one = size_read_ == 0,
      .committed_only = body_.isolation_level == kReadCommitted};
  if (slot.target.current_leader_epoch != kNoEpoch)
    request.current_leader_epoch = slot.target.current_leader_epoch;
  if (slot.target.last_fetched_epoch != kNoEpoch) request.last_fetched_epoch = slot.target.last_fetched_epoch;
  slot.result = slot.partition->read(request);
  size_t size = slot.result.size();
  size_read_ += size;
  size_left_ -= static_cast<uint32_t>(std::min<size_t>(size, size_left_));
}

bool Fetch::is_due() const {
  if (body_.max_wait_ms <= 0 || slots_.empty()) return true;
  if (size_read_ >= static_cast<size_t>(std::max(body_.min_bytes, 0))) return true;
  for (const Slot& slot : slots_) {
    if (slot.result.error != ErrorCode::kNone || slot.result.diverging) return true;
  }
  return false;
}

void Fetch::wait() {
  auto self = shared_from_this();
  // The slots hold what was asked for. The request's own memory is not kept for as long as a client, who may
  // be gone meanwhile, chose to wait.
  body_.topics.clear();
  body_.forgotten_topics_data.clear();
  request_.body = {};
  request_.frame.reset();
  timer_ = request_.loop->call_at(request_.loop->now_ms() + body_.max_wait_ms, [self] {
    self->timer_ = TimerId::kNone;
    self->respond();
  });
  for (Slot& slot : slots_) listen(slot);
}

void Fetch::listen(Slot& slot) {
  slot.listens = true;
  slot.partition->listen(slot.result.high_watermark,
                         std::shared_ptr<DataListener>(shared_from_this(), &slot));
}

void Fetch::Slot::on_data() {
  changed.store(true, std::memory_order_release);
  fetch->wake();
}

// From any thread, while the caller holds this fetch alive. However many partitions change, one task is
// posted.
void Fetch::wake() {
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  request_.loop->post([self = shared_from_this()] { self->look_again(); });
}

void Fetch::look_again() {
  woken_.store(false, std::memory_order_release);
  if (reply_.answered()) return;
  std::vector<Slot*> changed;
  for (Slot& slot : slots_) {
    if (!slot.changed.exchange(false, std::memory_order_acq_rel)) continue;
    size_read_ -= slot.result.size();
    size_left_ += static_cast<uint32_t>(slot.result.size());
    read(slot);
    changed.push_back(&slot);
  }
  if (is_due()) return respond();
  // A listener is told once; those that were told listen again.
  for (Slot* slot : changed) listen(*slot);
}

FetchFacts Fetch::facts_of(const Slot& slot) const {
  return {slot.result.error, slot.result.size() > 0, slot.result.diverging.has_value(),
          slot.result.high_watermark, slot.result.log_start_offset};
}

void Fetch::describe(const Slot& slot, FetchResponse::PartitionData& partition) const {
  const ReadResult& result = slot.result;
  partition.partition_index = slot.target.partition;
  partition.error_code = protocol::wire_value(result.error);
  partition.high_watermark = -1;
  if (result.error != ErrorCode::kNone) return;
  partition.high_watermark = result.high_watermark.value;
  partition.last_stable_offset = result.last_stable_offset.value;
  partition.log_start_offset = result.log_start_offset.value;
  partition.aborted_transactions.reset();
  if (result.aborted) {
    auto& aborted = partition.aborted_transactions.emplace();
    for (const auto& txn : *result.aborted) aborted.push_back({txn.producer_id, txn.first_offset.value});
  }
  if (result.diverging)
    partition.diverging_epoch = {result.diverging->epoch.value, result.diverging->end.value};
  if (result.slice) partition.records = protocol::Records{{}, static_cast<uint32_t>(result.size())};
}

void Fetch::respond() {
  if (reply_.answered()) return;
  if (timer_ != TimerId::kNone) request_.loop->cancel(timer_);
  std::shared_ptr<const ClusterImage> image = uses_.images.get();
  LeaderHints<FetchResponse> hints(*image, request_.client->listener);
  FetchResponse response;
  std::vector<storage::FileSlice> slices;
  for (Slot& slot : slots_) {
    slot.stop_listening();
    bool news = session_ == nullptr || session_->update(slot.target, facts_of(slot));
    if (incremental_ && !news) continue;
    auto same_topic = [&](const auto& topic) {
      return topic.topic == slot.target.topic && topic.topic_id == slot.target.topic_id;
    };
    if (response.responses.empty() || !same_topic(response.responses.back())) {
      response.responses.push_back({slot.target.topic, slot.target.topic_id, {}});
    }
    auto& partition = response.responses.back().partitions.emplace_back();
    describe(slot, partition);
    if (slot.result.slice) slices.push_back(std::move(*slot.result.slice));
    ErrorCode code = slot.result.error;
    if (code == ErrorCode::kNotLeaderOrFollower || code == ErrorCode::kFencedLeaderEpoch) {
      hints.tell(slot.target.topic, slot.target.topic_id, slot.target.partition, partition.current_leader,
                 response);
    }
  }
  if (session_) response.session_id = session_->id();
  reply_.send(response, std::move(slices));
}

void Fetch::respond_error(ErrorCode code) {
  FetchResponse response;
  response.error_code = protocol::wire_value(code);
  reply_.send(response);
}

}  // namespace

void handle_fetch(Request request, Reply reply, const FetchUses& uses) {
  FetchRequest body;
  if (!read_body(request, body)) return reply.close();
  // Each partition is remembered with its topic's name, and a session keeps it: a name that no topic can have
  // would multiply the request's size by its own.
  for (const auto& topic : body.topics) {
    if (topic.topic.size() > kTopicNameSizeMax) return reply.close();
  }
  for (const auto& topic : body.forgotten_topics_data) {
    if (topic.topic.size() > kTopicNameSizeMax) return reply.close();
  }
  std::make_shared<Fetch>(std::move(request), std::move(reply), std::move(body), uses)->start();
}

}  // namespace klamm::broker
