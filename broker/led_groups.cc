#include "broker/led_groups.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace klamm::broker {
namespace {

using protocol::Outcome;

class GroupShardOfPartition final : public CoordinatorShard {
 public:
  GroupShardOfPartition(const GroupCoordinatorConfig& config, Random& random, Journal& journal)
      : shard_(config, random, journal) {}

  group::GroupShard& shard() { return shard_; }

  bool load(const CoordinatorRecordView& record, Now now) override { return shard_.load(record, now); }
  void end_transaction(int64_t producer_id, bool committed) override {
    shard_.end_transaction(producer_id, committed);
  }
  void on_loaded(Now now) override { shard_.on_loaded(now); }
  void apply(const CoordinatorRecordView& record) override { shard_.apply(record); }
  void tick(Now now) override { shard_.tick(now); }
  int64_t next_deadline_ms() const override { return shard_.next_deadline_ms(); }
  void resign() override { shard_.resign(); }

 private:
  group::GroupShard shard_;
};

group::GroupShard& groups_of(CoordinatorShard& shard) {
  return static_cast<GroupShardOfPartition&>(shard).shard();
}

ShardHosts::Uses hosts_uses(const LedGroups::Uses& uses) {
  auto make = [&config = uses.config, &random = uses.random](Journal& journal) {
    return std::make_unique<GroupShardOfPartition>(config, random, journal);
  };
  return {uses.clock, uses.workers, uses.partitions, uses.loop_of, make};
}

ShardHosts::Config hosts_config(const GroupCoordinatorConfig& config, NodeId self) {
  const ShardHost::Config host{config.load_buffer_size, config.commit_timeout_ms,
                               protocol::Compression::by_default(config.topic_codec)};
  return {self, std::string(kOffsetsTopic), config.topic_partitions, host};
}

}  // namespace

LedGroups::LedGroups(const Uses& uses, NodeId self)
    : loop_of_(uses.loop_of), hosts_(hosts_uses(uses), hosts_config(uses.config, self)) {}

void LedGroups::follow(const ClusterImage& before, const ClusterImage& after) {
  const ImageDelta delta = difference(before, after);
  hosts_.follow(after, delta);
  if (delta.removed_topics.empty()) return;
  auto removed = std::make_shared<std::vector<group::Offsets::DeletedTopic>>();
  for (const TopicImage* topic : delta.removed_topics) removed->push_back({topic->name, topic->id});
  const auto hosts = hosts_.all();
  if (!hosts) return;
  for (const auto& host : *hosts) {
    host->run_when_loaded([removed](Outcome<ShardHost::Turn> turn) {
      if (turn) groups_of(turn->shard).offsets().on_topics_deleted(*removed);
    });
  }
}

void LedGroups::with_group(std::string_view group_id, Work work) {
  with_host_of(group_id, ShardHost::Step::kOrdered, std::move(work));
}

void LedGroups::with_commit(std::string_view group_id, Work work) {
  with_host_of(group_id, ShardHost::Step::kIndependent, std::move(work));
}

void LedGroups::with_host_of(std::string_view group_id, ShardHost::Step step, Work work) {
  auto host = hosts_.find(group_id);
  if (!host) return work(Error{host.error()});
  (*host)->run(step, [work = std::move(work)](Outcome<ShardHost::Turn> turn) mutable {
    if (!turn) return work(Error{turn.error()});
    work(Turn{groups_of(turn->shard), turn->now});
  });
}

// One after the other, so that the work need not guard what it gathers. Each is visited from a loop, and none
// from within the turn of another, which is not to wait for them all.
struct LedGroups::Round : std::enable_shared_from_this<LedGroups::Round> {
  void take_next() {
    if (next == hosts.size()) return done(code);
    const auto host = hosts[next++];
    loop_of(host->id().partition).post([self = shared_from_this(), host] { self->visit(*host); });
  }
  void visit(ShardHost& host) {
    host.run(ShardHost::Step::kOrdered, [self = shared_from_this()](Outcome<ShardHost::Turn> turn) {
      if (turn) {
        self->work(Turn{groups_of(turn->shard), turn->now});
      } else if (turn.error() == ErrorCode::kCoordinatorLoadInProgress) {
        self->code = turn.error();
      }
      self->take_next();
    });
  }

  std::vector<std::shared_ptr<ShardHost>> hosts;
  std::function<Loop&(int32_t partition)> loop_of;
  EachWork work;
  absl::AnyInvocable<void(ErrorCode)> done;
  size_t next = 0;
  ErrorCode code = ErrorCode::kNone;
};

void LedGroups::with_each_shard(EachWork work, absl::AnyInvocable<void(ErrorCode)> done) {
  auto hosts = hosts_.all();
  if (!hosts) return done(hosts.error());
  auto round = std::make_shared<Round>();
  round->hosts = *std::move(hosts);
  round->loop_of = loop_of_;
  round->work = std::move(work);
  round->done = std::move(done);
  round->take_next();
}

}  // namespace klamm::broker
