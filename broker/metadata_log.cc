#include "broker/metadata_log.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "base/logging.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/metadata/voters_record.h"
#include "protocol/messages/kraft_version_record.h"
#include "protocol/messages/leader_change_message.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_control.h"

namespace klamm::broker {
namespace {

constexpr uint32_t kReadSizeMax = 1 << 20;

storage::LogConfig log_config(const MetadataLogConfig& config) {
  storage::LogConfig made;
  made.segment_bytes = config.segment_size_max;
  made.segment_ms = config.segment_ms;
  // What snapshots have made superfluous is deleted by clean(), never by age or size alone (KAFKA-14238).
  made.remove = false;
  made.retention_ms = -1;
  return made;
}

template <class Message>
Bytes encoded(const Message& message) {
  Bytes value;
  protocol::Writer writer(value);
  message.write(writer, 0);
  return value;
}

Bytes encode_leader_change(const raft::LeaderChangeRecord& record, const raft::Batch& batch, int64_t now_ms) {
  protocol::LeaderChangeMessage message;
  message.leader_id = record.leader.value;
  for (const raft::ReplicaKey& voter : record.voters) message.voters.push_back({.voter_id = voter.id.value});
  for (const raft::ReplicaKey& voter : record.granting_voters) {
    message.granting_voters.push_back({.voter_id = voter.id.value});
  }
  const Bytes change = encoded(message);
  Bytes version, voters;
  std::vector<protocol::ControlRecord> records = {{protocol::ControlType::kLeaderChange, change}};
  if (record.statement) {
    protocol::KRaftVersionRecord kraft_version;
    kraft_version.kraft_version = record.statement->kraft_version;
    version = encoded(kraft_version);
    voters = encoded(voters_record(record.statement->voters));
    records.push_back({protocol::ControlType::kKraftVersion, version});
    records.push_back({protocol::ControlType::kKraftVoters, voters});
  }
  CHECK(static_cast<int32_t>(records.size()) == batch.record_count);
  return protocol::build_control_batch(batch.base_offset, batch.epoch, now_ms, records);
}

// A batch with the place in the log that Raft gave it. Offset and epoch are outside of the checksum.
Bytes encode(const raft::Batch& batch, int64_t now_ms) {
  if (auto* change = std::get_if<raft::LeaderChangeRecord>(&batch.content)) {
    return encode_leader_change(*change, batch, now_ms);
  }
  ByteView payload = std::get<raft::Payload>(batch.content).bytes;
  Bytes bytes(payload.begin(), payload.end());
  protocol::patch_base_offset(bytes, batch.base_offset);
  protocol::patch_leader_epoch(bytes, batch.epoch);
  return bytes;
}

Failure cannot_open(const storage::DiskError& error, const std::string& synced_path) {
  std::string remedy;
  if (error.code == EBADMSG) {
    remedy = fmt::format(
        ". To give up every metadata record from there on instead, cut the file off at that byte, and "
        "remove the segments behind it and {}",
        synced_path);
  }
  return Failure{fmt::format("the metadata log cannot be opened: {}{}", error.what, remedy)};
}

Failure is_short(Offset end, Offset synced, const std::string& synced_path) {
  return Failure{fmt::format(
      "the metadata log ends at offset {}, but had been synced up to offset {}: its end is missing. "
      "Replace the directory {} from a backup or a replica; to give up the records that are missing "
      "instead, remove {}",
      end.value, synced.value, storage::parent_of(synced_path), synced_path)};
}

}  // namespace

Result<std::unique_ptr<MetadataLog>, Failure> MetadataLog::open(storage::Disk& disk,
                                                                const MetadataLogConfig& config,
                                                                int64_t now_ms,
                                                                const std::function<bool()>& is_cancelled) {
  std::string directory = config.dir + "/" + std::string(kMetadataDirectory);
  storage::SyncedOffset synced(disk, directory);
  auto known = synced.open();
  if (!known) return Error{Failure{fmt::format("the metadata log cannot be opened: {}", known.error().what)}};
  // The clean-shutdown mark speaks for the data logs; what the quorum relies on is read again at every start.
  storage::OpenHints hints;
  using OnDamage = storage::OpenHints::OnDamage;
  hints.recovery_point = known->value_or(Offset{0});
  hints.is_cancelled = is_cancelled;
  hints.on_damage = *known ? OnDamage::kRefuseSynced : OnDamage::kRefuseUnlessTail;
  auto log = storage::Log::open(disk, directory, log_config(config), hints, now_ms);
  if (!log) return Error{cannot_open(log.error(), synced.path())};
  if (*known && (*log)->end().offset < **known)
    return Error{is_short((*log)->end().offset, **known, synced.path())};
  std::unique_ptr<MetadataLog> made(new MetadataLog(disk, config, std::move(*log), std::move(synced)));
  if (auto found = made->find_snapshots(); !found) return Error{Failure{found.error().what}};
  if (made->is_half_installed()) {
    if (auto begun = made->begin_at(*made->latest_snapshot(), now_ms); !begun)
      return Error{Failure{begun.error().what}};
  }
  made->known_below_ = made->log_->end().offset;
  return made;
}

// A crash came after the snapshot from the leader was there, and before the log was dropped for it. That log
// ends before the snapshot; or it is longer, and no record of it is of the snapshot's epoch, since it parted
// from the leader's log before. A snapshot of this node's own is of its log.
bool MetadataLog::is_half_installed() const {
  const auto latest = latest_snapshot();
  if (!latest) return false;
  if (latest->offset > log_->end().offset) return true;
  const bool is_empty = log_->start() == log_->end().offset;
  const auto last = log_->epochs().latest();
  return !is_empty && last && last->epoch < latest->epoch;
}

raft::LogPoint MetadataLog::end() const {
  auto latest = log_->epochs().latest();
  Epoch epoch = latest ? latest->epoch : Epoch{0};
  // Directly behind a snapshot no record says the epoch.
  if (auto snapshot = latest_snapshot(); snapshot && snapshot->offset == log_->end().offset) {
    epoch = std::max(epoch, snapshot->epoch);
  }
  return {epoch, log_->end().offset};
}

raft::LogPoint MetadataLog::end_of_epoch(Epoch epoch) const {
  const auto& entries = log_->epochs().entries();
  auto above =
      std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.epoch > epoch; });
  if (above == entries.begin()) return oldest_snapshot().value_or(raft::LogPoint{});
  Offset ends = above == entries.end() ? log_->end().offset : above->start;
  return {std::prev(above)->epoch, ends};
}

