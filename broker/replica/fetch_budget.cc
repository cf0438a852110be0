#include "broker/replica/fetch_budget.h"

#include "base/check.h"

namespace klamm::broker {

FetchBudget::Answer FetchBudget::Share::resize(size_t partitions) {
  const size_t cost = partitions + kHolderCost;
  if (cost <= cost_) {
    budget_.give_back(client_, cost_ - cost);
  } else if (Answer answer = budget_.take(client_, cost_, cost); answer != Answer::kGranted) {
    return answer;
  }
  cost_ = cost;
  return Answer::kGranted;
}

FetchBudget::Answer FetchBudget::take(const std::string& client, size_t before, size_t after) {
  if (after > max_ / 4) return Answer::kTooLarge;
  const size_t more = after - before;
  absl::MutexLock lock(&mutex_);
  if (more > left_) return Answer::kSpent;
  auto held = held_.find(client);
  if (held == held_.end()) held = held_.emplace(client, 0).first;  // a quarter is always granted to it
  if (held->second + more > max_ / 2) return Answer::kClientSpent;
  held->second += more;
  left_ -= more;
  return Answer::kGranted;
}

void FetchBudget::give_back(const std::string& client, size_t cost) {
  if (cost == 0) return;
  absl::MutexLock lock(&mutex_);
  auto held = held_.find(client);
  CHECK(held != held_.end() && held->second >= cost);
  left_ += cost;
  held->second -= cost;
  if (held->second == 0) held_.erase(held);
}

}  // namespace klamm::broker
