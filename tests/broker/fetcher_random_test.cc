// A follower and a leader in random histories: epochs change, with and without loss, logs start later,
// answers are lost, late, torn and damaged, sessions are forgotten, and logs take their time. Whatever
// happens, no batch is appended twice or with a gap, nothing is cut that the leader has, and nothing is
// called committed that it has not. When all is well again, both logs are the same.
#include "tests/testing.h"

#include <algorithm>
#include <functional>

#include "protocol/record_batch.h"
#include "tests/broker/fetcher_fixture.h"
#include "tests/broker/fetcher_model.h"

namespace klamm::broker::testing {
namespace {

using protocol::ErrorCode;

constexpr int32_t kPartitions = 5;

// How often what was to be tested has happened.
struct Seen {
  int appends = 0, cuts = 0, cuts_below_committed = 0, restarts = 0, early_starts = 0, refusals = 0, lost = 0;
  int failures = 0, damaged = 0, torn = 0, unheard = 0, empty_epochs = 0;

  std::map<std::string, int> counts() const {
    return {{"appends", appends},
            {"cuts", cuts},
            {"cuts below the committed", cuts_below_committed},
            {"restarts", restarts},
            {"early starts", early_starts},
            {"refusals", refusals},
            {"lost", lost},
            {"failures", failures},
            {"damaged", damaged},
            {"torn", torn},
            {"unheard", unheard},
            {"empty epochs", empty_epochs}};
  }
};

class History : public FollowedEpochs {
 public:
  History(uint64_t seed, Seen& seen) : random_(seed), seen_(seen) {
    settings_.self = {1};
    settings_.partition_size_max = random_.one_in(2) ? 200 : 4000;
    settings_.response_size_max = random_.one_in(2) ? 500 : 100'000;
    fetcher_.configure(settings_);
    for (int32_t p = 0; p < kPartitions; ++p) {
      leader_.partitions[key(p)].log.begin_epoch(Epoch{0});
      replicas_[key(p)];
      hear(key(p));
    }
  }

  void go_on(int steps) {
    is_well_ = false;
    while (steps-- > 0) {
      now_ += static_cast<int64_t>(random_.below(random_.one_in(20) ? 1500 : 15));
      happen();
      take();
    }
  }
  void heal();

  storage::EpochEnd epoch_end(const PartitionKey& partition, Epoch epoch) const override {
    const ModelLog& log = replicas_.at(partition).log;
    return log.epochs().end_of(epoch, log.end());
  }

 private:
  struct Replica {
    ModelLog log{};
    bool follows = false;
    Epoch epoch{0};    // in which it follows
    Epoch elected{0};  // what the metadata says
    std::optional<LogWork> work{};
    std::optional<LogReport> report{};
  };
  enum class Handover { kClean, kUnclean, kFromFollower };
  struct Exchange {
    FetcherRequest request{};
    std::optional<ModelAnswer> fetched{};
    std::optional<FetchedBytes> offsets{};
    int64_t ready_ms = 0;
  };

  PartitionKey any() { return key(static_cast<int32_t>(random_.below(kPartitions))); }
  void happen();
  void take();
  void write(const PartitionKey& partition);
  void elect(const PartitionKey& partition);
  void lead(const PartitionKey& partition);
  void hear(const PartitionKey& partition);
  void delete_records(const PartitionKey& partition);
  void trouble(const PartitionKey& partition);
  void serve();
  void deliver();
  void damage(ModelAnswer& answer);
  void perform(const PartitionKey& partition);
  void judge(const LogWork& work, const Replica& replica);
  void apply(const LogWork& work, Replica& replica);
  void report(const PartitionKey& partition);
  void pump();
  bool have_all(const std::function<bool(const ModelLog& ours, const ModelLog& theirs)>& what) const;

