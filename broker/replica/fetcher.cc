#include "broker/replica/fetcher.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/mutants.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

constexpr int64_t kLatestTimestamp = -1;
constexpr int64_t kEarliestTimestamp = -2;
constexpr int16_t kFirstVersionWithReplicaState = 15;
// Kafka would ask in versions that do not say in which epoch the offset is asked for.
constexpr int16_t kFirstOffsetsVersionWithEpoch = 4;

template <class Message>
bool read(Message& message, int16_t version, const FetchedBytes& body) {
  if (version < Message::kVersionMin || version > Message::kVersionMax) return false;
  protocol::Reader reader(body.bytes);
  message.read(reader, version);
  return reader.ok();
}

}  // namespace

void FetcherRequest::encode(int16_t version, Bytes& out) const {
  CHECK(version_min <= version && version <= version_max);
  protocol::Writer writer(out);
  std::visit([&](const auto& known) { known.write(writer, version); }, message);
}

// ---- the metadata ----

void ReplicaFetcher::configure(const FetcherSettings& settings) {
  settings_ = settings;
  session_.restart();
}

void ReplicaFetcher::follow(const FollowedPartition& followed, int64_t now_ms) {
  const auto partition = partitions_.try_emplace(followed.key, followed).first;
  tell(partition, now_ms, [&](const Turn& turn) { return partition->second.follow(followed, turn); });
}

void ReplicaFetcher::unfollow(const PartitionKey& key) {
  const auto partition = partitions_.find(key);
  if (partition == partitions_.end()) return;
  if (const auto ticket = partition->second.ticket())
    std::erase_if(output_.work, [&](const LogWork& work) { return work.ticket == *ticket; });
  leave_phase(partition->second, key);
  session_.drop(key);
  session_.retell(key);  // to whoever follows it next
  partitions_.erase(partition);
}

void ReplicaFetcher::move_log_start(const PartitionKey& key, Offset start) {
  const auto partition = partitions_.find(key);
  if (partition == partitions_.end()) return;
  leave_phase(partition->second, key);
  partition->second.move_log_start(start);
  enter_phase(partition->second, key);
}

// ---- partitions ----

// All that happens to a partition goes through here, so that it stands where its phase belongs.
template <class Event>
void ReplicaFetcher::tell(Partitions::iterator partition, int64_t now_ms, Event event) {
  const PartitionKey& key = partition->first;
  leave_phase(partition->second, key);
  Step step = event(Turn{epochs_, settings_, now_ms, ++tickets_});
  enter_phase(partition->second, key);
  if (step.retell) session_.retell(key);
  if (step.line) output_.lines.push_back(*std::move(step.line));
  if (step.work) {
    output_.work.push_back(*std::move(step.work));
    patience_until_ms_ = now_ms + kLogPatienceMs;
  }
}

void ReplicaFetcher::leave_phase(const FetcherPartition& partition, const PartitionKey& key) {
  if (const auto until = partition.waits_until()) waiting_.erase({*until, key});
  if (const auto ticket = partition.ticket()) working_.erase(*ticket);
  if (partition.sought()) asking_.erase(key);
  if (partition.phase() == PartitionPhase::kFailed) --failed_;
}

void ReplicaFetcher::enter_phase(const FetcherPartition& partition, const PartitionKey& key) {
  if (const auto until = partition.waits_until()) waiting_.emplace(*until, key);
  if (const auto ticket = partition.ticket()) working_.insert(*ticket);
  if (partition.sought()) asking_.insert(key);
  if (partition.phase() == PartitionPhase::kFailed) ++failed_;
  if (partition.phase() == PartitionPhase::kFetching) {
    session_.want(key, partition.ask());
  } else {
    session_.drop(key);
  }
}

void ReplicaFetcher::wake(int64_t now_ms) {
  while (!waiting_.empty() && waiting_.begin()->first <= now_ms) {
    const auto partition = partitions_.find(waiting_.begin()->second);
    tell(partition, now_ms, [&](const Turn&) {
      partition->second.wake();
      return Step{};
    });
  }
}

// Before each request while the quota is overdrawn: those that the last answer had no room for are not to be
// in the next one either. Who has everything goes on, and stays in sync.
void ReplicaFetcher::delay_throttled(int64_t now_ms) {
  for (auto partition = partitions_.begin(); partition != partitions_.end(); ++partition) {
    if (!partition->second.catches_up()) continue;
    const int64_t delay_ms = epochs_.fetch_delay_ms(partition->first);
    if (delay_ms <= 0) continue;
    tell(partition, now_ms, [&](const Turn&) {
      partition->second.delay(now_ms + delay_ms);
      return Step{};
    });
  }
}

