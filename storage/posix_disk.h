// The disk of a real node: Linux system calls, without buffers of its own. It may be shared by all threads;
// see disk.h for what each function promises.
#pragma once

#include <climits>

#include "storage/disk.h"

namespace klamm::storage {

class PosixDisk final : public Disk {
 public:
  // Files whose descriptor would be `ceiling` or above are not opened (EMFILE): the kernel gives the lowest
  // that is free, so that those from there on stay for others.
  explicit PosixDisk(int ceiling = INT_MAX) : ceiling_(ceiling) {}

  DiskResult<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  bool exists(const std::string& path) override;
  DiskResult<> rename(const std::string& from, const std::string& to) override;
  // A file, or an empty directory.
  DiskResult<> remove(const std::string& path) override;
  // Not an error when there is nothing under that name.
  DiskResult<> remove_all(const std::string& path) override;
  DiskResult<> make_read_only(const std::string& path) override;
  DiskResult<std::vector<std::string>> list(const std::string& directory) override;
  DiskResult<> make_directories(const std::string& path) override;
  DiskResult<> sync_directory(const std::string& path) override;
  // A record lock over the whole file, which is what Java's FileChannel.tryLock takes: Apache Kafka and Klamm
  // keep each other out of a directory. It also excludes a second lock of the same process.
  DiskResult<std::unique_ptr<DirectoryLock>> lock(const std::string& path) override;
  DiskResult<DiskSpace> space(const std::string& path) override;

 private:
  const int ceiling_;
};

}  // namespace klamm::storage
