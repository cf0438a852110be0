#include "tests/sim/sim_file.h"

#include <algorithm>
#include <utility>

namespace klamm::sim {

using storage::disk_error;
using storage::DiskError;
using storage::DiskResult;

namespace {

using Machine = SimDisk::Machine;

class SimFile final : public storage::File {
 public:
  SimFile(std::shared_ptr<Machine> machine, NodePointer node, std::string path, bool writable)
      : machine_(std::move(machine)),
        node_(std::move(node)),
        path_(std::move(path)),
        writable_(writable),
        generation_(machine_->generation) {
    ++machine_->open_files;
  }
  ~SimFile() override {
    if (alive()) --machine_->open_files;
  }

  DiskResult<size_t> read_at(uint64_t position, std::span<uint8_t> into) const override {
    if (!alive()) return Error{dead("read")};
    auto verdict = machine_->begin(DiskOperation::kRead, path_);
    if (verdict.error) return Error{*verdict.error};
    ++machine_->counters.reads;
    return node_->file.read(position, into);
  }

  DiskResult<> write_at(uint64_t position, std::span<const ByteView> pieces) override {
    if (!alive() || !writable_) return Error{dead("write")};
    auto verdict = machine_->begin_step(DiskOperation::kWrite, path_);
    if (verdict.error) return Error{*verdict.error};
    ++machine_->counters.writes;
    uint64_t total = 0;
    for (ByteView piece : pieces) total += piece.size();
    machine_->counters.bytes_written += total;
    if (verdict.lie) return {};

    uint64_t tear = machine_->hook && total > 1 ? 1 + machine_->tears.below(total - 1) : total;
    uint64_t done = 0;
    for (ByteView piece : pieces) {
      while (!piece.empty()) {
        uint64_t count = piece.size();
        if (done < tear) count = std::min<uint64_t>(count, tear - done);
        if (auto put = write_some(position + done, piece.first(count)); !put) return put;
        done += count;
        piece = piece.subspan(count);
        if (done == tear && done < total) machine_->hook();
      }
    }
    return {};
  }

  DiskResult<> truncate(uint64_t size) override {
    if (!alive() || !writable_) return Error{dead("truncate")};
    auto verdict = machine_->begin_step(DiskOperation::kTruncate, path_);
    if (verdict.error) return Error{*verdict.error};
    if (size < node_->file.size() && path_.ends_with(".log")) ++machine_->counters.log_truncations;
    if (verdict.goes_on()) node_->file.truncate(size);
    return {};
  }

  DiskResult<> sync() override {
    if (!alive()) return Error{dead("sync")};
    auto verdict = machine_->begin_step(DiskOperation::kSync, path_);
    if (verdict.error) {
      if (!machine_->power_off) node_->file.forget_unsynced();
      return Error{*verdict.error};
    }
    if (verdict.lie) return {};
    ++machine_->counters.syncs;
    machine_->sync_calls.push_back(path_);
    node_->file.sync();
    return {};
  }

  DiskResult<> forget_cached() override {
    if (!alive()) return Error{dead("drop the cache of")};
    node_->file.forget_cached();
    return {};
  }

  DiskResult<uint64_t> size() const override {
    if (!alive() || machine_->power_off) return Error{dead("examine")};
    return node_->file.size();
  }

 private:
  bool alive() const { return generation_ == machine_->generation; }
  DiskError dead(std::string_view operation) const {
    return disk_error(machine_->power_off ? EIO : EBADF, operation, path_);
  }

  // As much of it as the disk has room for and the power lasts.
  DiskResult<> write_some(uint64_t position, ByteView bytes) {
    uint64_t end = position + bytes.size();
    uint64_t grows = end > node_->file.size() ? end - node_->file.size() : 0;
    uint64_t free = grows > 0 ? machine_->bytes_free() : UINT64_MAX;
    uint64_t count = bytes.size();
    if (grows > free) count -= std::min(count, grows - free);
    bool cut = machine_->bytes_left && *machine_->bytes_left < count;
    if (cut) count = *machine_->bytes_left;
    node_->file.write(position, bytes.first(count));
    if (machine_->bytes_left) *machine_->bytes_left -= count;
    if (cut) {
      machine_->power_off = true;
      return Error{dead("write")};
    }
    if (count < bytes.size()) return Error{disk_error(ENOSPC, "write", path_)};
    return {};
  }

  std::shared_ptr<Machine> machine_;
  NodePointer node_;
  std::string path_;
  bool writable_;
  uint64_t generation_;
};

}  // namespace

std::unique_ptr<storage::File> open_sim_file(std::shared_ptr<SimDisk::Machine> machine, NodePointer node,
                                             const std::string& path, bool writable) {
  return std::make_unique<SimFile>(std::move(machine), std::move(node), path, writable);
}

}  // namespace klamm::sim