void ReplicaFetcher::on_report(const LogReport& report, int64_t now_ms) {
  const auto partition = partitions_.find(report.partition);
  if (partition == partitions_.end() || partition->second.ticket() != report.ticket) return;
  tell(partition, now_ms, [&](const Turn& turn) { return partition->second.on_report(report, turn); });
}

// ---- answers ----

void ReplicaFetcher::on_answer(int16_t version, const FetchedBytes& body, int64_t now_ms) {
  CHECK(!std::holds_alternative<Idle>(sent_));
  if (std::holds_alternative<FetchSent>(sent_)) return on_fetched(version, body, now_ms);
  on_offsets(version, body, now_ms);
}

void ReplicaFetcher::on_fetched(int16_t version, const FetchedBytes& body, int64_t now_ms) {
  FetchResponse response;
  if (!read(response, version, body)) return on_failure("the answer cannot be read", now_ms);
  sent_ = Idle();
  not_before_ms_ = now_ms + std::max(response.throttle_time_ms, 0);
  const FetcherSession::Verdict verdict = session_.on_answer(response);
  if (verdict.is_usable) {
    lost_session_ = false;
    return take_over(response, body, now_ms);
  }
  if (verdict.problem.empty()) return;
  // A session that is lost again and again would keep both of us busy.
  if (!verdict.is_session_lost || lost_session_) return back_off(verdict.problem, now_ms);
  lost_session_ = true;
  say(LogLevel::kInfo, fmt::format("{}; a new session is opened", verdict.problem));
}

void ReplicaFetcher::take_over(const FetchResponse& response, const FetchedBytes& body, int64_t now_ms) {
  for (const auto& topic : response.responses) {
    for (const auto& data : topic.partitions) {
      const PartitionKey key{topic.topic_id, data.partition_index};
      if (!mutant::kAnswerOfOldEpoch && !session_.is_answered(key)) {
        session_.retell(key);
        continue;
      }
      const auto partition = partitions_.find(key);
      CHECK(partition != partitions_.end());
      if (data.records && !data.records->bytes.empty()) session_.served(key);
      tell(partition, now_ms,
           [&](const Turn& turn) { return partition->second.on_answer(data, body.owner, turn); });
    }
  }
}

void ReplicaFetcher::on_offsets(int16_t version, const FetchedBytes& body, int64_t now_ms) {
  ListOffsetsResponse response;
  if (!read(response, version, body)) return on_failure("the answer cannot be read", now_ms);
  auto asked = std::move(std::get<OffsetsSent>(sent_).asked);
  sent_ = Idle();
  not_before_ms_ = now_ms + std::max(response.throttle_time_ms, 0);
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      const auto known = asked.extract(std::pair(std::string(topic.name), partition.partition_index));
      if (known.empty()) continue;
      tell_offset(known.mapped(), ErrorCode{partition.error_code}, Offset{partition.offset}, now_ms);
    }
  }
  for (const auto& [name, key] : asked) tell_offset(key, ErrorCode::kUnknownServerError, kNoOffset, now_ms);
}

void ReplicaFetcher::tell_offset(const PartitionKey& key, ErrorCode code, Offset offset, int64_t now_ms) {
  const auto partition = partitions_.find(key);
  if (partition == partitions_.end() || !partition->second.sought()) return;
  tell(partition, now_ms, [&](const Turn& turn) { return partition->second.on_offset(code, offset, turn); });
}

void ReplicaFetcher::on_failure(std::string_view why, int64_t now_ms) {
  CHECK(!std::holds_alternative<Idle>(sent_));
  if (std::holds_alternative<FetchSent>(sent_)) {
    session_.on_failure();
  } else {
    const auto asked = std::move(std::get<OffsetsSent>(sent_).asked);
    for (const auto& [name, key] : asked) tell_offset(key, ErrorCode::kNetworkException, kNoOffset, now_ms);
  }
  sent_ = Idle();
  back_off(why, now_ms);
}

void ReplicaFetcher::back_off(std::string_view why, int64_t now_ms) {
  not_before_ms_ = std::max(not_before_ms_, now_ms + settings_.backoff_ms);
  say(LogLevel::kWarn, fmt::format("{}; {} partitions are fetched again in {} ms", why, partitions_.size(),
                                   settings_.backoff_ms));
}

