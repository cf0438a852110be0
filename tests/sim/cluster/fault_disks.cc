// The steps of Faults that are done to disks.
#include <algorithm>
#include <utility>

#include "protocol/record_batch.h"
#include "storage/disk.h"
#include "tests/sim/cluster/faults.h"

namespace klamm::sim::cluster {
namespace {

// A disk that fails and the loss of power behind it are one.
constexpr int64_t kFailuresMax = 30 * kSecond;
// From a write that is lost to the start that finds it: power fails, comes back, and an operator helps.
constexpr int64_t kLostMax = 4 * kMinute;

// Of a batch's header, no checksum covers the epoch: one that has become another possible one is not found
// (storage/segment_exam.h).
bool is_of_an_epoch(ByteView segment, size_t byte) {
  protocol::BatchCursor batches(segment);
  size_t begin = 0;
  while (batches.next() && batches.position() <= byte) begin = batches.position();
  return byte - begin >= 12 && byte - begin < 16;
}

const char* verb_of(DiskOperation operation) {
  switch (operation) {
    case DiskOperation::kSync:
      return "sync";
    case DiskOperation::kRead:
      return "read";
    default:
      return "write";
  }
}

}  // namespace

bool Faults::do_slow_disk(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr) return false;
  ++cluster_.counters.slow_disks;
  host->machine().disk_step_us = step.numbers[1] * kMs;
  world_.after(step.numbers[2] * kMs, [host] { host->machine().disk_step_us = 0; });
  return true;
}

bool Faults::do_fill_disk(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->has_power() || !host->plan().has_two_disks) return false;
  ++cluster_.counters.full_disks;
  SimDisk& disk = host->data_disk();
  constexpr uint64_t kHuge = uint64_t{1} << 40;
  disk.set_capacity(kHuge);
  const auto space = disk.space("/");
  if (space) disk.set_capacity(kHuge - space->usable_bytes + static_cast<uint64_t>(step.numbers[1]));
  world_.after(step.numbers[2] * kMs, [&disk] { disk.set_capacity(UINT64_MAX); });
  return true;
}

// ---- Errors

// What was not synced then is lost from the disk, though it still reads as if it were there: the power goes
// soon after. What cannot be read counts as damaged, and is cut off when others have it.
bool Faults::fail(const Step& step, DiskOperation operation) {
  Host* host = host_of(step);
  if (host == nullptr || !host->runs() || !may_lose(*host)) return false;
  const bool is_read = operation == DiskOperation::kRead;
  ++(is_read ? cluster_.counters.failed_reads : cluster_.counters.failed_syncs);
  weaken(*host, world_.now() + kFailuresMax);
  cluster_.excuse(host->id(), 2 * kFailuresMax);
  failing_.insert(host->id());
  cluster_.may_be_damaged |= is_read;
  const bool of_data = step.numbers[1] != 0;
  for (SimDisk* disk : host->machine().disks) {
    disk->inject({.operation = operation,
                  .path_part = of_data ? "/d/t" : "__cluster_metadata",
                  .times = static_cast<uint64_t>(step.numbers[2])});
  }
  world_.note("{} cannot {} its {}", host->id(), verb_of(operation), of_data ? "data" : "metadata");
  return true;
}

bool Faults::do_fail_syncs(const Step& step) { return fail(step, DiskOperation::kSync); }
bool Faults::do_fail_writes(const Step& step) { return fail(step, DiskOperation::kWrite); }
bool Faults::do_fail_reads(const Step& step) { return fail(step, DiskOperation::kRead); }

bool Faults::do_end_failures(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || failing_.erase(host->id()) == 0) return false;
  for (SimDisk* disk : host->machine().disks) disk->clear_faults();
  host->lose_power();
  return true;
}

// ---- Other content

// A machine that comes back with empty disks, under its old id. The others must have all that it knew, of the
// metadata as well.
bool Faults::do_wipe(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !may_forget(*host)) return false;
  ++cluster_.counters.wiped_disks;
  weaken(*host, world_.now());
  host->kill();
  world_.note("the disks of {} are wiped", host->id());
  host->wipe();
  return true;
}

// As by a snapshot of the file system, which the process does not notice.
bool Faults::do_back_up(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr) return false;
  backups_[host->id()] = host->copy_disks();
  return true;
}

// What it knew since then is lost: records, metadata, votes, and that it has been registered since. The
// others must have it, as if the disks had been wiped.
bool Faults::do_restore(const Step& step) {
  Host* host = host_of(step);
  const int64_t which = step.numbers[1];
  if (host == nullptr || which < 0 || which > 2 || (which != 0 && !host->plan().has_two_disks)) return false;
  const auto found = backups_.find(host->id());
  if (found == backups_.end() || !may_forget(*host)) return false;
  ++cluster_.counters.restored_disks;
  weaken(*host, world_.now());
  host->kill();
  const char* const what = which == 0 ? "all disks" : which == 1 ? "data" : "metadata";
  world_.note("{} of {} is as it was in a backup", what, host->id());
  if (which == 0) {
    host->put_disks(found->second);
  } else {
    const size_t disk = which == 1 ? 1 : 0;
    host->put_disk(disk, found->second[disk]);
  }
  return true;
}