  SeededRandom random_;
  Seen& seen_;
  FetcherSettings settings_;
  ReplicaFetcher fetcher_{NodeId{2}, settings_, *this};
  ModelLeader leader_{random_};
  std::map<PartitionKey, Replica> replicas_;
  // How the leader comes to its next epoch; none while it is in the one that the metadata says.
  std::map<PartitionKey, Handover> handovers_;
  std::optional<Exchange> exchange_;
  bool is_well_ = false;
  int64_t now_ = 1000;
};

void History::happen() {
  const PartitionKey partition = any();
  switch (random_.below(16)) {
    case 0:
    case 1:
      return write(partition);
    case 2:
      if (random_.one_in(4)) elect(partition);
      return;
    case 3:
      return lead(partition);
    case 4:
      return hear(partition);
    case 5:
      if (random_.one_in(4)) delete_records(partition);
      return;
    case 6:
      return trouble(partition);
    case 7:
    case 8:
    case 9:
      return serve();
    case 10:
    case 11:
    case 12:
      return deliver();
    default:
      perform(partition);
      if (random_.one_in(2)) report(partition);
  }
}

void History::take() {
  for (auto output = fetcher_.take_output(now_); !output.empty(); output = fetcher_.take_output(now_)) {
    for (LogWork& work : output.work) {
      const PartitionKey partition = work.partition;
      REQUIRE(!replicas_.at(partition).work);
      replicas_.at(partition).work = std::move(work);
      if (!is_well_ && !random_.one_in(3)) continue;
      perform(partition);
      if (is_well_ || random_.one_in(2)) report(partition);
    }
    if (!output.request) continue;
    REQUIRE(!exchange_);
    exchange_ = Exchange{.request = *std::move(output.request)};
  }
}

// ---- the leader, and the metadata ----

void History::write(const PartitionKey& partition) {
  auto& [log, epoch, trouble] = leader_.partitions.at(partition);
  for (uint64_t batches = 1 + random_.below(3); batches > 0; --batches) log.write(epoch, random_);
  if (random_.one_in(3)) log.commit(log.end());  // nobody else is in sync
}

void History::elect(const PartitionKey& partition) {
  if (handovers_.contains(partition)) return;
  Replica& replica = replicas_.at(partition);
  replica.elected = replica.elected.next();
  const auto handover = static_cast<Handover>(random_.below(3));
  handovers_.emplace(partition, handover);
  if (handover != Handover::kFromFollower && !random_.one_in(4)) return;
  // The follower leads for some time, in which the old leader may not know yet that it does not. What the
  // follower had been given to do is not done any more.
  fetcher_.unfollow(partition);
  replica.follows = false;
  replica.work.reset();
  replica.log.begin_epoch(replica.elected);
  const uint64_t batches = random_.below(3);
  seen_.empty_epochs += batches == 0;
  for (uint64_t i = 0; i < batches; ++i) replica.log.write(replica.elected, random_);
  replica.elected = replica.elected.next();
}

// The leader hears of its new epoch.
void History::lead(const PartitionKey& partition) {
  const auto handover = handovers_.extract(partition);
  if (handover.empty()) return;
  Replica& replica = replicas_.at(partition);
  auto& [log, epoch, trouble] = leader_.partitions.at(partition);
  if (handover.mapped() == Handover::kFromFollower) {
    log = replica.log;
  } else if (random_.one_in(2)) {
    const Offset floor = handover.mapped() == Handover::kClean ? log.high_watermark() : log.start();
    const auto room = static_cast<uint64_t>(log.end() - floor);
    log.truncate(log.boundary(floor + static_cast<int64_t>(random_.below(room + 1))));
  }
  if (handover.mapped() == Handover::kUnclean && random_.one_in(2)) {
    // What somebody else wrote, of whom the follower has never heard.
    for (uint64_t batches = random_.below(3); batches > 0; --batches) log.write(replica.elected, random_);
    replica.elected = replica.elected.next();
  }
  // A new leader may not know of all that was committed.
  const auto known = static_cast<uint64_t>(log.high_watermark() - log.start());
  if (random_.one_in(2)) log.commit(log.start() + static_cast<int64_t>(random_.below(known + 1)));
  epoch = replica.elected;
  log.begin_epoch(epoch);
}

// The follower does.
void History::hear(const PartitionKey& partition) {
  Replica& replica = replicas_.at(partition);
  if (replica.follows && random_.one_in(10)) {
    fetcher_.unfollow(partition);
    replica.follows = false;
    replica.work.reset();
    return;
  }
  replica.follows = true;
  replica.epoch = replica.elected;
  static const auto name = std::make_shared<const std::string>("t");
  fetcher_.follow({partition, name, replica.epoch, replica.log.followed()}, now_);
}

void History::delete_records(const PartitionKey& partition) {
  ModelLog& log = leader_.partitions.at(partition).log;
  const auto room = static_cast<uint64_t>(log.high_watermark() - log.start());
  log.move_start(log.start() + static_cast<int64_t>(random_.below(room + 1)));
}

void History::trouble(const PartitionKey& partition) {
  static constexpr ErrorCode kTroubles[] = {ErrorCode::kNone, ErrorCode::kNone,
                                            ErrorCode::kNotLeaderOrFollower, ErrorCode::kKafkaStorageError,
                                            ErrorCode::kUnknownTopicOrPartition};
  leader_.partitions.at(partition).trouble = kTroubles[random_.below(std::size(kTroubles))];
  leader_.has_room = !random_.one_in(10);
  if (random_.one_in(10)) leader_.lose_session();
  Replica& replica = replicas_.at(partition);
  if (random_.one_in(10) && replica.follows && !replica.work) {
    const auto room = static_cast<uint64_t>(replica.log.high_watermark() - replica.log.start());
    replica.log.move_start(replica.log.start() + static_cast<int64_t>(random_.below(room + 1)));
    fetcher_.move_log_start(partition, replica.log.start());
  }
}

// ---- the network ----

void History::serve() {
  if (!exchange_ || exchange_->fetched || exchange_->offsets) return;
  const FetcherRequest& request = exchange_->request;
  if (const auto* fetch = std::get_if<protocol::FetchRequest>(&request.message)) {
    Bytes bytes;
    request.encode(request.version_max, bytes);
    protocol::Reader reader(bytes);
    protocol::FetchRequest read;
    read.read(reader, request.version_max);
    exchange_->fetched = leader_.fetch(read, now_);
    exchange_->ready_ms = now_ + (exchange_->fetched->has_news ? 0 : fetch->max_wait_ms);
  } else {
    exchange_->offsets =
        leader_.list_offsets(std::get<protocol::ListOffsetsRequest>(request.message), request.version_max);
  }
}

void History::deliver() {
  if (!exchange_) return;
  if (!is_well_ && random_.one_in(15)) {
    ++seen_.lost;
    exchange_.reset();
    return fetcher_.on_failure("lost", now_);
  }
  if (now_ < exchange_->ready_ms || (!exchange_->fetched && !exchange_->offsets)) return;
  Exchange done = *std::move(exchange_);
  exchange_.reset();
  const int16_t version = done.request.version_max;
  if (done.offsets) return fetcher_.on_answer(version, *done.offsets, now_);
  seen_.torn += leader_.tear(*done.fetched);
  if (!is_well_ && random_.one_in(10)) damage(*done.fetched);
  fetcher_.on_answer(version, done.fetched->bytes(version), now_);
}

// Somewhere in what a checksum or the framing covers.
void History::damage(ModelAnswer& answer) {
  if (answer.records.empty()) return;
  Bytes& records = answer.records[random_.below(answer.records.size())];
  const size_t skipped = protocol::batch_layout::kCrc;
  if (records.size() <= skipped) return;
  const auto size = protocol::batch_size(records);
  if (!size) return;
  const size_t end = std::min(records.size(), *size);
  records[skipped + random_.below(end - skipped)] ^= static_cast<uint8_t>(1 + random_.below(255));
  ++seen_.damaged;
}

// ---- the log ----

void History::perform(const PartitionKey& partition) {
  Replica& replica = replicas_.at(partition);
  if (!replica.work || replica.report) return;
  LogOutcome outcome = LogOutcome::kDone;
  if (replica.epoch != replica.work->leader_epoch) {
    outcome = LogOutcome::kOver;
    ++seen_.refusals;
  } else if (!is_well_ && random_.one_in(200)) {
    outcome = LogOutcome::kFailed;
    ++seen_.failures;
  } else {
    judge(*replica.work, replica);
    apply(*replica.work, replica);
  }
  replica.report = LogReport{partition, replica.work->ticket, outcome, replica.log.followed()};
  replica.work.reset();
}

// What may be done to the log of a replica that follows, given what its leader has.
void History::judge(const LogWork& work, const Replica& replica) {
  const auto& [log, epoch, trouble] = leader_.partitions.at(work.partition);
  const bool is_led = epoch == work.leader_epoch;
  if (work.truncate_to && is_led) REQUIRE(*work.truncate_to >= first_difference(log, replica.log, Offset{0}));
  if (work.restart_at) REQUIRE((!work.append && *work.restart_at != replica.log.end()));
  if (work.restart_at && *work.restart_at < replica.log.end())
    REQUIRE(replica.log.start() == replica.log.end());
  if (!work.append) return;
  REQUIRE(work.append->base == replica.log.end());
  protocol::BatchCursor cursor(work.append->content.bytes);
  Offset next = work.append->base;
  while (auto view = cursor.next()) {
    REQUIRE(view->base_offset() == next);
    REQUIRE(view->leader_epoch() <= work.leader_epoch);
    next = view->next_offset();
    if (!is_led) continue;
    const auto found = std::ranges::find(log.batches(), view->base_offset(), &ModelBatch::base);
    REQUIRE(found != log.batches().end());
    REQUIRE(same_bytes(found->bytes, view->bytes()));
  }
  REQUIRE(next == work.append->end);
  REQUIRE(cursor.end() == protocol::BatchCursor::End::kClean);
}

void History::apply(const LogWork& work, Replica& replica) {
  const auto& [log, epoch, trouble] = leader_.partitions.at(work.partition);
  const bool is_early = work.restart_at && *work.restart_at < replica.log.end();
  if (work.restart_at) replica.log.restart(*work.restart_at);
  if (work.truncate_to) {
    seen_.cuts_below_committed += *work.truncate_to < replica.log.high_watermark();
    replica.log.truncate(*work.truncate_to);
  }
  if (work.append) replica.log.append(work.append->content.bytes);
  if (work.high_watermark) replica.log.commit(*work.high_watermark);
  if (work.log_start) replica.log.move_start(*work.log_start);
  const Offset committed = replica.log.high_watermark();
  REQUIRE(replica.log.start() <= committed);
  REQUIRE(committed <= replica.log.end());
  if (work.high_watermark && epoch == work.leader_epoch) {
    const Offset from = std::max(log.start(), replica.log.start());
    REQUIRE(first_difference(log, replica.log, from) >= committed);
  }
  seen_.appends += work.append.has_value();
  seen_.cuts += work.truncate_to.has_value();
  seen_.restarts += work.restart_at.has_value() && !is_early;
  seen_.early_starts += is_early;
}

void History::report(const PartitionKey& partition) {
  Replica& replica = replicas_.at(partition);
  if (!replica.report) return;
  seen_.unheard += fetcher_.phase_of(partition) != PartitionPhase::kWorking;  // of an earlier time
  fetcher_.on_report(*replica.report, now_);
  replica.report.reset();
}

// ---- the end ----

void History::pump() {
  take();
  for (int32_t p = 0; p < kPartitions; ++p) {
    perform(key(p));
    report(key(p));
  }
  take();
  serve();
  if (exchange_) now_ = std::max(now_, exchange_->ready_ms);
  deliver();
  take();
  if (!exchange_ && fetcher_.next_deadline_ms() != INT64_MAX)
    now_ = std::max(now_, fetcher_.next_deadline_ms());
}

bool History::have_all(const std::function<bool(const ModelLog&, const ModelLog&)>& what) const {
  return std::ranges::all_of(replicas_, [&](const auto& entry) {
    return what(entry.second.log, leader_.partitions.at(entry.first).log);
  });
}

void History::heal() {
  is_well_ = true;
  leader_.has_room = true;
  for (auto& [partition, replica] : replicas_) {
    report(partition);
    lead(partition);
    leader_.partitions.at(partition).trouble = ErrorCode::kNone;
    if (fetcher_.phase_of(partition) == PartitionPhase::kFailed) {
      handovers_.emplace(partition, Handover::kClean);
      replica.elected = replica.elected.next();
      lead(partition);
    }
    while (!replica.follows || replica.epoch != replica.elected) hear(partition);
  }
  const auto is_level = [](const ModelLog& ours, const ModelLog& theirs) {
    return ours.end() == theirs.end() && ours.high_watermark() == theirs.end() &&
           theirs.high_watermark() == theirs.end();
  };
  for (int i = 0; i < 500 && !have_all(is_level); ++i) pump();
  REQUIRE(have_all(is_level));
  for (auto& [partition, replica] : replicas_) {
    ModelLog& theirs = leader_.partitions.at(partition).log;
    const Offset from = std::max(theirs.start(), replica.log.start());
    REQUIRE(first_difference(theirs, replica.log, from) == theirs.end());
    for (Offset at = from; at < theirs.end(); at = at + 1)
      REQUIRE(replica.log.epochs().epoch_of(at) == theirs.epochs().epoch_of(at));
    theirs.move_start(theirs.end());
  }
  const auto starts_level = [](const ModelLog& ours, const ModelLog& theirs) {
    return ours.start() == theirs.start();
  };
  for (int i = 0; i < 50 && !have_all(starts_level); ++i) pump();
  REQUIRE(have_all(starts_level));
}

}  // namespace

TEST_CASE("whatever a follower and its leader go through, their logs become the same") {
  Seen seen;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    History history(seed, seen);
    for (int part = 0; part < 3; ++part) {
      history.go_on(500);
      history.heal();
    }
  }
  std::string all;
  for (const auto& [what, count] : seen.counts()) all += what + ": " + std::to_string(count) + "\n";
  INFO(all);
  for (const auto& [what, count] : seen.counts()) REQUIRE(count > 10);
}

}  // namespace klamm::broker::testing
