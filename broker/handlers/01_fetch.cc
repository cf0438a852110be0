// Fetch, versions 4-18: slices of the logs of the partitions that the request or its session names.
//
// A fetch that finds less than min_bytes (or max_bytes, if that is less) waits for the partitions it asked
// for to change, and looks again only at those that did, until max_wait_ms is over. KIP-227 sessions (v7),
// KIP-320 epochs (v9), KIP-516 topic ids (v13).
//
// A replica's fetch reads up to the end of the log, and tells the partition how far its follower has come. In
// a session it looks at the partitions that it names, at those that have changed since the fetch before, and
// in turn at the others, each once in half a second. Of what is throttled, followers that are not in sync are
// given nothing while the quota is overdrawn (KIP-73).
//
// A consumer that has fetched more than its quota allows is answered without records, and held back (KIP-13,
// KIP-219).
//
// Differs from Apache Kafka: no fetch waits for more than five minutes, and none once its connection has
// closed or the node stops. A replica's waits no longer when another request has come behind it: its follower
// has more to ask for. A consumer that has fetched nothing lately is given a batch that is larger than its
// quota allows, and held back afterwards, where Kafka gives it nothing for ever.

#include "broker/handlers/fetch.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "broker/handlers/topics.h"
#include "broker/quota/client_quotas.h"
#include "broker/replica/fetch_read.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"

namespace klamm::broker {
namespace {

using protocol::FetchRequest;
using protocol::FetchResponse;

constexpr int16_t kFirstVersionWithRacks = 11;
constexpr int16_t kFirstVersionWithTopicIds = 13;
constexpr int16_t kFirstVersionWithReplicaState = 15;  // KIP-903
constexpr int16_t kFirstVersionWithLeaders = 16;       // KIP-951
constexpr int32_t kNoSession = 0;
constexpr int32_t kInitialEpoch = 0;
constexpr int32_t kFinalEpoch = -1;
constexpr int8_t kReadCommitted = 1;
constexpr size_t kTopicNameSizeMax = 249;
// What a partition takes in an answer beside its records, for quotas: about.
constexpr size_t kPartitionSize = 64;

// Who may have nothing remembered waits without hearing of new records, and looks again after so long: as
// long as most clients wait for them.
constexpr int64_t kDeafWaitMs = 500;
// No fetch waits longer, whatever it asks for: a client that has sent its next request and has gone is not
// noticed before.
constexpr int64_t kWaitMsMax = 300'000;

// One request, from its first look at the partitions to its answer. Lives on its connection's loop; only
// on_change() comes from other threads.
class Fetch final : public FetchRead::Owner, public Parked, public std::enable_shared_from_this<Fetch> {
 public:
  Fetch(Request request, Reply reply, FetchRequest body, const FetchUses& uses)
      : request_(std::move(request)),
        reply_(std::move(reply)),
        body_(std::move(body)),
        uses_(uses),
        read_(std::make_shared<FetchRead>(uses.partitions)) {}

  void start();
  void hurry() override;
  void abandon() override;
  void on_next() override;
  void on_change() override;

 private:
  ErrorCode begin_session(std::vector<FetchTarget>& targets);
  ErrorCode continue_session(std::vector<FetchTarget>& targets);
  std::vector<FetchTarget> asked() const;
  std::vector<FetchTarget> forgotten() const;
  FetchRead::Terms terms() const;
  bool goes_on(std::shared_ptr<FetchRead> kept, const std::vector<FetchTarget>& changed);
  void read(std::vector<FetchTarget> targets);
  bool is_due() const;
  void wait();
  void look_again();
  void look_a_last_time();
  void respond();
  void respond_error(ErrorCode code);
  RateSensor::Asked ask_quota() const;
  void respond_held_back(int64_t ms);
  void describe(const FetchRead::Slot& slot, FetchResponse::PartitionData& partition) const;
  void count(const FetchRead::Slot& slot) const;
  void count_waiting(int64_t change);
  int32_t size_max() const {
    return std::min(std::clamp(body_.max_bytes, 0, uses_.response_size_max), quota_size_max_);
  }
  int64_t now_ms() const { return uses_.clock.monotonic_ms(); }