// ---- Damage

bool Faults::is_there(const Damaged& damaged) {
  SimDisk& disk = cluster_.hosts()[static_cast<size_t>(damaged.host) - 1]->data_disk();
  if (!disk.exists(damaged.path)) return false;
  const Bytes now = disk.content(damaged.path);
  const size_t size = damaged.wrong.size();
  return now.size() >= damaged.position + size &&
         same_bytes(ByteView(now).subspan(damaged.position, size), damaged.wrong);
}

bool Faults::has_damage() {
  return std::ranges::any_of(damaged_, [this](const Damaged& damaged) { return is_there(damaged); });
}

// While its process is away: who starts has what it finds examined. Not of the only one in sync, from whom
// nobody could get it again.
bool Faults::do_flip_bit(const Step& step) {
  Host* host = host_of(step);
  if (host == nullptr || !host->plan().is_broker || !host->runs() || host->is_ending() || !may_lose(*host))
    return false;
  SimDisk& disk = host->data_disk();
  if (!disk.exists(step.path)) return false;
  const Bytes content = disk.content(step.path);
  const auto byte = static_cast<size_t>(step.numbers[1]);
  const auto bit = static_cast<unsigned>(step.numbers[2]) % 8;
  if (byte >= content.size() || is_of_an_epoch(content, byte)) return false;
  ++cluster_.counters.flipped_bits;
  weaken(*host, world_.now());
  host->kill();
  disk.flip_bit(step.path, byte, bit);
  damaged_ = {{host->id(), step.path, byte, {static_cast<uint8_t>(content[byte] ^ (1U << bit))}}};
  cluster_.may_be_damaged = true;
  world_.note("bit {} of byte {} of {} is flipped on {}", bit, byte, step.path, host->id());
  return true;
}

// What the platter has of a sector that the cache shows as it should be.
void Faults::note_damage(Host& host, const std::string& path, size_t position) {
  const Bytes right = host.data_disk().content(path), there = host.data_disk().platter(path);
  Bytes wrong(std::min<size_t>(kSectorSize, right.size() - position));
  for (size_t i = 0; i < wrong.size() && position + i < there.size(); ++i) wrong[i] = there[position + i];
  if (same_bytes(wrong, ByteView(right).subspan(position, wrong.size()))) return;
  damaged_.push_back({host.id(), path, position, std::move(wrong)});
}

// The disk says that it has written a sector, and has not, or elsewhere; nobody sees it while the page is in
// the cache. The power goes soon after, and then it is a log that lacks something in its middle.
bool Faults::lose(const Step& step, std::optional<uint64_t> elsewhere) {
  Host* host = host_of(step);
  if (host == nullptr || !host->plan().is_broker || !host->runs() || host->is_ending() || !may_lose(*host))
    return false;
  SimDisk& disk = host->data_disk();
  if (!disk.exists(step.path)) return false;
  const auto sector = static_cast<uint64_t>(step.numbers[1]);
  const bool is_done =
      elsewhere ? disk.misdirect_write(step.path, sector, *elsewhere) : disk.lose_write(step.path, sector);
  if (!is_done) return false;
  ++cluster_.counters.lost_writes;
  weaken(*host, world_.now() + kFailuresMax);
  cluster_.excuse(host->id(), kLostMax);
  failing_.insert(host->id());
  cluster_.may_be_damaged = true;
  damaged_.clear();
  note_damage(*host, step.path, static_cast<size_t>(sector));
  if (elsewhere) note_damage(*host, step.path, static_cast<size_t>(*elsewhere));
  world_.note("the write of sector {} of {} is lost on {}", sector, step.path, host->id());
  return true;
}

bool Faults::do_lose_write(const Step& step) { return lose(step, std::nullopt); }
bool Faults::do_misdirect_write(const Step& step) {
  return lose(step, static_cast<uint64_t>(step.numbers[2]));
}

// Where what had been synced is damaged, in the segment of the recovery point, no crash explains it, and the
// start ends (decision 010). The operator does as he is told: he has the log come from the other replicas.
void Faults::replace_log(Host& host, const std::string& why) {
  if (why.find("no crash explains it") == std::string::npos) return;
  for (const Damaged& damaged : damaged_) {
    if (damaged.host != host.id()) continue;
    const std::string directory = storage::parent_of(damaged.path);
    world_.note("{} is removed on {}, since it does not start with it", directory, host.id());
    (void)host.data_disk().remove_all(directory);
    (void)host.data_disk().sync_directory(storage::parent_of(directory));
  }
}

}  // namespace klamm::sim::cluster
