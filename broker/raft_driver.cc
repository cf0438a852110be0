#include "broker/raft_driver.h"

#include <fmt/core.h>

#include <limits>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "protocol/messages/begin_transaction_record.h"
#include "protocol/messages/end_transaction_record.h"
#include "protocol/metadata_record.h"
#include "protocol/record_batch_builder.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kQuorumState = "/quorum-state";
// Three in a row are not the network's doing.
constexpr int kUselessDownloadsMax = 3;

template <class Record>
Bytes encode_record(const Record& record) {
  Bytes value;
  protocol::Writer writer(value);
  protocol::write_metadata_record(writer, record, 0);
  return value;
}

raft::NewBatch to_batch(protocol::RecordBatchBuilder builder) {
  int32_t count = builder.record_count();
  auto bytes = std::make_shared<Bytes>(builder.build());
  return {count, {bytes, *bytes}};
}

// As few batches as fit. More than one only if that is allowed to become visible in parts.
std::vector<raft::NewBatch> to_batches(const std::vector<Bytes>& records, int64_t now_ms, size_t size_max) {
  std::vector<raft::NewBatch> batches;
  protocol::RecordBatchBuilder builder(protocol::BatchFields{});
  for (const Bytes& record : records) {
    if (builder.record_count() > 0 && builder.plain_size() + record.size() > size_max) {
      batches.push_back(
          to_batch(std::exchange(builder, protocol::RecordBatchBuilder(protocol::BatchFields{}))));
    }
    builder.append(now_ms, std::nullopt, record);
  }
  batches.push_back(to_batch(std::move(builder)));
  return batches;
}

}  // namespace

RaftDriver::RaftDriver(const Uses& uses, std::unique_ptr<MetadataLog> log, const raft::RaftConfig& config,
                       raft::ReplicaKey self, raft::Voters voters, raft::ElectionState remembered,
                       int16_t kraft_version, Offset applied)
    : uses_(uses),
      log_(std::move(log)),
      kraft_version_(kraft_version),
      raft_(config, self, std::move(voters), *log_, std::move(remembered), uses.random, uses.loop.now_ms()),
      applied_(applied) {}

RaftDriver::~RaftDriver() { CHECK(stopped_ || timer_ == TimerId::kNone); }

void RaftDriver::start() { perform(); }

void RaftDriver::stop(Task stopped) {
  if (stopped_) return stopped();
  stopped_ = true;
  on_stopped_ = std::move(stopped);
  end_shutdown();
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
  // A sync under way is waited for: what it says of the disk, nobody is told twice.
  if (!syncing_) finish_stop();
}

void RaftDriver::begin_shutdown(int64_t patience_ms, Task done) {
  if (stopped_ || failed_) return done();
  on_shut_down_ = std::move(done);
  shutdown_timer_ = uses_.loop.call_at(uses_.loop.now_ms() + patience_ms, [this] {
    shutdown_timer_ = TimerId::kNone;
    end_shutdown();
  });
  raft_.begin_shutdown(uses_.loop.now_ms());
  perform();
}

void RaftDriver::end_shutdown() {
  if (shutdown_timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(shutdown_timer_, TimerId::kNone));
  if (Task done = std::exchange(on_shut_down_, {})) done();
}

void RaftDriver::finish_stop() {
  if (!failed_) must(log_->close());
  on_stopped_();
}

bool RaftDriver::fits_a_batch(const std::vector<Bytes>& records) const {
  return records.empty() || to_batches(records, 0, uses_.batch_size_max).size() == 1;
}

void RaftDriver::append(const std::vector<Bytes>& records, bool atomic, Appended appended) {
  appended(append(records, atomic));
}

protocol::Outcome<Offset> RaftDriver::append(const std::vector<Bytes>& records, bool atomic) {
  CHECK(!records.empty());
  if (failed_) return Error{protocol::ErrorCode::kNotController};
  std::vector<raft::NewBatch> batches = to_batches(records, uses_.clock.wall_ms(), uses_.batch_size_max);
  if (batches.size() > 1 && atomic) {
    // What does not fit one batch becomes visible at once only inside a metadata transaction (KIP-868).
    std::vector<Bytes> wrapped;
    wrapped.push_back(encode_record(protocol::BeginTransactionRecord{}));
    wrapped.insert(wrapped.end(), records.begin(), records.end());
    wrapped.push_back(encode_record(protocol::EndTransactionRecord{}));
    batches = to_batches(wrapped, uses_.clock.wall_ms(), uses_.batch_size_max);
  }
  int32_t count = 0;
  for (const raft::NewBatch& batch : batches) count += batch.record_count;
  auto base = raft_.append(leading_epoch_, std::move(batches), uses_.loop.now_ms());
  if (!base) return Error{protocol::ErrorCode::kNotController};
  note_append(*base + count, count);
  perform();
  return *base + count;
}

