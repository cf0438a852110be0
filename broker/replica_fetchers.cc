#include "broker/replica_fetchers.h"

#include <absl/functional/any_invocable.h>

#include <utility>
#include <vector>

#include "base/check.h"
#include "base/logging.h"
#include "protocol/messages/api_versions_request.h"

namespace klamm::broker {

// What is followed of one leader. Made and told on the lane by messages; lives on its loop.
class ReplicaFetchers::Fetching final : public FollowedEpochs, public std::enable_shared_from_this<Fetching> {
 public:
  Fetching(const Uses& uses, NodeId leader, const FetcherSettings& settings)
      : uses_(uses), leader_(leader), loop_(uses.loop_of(leader)), machine_(leader, settings, *this) {}

  // From any thread: `task` is done on the loop, for as long as this is not stopped.
  template <class Task>
  void tell(Task task) {
    loop_.post([self = shared_from_this(), task = std::move(task)]() mutable {
      if (self->stopped_) return;
      task(*self);
      self->pump_later();
    });
  }

  // The rest on the loop.
  void configure(const FetcherSettings& settings) { machine_.configure(settings); }
  void set_address(const NodeAddress& address);
  void follow(std::shared_ptr<Partition> partition, Epoch leader_epoch);
  void unfollow(const PartitionKey& key);
  void stop();

  storage::EpochEnd epoch_end(const PartitionKey& key, Epoch epoch) const override {
    return partitions_.at(key).partition->epoch_end(epoch);
  }
  bool is_overdrawn() const override { return uses_.quota != nullptr && uses_.quota->wait_ms() > 0; }
  int64_t fetch_delay_ms(const PartitionKey& key) const override {
    return partitions_.at(key).partition->fetch_delay_ms();
  }

 private:
  void on_begun(const PartitionKey& key, Epoch leader_epoch, const LogReport& report);
  void begin(const PartitionKey& key, Epoch leader_epoch, const LogReport& report);
  void pump_later();
  void pump();
  void perform(FetcherOutput output);
  void begin(LogWork work);
  void after_checkpoint(absl::AnyInvocable<void(Fetching&)> step);
  void checkpoint();
  void send(FetcherRequest request);
  void nudge();
  void set_timer();

