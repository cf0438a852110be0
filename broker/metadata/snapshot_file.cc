#include "broker/metadata/snapshot_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "broker/metadata/snapshot_records.h"
#include "protocol/record_batch.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kSuffix = ".checkpoint";
constexpr std::string_view kPartSuffix = ".checkpoint.part";
constexpr std::string_view kDeletedSuffix = ".checkpoint.deleted";
constexpr size_t kOffsetDigits = 20;
constexpr size_t kEpochDigits = 10;

template <class Number>
std::optional<Number> number_of(std::string_view digits) {
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool all_digits = !digits.empty() && digits.front() >= '0' && digits.front() <= '9';
  if (error != std::errc() || end != digits.data() + digits.size() || !all_digits) return std::nullopt;
  return number;
}

// The batches of a file, one after the other. Never more memory than the batch at hand, and never more for
// that than there are bytes in the file.
class BatchFile {
 public:
  static Result<BatchFile, Failure> open(storage::Disk& disk, const std::string& path) {
    auto file = disk.open(path, storage::OpenMode::kRead);
    if (!file) return Error{Failure{file.error().what}};
    auto size = (*file)->size();
    if (!size) return Error{Failure{size.error().what}};
    return BatchFile(std::move(*file), *size, path);
  }

  bool at_end() const { return position_ == size_; }

  // The bytes of the next batch, good until the next call.
  Result<ByteView, Failure> next() {
    if (auto head = read(std::min<uint64_t>(protocol::batch_layout::kUpToMagic, size_ - position_)); !head) {
      return head;
    }
    const auto batch_size = protocol::batch_size(buffer_);
    if (!batch_size || *batch_size > size_ - position_) {
      return Error{
          Failure{fmt::format("{} is cut short or damaged: no whole batch at byte {}", path_, position_)}};
    }
    auto batch = read(*batch_size);
    position_ += *batch_size;
    return batch;
  }

 private:
  BatchFile(std::unique_ptr<storage::File> file, uint64_t size, std::string path)
      : file_(std::move(file)), size_(size), path_(std::move(path)) {}

  Result<ByteView, Failure> read(uint64_t size) {
    buffer_.resize(size);
    auto read = file_->read_at(position_, buffer_);
    if (!read) return Error{Failure{read.error().what}};
    if (*read != size) return Error{Failure{fmt::format("{} became shorter while it was read", path_)}};
    return ByteView(buffer_);
  }

  std::unique_ptr<storage::File> file_;
  uint64_t size_;
  std::string path_;
  uint64_t position_ = 0;
  Bytes buffer_;
};

Result<LoadedSnapshot, Failure> load_from(storage::Disk& disk, const std::string& path, raft::SnapshotId id) {
  LoadedSnapshot loaded;
  auto apply = [&](std::span<const protocol::MetadataRecord> records) -> Result<void, Failure> {
    for (const auto& record : records) {
      if (auto applied = loaded.image.apply(record); !applied) return applied;
    }
    return {};
  };
  auto control = read_snapshot_file(disk, path, apply);
  if (!control) return Error{control.error()};
  loaded.control = std::move(*control);
  loaded.image.set_last_applied({id.offset - 1, id.epoch, loaded.control.last_contained_timestamp_ms});
  return loaded;
}

}  // namespace

std::string snapshot_file_name(raft::SnapshotId id) {
  return fmt::format("{:020}-{:010}{}", id.offset.value, id.epoch.value, kSuffix);
}

std::optional<raft::SnapshotId> parse_snapshot_file_name(std::string_view name) {
  if (name.size() != kOffsetDigits + 1 + kEpochDigits + kSuffix.size() || !name.ends_with(kSuffix) ||
      name[kOffsetDigits] != '-') {
    return std::nullopt;
  }
  const auto offset = number_of<int64_t>(name.substr(0, kOffsetDigits));
  const auto epoch = number_of<int32_t>(name.substr(kOffsetDigits + 1, kEpochDigits));
  if (!offset || !epoch) return std::nullopt;
  return raft::SnapshotId{Epoch{*epoch}, Offset{*offset}};
}

storage::DiskResult<std::vector<raft::SnapshotId>> list_snapshots(storage::Disk& disk,
                                                                  const std::string& directory) {
  auto names = disk.list(directory);
  if (!names) return Error{names.error()};
  std::vector<raft::SnapshotId> ids;
  for (const std::string& name : *names) {
    if (auto id = parse_snapshot_file_name(name)) ids.push_back(*id);
  }
  std::ranges::sort(ids, {}, &raft::SnapshotId::offset);
  return ids;
}

storage::DiskResult<> remove_snapshot_leftovers(storage::Disk& disk, const std::string& directory) {
  auto names = disk.list(directory);
  if (!names) return Error{names.error()};
  for (const std::string& name : *names) {
    if (!name.ends_with(kPartSuffix) && !name.ends_with(kDeletedSuffix)) continue;
    if (auto removed = disk.remove(directory + "/" + name); !removed) return removed;
  }
  return {};
}

