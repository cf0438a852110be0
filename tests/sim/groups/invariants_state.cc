// What must hold of a coordinator's whole state, of its time, and after everything has been healed.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "broker/group/group_records.h"
#include "tests/sim/groups/assignor.h"
#include "tests/sim/groups/client.h"
#include "tests/sim/groups/invariants.h"

namespace klamm::sim::groups {
namespace {

using broker::group::ClassicGroup;
using broker::group::ClassicState;

// Whatever compaction leaves of a log, it can be loaded.
class LogCanBeLoaded final : public Invariant {
 public:
  std::string_view name() const override { return "LogCanBeLoaded"; }
  void on_unreadable(const Coordinator& coordinator, Offset at) override {
    broken(fmt::format("epoch {} cannot load the record at {}", coordinator.epoch(), at.value));
  }
};

class NoJournal final : public broker::group::Journal {
 public:
  void write(std::vector<broker::CoordinatorRecord>, Then) override {}
};

// What the log would make of the group, as text; nothing for states that the log does not know.
std::string text_of(const ClassicGroup& group) {
  if (group.state() != ClassicState::kStable && group.state() != ClassicState::kEmpty) return "";
  std::string text =
      fmt::format("{} generation {} type {} protocol {}", group.state_name(), group.generation(),
                  group.protocol_type(), group.protocol_name().value_or("-"));
  if (!group.is_empty()) text += " leader " + group.leader().value_or("-");
  for (const auto& [id, member] : group.members()) {
    text +=
        fmt::format(" [{} {} {} {} {:02x} {:02x}]", id, member.instance_id.value_or("-"),
                    member.session_timeout_ms, member.rebalance_timeout_ms,
                    fmt::join(member.metadata(group.protocol_name()), ""), fmt::join(member.assignment, ""));
  }
  return text;
}

// The replay of the log is the state of whoever wrote it: its offsets, and its groups that are Stable or
// Empty.
class ReplayIsState final : public Invariant {
 public:
  explicit ReplayIsState(Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "ReplayIsState"; }
  void after_step(const Coordinator& coordinator) override {
    if (++steps_ % kEvery == 0) compare(coordinator);
  }
  void after_heal(const Cluster& cluster) override { compare(*cluster.coordinator()); }

 private:
  static constexpr int kEvery = 2000;

  void compare(const Coordinator& coordinator) {
    if (coordinator.state() != Coordinator::State::kActive || !coordinator.is_idle()) return;
    if (!cluster_.is_current(coordinator)) return;
    ++cluster_.counters.replays;
    NoJournal journal;
    SeededRandom random(1);
    broker::group::GroupShard replayed(cluster_.config(), random, journal);
    for (const LogRecord& record : cluster_.log().records()) {
      if (record.kind != LogRecord::Kind::kData) {
        replayed.end_transaction(record.producer_id, record.kind == LogRecord::Kind::kCommitMarker);
      } else if (!replayed.load(record.view(), coordinator.now())) {
        return broken(fmt::format("the record at {} cannot be loaded", record.offset.value));
      }
    }
    compare_offsets(coordinator.shard(), replayed);
    for (const auto& [id, any] : coordinator.shard().groups().by_id()) {
      if (coordinator.is_doubtful(id) || coordinator.is_unwritten(id)) continue;
      const std::string running = text_of(*find_group(coordinator, id));
      if (running.empty()) continue;
      const auto* loaded = static_cast<const ClassicGroup*>(replayed.groups().find(id));
      const std::string read = loaded == nullptr ? "nothing" : text_of(*loaded);
      if (running != read)
        return broken(fmt::format("{} is\n  {}\nand the log makes it\n  {}", id, running, read));
    }
    for (const auto& [id, any] : replayed.groups().by_id()) {
      if (coordinator.is_doubtful(id) || coordinator.is_unwritten(id)) continue;
      // Of a transaction that was aborted there may be something left, which makes a group of nothing.
      if (any->is_empty() && any->protocol_type().empty()) continue;
      if (find_group(coordinator, id) == nullptr)
        return broken(fmt::format("{} is in the log, and gone", id));
    }
  }
  void compare_offsets(const broker::group::GroupShard& running, const broker::group::GroupShard& replayed) {
    auto text = [](const broker::group::GroupShard& shard) {
      std::set<std::string> lines;
      for (const auto& offset : const_cast<broker::group::GroupShard&>(shard).offsets().all()) {
        lines.insert(
            fmt::format("{} {}-{} {}", offset.group, offset.topic, offset.partition, offset.offset.value));
      }
      return lines;
    };
    const auto a = text(running), b = text(replayed);
    if (a == b) return;
    auto [at, in_log] = std::ranges::mismatch(a, b);
    broken(fmt::format("offset {}; the log makes it {}", at == a.end() ? "nothing" : *at,
                       in_log == b.end() ? "nothing" : *in_log));
  }