// Takes outputs until there are none. Performing one may call back into this driver, whose output is then
// taken by the call that is under way.
void RaftDriver::perform() {
  if (performing_ || stopped_ || failed_) return;
  performing_ = true;
  for (raft::Output output = raft_.take_output(); !output.empty(); output = raft_.take_output()) {
    perform(std::move(output));
    if (stopped_ || failed_) break;
  }
  performing_ = false;
  tell_of_role();
  note_state();
  if (!stopped_ && !failed_) set_timer();
  if (on_shut_down_ && (failed_ || raft_.shutdown_done())) end_shutdown();
}

void RaftDriver::tell_of_role() {
  const std::pair now(raft_.role(), raft_.epoch());
  if (now == told_role_) return;
  told_role_ = now;
  const std::string leader =
      raft_.leader() == kNoNode ? "no leader is known" : fmt::format("node {} leads", raft_.leader().value);
  LOG_INFO("[RaftManager id={}] Completed transition to {} in epoch {}; {}", raft_.self().id.value,
           raft::name_of(now.first), now.second.value, leader);
}

void RaftDriver::perform(raft::Output output) {
  if (!write(output)) return;
  if (output.sync) start_sync(*output.sync);
  if (failed_) return;
  for (raft::Message& message : output.messages) send(std::move(message));
  if (failed_) return;
  if (output.high_watermark) note_committed(*output.high_watermark);
  if (output.high_watermark) apply_up_to(*output.high_watermark);
  if (output.leadership) {
    leading_epoch_ = output.leadership->leader == raft_.self().id ? output.leadership->epoch : kNoEpoch;
    uses_.follower.on_leadership(*output.leadership);
  }
  if (output.install_snapshot && !failed_) install(*output.install_snapshot);
}

// What stands in files, but for the snapshot that is to be installed.
bool RaftDriver::write(const raft::Output& output) {
  const int64_t wall_ms = uses_.clock.wall_ms();
  if (output.quorum_state) {
    std::string text = raft::encode_quorum_state(*output.quorum_state, kraft_version_);
    std::string path = log_->directory() + std::string(kQuorumState);
    if (!must(storage::replace_file(uses_.disk, path, as_bytes(text)))) return false;
  }
  if (output.truncate_to && !must(log_->truncate_to(*output.truncate_to, wall_ms))) return false;
  if (output.snapshot_chunk) add_chunk(*output.snapshot_chunk);
  if (failed_) return false;
  if (output.append.empty()) return true;
  const Offset before = log_->end().offset;
  if (!must(log_->append(output.append, wall_ms))) return false;
  if (raft_.role() == raft::RoleKind::kFollower) note_fetched(log_->end().offset - before);
  return true;
}

// The bytes that an answer asks for are put in here. Where they cannot be read, the disk has failed.
void RaftDriver::send(raft::Message message) {
  auto* response = std::get_if<raft::Response>(&message.body);
  if (response == nullptr) return uses_.link.ask(std::move(message));
  storage::DiskResult<Bytes> bytes{Bytes()};
  if (auto* fetched = std::get_if<raft::FetchResponse>(response); fetched && fetched->read) {
    bytes = log_->read_for_fetch(*fetched->read);
  } else if (auto* part = std::get_if<raft::FetchSnapshotResponse>(response); part && part->read_size > 0) {
    bytes = log_->read_snapshot(part->snapshot, part->position, part->read_size);
  }
  if (!bytes) return fail(fmt::format("the metadata log cannot be read: {}", bytes.error().what));
  uses_.link.answer(std::move(message), *std::move(bytes));
}

void RaftDriver::add_chunk(const raft::SnapshotChunk& chunk) {
  if (chunk.position == 0) {
    auto created = SnapshotFileWriter::create(uses_.disk, log_->directory(), chunk.id);
    if (!created) {
      must(Error{created.error()});
      return;
    }
    download_ = *std::move(created);
  }
  CHECK(download_ && download_->id() == chunk.id &&
        download_->size() == static_cast<uint64_t>(chunk.position));
  must(download_->append(chunk.bytes.bytes));
}

