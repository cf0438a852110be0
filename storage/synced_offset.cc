#include "storage/synced_offset.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>

#include "base/crc32c.h"

namespace klamm::storage {
namespace {

constexpr size_t kDigits = 20;

std::string text_of(Offset offset) {
  const std::string body = fmt::format("0 {:020}", offset.value);
  return fmt::format("{} {:08x}\n", body, crc32c(as_bytes(body), 0));
}

std::optional<Offset> parse(std::string_view text) {
  if (text.size() < 2 + kDigits) return std::nullopt;
  Offset offset;
  const auto digits = text.substr(2, kDigits);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + kDigits, offset.value);
  const bool is_number = error == std::errc() && end == digits.data() + kDigits && offset.value >= 0;
  return is_number && text == text_of(offset) ? std::optional(offset) : std::nullopt;
}

}  // namespace

DiskResult<std::optional<Offset>> SyncedOffset::open() {
  auto content = read_file(disk_, path_);
  if (!content && content.error().code == ENOENT) return std::optional<Offset>();
  if (!content) return Error{content.error()};
  const auto found = parse(as_text(*content));
  if (!found) return std::optional<Offset>();
  auto file = disk_.open(path_, OpenMode::kReadWrite);
  if (!file) return Error{file.error()};
  file_ = std::make_shared<SegmentFile>(std::move(*file));
  offset_ = *found;
  return found;
}

DiskResult<> SyncedOffset::reset(Offset offset) {
  file_.reset();
  const std::string text = text_of(offset);
  if (auto written = replace_file(disk_, path_, as_bytes(text)); !written) return written;
  auto file = disk_.open(path_, OpenMode::kReadWrite);
  if (!file) return Error{file.error()};
  file_ = std::make_shared<SegmentFile>(std::move(*file));
  offset_ = offset;
  unsynced_ = 0;
  return {};
}

DiskResult<> SyncedOffset::raise(Offset offset) {
  if (offset <= offset_) return {};
  if (file_ == nullptr) return reset(offset);
  const std::string text = text_of(offset);
  if (auto written = file_->file().write_at(0, as_bytes(text)); !written) return written;
  offset_ = offset;
  ++unsynced_;
  return {};
}

DiskResult<> SyncedOffset::sync() {
  unsynced_ = 0;
  return file_ ? file_->sync() : DiskResult<>();
}

}  // namespace klamm::storage
