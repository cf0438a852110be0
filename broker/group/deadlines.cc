#include "broker/group/deadlines.h"

#include "base/check.h"

namespace klamm::broker::group {

void Deadlines::set(DeadlineKey key, int64_t at_ms) {
  auto [at, is_new] = set_.try_emplace(std::move(key), at_ms);
  if (!is_new) {
    if (at->second == at_ms) return;
    order_.erase(&*at);
    at->second = at_ms;
  }
  order_.insert(&*at);
  CHECK(order_.size() == set_.size());
}

void Deadlines::cancel(const DeadlineKey& key) {
  if (auto at = set_.find(key); at != set_.end()) erase(at);
}

std::optional<int64_t> Deadlines::find(const DeadlineKey& key) const {
  auto at = set_.find(key);
  return at == set_.end() ? std::nullopt : std::optional(at->second);
}

void Deadlines::cancel_group(std::string_view group) {
  for (DeadlineKind kind : {DeadlineKind::kJoin, DeadlineKind::kSync, DeadlineKind::kSession}) {
    auto at = set_.lower_bound({kind, std::string(group)});
    while (at != set_.end() && at->first.kind == kind && at->first.group == group) at = erase(at);
  }
}

int64_t Deadlines::next_ms() const { return order_.empty() ? INT64_MAX : (*order_.begin())->second; }

std::optional<DeadlineKey> Deadlines::take_due(int64_t now_ms) {
  if (next_ms() > now_ms || order_.empty()) return std::nullopt;
  auto at = set_.find((*order_.begin())->first);
  DeadlineKey key = at->first;
  erase(at);
  return key;
}

Deadlines::Set::iterator Deadlines::erase(Set::iterator at) {
  order_.erase(&*at);
  return set_.erase(at);
}

}  // namespace klamm::broker::group