SnapshotFileWriter::SnapshotFileWriter(storage::Disk& disk, std::string directory, raft::SnapshotId id,
                                       std::unique_ptr<storage::File> file)
    : disk_(&disk), directory_(std::move(directory)), id_(id), file_(std::move(file)) {}

std::string SnapshotFileWriter::part_path() const {
  return directory_ + "/" + snapshot_file_name(id_) + ".part";
}

storage::DiskResult<SnapshotFileWriter> SnapshotFileWriter::create(storage::Disk& disk,
                                                                   const std::string& directory,
                                                                   raft::SnapshotId id) {
  SnapshotFileWriter writer(disk, directory, id, nullptr);
  auto file = disk.open(writer.part_path(), storage::OpenMode::kCreate);
  if (!file) return Error{file.error()};
  // An attempt that failed may have left something.
  if (auto emptied = (*file)->truncate(0); !emptied) return Error{emptied.error()};
  writer.file_ = std::move(*file);
  return writer;
}

storage::DiskResult<> SnapshotFileWriter::append(ByteView bytes) {
  CHECK(file_ != nullptr);
  if (auto written = file_->write_at(size_, bytes); !written) return written;
  size_ += bytes.size();
  return {};
}

storage::DiskResult<> SnapshotFileWriter::freeze() {
  CHECK(file_ != nullptr);
  // Content first, then the name, then the name's durability: a `.checkpoint` is always whole.
  if (auto synced = file_->sync(); !synced) return synced;
  file_.reset();
  const std::string path = directory_ + "/" + snapshot_file_name(id_);
  if (auto renamed = disk_->rename(part_path(), path); !renamed) return renamed;
  // As Kafka's; a crash that leaves it writable does no harm.
  if (auto done = disk_->make_read_only(path); !done) return done;
  return disk_->sync_directory(directory_);
}

storage::DiskResult<raft::SnapshotId> write_snapshot(storage::Disk& disk, const std::string& directory,
                                                     const ClusterImage& image, int16_t kraft_version,
                                                     const raft::Voters& voters, int64_t now_ms) {
  const AppliedTo& applied = image.last_applied();
  CHECK(applied.offset >= Offset{0} && applied.epoch >= Epoch{0});
  const raft::SnapshotId id{applied.epoch, applied.offset + 1};
  auto writer = SnapshotFileWriter::create(disk, directory, id);
  if (!writer) return Error{writer.error()};

  SnapshotControl control{applied.append_time_ms, kraft_version, kraft_version > 0 ? voters : raft::Voters()};
  SnapshotEncoder encoder(id.epoch, now_ms, control);
  storage::DiskResult<> written;
  write_records(image, [&](const protocol::MetadataRecord& record, int16_t version) {
    encoder.append(record, version);
    const Bytes batches = encoder.take();
    if (written && !batches.empty()) written = writer->append(batches);
  });
  encoder.finish();
  if (written) written = writer->append(encoder.take());
  if (written) written = writer->freeze();
  if (!written) return Error{written.error()};
  return id;
}

Result<SnapshotControl, Failure> read_snapshot_file(storage::Disk& disk, const std::string& path,
                                                    const RecordsSink& sink) {
  auto file = BatchFile::open(disk, path);
  if (!file) return Error{file.error()};
  SnapshotDecoder decoder;
  while (!file->at_end()) {
    auto bytes = file->next();
    if (!bytes) return Error{bytes.error()};
    auto records = decoder.next(protocol::BatchView(*bytes));
    if (!records) return Error{Failure{path + ": " + records.error().message}};
    if (auto taken = sink(*records); !taken) return Error{Failure{path + ": " + taken.error().message}};
  }
  if (!decoder.complete()) return Error{Failure{path + " is cut short: it has no footer"}};
  return decoder.control();
}

Result<int64_t, Failure> read_snapshot_time(storage::Disk& disk, const std::string& directory,
                                            raft::SnapshotId id) {
  const std::string path = directory + "/" + snapshot_file_name(id);
  auto file = BatchFile::open(disk, path);
  if (!file) return Error{file.error()};
  auto bytes = file->next();
  if (!bytes) return Error{bytes.error()};
  SnapshotDecoder decoder;
  if (auto header = decoder.next(protocol::BatchView(*bytes)); !header) {
    return Error{Failure{path + ": " + header.error().message}};
  }
  return decoder.control().last_contained_timestamp_ms;
}

Result<LoadedSnapshot, Failure> load_snapshot(storage::Disk& disk, const std::string& directory,
                                              raft::SnapshotId id) {
  return load_from(disk, directory + "/" + snapshot_file_name(id), id);
}

Result<LoadedSnapshot, Failure> SnapshotFileWriter::load() const {
  CHECK(file_ != nullptr);
  return load_from(*disk_, part_path(), id_);
}

}  // namespace klamm::broker
