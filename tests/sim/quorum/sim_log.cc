#include "tests/sim/quorum/sim_log.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::sim {

using raft::LogPoint;
using raft::SnapshotId;

uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t mixed = (a ^ b) * 0x9E3779B97F4A7C15ULL + (b << 17 | b >> 47);
  mixed = (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9ULL;
  return mixed ^ mixed >> 32;
}

Bytes snapshot_bytes(const SimSnapshot& snapshot) {
  Bytes bytes(static_cast<size_t>(snapshot.size));
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(snapshot.chain >> (i % 8 * 8));
  return bytes;
}

std::optional<SimSnapshot> snapshot_from_bytes(SnapshotId id, ByteView bytes) {
  if (bytes.size() < 8) return std::nullopt;
  uint64_t chain = 0;
  for (size_t i = 0; i < 8; ++i) chain |= uint64_t{bytes[i]} << (i * 8);
  SimSnapshot snapshot{id, chain, static_cast<int64_t>(bytes.size())};
  if (!same_bytes(snapshot_bytes(snapshot), bytes)) return std::nullopt;
  return snapshot;
}

LogPoint SimLog::end() const {
  if (!batches_.empty()) return {batches_.back().epoch, batches_.back().end()};
  return {snapshots_.empty() ? Epoch{0} : snapshots_.back().id.epoch, start_};
}

LogPoint SimLog::end_of_epoch(Epoch epoch) const {
  auto after = std::upper_bound(batches_.begin(), batches_.end(), epoch,
                                [](Epoch wanted, const SimBatch& batch) { return wanted < batch.epoch; });
  if (after == batches_.begin()) return snapshots_.empty() ? LogPoint{} : snapshots_.front().id;
  const SimBatch& last = *(after - 1);
  return {last.epoch, last.end()};
}

// The index of the first batch that ends above `offset`.
size_t SimLog::index_after(Offset offset) const {
  auto found = std::upper_bound(batches_.begin(), batches_.end(), offset,
                                [](Offset wanted, const SimBatch& batch) { return wanted < batch.end(); });
  return static_cast<size_t>(found - batches_.begin());
}

Epoch SimLog::epoch_at(Offset offset) const {
  size_t index = index_after(offset);
  CHECK(index < batches_.size());
  return batches_[index].epoch;
}

bool SimLog::is_batch_start(Offset offset) const {
  size_t index = index_after(offset);
  return index == batches_.size() ? offset == end().offset : batches_[index].base == offset;
}

std::optional<SnapshotId> SimLog::oldest_snapshot() const {
  return snapshots_.empty() ? std::nullopt : std::optional(snapshots_.front().id);
}

std::optional<SnapshotId> SimLog::latest_snapshot() const {
  return snapshots_.empty() ? std::nullopt : std::optional(snapshots_.back().id);
}

bool SimLog::has_snapshot_at(Offset offset) const {
  return std::any_of(snapshots_.begin(), snapshots_.end(),
                     [&](const SimSnapshot& snapshot) { return snapshot.id.offset == offset; });
}

const SimSnapshot* SimLog::snapshot(SnapshotId id) const {
  for (const SimSnapshot& snapshot : snapshots_) {
    if (snapshot.id == id) return &snapshot;
  }
  return nullptr;
}

std::optional<int64_t> SimLog::snapshot_size(SnapshotId id) const {
  const SimSnapshot* found = snapshot(id);
  return found ? std::optional(found->size) : std::nullopt;
}