  Request request_;
  Reply reply_;
  FetchRequest body_;
  const FetchUses uses_;
  std::shared_ptr<FetchSession> session_;
  bool incremental_ = false;
  std::optional<FetchRead::Replica> replica_;
  int32_t quota_size_max_ = INT32_MAX;
  std::string rack_;                 // of a consumer that may be sent to a replica there
  std::shared_ptr<FetchRead> read_;  // a follower's session has it when the answer is given
  bool goes_on_ = false;             // with what the fetch before has found
  // While it waits.
  std::optional<FetchBudget::Share> share_;
  bool deaf_ = false;  // the budget had no share for it
  bool is_counted_ = false;
  TimerId timer_ = TimerId::kNone;
};

void Fetch::start() {
  const auto& [id, epoch] = body_.replica_state;
  const FetchRead::Replica replica{{reply_.version() < kFirstVersionWithReplicaState ? body_.replica_id : id},
                                   reply_.version() < kFirstVersionWithReplicaState ? -1 : epoch};
  if (replica.id >= NodeId{0}) {
    replica_ = replica;
  } else if (uses_.reads_by_rack) {
    rack_ = body_.rack_id;
  }
  // More would always be too much.
  if (!replica_ && request_.quota != nullptr) quota_size_max_ = request_.quota->fetch_size_max();
  reply_.count_as(replica_ ? metrics::RequestKind::kFetchFollower : metrics::RequestKind::kFetchConsumer);
  std::vector<FetchTarget> targets;
  if (ErrorCode code = begin_session(targets); code != ErrorCode::kNone) return respond_error(code);
  if (!goes_on_) read(std::move(targets));
  if (is_due()) return respond();
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
  session_ = uses_.sessions.create({.privileged = replica_.has_value(), .uses_topic_ids = by_id}, targets,
                                   request_.client, now_ms());
  return ErrorCode::kNone;
}

ErrorCode Fetch::continue_session(std::vector<FetchTarget>& targets) {
  auto session = uses_.sessions.find(body_.session_id, request_.client, now_ms());
  if (session == nullptr) return ErrorCode::kFetchSessionIdNotFound;
  if (session->uses_topic_ids() != (reply_.version() >= kFirstVersionWithTopicIds))
    return ErrorCode::kFetchSessionTopicIdError;
  const std::vector<FetchTarget> changed = asked(), given_up = forgotten();
  ErrorCode code = uses_.sessions.begin(*session, body_.session_epoch, changed, given_up, now_ms());
  if (code != ErrorCode::kNone) return code;
  std::shared_ptr<FetchRead> kept = session->take_kept();
  goes_on_ = given_up.empty() && goes_on(std::move(kept), changed);
  if (goes_on_) {
    session_ = std::move(session);
    incremental_ = true;
    return code;
  }
  targets = session->targets();
  if (targets.empty()) {
    uses_.sessions.remove(session->id());
    return code;
  }
  session_ = std::move(session);
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

bool Fetch::goes_on(std::shared_ptr<FetchRead> kept, const std::vector<FetchTarget>& changed) {
  if (kept == nullptr) return false;
  const auto image = uses_.images.get();
  const Access access = access_of(uses_.authorizer, *image, request_);
  // Before what has changed is looked at: what changes then is told to this fetch.
  kept->tell(weak_from_this());
  if (!kept->go_on(terms(), changed, access)) return false;
  read_ = std::move(kept);
  return true;
}

FetchRead::Terms Fetch::terms() const {
  FetchRead::Terms terms{.size_max = static_cast<size_t>(size_max()),
                         .committed_only = body_.isolation_level == kReadCommitted,
                         .by_topic_id = reply_.version() >= kFirstVersionWithTopicIds,
                         .any_replica = !replica_ && reply_.version() >= kFirstVersionWithRacks,
                         .from_replica = replica_};
  terms.rack = rack_;
  terms.listener = request_.client->listener;
  terms.now_ms = now_ms();
  return terms;
}

void Fetch::read(std::vector<FetchTarget> targets) {
  const auto image = uses_.images.get();
  const Access access = access_of(uses_.authorizer, *image, request_);
  read_->tell(weak_from_this());
  read_->begin(terms(), std::move(targets), *image, access);
}

bool Fetch::is_due() const {
  // As in Kafka, nobody waits for more than may be given.
  const auto size_min = static_cast<size_t>(std::clamp(body_.min_bytes, 0, size_max()));
  return body_.max_wait_ms <= 0 || read_->partitions() == 0 || read_->is_due(size_min);
}

// Errors that Kafka does not count as failures (ReplicaManager.readFromLog).
bool is_expected(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone:
    case ErrorCode::kOffsetOutOfRange:
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kNotLeaderOrFollower:
    case ErrorCode::kReplicaNotAvailable:
    case ErrorCode::kTopicAuthorizationFailed:
    case ErrorCode::kKafkaStorageError:
    case ErrorCode::kFencedLeaderEpoch:
    case ErrorCode::kUnknownLeaderEpoch:
    case ErrorCode::kUnknownTopicId:
    case ErrorCode::kInconsistentTopicId:
      return true;
    default:
      return false;
  }
}

void Fetch::count(const FetchRead::Slot& slot) const {
  using metrics::TopicCounter;
  if (replica_ && slot.partition != nullptr && slot.result.size() > 0)
    slot.partition->on_given(static_cast<int64_t>(slot.result.size()));
  metrics::TopicStats* const topic = slot.partition == nullptr ? nullptr : slot.partition->topic_stats();
  if (topic == nullptr || uses_.stats == nullptr) return;
  if (!is_expected(slot.result.error)) topic->add(TopicCounter::kFailedFetchRequests);
  const auto size = static_cast<int64_t>(slot.result.size());
  if (size == 0) return;
  if (replica_) {
    uses_.stats->topics.all().add(TopicCounter::kReplicationBytesOut, size);
  } else {
    topic->add(TopicCounter::kBytesOut, size);
  }
}

void Fetch::count_waiting(int64_t change) {
  if (uses_.stats != nullptr) uses_.stats->counters.add(metrics::NodeCounter::kDelayedFetch, change);
  is_counted_ = change > 0;
}

void Fetch::wait() {
  count_waiting(1);
  auto self = shared_from_this();
  int64_t wait_ms = std::min<int64_t>(body_.max_wait_ms, kWaitMsMax);
  if (goes_on_) wait_ms = std::clamp<int64_t>(read_->turns_end_ms() - now_ms(), 0, wait_ms);
  if (!replica_) {
    share_.emplace(uses_.sessions.budget(), request_.client->host);
    deaf_ = !uses_.sessions.grant(*share_, read_->partitions(), now_ms());
  }
  if (deaf_) {
    wait_ms = std::min(wait_ms, kDeafWaitMs);
    read_->clear();
  }
  // What was asked for is remembered by the session, or by the slots, and else is in the request's frame. The
  // request's memory is not kept for as long as a client chose to wait; nor are the vectors', which clear(),
  // or an assignment of {}, would keep.
  decltype(body_.topics)().swap(body_.topics);
  decltype(body_.forgotten_topics_data)().swap(body_.forgotten_topics_data);
  if (!deaf_ || incremental_) {
    request_.body = {};
    request_.frame.reset();
  }
  timer_ = request_.loop->call_at(request_.loop->now_ms() + wait_ms, [self] {
    self->timer_ = TimerId::kNone;
    self->look_a_last_time();
  });
  reply_.park(std::weak_ptr<Parked>(self));
  if (!deaf_) read_->listen();
}

void Fetch::on_change() {
  request_.loop->post([self = shared_from_this()] { self->look_again(); });
}

void Fetch::look_again() {
  if (reply_.answered()) return;
  read_->look_again();
  if (is_due()) return look_a_last_time();
  read_->listen_on();
}

void Fetch::look_a_last_time() {
  if (reply_.answered()) return;
  if (!deaf_) {
    read_->finish();
  } else if (incremental_) {
    read(session_->targets());
  } else {
    CHECK(read_body(request_, body_));
    read(asked());
  }
  respond();
}

void Fetch::hurry() { look_a_last_time(); }

void Fetch::on_next() {
  if (replica_) look_a_last_time();
}

void Fetch::abandon() {
  if (is_counted_) count_waiting(-1);
  request_.loop->cancel(timer_);
  read_->stop_listening();
  share_.reset();
  session_.reset();
  reply_.close();
}

FetchFacts facts_of(const ReadResult& result) {
  const bool has_news = result.size() > 0 || result.preferred_replica != kNoNode;
  return {result.error, has_news, result.diverging.has_value(), result.high_watermark,
          result.log_start_offset};
}

void Fetch::describe(const FetchRead::Slot& slot, FetchResponse::PartitionData& partition) const {
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
  partition.preferred_read_replica = result.preferred_replica.value;
  if (result.diverging)
    partition.diverging_epoch = {result.diverging->epoch.value, result.diverging->end.value};
  if (result.slice) partition.records = protocol::Records{{}, static_cast<uint32_t>(result.size())};
}

void Fetch::respond() {
  if (is_counted_) count_waiting(-1);
  if (timer_ != TimerId::kNone) request_.loop->cancel(timer_);
  const RateSensor::Asked quota = ask_quota();
  if (!quota.is_granted) return respond_held_back(quota.wait_ms);
  std::shared_ptr<const ClusterImage> image = uses_.images.get();
  LeaderHints<FetchResponse> hints(*image, request_.client->listener);
  FetchResponse response;
  response.throttle_time_ms = static_cast<int32_t>(quota.wait_ms);
  std::vector<storage::FileSlice> slices;
  for (FetchRead::Slot* met : read_->met()) {
    FetchRead::Slot& slot = *met;
    count(slot);
    bool news = session_ == nullptr || session_->update(slot.target, facts_of(slot.result));
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
    const bool is_moved = code == ErrorCode::kNotLeaderOrFollower || code == ErrorCode::kFencedLeaderEpoch;
    if (is_moved && reply_.version() >= kFirstVersionWithLeaders) {
      hints.tell(slot.target.topic, slot.target.topic_id, slot.target.partition, partition.current_leader,
                 response);
    }
  }
  // Replicas are told who leads, and know where that is.
  if (replica_) response.node_endpoints.clear();
  if (session_) response.session_id = session_->id();
  Response encoded = reply_.encode(response, reply_.version(), std::move(slices));
  // Before the follower has the answer, and asks again.
  if (replica_ && session_ && read_->stay()) session_->keep(body_.session_epoch, std::move(read_));
  reply_.send(std::move(encoded));
}

// Once for each fetch: what is granted is charged.
RateSensor::Asked Fetch::ask_quota() const {
  if (replica_ || request_.quota == nullptr) return {};
  size_t size = 0;
  for (const FetchRead::Slot* slot : read_->met()) {
    if (slot->result.size() > 0) size += slot->result.size() + kPartitionSize;
  }
  return size == 0 ? RateSensor::Asked{} : request_.quota->ask_fetch(size, now_ms());
}

// As in Kafka: without partitions, whose news stay for the next fetch of the session; and a session that
// would begin with this one does not.
void Fetch::respond_held_back(int64_t ms) {
  FetchResponse response;
  response.throttle_time_ms = static_cast<int32_t>(ms);
  if (incremental_) {
    response.session_id = session_->id();
  } else if (session_ != nullptr) {
    uses_.sessions.remove(session_->id());
  }
  reply_.send(response);
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