Epoch MetadataLog::epoch_at(Offset offset) const {
  auto epoch = log_->epochs().epoch_of(offset);
  CHECK(epoch.has_value());
  return *epoch;
}

bool MetadataLog::is_batch_start(Offset offset) const {
  if (offset == log_->end().offset) return true;
  auto located = log_->view()->locate(offset, log_->end());
  return located.ok() && located->offset == offset;
}

std::optional<raft::SnapshotId> MetadataLog::oldest_snapshot() const {
  return snapshots_.empty() ? std::nullopt : std::optional(snapshots_.front().id);
}

std::optional<raft::SnapshotId> MetadataLog::latest_snapshot() const {
  return snapshots_.empty() ? std::nullopt : std::optional(snapshots_.back().id);
}

bool MetadataLog::has_snapshot_at(Offset offset) const {
  return std::any_of(snapshots_.begin(), snapshots_.end(),
                     [&](const auto& kept) { return kept.id.offset == offset; });
}

std::optional<int64_t> MetadataLog::snapshot_size(raft::SnapshotId id) const {
  for (const Snapshot& snapshot : snapshots_) {
    if (snapshot.id == id) return snapshot.size;
  }
  return std::nullopt;
}

storage::DiskResult<> MetadataLog::append(const std::vector<raft::Batch>& batches, int64_t now_ms) {
  std::vector<Bytes> encoded;
  encoded.reserve(batches.size());
  for (const raft::Batch& batch : batches) encoded.push_back(encode(batch, now_ms));
  std::vector<ByteView> views(encoded.begin(), encoded.end());
  storage::AppendResult appended = log_->append(views, now_ms);
  if (appended.failure) return Error{*appended.failure};
  return {};
}