void SimLog::append(const raft::Batch& batch) {
  CHECK(batch.base_offset == end().offset);
  CHECK(batch.epoch >= end().epoch);
  uint64_t before = batches_.empty() ? start_chain_ : batches_.back().chain;
  raft::Payload payload;
  uint64_t content = 0;
  if (auto* change = std::get_if<raft::LeaderChangeRecord>(&batch.content)) {
    auto bytes = std::make_shared<Bytes>(8);
    store_be64(bytes->data(), content = mix(0x4C454144, static_cast<uint64_t>(change->leader.value)));
    payload = {bytes, *bytes};
  } else {
    payload = std::get<raft::Payload>(batch.content);
    CHECK(payload.bytes.size() == 8);
    content = load_be64(payload.bytes.data());
  }
  uint64_t place =
      mix(static_cast<uint64_t>(batch.base_offset.value), static_cast<uint64_t>(batch.epoch.value));
  uint64_t chain = mix(mix(before, place), mix(content, static_cast<uint64_t>(batch.record_count)));
  batches_.push_back({batch.base_offset, batch.record_count, batch.epoch, std::move(payload), chain});
}

void SimLog::truncate(Offset to) {
  CHECK(to >= start_);
  std::vector<SimBatch> cut;
  while (!batches_.empty() && batches_.back().base >= to) {
    if (batches_.size() <= synced_) cut.push_back(batches_.back());
    batches_.pop_back();
  }
  CHECK(end().offset == to);
  if (batches_.size() < synced_) {
    synced_ = batches_.size();
    ghosts_.insert(ghosts_.begin(), cut.rbegin(), cut.rend());
  }
}

void SimLog::sync(Offset end) {
  synced_ = std::max(synced_, index_after(end));
  ghosts_.clear();
}

std::vector<raft::Batch> SimLog::read(Offset from, int32_t batch_count_max) const {
  std::vector<raft::Batch> out;
  for (size_t i = index_after(from); i < batches_.size() && std::ssize(out) < batch_count_max; ++i) {
    const SimBatch& batch = batches_[i];
    out.push_back({batch.base, batch.record_count, batch.epoch, batch.payload});
  }
  return out;
}

void SimLog::add_snapshot(const SimSnapshot& snapshot) {
  CHECK(snapshots_.empty() || snapshots_.back().id.offset < snapshot.id.offset);
  snapshots_.push_back(snapshot);
}

void SimLog::install(const SimSnapshot& snapshot) {
  batches_.clear();
  ghosts_.clear();
  synced_ = 0;
  snapshots_ = {snapshot};
  start_ = snapshot.id.offset;
  start_chain_ = snapshot.chain;
}

void SimLog::move_start(Offset start) {
  while (!batches_.empty() && batches_.front().end() <= start) {
    start_chain_ = batches_.front().chain;
    batches_.pop_front();
    if (synced_ > 0) --synced_;
  }
  start_ = start;
  std::erase_if(snapshots_, [&](const SimSnapshot& snapshot) { return snapshot.id.offset < start; });
}

void SimLog::lose_power(Random& random) {
  size_t unsynced = batches_.size() - synced_;
  if (!ghosts_.empty() && random.one_in(2)) {
    batches_.resize(synced_);
    size_t back = random.below(ghosts_.size() + 1);
    batches_.insert(batches_.end(), ghosts_.begin(), ghosts_.begin() + static_cast<ptrdiff_t>(back));
  } else {
    batches_.resize(synced_ + random.below(unsynced + 1));
  }
  ghosts_.clear();
  synced_ = batches_.size();
}

void SimLog::recover() {
  if (snapshots_.empty() || snapshots_.back().id <= end()) return;
  install(SimSnapshot(snapshots_.back()));
}

std::optional<uint64_t> SimLog::chain_at(Offset end) const {
  if (end == start_) return start_chain_;
  if (end < start_) return std::nullopt;
  size_t index = index_after(end - 1);
  if (index == batches_.size() || batches_[index].end() != end) return std::nullopt;
  return batches_[index].chain;
}

Offset SimLog::durable_end() const {
  Offset synced = synced_ == 0 ? start_ : batches_[synced_ - 1].end();
  return snapshots_.empty() ? synced : std::max(synced, snapshots_.back().id.offset);
}

}  // namespace klamm::sim