  const Uses& uses_;
  const NodeId leader_;
  Loop& loop_;
  ReplicaFetcher machine_;
  std::map<PartitionKey, Following> partitions_;
  NodeAddress address_;
  std::unique_ptr<Peer> peer_;
  TimerId timer_ = TimerId::kNone;
  // What is to be done when the checkpoints say how logs have been cut; since they began to be written.
  std::vector<absl::AnyInvocable<void(Fetching&)>> waiting_;
  bool checkpointing_ = false;
  bool pumps_later_ = false;
  bool pumping_ = false;
  bool stopped_ = false;
  bool asks_ = false;    // a request is on its way
  bool nudged_ = false;  // and another one behind it
};

// ---- On the lane

ReplicaFetchers::~ReplicaFetchers() { CHECK(fetching_.empty()); }

std::shared_ptr<ReplicaFetchers::Fetching> ReplicaFetchers::fetching_of(NodeId leader) {
  std::shared_ptr<Fetching>& fetching = fetching_[leader];
  if (fetching != nullptr) return fetching;
  fetching = std::make_shared<Fetching>(uses_, leader, settings_);
  fetching->tell([address = addresses_[leader]](Fetching& self) { self.set_address(address); });
  return fetching;
}

void ReplicaFetchers::configure(const FetcherSettings& settings) {
  settings_ = settings;
  for (const auto& [leader, fetching] : fetching_) {
    fetching->tell([settings](Fetching& self) { self.configure(settings); });
  }
}

void ReplicaFetchers::set_address(NodeId leader, const NodeAddress& address) {
  if (std::exchange(addresses_[leader], address) == address) return;
  const auto found = fetching_.find(leader);
  if (found == fetching_.end()) return;
  found->second->tell([address](Fetching& self) { self.set_address(address); });
}

void ReplicaFetchers::follow(const std::shared_ptr<Partition>& partition, NodeId leader, Epoch leader_epoch) {
  if (stopped_) return;
  const PartitionKey key{partition->id().topic_id, partition->id().partition};
  const Leadership now{leader, leader_epoch};
  if (const auto before = followed_.find(key); before != followed_.end()) {
    // Other changes of a partition, such as of those in sync, are none of a fetcher's.
    if (before->second == now) return;
    if (before->second.leader != leader) unfollow(key);
  }
  followed_[key] = now;
  gathered_[key] = {partition, leader_epoch};
  if (!gathers_) tell_gathered();
}

void ReplicaFetchers::tell_gathered() {
  gathers_ = false;
  std::map<NodeId, std::vector<Following>> by_leader;
  for (auto& [key, following] : std::exchange(gathered_, {})) {
    by_leader[followed_.at(key).leader].push_back(std::move(following));
  }
  for (auto& [leader, all] : by_leader) {
    fetching_of(leader)->tell([all = std::move(all)](Fetching& self) {
      for (const Following& one : all) self.follow(one.partition, one.leader_epoch);
    });
  }
}

void ReplicaFetchers::unfollow(const PartitionKey& key) {
  const auto found = followed_.find(key);
  if (found == followed_.end()) return;
  gathered_.erase(key);
  fetching_of(found->second.leader)->tell([key](Fetching& self) { self.unfollow(key); });
  followed_.erase(found);
}

void ReplicaFetchers::stop() {
  stopped_ = true;
  for (const auto& [leader, fetching] : std::exchange(fetching_, {})) {
    fetching->tell([](Fetching& self) { self.stop(); });
  }
  followed_.clear();
  gathered_.clear();
}

// ---- On the loop

void ReplicaFetchers::Fetching::set_address(const NodeAddress& address) {
  if (peer_ != nullptr && address == address_) return;
  address_ = address;
  // What was asked for at the old one is answered from within, as a failure.
  if (const std::unique_ptr<Peer> old = std::move(peer_)) old->stop();
}

// What an earlier leader's fetcher has begun to write comes before: the work behind it in the partition's
// queue tells where the log ends then.
void ReplicaFetchers::Fetching::follow(std::shared_ptr<Partition> partition, Epoch leader_epoch) {
  const PartitionKey key{partition->id().topic_id, partition->id().partition};
  partitions_[key] = {partition, leader_epoch};
  partition->follow(
      {.partition = key, .leader_epoch = leader_epoch},
      [weak = weak_from_this(), key, leader_epoch](const LogReport& report) {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->tell(
            [key, leader_epoch, report](Fetching& there) { there.on_begun(key, leader_epoch, report); });
      });
}

// An earlier leader's fetcher may have cut the log just now.
void ReplicaFetchers::Fetching::on_begun(const PartitionKey& key, Epoch leader_epoch,
                                         const LogReport& report) {
  if (!uses_.checkpoint || !report.has_unwritten_cut) return begin(key, leader_epoch, report);
  after_checkpoint([key, leader_epoch, report](Fetching& one) { one.begin(key, leader_epoch, report); });
}

void ReplicaFetchers::Fetching::begin(const PartitionKey& key, Epoch leader_epoch, const LogReport& report) {
  const auto found = partitions_.find(key);
  if (found == partitions_.end() || found->second.leader_epoch != leader_epoch) return;
  if (report.outcome == LogOutcome::kOver || report.outcome == LogOutcome::kFailed) return;
  // What a full disk keeps from being flushed does not count as here: the log is followed from where it
  // counts, and the machine tries again until there is room.
  machine_.follow({.key = key,
                   .topic = {found->second.partition, &found->second.partition->id().topic},
                   .leader_epoch = leader_epoch,
                   .log = report.log},
                  loop_.now_ms());
  if (machine_.wants_another()) nudge();
}

void ReplicaFetchers::Fetching::unfollow(const PartitionKey& key) {
  machine_.unfollow(key);
  partitions_.erase(key);
}

void ReplicaFetchers::Fetching::stop() {
  stopped_ = true;
  if (timer_ != TimerId::kNone) loop_.cancel(std::exchange(timer_, TimerId::kNone));
  if (const std::unique_ptr<Peer> old = std::move(peer_)) old->stop();
  partitions_.clear();
}

// What is told in one turn of the loop is acted on together.
void ReplicaFetchers::Fetching::pump_later() {
  if (std::exchange(pumps_later_, true)) return;
  loop_.post([self = shared_from_this()] {
    self->pumps_later_ = false;
    self->pump();
  });
}

// What ends at once may bring more to do.
void ReplicaFetchers::Fetching::pump() {
  if (pumping_ || stopped_) return;
  pumping_ = true;
  for (FetcherOutput output = machine_.take_output(loop_.now_ms()); !output.empty();
       output = machine_.take_output(loop_.now_ms())) {
    perform(std::move(output));
  }
  pumping_ = false;
  set_timer();
}

void ReplicaFetchers::Fetching::perform(FetcherOutput output) {
  for (const FetcherLine& line : output.lines) log_line(line.level, line.text, __FILE__);
  for (LogWork& work : output.work) begin(std::move(work));
  if (output.request) send(*std::move(output.request));
}

void ReplicaFetchers::Fetching::begin(LogWork work) {
  const auto found = partitions_.find(work.partition);
  CHECK(found != partitions_.end());
  const std::shared_ptr<Partition> partition = found->second.partition;
  const bool cuts = uses_.checkpoint && (work.truncate_to || work.restart_at);
  partition->follow(std::move(work), [weak = weak_from_this(), cuts](const LogReport& report) {
    const auto self = weak.lock();
    if (self == nullptr) return;
    if (cuts) {
      return self->tell([report](Fetching& there) {
        there.after_checkpoint(
            [report](Fetching& one) { one.machine_.on_report(report, one.loop_.now_ms()); });
      });
    }
    if (self->loop_.is_current() && self->pumping_)
      return self->machine_.on_report(report, self->loop_.now_ms());
    self->tell([report](Fetching& there) { there.machine_.on_report(report, there.loop_.now_ms()); });
  });
}

// A crash must not take what is written behind a cut for synced, or for deleted: the machine hears of the
// log, and goes on, when the checkpoints say it, too. Of many cuts at a time they are written together.
void ReplicaFetchers::Fetching::after_checkpoint(absl::AnyInvocable<void(Fetching&)> step) {
  waiting_.push_back(std::move(step));
  if (!checkpointing_) checkpoint();
}

void ReplicaFetchers::Fetching::checkpoint() {
  checkpointing_ = true;
  uses_.checkpoint([self = shared_from_this(), steps = std::exchange(waiting_, {})]() mutable {
    self->tell([steps = std::move(steps)](Fetching& there) mutable {
      for (auto& step : steps) step(there);
      there.checkpointing_ = false;
      if (!there.waiting_.empty()) there.checkpoint();
    });
  });
}

void ReplicaFetchers::Fetching::send(FetcherRequest request) {
  if (peer_ == nullptr) peer_ = uses_.connect(loop_, leader_, address_);
  PeerRequest out{.key = request.key,
                  .version_min = request.version_min,
                  .version_max = request.version_max,
                  .encode = {},
                  .deadline_ms = loop_.now_ms() + uses_.socket_timeout_ms};
  out.encode = [request = std::move(request)](int16_t version, Bytes& bytes) {
    request.encode(version, bytes);
  };
  asks_ = true;
  peer_->send(std::move(out), [this](Result<PeerAnswer, PeerFailure> answer) {
    asks_ = nudged_ = false;
    if (stopped_) return;
    if (answer) {
      const auto kept = std::make_shared<PeerAnswer>(std::move(*answer));
      machine_.on_answer(kept->version, {kept, kept->body}, loop_.now_ms());
    } else {
      machine_.on_failure(answer.error().why, loop_.now_ms());
    }
    pump();
  });
}

// A leader that has nothing to say keeps the fetch for replica.fetch.wait.max.ms. For so long it would not be
// asked for what else it leads by now, and with acks=all nothing of that be acknowledged. It answers a fetch
// that has another request behind it; a leader of Apache Kafka takes its time.
void ReplicaFetchers::Fetching::nudge() {
  if (!asks_ || std::exchange(nudged_, true)) return;
  PeerRequest out{.key = protocol::ApiVersionsRequest::kKey,
                  .version_min = 0,
                  .version_max = 0,  // which has no body
                  .encode = [](int16_t, Bytes&) {},
                  .deadline_ms = loop_.now_ms() + uses_.socket_timeout_ms};
  peer_->send(std::move(out), [](const Result<PeerAnswer, PeerFailure>&) {});
}

void ReplicaFetchers::Fetching::set_timer() {
  if (timer_ != TimerId::kNone) loop_.cancel(std::exchange(timer_, TimerId::kNone));
  const int64_t deadline_ms = machine_.next_deadline_ms();
  if (deadline_ms == INT64_MAX) return;
  timer_ = loop_.call_at(deadline_ms, [self = shared_from_this()] {
    self->timer_ = TimerId::kNone;
    self->pump();
  });
}

}  // namespace klamm::broker
