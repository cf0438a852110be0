// The files that a dump reads, which may be damaged, lie on a disk that fails, or be cut by a broker that
// runs: so they are read, and not mapped into memory, where each of these would be a signal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "cli/error.h"
#include "protocol/record_batch.h"
#include "storage/disk.h"

namespace klamm::cli {

// A segment or a snapshot of the metadata, batch by batch. It keeps a piece of the file, and no more than one
// whole batch.
class LogFile {
 public:
  static Attempt<LogFile> open(storage::Disk& disk, const std::string& path);

  uint64_t size() const { return size_; }
  // The batch that begins there, when all of it stands before `end`, no higher than size(); nullopt where the
  // file ends, or in the middle of a batch. Fails (kFailed) where something else begins. Valid until the next
  // call. Like Kafka's tool it takes magics that are not known yet for version 2.
  Attempt<std::optional<protocol::BatchView>> batch_at(uint64_t position, uint64_t end);

 private:
  LogFile(std::string path, std::unique_ptr<storage::File> file, uint64_t size);

  // Fewer only where the file has been cut meanwhile. Valid until the next call.
  Attempt<ByteView> bytes_at(uint64_t position, size_t size);

  std::string path_;
  std::unique_ptr<storage::File> file_;
  uint64_t size_;
  Bytes piece_;             // of the file
  uint64_t piece_at_ = 0;  // where it begins there
};

// An index, or the producers' snapshot, whole.
Attempt<Bytes> read_index_file(storage::Disk& disk, const std::string& path);

// As Java's File.getAbsolutePath(): the working directory before it, unless it begins with a slash.
std::string absolute_path(const std::string& path);
// What is behind the last slash.
std::string file_name(const std::string& path);

}  // namespace klamm::cli