  Cluster& cluster_;
  int64_t steps_ = 0;
};

// No group rebalances for longer than its members allow, and some for messages and appends on their way.
class RebalancesEnd final : public Invariant {
 public:
  explicit RebalancesEnd(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "RebalancesEnd"; }
  void after_step(const Coordinator& coordinator) override {
    if (cluster_.now() < next_ || coordinator.state() != Coordinator::State::kActive) return;
    next_ = cluster_.now() + kSecond;
    for (const auto& [id, any] : coordinator.shard().groups().by_id()) {
      const ClassicGroup& group = *find_group(coordinator, id);
      Since& since = since_[id];
      const std::tuple what(coordinator.epoch(), group.state(), group.generation());
      if (since.what != what) since = {what, cluster_.now()};
      const bool rebalances = group.state() == ClassicState::kPreparingRebalance ||
                              group.state() == ClassicState::kCompletingRebalance;
      if (rebalances && cluster_.now() - since.at > kLongest) {
        return broken(fmt::format("{} is in {} for {} s", id, group.state_name(),
                                  (cluster_.now() - since.at) / kSecond));
      }
    }
  }

 private:
  // The longest rebalance timeout, the longest session of static members, and twelve seconds.
  static constexpr int64_t kLongest = (20 + 16 + 12) * kSecond;
  struct Since {
    std::tuple<int32_t, ClassicState, int32_t> what;
    int64_t at;
  };
  const Cluster& cluster_;
  std::map<std::string, Since> since_;
  int64_t next_ = 0;
};

// What was due is done; the deadline that is next lies ahead.
class NoBusyLoop final : public Invariant {
 public:
  std::string_view name() const override { return "NoBusyLoop"; }
  void after_step(const Coordinator& coordinator) override {
    if (coordinator.cause() != Coordinator::Cause::kDeadline) return;
    const int64_t now = coordinator.now().monotonic_ms;
    times_ = coordinator.shard().next_deadline_ms() <= now && now == last_ ? times_ + 1 : 0;
    last_ = now;
    if (times_ > 100) broken("a deadline is always due");
  }

 private:
  int times_ = 0;
  int64_t last_ = 0;
};

// When nobody has been there for long, nothing is due but the look at what has expired.
class NoDeadlineLeft final : public Invariant {
 public:
  explicit NoDeadlineLeft(const Cluster& cluster) : cluster_(cluster) {}
  std::string_view name() const override { return "NoDeadlineLeft"; }
  void after_step(const Coordinator& coordinator) override {
    const bool is_alone = cluster_.is_quiet() && epoch_ == coordinator.epoch() &&
                          std::ranges::all_of(cluster_.clients(), [](const auto& client) {
                            return client->phase() == Client::Phase::kOff;
                          });
    epoch_ = coordinator.epoch();
    if (!is_alone) alone_since_ = cluster_.now();
    if (cluster_.now() - alone_since_ < kMinute) ticks_ = coordinator.ticks();
  }
  void after_heal(const Cluster& cluster) override {
    const int64_t alone_for = cluster.now() - alone_since_ - kMinute;
    if (alone_for < 0 || cluster.coordinator() == nullptr) return;
    const int64_t due = cluster.coordinator()->ticks() - ticks_;
    if (due > alone_for / cluster.config().expiry_interval_ms + 2) {
      broken(
          fmt::format("something was due {} times in {} s, and nobody is there", due, alone_for / kSecond));
    }
  }

