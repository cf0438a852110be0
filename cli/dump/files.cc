#include "cli/dump/files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "base/mutants_fuzz.h"

namespace klamm::cli {
namespace {

using namespace protocol::batch_layout;
using protocol::BatchView;

constexpr size_t kPieceBytes = 256 << 10;
// Far above what Kafka lets an index of a whole segment be.
constexpr uint64_t kIndexBytesMax = 256 << 20;
// What the length field of the smallest entry says, of magic 0.
constexpr int32_t kLengthMin = 14;
constexpr size_t kMagic1SizeMin = 34;

// nullopt for a magic that was never any.
std::optional<size_t> size_min_of(int8_t magic) {
  if (magic < 0) return std::nullopt;
  if (magic == 0) return kLegacySizeMin;
  return magic == 1 ? kMagic1SizeMin : kRecords;
}

}  // namespace

LogFile::LogFile(std::string path, std::unique_ptr<storage::File> file, uint64_t size)
    : path_(std::move(path)), file_(std::move(file)), size_(size) {}

Attempt<LogFile> LogFile::open(storage::Disk& disk, const std::string& path) {
  auto file = disk.open(path, storage::OpenMode::kRead);
  if (!file) return failed(file.error().what);
  const auto size = (*file)->size();
  if (!size) return failed(size.error().what);
  return LogFile(path, *std::move(file), *size);
}

Attempt<ByteView> LogFile::bytes_at(uint64_t position, size_t size) {
  const bool is_kept = position >= piece_at_ && position + size <= piece_at_ + piece_.size();
  if (!is_kept) {
    const uint64_t rest = size_ - std::min(size_, position);
    piece_.resize(static_cast<size_t>(std::min<uint64_t>(rest, std::max(size, kPieceBytes))));
    piece_at_ = position;
    const auto got = file_->read_at(position, piece_);
    piece_.resize(got ? *got : 0);
    if (!got) return failed(got.error().what);
  }
  const ByteView kept = ByteView(piece_).subspan(static_cast<size_t>(position - piece_at_));
  return kept.first(std::min(size, kept.size()));
}

Attempt<std::optional<BatchView>> LogFile::batch_at(uint64_t position, uint64_t end) {
  using Found = std::optional<BatchView>;
  const uint64_t there = end - (mutant::kIndexPositionBelieved ? position : std::min(end, position));
  // As Kafka's tool: a head with nothing behind it is none.
  if (there <= kUpToMagic) return Found();
  auto head = bytes_at(position, kUpToMagic);
  if (!head) return Error{head.error()};
  if (head->size() < kUpToMagic && !mutant::kIndexPositionBelieved) return Found();
  const auto length = static_cast<int32_t>(load_be32(head->data() + kLength));
  if (length < kLengthMin) {
    return failed(fmt::format("Found record size {} smaller than minimum record overhead ({}) in file {}.",
                              length, kLengthMin, absolute_path(path_)));
  }
  const size_t size = kBeforeLengthCounts + static_cast<size_t>(length);
  if (there < size) return Found();
  const auto magic = static_cast<int8_t>((*head)[kMagic]);
  const auto size_min = size_min_of(magic);
  if (!size_min || size < *size_min) {
    return failed(
        fmt::format("At position {} of file {} there is no batch: its magic would be {}, its size {}",
                    position, absolute_path(path_), static_cast<int>(magic), size));
  }
  auto whole = bytes_at(position, size);
  if (!whole) return Error{whole.error()};
  return whole->size() < size ? Found() : Found(BatchView(*whole));
}

Attempt<Bytes> read_index_file(storage::Disk& disk, const std::string& path) {
  auto bytes = storage::read_file(disk, path, kIndexBytesMax);
  if (!bytes) return failed(bytes.error().what);
  return *std::move(bytes);
}

std::string absolute_path(const std::string& path) {
  if (path.starts_with('/')) return path;
  char directory[PATH_MAX];
  if (::getcwd(directory, sizeof directory) == nullptr) return path;
  return fmt::format("{}/{}", directory, path);
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace klamm::cli