// Whatever the log loses here may no longer be taken for damage.
storage::DiskResult<> MetadataLog::truncate_to(Offset end, int64_t now_ms) {
  if (end < synced_.offset()) {
    auto cut = log_->view()->locate(end, log_->end());
    if (!cut) return Error{cut.error()};
    if (auto lowered = synced_.reset(std::min(end, cut->offset)); !lowered) return lowered;
  }
  auto cut = log_->truncate_to(end, now_ms);
  known_below_ = std::min(known_below_, log_->end().offset);
  return cut;
}

storage::DiskResult<storage::FlushJob> MetadataLog::prepare_flush() {
  auto job = log_->prepare_flush();
  if (!job) return job;
  if (auto file = synced_.due()) job->files.push_back(std::move(file));
  return job;
}

storage::DiskResult<> MetadataLog::complete_flush(const storage::FlushJob& job,
                                                  const storage::DiskResult<>& outcome) {
  if (auto done = log_->complete_flush(job, outcome); !done) return done;
  if (auto file = synced_.due();
      file && std::find(job.files.begin(), job.files.end(), file) != job.files.end()) {
    synced_.on_synced();
  }
  return synced_.raise(synced_end());
}

storage::DiskResult<> MetadataLog::close() {
  if (auto closed = log_->close(); !closed) return closed;
  if (auto raised = synced_.raise(synced_end()); !raised) return raised;
  return synced_.sync();
}

Result<void, Failure> MetadataLog::read(
    Offset from, Offset to, const std::function<Result<void, Failure>(ByteView batch)>& each) const {
  auto view = log_->view();
  Bytes buffer;
  while (from < to) {
    auto found = view->read(from, log_->end(), kReadSizeMax, true);
    if (!found) return Error{Failure{found.error().what}};
    if (found->slice.size == 0) break;
    buffer.resize(found->slice.size);
    auto size = found->slice.file->file().read_at(found->slice.position, buffer);
    if (!size) return Error{Failure{size.error().what}};
    protocol::BatchCursor cursor({buffer.data(), *size});
    Offset before = from;
    while (auto batch = cursor.next()) {
      if (batch->base_offset() >= to) return {};
      from = batch->next_offset();
      if (auto done = each(batch->bytes()); !done) return done;
    }
    if (from == before)
      return Error{Failure{fmt::format("no whole batch at offset {} of the metadata log", from.value)}};
  }
  return {};
}

storage::DiskResult<Bytes> MetadataLog::read_for_fetch(const raft::ReadSpan& span) const {
  auto found = log_->view()->read(span.from, log_->end(), static_cast<uint32_t>(span.max_bytes), true);
  if (!found) return Error{found.error()};
  Bytes bytes(found->slice.size);
  auto size = found->slice.file->file().read_at(found->slice.position, bytes);
  if (!size) return Error{size.error()};
  bytes.resize(*size);
  return bytes;
}

storage::DiskResult<Bytes> MetadataLog::read_snapshot(raft::SnapshotId id, int64_t position,
                                                      int32_t size) const {
  auto file = disk_.open(directory() + "/" + snapshot_file_name(id), storage::OpenMode::kRead);
  if (!file) return Error{file.error()};
  Bytes bytes(static_cast<size_t>(size));
  auto read = (*file)->read_at(static_cast<uint64_t>(position), bytes);
  if (!read) return Error{read.error()};
  bytes.resize(*read);
  return bytes;
}

storage::DiskResult<> MetadataLog::install(raft::SnapshotId id, int64_t now_ms) {
  if (auto noted = note_snapshot(id); !noted) return noted;
  known_below_ = std::min(known_below_, id.offset);
  return begin_at(id, now_ms);
}

// Half dropped, the log may end anywhere: nothing of it counts as synced any more before it is touched.
storage::DiskResult<> MetadataLog::begin_at(raft::SnapshotId id, int64_t now_ms) {
  if (auto reset = synced_.reset(Offset{0}); !reset) return reset;
  if (auto dropped = log_->truncate_fully_and_start_at(id.offset, now_ms); !dropped) return dropped;
  if (auto removed = log_->take_retired().remove(disk_); !removed) return removed;
  if (auto raised = synced_.raise(id.offset); !raised) return raised;
  while (snapshots_.front().id < id) {
    auto removed = disk_.remove(directory() + "/" + snapshot_file_name(snapshots_.front().id));
    if (!removed) return removed;
    snapshots_.erase(snapshots_.begin());
  }
  return {};
}

