// A disk in memory that does to its user what real disks do: a power cut loses, tears or keeps what was not
// synced, operations fail, space ends, a sync is a lie. It behaves the same from the same seed. One thread
// only.
//
// Names are part of it: a file that was created, renamed or removed has its new name after a power cut only
// if the directory was synced, or by luck; a rename is never seen half done. The root and what `plant` puts
// there are durable from the start.
#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "storage/disk.h"
#include "tests/sim/file_image.h"

namespace klamm::sim {

enum class DiskOperation {
  kOpen,
  kCreate,
  kRead,
  kWrite,
  kTruncate,
  kSync,
  kRename,
  kRemove,
  kList,
  kMakeDirectory,
  kSyncDirectory,
  kLock
};

// From the skip'th (from 0) matching operation on, the next `times` fail with `code`, or, with code 0, do
// nothing and report success (a sync that is a lie, a write that is lost). A failed sync drops the dirty
// pages.
struct DiskFault {
  DiskOperation operation = DiskOperation::kSync;
  std::string path_part = {};  // The path must contain it.
  uint64_t skip = 0;
  uint64_t times = UINT64_MAX;
  int code = EIO;
};

struct CrashOdds {
  SectorOdds sectors;
  unsigned names_kept_percent = 50;  // Of the unsynced changes of names.
  // How often a power cut treats everything alike: all that was not synced is there, or none of it.
  unsigned uniform_percent = 30;
};

struct DiskCounters {
  uint64_t reads = 0;
  uint64_t writes = 0;
  uint64_t bytes_written = 0;
  uint64_t syncs = 0;            // Of files and directories.
  uint64_t log_truncations = 0;  // Of files named .log, to less than they had.
  uint64_t steps = 0;            // Everything that changes the disk or makes it durable.
};

class SimDisk final : public storage::Disk {
 public:
  SimDisk();
  ~SimDisk() override;

  storage::DiskResult<std::unique_ptr<storage::File>> open(const std::string& path,
                                                           storage::OpenMode mode) override;
  bool exists(const std::string& path) override;
  // Within one directory; EXDEV otherwise, since nothing in a log directory moves to another one.
  storage::DiskResult<> rename(const std::string& from, const std::string& to) override;
  storage::DiskResult<> remove(const std::string& path) override;
  storage::DiskResult<> remove_all(const std::string& path) override;
  storage::DiskResult<> make_read_only(const std::string& path) override;
  storage::DiskResult<std::vector<std::string>> list(const std::string& directory) override;
  storage::DiskResult<> make_directories(const std::string& path) override;
  storage::DiskResult<> sync_directory(const std::string& path) override;
  storage::DiskResult<std::unique_ptr<storage::DirectoryLock>> lock(const std::string& path) override;
  storage::DiskResult<storage::DiskSpace> space(const std::string& path) override;

  // Power goes and comes back: the disk is what survived. Files opened before answer EBADF from now on, locks
  // are released, and a cut that was ordered is over.
  void crash(Random& random);
  // The disk as it would be after a power cut now, and power back; this one goes on undisturbed.
  std::unique_ptr<SimDisk> crash_image(Random& random) const;
  // The process dies but the machine does not: as crash(), with nothing lost.
  void kill_process();
  void set_odds(const CrashOdds& odds);

  // The power goes when this many more steps are done, or bytes written: that write is left torn there. Until
  // crash() everything fails with EIO.
  void cut_after_steps(uint64_t steps);
  void cut_after_bytes(uint64_t bytes);
  bool power_is_off() const;
  // Called before each step, and once in the middle of each write, at a byte that the disk chooses. What it
  // calls may be crash_image() and the const functions.
  void on_step(std::function<void()> hook);

  void inject(DiskFault fault);
  void clear_faults();
  // Writes that go beyond it do as much as fits, and fail with ENOSPC.
  void set_capacity(uint64_t bytes);

  // Puts a durable file there, with the directories above it.
  void plant(const std::string& path, ByteView content);
  void plant(const std::string& path, std::string_view content) { plant(path, as_bytes(content)); }
  // What a reader would read now; CHECKs that the file exists.
  Bytes content(const std::string& path) const;
  std::string text(const std::string& path) const;
  void flip_bit(const std::string& path, uint64_t position, unsigned bit);
  // What is on the disk of it, whatever the cache shows.
  Bytes platter(const std::string& path) const;
  // As FileImage has them; they, too, CHECK that the file exists.
  std::vector<uint64_t> unsynced_sectors(const std::string& path) const;
  bool lose_write(const std::string& path, uint64_t sector);
  bool misdirect_write(const std::string& path, uint64_t sector, uint64_t elsewhere);
  // All files below it by their paths, as readers find them now: a file system's snapshot. None when there is
  // no such directory.
  std::map<std::string, Bytes> copy_of(const std::string& directory) const;
  // Every file with bytes, a size or a name that a power cut could take; directories by their path with '/'.
  std::vector<std::string> unsynced() const;

  const DiskCounters& counters() const;
  // The paths of all sync() and sync_directory() calls that did their work, in order; directories end in '/'.
  const std::vector<std::string>& sync_calls() const;
  size_t open_files() const;

  struct Machine;

 private:
  explicit SimDisk(std::shared_ptr<Machine> machine);

  std::shared_ptr<Machine> machine_;
};

}  // namespace klamm::sim
