#include "bench/load/offsets_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "bench/load/client.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"

namespace klamm::bench {
namespace {

namespace fs = std::filesystem;
using namespace protocol;

// docs/format-consumer-offsets.md
constexpr int16_t kOffsetCommitType = 1;
constexpr int16_t kValueVersion = 4;
constexpr Epoch kLeaderEpoch{0};
constexpr size_t kWriteAtOnce = size_t{1} << 20;

Bytes key_bytes(const Commit& commit, const std::string& topic) {
  Bytes bytes;
  Writer writer(bytes);
  writer.i16(kOffsetCommitType);
  OffsetCommitKey{commit.group, topic, commit.partition}.write(writer, 0);
  return bytes;
}

Bytes value_bytes(const Commit& commit, const OffsetsLog& log) {
  OffsetCommitValue value;
  value.offset = commit.offset;
  value.leader_epoch = 0;
  value.metadata = "";
  value.commit_timestamp = log.wall_ms;
  value.topic_id = log.topic_id;
  Bytes bytes;
  Writer writer(bytes);
  writer.i16(kValueVersion);
  value.write(writer, kValueVersion);
  return bytes;
}

// A file that is written from its beginning.
class SegmentFile {
 public:
  explicit SegmentFile(const fs::path& path)
      : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (file_ < 0) give_up(fmt::format("{} cannot be made", path.string()));
  }
  ~SegmentFile() {
    flush();
    ::close(file_);
  }
  SegmentFile(const SegmentFile&) = delete;
  SegmentFile& operator=(const SegmentFile&) = delete;

  int64_t size() const { return size_; }
  void append(ByteView bytes) {
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    size_ += static_cast<int64_t>(bytes.size());
    if (pending_.size() >= kWriteAtOnce) flush();
  }

 private:
  void flush() {
    ByteView left = pending_;
    while (!left.empty()) {
      const ssize_t written = ::write(file_, left.data(), left.size());
      if (written <= 0) give_up("a segment cannot be written");
      left = left.subspan(static_cast<size_t>(written));
    }
    pending_.clear();
  }

  int file_;
  Bytes pending_;
  int64_t size_ = 0;
};

// Everything but whose folder it is.
void clear(const fs::path& folder) {
  if (!fs::exists(folder / "partition.metadata")) {
    give_up(fmt::format("{} is no partition's folder", folder.string()));
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != "partition.metadata") fs::remove(entry.path());
  }
}

}  // namespace

Commit commit_at(const OffsetsLog& log, int64_t number) {
  const int64_t key = log.keys > 0 ? number % log.keys : number;
  return {fmt::format("consumers-of-orders-{:08}", key / kPartitionsPerGroup),
          static_cast<int32_t>(key % kPartitionsPerGroup), number + 1};
}

void append_commit(RecordBatchBuilder& builder, const OffsetsLog& log, int64_t number) {
  const Commit commit = commit_at(log, number);
  builder.append(log.wall_ms, key_bytes(commit, log.topic), value_bytes(commit, log));
}

Bytes batch_at(const OffsetsLog& log, int64_t number) {
  BatchFields fields;
  fields.base_offset = Offset{number};
  fields.leader_epoch = kLeaderEpoch;
  RecordBatchBuilder builder(fields);
  for (int32_t i = 0; i < log.batch_records; ++i) append_commit(builder, log, number + i);
  return builder.build();
}

Written write_segments(const OffsetsLog& log, const std::string& folder, int64_t bytes,
                       int64_t segment_bytes) {
  clear(folder);
  Written written;
  std::unique_ptr<SegmentFile> segment;
  while (written.bytes < bytes) {
    const Bytes batch = batch_at(log, written.records);
    const auto size = static_cast<int64_t>(batch.size());
    if (segment == nullptr || segment->size() + size > segment_bytes) {
      segment = std::make_unique<SegmentFile>(fs::path(folder) / fmt::format("{:020}.log", written.records));
      ++written.segments;
    }
    segment->append(batch);
    written.records += log.batch_records;
    written.bytes += size;
  }
  return written;
}

}  // namespace klamm::bench