// ---- output ----

FetcherOutput ReplicaFetcher::take_output(int64_t now_ms) {
  wake(now_ms);
  FetcherOutput output = std::exchange(output_, {});
  // What is done at once with the logs belongs into the next request.
  if (!output.work.empty() || !std::holds_alternative<Idle>(sent_)) return output;
  if (now_ms < not_before_ms_ || !has_anything_to_send()) return output;
  if (waits_for_logs() && now_ms < patience_until_ms_) return output;
  if (epochs_.is_overdrawn()) {
    delay_throttled(now_ms);
    if (!has_anything_to_send()) return output;
  }
  output.request = asking_.empty() ? fetch_request(now_ms) : offsets_request();
  tickets_when_sent_ = tickets_;
  return output;
}

int64_t ReplicaFetcher::next_deadline_ms() const {
  if (!std::holds_alternative<Idle>(sent_)) return std::numeric_limits<int64_t>::max();
  int64_t at_ms = waiting_.empty() ? std::numeric_limits<int64_t>::max() : waiting_.begin()->first;
  if (has_anything_to_send()) at_ms = std::min(at_ms, waits_for_logs() ? patience_until_ms_ : not_before_ms_);
  return std::max(at_ms, not_before_ms_);
}

bool ReplicaFetcher::has_anything_to_send() const {
  return !asking_.empty() || session_.wanted() > 0 || (partitions_.empty() && session_.has_ended());
}

bool ReplicaFetcher::waits_for_logs() const {
  return !working_.empty() && *working_.rbegin() > tickets_when_sent_;
}

FetcherRequest ReplicaFetcher::fetch_request(int64_t now_ms) {
  FetchRequest message;
  const bool has_more = session_.fill(message, settings_.partition_size_max);
  if (settings_.fetch_version < kFirstVersionWithReplicaState) {
    message.replica_id = settings_.self.value;
  } else {
    message.replica_state = {settings_.self.value, settings_.broker_epoch};
  }
  message.min_bytes = settings_.size_min;
  message.max_bytes = settings_.response_size_max;
  int64_t wait_ms = settings_.wait_max_ms;
  if (!waiting_.empty())
    wait_ms = std::min(wait_ms, std::max(waiting_.begin()->first - now_ms, kLogPatienceMs));
  if (!working_.empty()) wait_ms = std::min(wait_ms, kLogPatienceMs);
  message.max_wait_ms = has_more ? 0 : static_cast<int32_t>(wait_ms);
  sent_ = FetchSent();
  return {.key = FetchRequest::kKey,
          .version_min = settings_.fetch_version,
          .version_max = settings_.fetch_version,
          .message = std::move(message)};
}

FetcherRequest ReplicaFetcher::offsets_request() {
  FetcherRequest request{.key = ListOffsetsRequest::kKey,
                         .version_min = kFirstOffsetsVersionWithEpoch,
                         .version_max = settings_.list_offsets_version};
  ListOffsetsRequest message;
  message.replica_id = settings_.self.value;
  OffsetsSent sent;
  for (const PartitionKey& key : asking_) {
    const FetcherPartition& partition = partitions_.at(key);
    if (!sent.asked.emplace(std::pair(*partition.topic(), key.partition), key).second) continue;
    if (message.topics.empty() || message.topics.back().name != *partition.topic()) {
      request.topics.push_back(partition.topic());
      message.topics.emplace_back().name = *partition.topic();
    }
    const bool is_latest = partition.sought() == FetcherPartition::Sought::kLatest;
    message.topics.back().partitions.push_back(
        {.partition_index = key.partition,
         .current_leader_epoch = partition.leader_epoch().value,
         .timestamp = is_latest ? kLatestTimestamp : kEarliestTimestamp});
  }
  request.message = std::move(message);
  sent_ = std::move(sent);
  return request;
}

std::optional<PartitionPhase> ReplicaFetcher::phase_of(const PartitionKey& key) const {
  const auto partition = partitions_.find(key);
  return partition == partitions_.end() ? std::nullopt : std::optional(partition->second.phase());
}

std::optional<int64_t> ReplicaFetcher::lag_of(const PartitionKey& key) const {
  const auto partition = partitions_.find(key);
  return partition == partitions_.end() ? std::nullopt : partition->second.lag();
}

void ReplicaFetcher::say(LogLevel level, std::string_view text) {
  output_.lines.push_back({level, fmt::format("fetching from node {}: {}", leader_.value, text)});
}

}  // namespace klamm::broker
