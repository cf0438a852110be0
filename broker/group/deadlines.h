// Deadlines: one queue for all that a shard waits for. A deadline that has moved later is not looked for in
// it: its owner finds out when it fires early, and sets it again. So a heartbeat only stores a time.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace klamm::broker::group {

enum class DeadlineKind : uint8_t {
  kJoin,     // of a group: the rebalance ends with whoever has come
  kSync,     // of a group: those that have not synced are removed
  kSession,  // of a member: nothing was heard of it
  kExpiry,   // of the shard: offsets are looked at
};

struct DeadlineKey {
  DeadlineKind kind;
  std::string group{};
  std::string member{};
  friend auto operator<=>(const DeadlineKey&, const DeadlineKey&) = default;
};

class Deadlines {
 public:
  // In place of the key's deadline, if there is one.
  void set(DeadlineKey key, int64_t at_ms);
  void cancel(const DeadlineKey& key);
  std::optional<int64_t> find(const DeadlineKey& key) const;
  // Of the group and of all of its members.
  void cancel_group(std::string_view group);

  int64_t next_ms() const;  // INT64_MAX when there is none
  // Takes one that is due, the earliest first, equal ones by key.
  std::optional<DeadlineKey> take_due(int64_t now_ms);
  size_t size() const { return set_.size(); }

 private:
  using Set = std::map<DeadlineKey, int64_t>;
  struct Earlier {
    bool operator()(const Set::value_type* a, const Set::value_type* b) const {
      return a->second != b->second ? a->second < b->second : a->first < b->first;
    }
  };

  Set::iterator erase(Set::iterator at);

  Set set_;
  std::set<const Set::value_type*, Earlier> order_;  // of all in set_, which keeps its nodes where they are
};

}  // namespace klamm::broker::group
