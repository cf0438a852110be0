// Disk and File: the only way to the file system. The node has PosixDisk; the simulator has a disk that
// loses and tears what was not synced. Everything else in storage/, and the raft driver, is written over
// these two.
//
// What a crash leaves: bytes written and then sync()ed, and the size they imply, are there. Anything else
// may be there, be missing, be old, or be torn at a sector. A file's name (create, rename, remove) is
// durable only after sync_directory() of its parent.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace klamm::storage {

// An operation of the file system that failed: errno, and a sentence that names the operation and the path.
struct DiskError {
  int code = 0;
  std::string what;
};

template <class T = void>
using DiskResult = Result<T, DiskError>;

// One open file. Reads may come from any thread; writes and truncation from one at a time.
class File {
 public:
  virtual ~File() = default;

  // Reads up to into.size() bytes; fewer only at the end of the file.
  virtual DiskResult<size_t> read_at(uint64_t position, std::span<uint8_t> into) const = 0;
  // Writes all pieces, one behind the other, in one system call where the kernel takes it whole.
  virtual DiskResult<> write_at(uint64_t position, std::span<const ByteView> pieces) = 0;
  DiskResult<> write_at(uint64_t position, ByteView bytes) { return write_at(position, {&bytes, 1}); }
  virtual DiskResult<> truncate(uint64_t size) = 0;
  // Makes content and size durable (fdatasync). After a failure the content of the unsynced part is unknown:
  // the caller gives the log directory up rather than trying again (the kernel drops the dirty pages).
  virtual DiskResult<> sync() = 0;
  // What has been synced is read from the disk next, and not from the cache: what a failed sync has lost
  // still reads there as if it had been written.
  virtual DiskResult<> forget_cached() = 0;
  virtual DiskResult<uint64_t> size() const = 0;
  // For sendfile and preadv2; -1 where there is no kernel behind the file.
  virtual int descriptor() const { return -1; }
};

enum class OpenMode {
  kRead,
  kReadWrite,
  kCreate,        // read and write, made when missing
  kCreateSecret,  // the same; one that is made so is its owner's alone from the beginning (mode 0600)
};

struct DiskSpace {
  uint64_t total_bytes = 0;
  uint64_t usable_bytes = 0;
};

// Released when destroyed.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};

class Disk {
 public:
  virtual ~Disk() = default;

  virtual DiskResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual DiskResult<> rename(const std::string& from, const std::string& to) = 0;
  virtual DiskResult<> remove(const std::string& path) = 0;
  virtual DiskResult<> remove_all(const std::string& path) = 0;
  // Nobody but its owner may read the file from now on, and nobody may write it (mode 0400).
  virtual DiskResult<> make_read_only(const std::string& path) = 0;
  // Names in the directory, sorted, without "." and "..".
  virtual DiskResult<std::vector<std::string>> list(const std::string& directory) = 0;
  virtual DiskResult<> make_directories(const std::string& path) = 0;
  virtual DiskResult<> sync_directory(const std::string& path) = 0;
  // Kafka's `.lock`: advisory and exclusive; fails with EWOULDBLOCK when another process holds it.
  virtual DiskResult<std::unique_ptr<DirectoryLock>> lock(const std::string& path) = 0;
  virtual DiskResult<DiskSpace> space(const std::string& path) = 0;
};

// Whether an operation was refused for want of room (space, or descriptors), so that it can be made again
// later.
bool is_full(const DiskError& error);
// Of those: the process, or the machine, may open no more files.
bool is_out_of_descriptors(const DiskError& error);
// "cannot <operation> <path>: <what the system says about code>".
DiskError disk_error(int code, std::string_view operation, std::string_view path);
// The directory that holds `path`: what sync_directory() wants after a name in it has changed.
std::string parent_of(std::string_view path);

// The whole file, which must not exceed `size_max` (EFBIG).
DiskResult<Bytes> read_file(Disk& disk, const std::string& path, uint64_t size_max = 64 << 20);
// Replaces `path` so that a crash leaves the old content or the new one: path.tmp, sync, rename,
// sync_directory.
DiskResult<> replace_file(Disk& disk, const std::string& path, ByteView content);

}  // namespace klamm::storage