// The snapshot is whole before it has its name, for which the next start would drop the log; and it has its
// name before the log is dropped: between the two the next start finds a log that ends before its snapshot,
// and drops it then.
void RaftDriver::install(raft::SnapshotId id) {
  CHECK(download_ && download_->id() == id);
  auto loaded = download_->load();
  if (!loaded) return refuse(id, loaded.error().message);
  if (!must(std::exchange(download_, std::nullopt)->freeze())) return;
  if (!must(log_->install(id, uses_.clock.wall_ms()))) return;
  LOG_INFO("[RaftManager id={}] the log begins with the snapshot {}, which has come from the leader",
           raft_.self().id.value, snapshot_file_name(id));
  applied_ = id.offset;
  auto followed = uses_.follower.on_snapshot(*std::move(loaded), id);
  if (!followed) return fail(followed.error().message);
  raft_.installed(id, true, uses_.loop.now_ms());
}

// What was damaged on its way is fetched again. What comes damaged again and again is so at the leader, and
// this node would stay behind for as long as that leads. (Apache Kafka's process ends with the first, which
// has its name by then, and so at each start.)
void RaftDriver::refuse(raft::SnapshotId id, const std::string& why) {
  download_.reset();
  useless_downloads_ = id == useless_download_ ? useless_downloads_ + 1 : 1;
  useless_download_ = id;
  if (useless_downloads_ == kUselessDownloadsMax) {
    const int32_t leader = raft_.leader().value;
    return fail(fmt::format(
        "the snapshot {0}, which ends at offset {1} of the metadata log, has come from node {2} {3} times, "
        "and was of no use any time: {4}. Unless this node's own disk is at fault, the file is damaged on "
        "node {2}: stop that node, so that another controller leads and sends a snapshot of its own, and "
        "start this one again; then put the file on node {2} back from a backup",
        snapshot_file_name(id), id.offset.value, leader, kUselessDownloadsMax, why));
  }
  LOG_ERROR(
      "[RaftManager id={}] the snapshot that came from the leader is of no use, and is fetched again: {}",
      raft_.self().id.value, why);
  raft_.installed(id, false, uses_.loop.now_ms());
}

void RaftDriver::step(raft::Message message) {
  if (stopped_ || failed_) return;
  raft_.step(std::move(message), uses_.loop.now_ms());
  perform();
}

void RaftDriver::disconnected(NodeId replica) {
  if (stopped_ || failed_) return;
  raft_.disconnected(replica, uses_.loop.now_ms());
  perform();
}

void RaftDriver::start_sync(const raft::Sync& sync) {
  if (syncing_) {
    next_sync_ = sync;
    return;
  }
  auto job = log_->prepare_flush();
  if (!job) {
    must(Error{job.error()});
    return;
  }
  syncing_ = true;
  uses_.fsync.run([this, sync, job = std::move(*job)]() mutable {
    const int64_t begun_us = uses_.clock.monotonic_us();
    storage::DiskResult<> result = job.run(uses_.disk);
    if (uses_.stats != nullptr) uses_.stats->metadata_syncs_us.add(uses_.clock.monotonic_us() - begun_us);
    uses_.loop.post(
        [this, sync, job = std::move(job), result = std::move(result)] { on_synced(sync, job, result); });
  });
}

void RaftDriver::on_synced(const raft::Sync& sync, const storage::FlushJob& job,
                           const storage::DiskResult<>& result) {
  syncing_ = false;
  // A driver that has failed meanwhile hears of it as well: what the disk has lost, the next start must know.
  const storage::DiskResult<> completed = log_->complete_flush(job, result);
  const bool is_done = !failed_ && must(completed);
  if (stopped_) return finish_stop();
  if (!is_done) return;
  raft_.persisted(sync, uses_.loop.now_ms());
  if (next_sync_) start_sync(*std::exchange(next_sync_, std::nullopt));
  perform();
}

void RaftDriver::apply_up_to(Offset end) {
  auto done = log_->read(applied_, end, [&](ByteView batch) { return uses_.follower.on_committed(batch); });
  if (!done) return fail(done.error().message);
  applied_ = end;
  uses_.follower.on_caught_up(end);
  raft_.applied(end);
}

void RaftDriver::set_timer() {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
  int64_t deadline_ms = raft_.next_deadline();
  if (deadline_ms == std::numeric_limits<int64_t>::max()) return;
  timer_ = uses_.loop.call_at(deadline_ms, [this] {
    timer_ = TimerId::kNone;
    raft_.tick(uses_.loop.now_ms());
    perform();
  });
}

// The metadata log's disk is not to be doubted: what was voted and acknowledged must be there.
bool RaftDriver::must(const storage::DiskResult<>& result) {
  if (!result) fail(fmt::format("the metadata log's disk has failed: {}", result.error().what));
  return result.ok();
}

// Time, too, brings nothing more: the machine may be ahead of a log that was not written.
void RaftDriver::fail(const std::string& message) {
  failed_ = true;
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
  uses_.fatal(message);
}

}  // namespace klamm::broker
