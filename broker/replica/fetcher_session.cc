#include "broker/replica/fetcher_session.h"

#include <fmt/core.h>

#include <limits>

#include "base/check.h"
#include "protocol/errors.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;

constexpr int32_t kNoSession = 0;
constexpr int32_t kOpeningEpoch = 0;

int32_t epoch_after(int32_t epoch) { return epoch == std::numeric_limits<int32_t>::max() ? 1 : epoch + 1; }

void add(FetchRequest& request, const PartitionKey& key, const FetchAsk& ask, int32_t size_max) {
  if (request.topics.empty() || request.topics.back().topic_id != key.topic_id)
    request.topics.emplace_back().topic_id = key.topic_id;
  auto& partition = request.topics.back().partitions.emplace_back();
  partition.partition = key.partition;
  partition.current_leader_epoch = ask.leader_epoch.value;
  partition.fetch_offset = ask.offset.value;
  partition.last_fetched_epoch = ask.last_epoch.value;
  partition.log_start_offset = ask.log_start.value;
  partition.partition_max_bytes = size_max;
}

void forget(FetchRequest& request, const PartitionKey& key) {
  auto& topics = request.forgotten_topics_data;
  if (topics.empty() || topics.back().topic_id != key.topic_id) topics.emplace_back().topic_id = key.topic_id;
  topics.back().partitions.push_back(key.partition);
}

}  // namespace

void FetcherSession::want(const PartitionKey& partition, const FetchAsk& ask) {
  Entry& entry = entries_[partition];
  if (entry.wanted == ask) return;
  if (!entry.wanted) ++wanted_;
  entry.wanted = ask;
  changed_.insert(partition);
}

void FetcherSession::drop(const PartitionKey& partition) {
  const auto found = entries_.find(partition);
  if (found == entries_.end() || !found->second.wanted) return;
  found->second.wanted.reset();
  --wanted_;
  changed_.insert(partition);
}

void FetcherSession::retell(const PartitionKey& partition) {
  const auto found = entries_.find(partition);
  if (found == entries_.end() || !found->second.told) return;
  found->second.must_retell = true;
  changed_.insert(partition);
}

bool FetcherSession::fill(FetchRequest& request, int32_t partition_size_max) {
  if (restart_) epoch_ = kOpeningEpoch;
  restart_ = false;
  is_full_ = epoch_ == kOpeningEpoch;
  request.session_id = id_;
  request.session_epoch = epoch_;
  if (!is_full_) return fill_changes(request, partition_size_max);
  fill_all(request, partition_size_max);
  return false;
}

// The leader takes in what is named before it forgets, so that one request cannot do both with a partition.
bool FetcherSession::fill_changes(FetchRequest& request, int32_t partition_size_max) {
  std::set<PartitionKey> left;
  for (const PartitionKey& key : changed_) {
    Entry& entry = entries_.at(key);
    if (entry.told && (entry.must_retell || !entry.wanted)) {
      forget(request, key);
      entry.told.reset();
      if (entry.wanted) left.insert(key);
    } else if (entry.wanted && entry.wanted != entry.told) {
      add(request, key, *entry.wanted, partition_size_max);
      entry.told = entry.wanted;
    }
    entry.must_retell = false;
    if (!entry.wanted && !entry.told) entries_.erase(key);
  }
  changed_ = std::move(left);
  return !changed_.empty();
}

void FetcherSession::fill_all(FetchRequest& request, int32_t partition_size_max) {
  std::erase_if(entries_, [](const auto& entry) { return !entry.second.wanted; });
  const auto first = served_ ? entries_.upper_bound(*served_) : entries_.begin();
  const auto tell = [&](Entries::iterator from, Entries::iterator to) {
    for (; from != to; ++from) {
      Entry& entry = from->second;
      add(request, from->first, *entry.wanted, partition_size_max);
      entry.told = entry.wanted;
      entry.must_retell = false;
    }
  };
  tell(first, entries_.end());
  tell(entries_.begin(), first);
  changed_.clear();
  told_ = entries_.size();
  CHECK(told_ == wanted_);
}

FetcherSession::Verdict FetcherSession::on_answer(const FetchResponse& response) {
  if (response.error_code != 0) {
    const ErrorCode code{response.error_code};
    begin_anew(code == ErrorCode::kFetchSessionIdNotFound ? kNoSession : id_);
    return {.is_session_lost =
                code == ErrorCode::kFetchSessionIdNotFound || code == ErrorCode::kInvalidFetchSessionEpoch,
            .problem = fmt::format("the answer is {}", protocol::name_of(code))};
  }
  // KIP-219: who is to wait is told nothing else.
  if (is_full_ && response.responses.empty() && response.throttle_time_ms > 0) {
    begin_anew(kNoSession);
    return {};
  }
  if (std::string problem = problem_of(response); !problem.empty()) {
    begin_anew(is_full_ ? kNoSession : id_);
    return {.is_session_lost = true, .problem = std::move(problem)};
  }
  if (response.session_id == kNoSession) {
    begin_anew(kNoSession);  // there was no room for one
  } else if (is_full_) {
    id_ = response.session_id;
    epoch_ = epoch_after(kOpeningEpoch);
  } else {
    epoch_ = epoch_after(epoch_);
  }
  return {.is_usable = true};
}

void FetcherSession::on_failure() { begin_anew(id_); }

void FetcherSession::begin_anew(int32_t session_id) {
  id_ = session_id;
  epoch_ = kOpeningEpoch;
}

// Whoever names what was not asked for, or a partition twice, means another session than we do.
std::string FetcherSession::problem_of(const FetchResponse& response) {
  ++answers_;
  size_t named = 0;
  for (const auto& topic : response.responses) {
    for (const auto& partition : topic.partitions) {
      const auto entry = entries_.find({topic.topic_id, partition.partition_index});
      if (entry == entries_.end() || !entry->second.told)
        return fmt::format("the answer names partition {} of topic id {}, which was not asked for",
                           partition.partition_index, topic.topic_id.to_string());
      if (entry->second.answered == answers_)
        return fmt::format("the answer names partition {} of topic id {} twice", partition.partition_index,
                           topic.topic_id.to_string());
      entry->second.answered = answers_;
      ++named;
    }
  }
  if (is_full_ && named < told_)
    return fmt::format("the answer leaves out {} of {} partitions", told_ - named, told_);
  return {};
}

bool FetcherSession::is_answered(const PartitionKey& partition) const {
  const auto found = entries_.find(partition);
  if (found == entries_.end()) return false;
  const Entry& entry = found->second;
  return entry.wanted && entry.told && entry.wanted->is_same_place(*entry.told);
}

}  // namespace klamm::broker
