#include "broker/replica/replication_quota.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace klamm::broker {
namespace {

constexpr double kMsPerSecond = 1'000;

std::string_view trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::optional<int32_t> number_of(std::string_view text) {
  int32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, failure] = std::from_chars(text.data(), end, number);
  return failure == std::errc() && read_to == end ? std::optional(number) : std::nullopt;
}

}  // namespace

void ReplicationQuota::set_rate(int64_t bytes_per_second) {
  const int64_t now_ms = clock_.monotonic_ms();
  absl::MutexLock lock(&mutex_);
  if (rate_ == bytes_per_second) return;
  rate_ = bytes_per_second;
  level_ = static_cast<double>(bytes_per_second);
  level_at_ms_ = now_ms;
}

double ReplicationQuota::level_at(int64_t now_ms) const {
  const auto rate = static_cast<double>(rate_);
  return std::min(level_ + static_cast<double>(now_ms - level_at_ms_) * rate / kMsPerSecond, rate);
}

void ReplicationQuota::add(int64_t bytes) {
  const int64_t now_ms = clock_.monotonic_ms();
  absl::MutexLock lock(&mutex_);
  if (rate_ == kUnlimited) return;
  level_ = level_at(now_ms) - static_cast<double>(bytes);
  level_at_ms_ = now_ms;
}

int64_t ReplicationQuota::wait_ms() const {
  const int64_t now_ms = clock_.monotonic_ms();
  absl::ReaderMutexLock lock(&mutex_);
  if (rate_ == kUnlimited) return 0;
  const double level = level_at(now_ms);
  if (level >= 0) return 0;
  if (rate_ == 0) return kWaitMsMax;
  const double wait = std::ceil(-level * kMsPerSecond / static_cast<double>(rate_));
  if (wait >= static_cast<double>(kWaitMsMax)) return kWaitMsMax;
  return std::max<int64_t>(static_cast<int64_t>(wait), 1);
}

ThrottledReplicas::ThrottledReplicas(std::string_view text) : all_(trimmed(text) == "*") {
  while (!all_ && !text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view pair = trimmed(text.substr(0, comma));
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
    const size_t colon = pair.find(':');
    if (colon == pair.npos) continue;
    const auto partition = number_of(pair.substr(0, colon));
    const auto broker = number_of(pair.substr(colon + 1));
    if (partition && broker) pairs_.emplace_back(*partition, NodeId{*broker});
  }
  std::sort(pairs_.begin(), pairs_.end());
}

bool ThrottledReplicas::has(int32_t partition, NodeId broker) const {
  return all_ || std::binary_search(pairs_.begin(), pairs_.end(), std::pair(partition, broker));
}

}  // namespace klamm::broker
