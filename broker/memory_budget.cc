#include "broker/memory_budget.h"

#include <absl/container/flat_hash_map.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"

namespace klamm::broker {
namespace {

using Waiters = std::vector<std::shared_ptr<MemoryPart::Waiter>>;

// The first of each origin, then the second of each, and so on.
void take_turns(Waiters& waiters) {
  if (waiters.size() < 2) return;
  absl::flat_hash_map<uint64_t, size_t> seen;
  std::vector<std::pair<size_t, std::shared_ptr<MemoryPart::Waiter>>> ranked;
  ranked.reserve(waiters.size());
  for (auto& waiter : waiters) ranked.emplace_back(seen[waiter->origin()]++, std::move(waiter));
  std::ranges::stable_sort(ranked, {}, [](const auto& each) { return each.first; });
  std::ranges::transform(ranked, waiters.begin(), [](auto& each) { return std::move(each.second); });
}

}  // namespace

MemoryPart::Charge& MemoryPart::Charge::operator=(Charge&& other) noexcept {
  if (this == &other) return *this;
  set(0);
  part_ = std::exchange(other.part_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void MemoryPart::Charge::set(uint64_t bytes) {
  uint64_t before = std::exchange(bytes_, bytes);
  if (bytes > before) part_->take(bytes - before);
  if (bytes < before) part_->give_back(before - bytes);
}

MemoryPart::Overdraft& MemoryPart::Overdraft::operator=(Overdraft&& other) noexcept {
  if (this == &other) return *this;
  release();
  part_ = std::exchange(other.part_, nullptr);
  return *this;
}

void MemoryPart::Overdraft::release() {
  if (MemoryPart* part = std::exchange(part_, nullptr)) part->return_overdraft();
}

MemoryPart::MemoryPart(uint64_t limit) : limit_(limit), reopen_below_(limit - limit / 8) { CHECK(limit > 0); }

bool MemoryPart::admit(const std::shared_ptr<Waiter>& waiter, Overdraft& overdraft) {
  if (overdraft || !shut_.load()) return true;
  absl::MutexLock lock(&mutex_);
  if (!shut_.load()) return true;
  if (!overdrawn_) {
    overdrawn_ = true;
    overdraft.part_ = this;
    return true;
  }
  waiters_.push_back(waiter);
  return false;
}

size_t MemoryPart::waiting() const {
  absl::MutexLock lock(&mutex_);
  return waiters_.size();
}

void MemoryPart::pass_on() { reconsider(); }

// Opens the part if enough is free, and tells everyone; or tells the first in line if the overdraft is free.
void MemoryPart::reconsider() {
  Waiters told;
  {
    absl::MutexLock lock(&mutex_);
    if (used_.load() < reopen_below_) shut_.store(false);
    while (!waiters_.empty() && (!shut_.load() || (!overdrawn_ && told.empty()))) {
      if (auto waiter = waiters_.front().lock()) told.push_back(std::move(waiter));
      waiters_.pop_front();
    }
  }
  take_turns(told);
  for (auto& waiter : told) waiter->on_memory();
}

// shut_ and used_ are each written before the other is read, here and in give_back, in one order that all
// threads agree on: either the one who gives back sees that the part is shut, or the one who shuts it sees
// that memory has come back. Otherwise a waiter could be left behind.
void MemoryPart::take(uint64_t bytes) {
  if (used_.fetch_add(bytes) + bytes < limit_ || shut_.load()) return;
  {
    absl::MutexLock lock(&mutex_);
    shut_.store(true);
  }
  if (used_.load() < reopen_below_) reconsider();
}

void MemoryPart::give_back(uint64_t bytes) {
  uint64_t before = used_.fetch_sub(bytes);
  CHECK(before >= bytes);
  if (before - bytes < reopen_below_ && shut_.load()) reconsider();
}

void MemoryPart::return_overdraft() {
  {
    absl::MutexLock lock(&mutex_);
    CHECK(overdrawn_);
    overdrawn_ = false;
  }
  reconsider();
}

MemoryLimits MemoryLimits::of_machine(uint64_t machine_bytes) {
  constexpr uint64_t kLeast = 16 << 20;
  uint64_t requests = machine_bytes / 4;
  return {.clients = std::max(requests / 4 * 3, kLeast),
          .replication = std::max(requests / 8, kLeast),
          .control = std::max(requests / 8, kLeast)};
}

namespace {

std::optional<uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  uint64_t number = 0;
  if (!(file >> text)) return std::nullopt;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

uint64_t usable_memory() {
  uint64_t bytes =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  auto limit = [&bytes](const std::string& path) {
    bytes = std::min(bytes, number_in(path).value_or(bytes));
  };

  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    bool unified = line.starts_with("0::");
    size_t name = line.find(":memory:");
    if (!unified && name == std::string::npos) continue;
    std::string root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    std::string file = unified ? "/memory.max" : "/memory.limit_in_bytes";
    // A parent's limit binds its children. Inside a container the path may not be there, but the root is
    // ours.
    std::string group = line.substr(unified ? 3 : name + 8);
    while (true) {
      limit(root + group + file);
      if (group.find('/') == std::string::npos) break;
      group.resize(group.rfind('/'));
    }
  }
  return std::max<uint64_t>(bytes, 1);
}

}  // namespace klamm::broker
