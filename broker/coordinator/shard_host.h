// ShardHost: one partition of a coordinator's topic that this node leads, for as long as it leads it: loads
// its shard from the log, gives it its turns, writes what its steps decide, and answers when that is
// committed. The second user of StateMachineHost, over a partition's log.
//
//   kLoading --> kActive --> kResigned      kLoading --> kFailed --> kResigned      kLoading --> kResigned
//
// Turns follow one another (Serial), on whatever thread brings them. While an append is open (somebody else
// writes to the log, or it is flushed before it counts) nothing begins.
//
// Steps and appends: what a step writes is appended before the next step begins. Steps that say they are
// kIndependent may share one append with those of their kind right before and behind them, when they wait for
// their turn together: none of them may read what another of them writes. That is so for commits of offsets,
// which are judged by the members of the group, and for nothing else so far.
#pragma once

#include <absl/functional/any_invocable.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "broker/coordinator/alarm.h"
#include "broker/coordinator/coordinator_shard.h"
#include "broker/coordinator/log_loader.h"
#include "broker/coordinator/partition_log.h"
#include "broker/coordinator/serial.h"
#include "broker/state_machine.h"

namespace klamm::broker {

class ShardHost final : public std::enable_shared_from_this<ShardHost>,
                        private Journal,
                        private ReplicatedLog<CoordinatorRecord> {
 public:
  struct Config {
    int32_t load_buffer_size = 5'242'880;
    int64_t commit_timeout_ms = 5'000;  // what is not replicated by then is answered all the same
    protocol::Compression compression{};
  };
  struct Uses {
    const Clock& clock;
    Workers& workers;  // loads run there
    Loop& loop;        // deadlines go off there, and what somebody hands over is done
  };
  using MakeShard = std::function<std::unique_ptr<CoordinatorShard>(Journal&)>;

  enum class State : uint8_t { kLoading, kActive, kFailed, kResigned };
  enum class Step : uint8_t { kOrdered, kIndependent };

  // A step of the shard, while it has its turn.
  struct Turn {
    CoordinatorShard& shard;
    Now now;
  };
  // COORDINATOR_LOAD_IN_PROGRESS while it loads; NOT_COORDINATOR when it could not be, or this node leads no
  // longer.
  using Work = absl::AnyInvocable<void(protocol::Outcome<Turn>)>;

  // The term in which this node leads the partition now.
  ShardHost(const Uses& uses, const Config& config, std::shared_ptr<Partition> partition, Epoch leader_epoch,
            const MakeShard& make);
  // Begins to load. Once.
  void start();

  // From any thread, each given its turn now or later.
  void run(Step step, Work work);
  // The same; what comes while the shard loads waits until that is over.
  void run_when_loaded(Work work);
  // This node goes on leading in a later term. False when that is not the next one, and somebody else may
  // have led meanwhile, or when there is nothing to go on with, since the log could not be loaded. One call
  // at a time.
  bool continue_in(Epoch leader_epoch);
  // This node leads no longer, or stops: everyone who waits is told NOT_COORDINATOR; then `done`.
  void resign(Task done);

  State state() const { return state_; }
  const TopicPartitionId& id() const { return log_.partition().id(); }

 private:
  struct Written {
    std::vector<CoordinatorRecord> records;
    size_t size;  // in a batch, at most
    Then then;
  };
  // The shard as StateMachineHost's state.
  struct Pending {
    CoordinatorShard* shard;
    void apply(const CoordinatorRecord& record, Offset offset) { shard->apply(view_of(record, offset)); }
  };

  // Journal
  void write(std::vector<CoordinatorRecord> records, Then then) override;
  // ReplicatedLog
  void append(const std::vector<CoordinatorRecord>& records, bool atomic, Appended appended) override;

  void run_task(Task task);
  void hand_over(Task rest);
  void take_turn(Step step, Work work);
  void end_turn(Step step);
  void flush();
  void perform_first();
  void on_appended(const PartitionLog::Appended& result, Appended appended);
  void await_commit(Offset end);
  void refuse_written();
  void begin_load();
  void on_loaded(const LogLoader::Loaded& loaded);
  void load_again(const LogLoader::Loaded& loaded);
  void activate(const LogLoader::Loaded& loaded);
  void fail_load(const LogLoader::Loaded& loaded);
  void on_alarm();
  void settle();
  ErrorCode refusal() const;
  Now now() const { return {uses_.clock.monotonic_ms(), uses_.clock.wall_ms()}; }

  const Uses uses_;
  const Config config_;
  std::atomic<State> state_{State::kLoading};  // changes only in a turn
  Epoch followed_epoch_;                       // of who calls continue_in()

  Serial serial_;
  // Of the turn; but the shard is the loader's while there is one.
  std::shared_ptr<LogLoader> loader_;  // until the load has ended
  std::shared_ptr<Alarm> alarm_;
  Epoch leader_epoch_;
  std::unique_ptr<CoordinatorShard> shard_;
  PartitionLog log_;
  StateMachineHost<Pending, CoordinatorRecord> host_;
  std::deque<Written> written_;  // by steps whose records are not appended yet
  size_t written_bytes_ = 0;
  std::optional<Offset> awaited_;    // the highest end whose commit is waited for, or was
  std::optional<Offset> committed_;  // and those that wait for it have not been told
  std::vector<Work> for_loaded_;
};

}  // namespace klamm::broker