 private:
  const Cluster& cluster_;
  int32_t epoch_ = -1;
  int64_t alone_since_ = 0;
  int64_t ticks_ = 0;
};

// After everything has been healed: groups with live clients are stable with all of them and nobody else, and
// every partition is owned; groups without are empty; nobody waits.
class HealsInTime final : public Invariant {
 public:
  std::string_view name() const override { return "HealsInTime"; }
  void after_heal(const Cluster& cluster) override {
    const Coordinator* coordinator = cluster.coordinator();
    if (coordinator == nullptr || coordinator->state() != Coordinator::State::kActive) {
      return broken("nobody coordinates");
    }
    for (const auto& [id, open] : coordinator->open()) {
      auto exchange = open.lock();
      if (exchange && exchange->answers == 0 && cluster.now() - exchange->handled_at > kMinute) {
        return broken(fmt::format("{} of {} waits since {} s", groups::name_of(exchange->request.api),
                                  exchange->request.client_id, exchange->handled_at / kSecond));
      }
    }
    for (size_t i = 0; i < cluster.groups().size(); ++i) check(cluster, *coordinator, i);
  }

 private:
  void check(const Cluster& cluster, const Coordinator& coordinator, size_t index) {
    const std::string& id = cluster.groups()[index].id;
    const ClassicGroup* group = find_group(coordinator, id);
    std::vector<const Client*> alive;
    std::set<std::string> topics;
    for (const auto& client : cluster.clients()) {
      if (client->plan().group != index || client->phase() == Client::Phase::kOff) continue;
      alive.push_back(client.get());
      topics.insert(client->plan().topics.begin(), client->plan().topics.end());
    }
    if (alive.empty()) {
      if (group != nullptr && !group->is_empty()) {
        broken(fmt::format("{} is {} with {} members, and all its clients are gone", id, group->state_name(),
                           group->member_count()));
      }
      return;
    }
    if (group == nullptr || group->state() != ClassicState::kStable) {
      return broken(fmt::format("{} is {}", id, group == nullptr ? "unknown" : group->state_name()));
    }
    if (group->member_count() != alive.size()) {
      return broken(
          fmt::format("{} has {} members, and {} clients", id, group->member_count(), alive.size()));
    }
    Partitions owned;
    for (const Client* client : alive) {
      const auto member = group->members().find(client->member_id());
      const bool is_in = member != group->members().end() && client->phase() == Client::Phase::kStable &&
                         client->generation() == group->generation();
      if (!is_in) {
        return broken(fmt::format("{} is not in {}, in generation {} of {}", client->plan().client_id, id,
                                  client->generation(), group->generation()));
      }
      owned.insert(client->owned().begin(), client->owned().end());
    }
    for (const std::string& topic : topics) {
      const auto partitions = static_cast<int32_t>(cluster.image().topics().find(topic)->partitions.size());
      for (int32_t i = 0; i < partitions; ++i) {
        if (!owned.contains({topic, i})) return broken(fmt::format("nobody of {} owns {}-{}", id, topic, i));
      }
    }
  }
};

}  // namespace

void add_state_invariants(Invariants& all, Cluster& cluster) {
  all.push_back(std::make_unique<LogCanBeLoaded>());
  all.push_back(std::make_unique<RebalancesEnd>(cluster));
  all.push_back(std::make_unique<NoBusyLoop>());
  all.push_back(std::make_unique<NoDeadlineLeft>(cluster));
  all.push_back(std::make_unique<HealsInTime>());
  all.push_back(std::make_unique<ReplayIsState>(cluster));
}

std::vector<std::unique_ptr<Invariant>> all_invariants(Cluster& cluster) {
  Invariants all;
  add_membership_invariants(all, cluster);
  add_offset_invariants(all, cluster);
  add_state_invariants(all, cluster);
  return all;
}

}  // namespace klamm::sim::groups