storage::DiskResult<> MetadataLog::find_snapshots() {
  if (auto removed = remove_snapshot_leftovers(disk_, directory()); !removed) return removed;
  auto ids = list_snapshots(disk_, directory());
  if (!ids) return Error{ids.error()};
  for (raft::SnapshotId id : *ids) {
    if (id == raft::kBootstrapSnapshot) continue;
    if (auto noted = note_snapshot(id); !noted) return noted;
  }
  // A crash came between the log's new beginning and the end of what was before it (Kafka: recoverSnapshots).
  if (snapshots_.empty() || snapshots_.back().id.offset < log_->start()) return {};
  while (snapshots_.front().id.offset < log_->start()) {
    auto removed = disk_.remove(directory() + "/" + snapshot_file_name(snapshots_.front().id));
    if (!removed) return removed;
    snapshots_.erase(snapshots_.begin());
  }
  return {};
}

storage::DiskResult<> MetadataLog::note_snapshot(raft::SnapshotId id) {
  auto file = disk_.open(directory() + "/" + snapshot_file_name(id), storage::OpenMode::kRead);
  if (!file) return Error{file.error()};
  auto size = (*file)->size();
  if (!size) return Error{size.error()};
  CHECK(snapshots_.empty() || snapshots_.back().id < id);
  snapshots_.push_back({id, static_cast<int64_t>(*size)});
  return {};
}

storage::DiskResult<> MetadataLog::add_snapshot(raft::SnapshotId id, int64_t now_ms) {
  const auto latest = latest_snapshot();
  if (latest == id) return {};
  if (latest && id < *latest) return disk_.remove(directory() + "/" + snapshot_file_name(id));
  if (auto noted = note_snapshot(id); !noted) return noted;
  return clean(now_ms);
}

// As Kafka's maybeClean(): while there are several snapshots, the oldest may go, and then the log begins at
// the next one. A crash in between leaves a log that is longer than it must be.
storage::DiskResult<> MetadataLog::clean(int64_t now_ms) {
  while (snapshots_.size() > 1) {
    const std::optional<std::string> why = why_oldest_goes(now_ms);
    if (!why) break;
    const std::string oldest = snapshot_file_name(snapshots_.front().id);
    if (auto removed = disk_.remove(directory() + "/" + oldest); !removed) return removed;
    snapshots_.erase(snapshots_.begin());
    const Offset start = snapshots_.front().id.offset;
    LOG_INFO("removed the snapshot {} of the metadata log, which begins at offset {} from now on: {}", oldest,
             start.value, *why);
    if (auto advanced = log_->advance_start(start); !advanced) return Error{advanced.error()};
    if (auto kept = log_->apply_retention(start, now_ms); !kept) return kept;
    if (auto removed = log_->take_retired().remove(disk_); !removed) return removed;
  }
  return {};
}

std::optional<std::string> MetadataLog::why_oldest_goes(int64_t now_ms) const {
  uint64_t total = size_bytes();
  for (const Snapshot& snapshot : snapshots_) total += static_cast<uint64_t>(snapshot.size);
  if (config_.retention_bytes >= 0 && total > static_cast<uint64_t>(config_.retention_bytes)) {
    return fmt::format("the log and its snapshots have {} bytes, and metadata.max.retention.bytes is {}",
                       total, config_.retention_bytes);
  }
  if (config_.retention_ms < 0) return std::nullopt;
  // Of one that cannot be read the age is not known; a later one stands for it, and size will end it.
  const auto time_ms = read_snapshot_time(disk_, directory(), snapshots_.front().id);
  if (!time_ms || now_ms - *time_ms <= config_.retention_ms) return std::nullopt;
  return fmt::format("its last record is {} ms old, and metadata.max.retention.ms is {}", now_ms - *time_ms,
                     config_.retention_ms);
}

}  // namespace klamm::broker
