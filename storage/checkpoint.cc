#include "storage/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <optional>

namespace klamm::storage {
namespace {

constexpr int32_t kVersion = 0;
constexpr size_t kFoundSizeMax = 80;  // Of a malformed line, in a message.
// Far more than a directory's partitions take, and little enough to hold.
constexpr uint64_t kFileSizeMax = 256 << 20;

// Lines as Java's readers see them: ended by \n, \r, \r\n or the end of the text.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool next() {
    if (text_.empty()) return false;
    ++number_;
    size_t end = text_.find_first_of("\r\n");
    line_ = text_.substr(0, end);
    if (end == std::string_view::npos) {
      text_ = {};
    } else {
      text_.remove_prefix(end + (text_.substr(end, 2) == "\r\n" ? 2 : 1));
    }
    return true;
  }
  std::string_view line() const { return line_; }
  int number() const { return number_; }

 private:
  std::string_view text_;
  std::string_view line_;
  int number_ = 0;
};

// Decimal as Java's parseInt and parseLong take it: one sign, then digits, in range.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  T value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::string_view kBlanks = " \t\v\f";

// False when there are more or fewer. White space at the end is not a field; at the beginning it makes an
// empty one.
bool split_fields(std::string_view line, size_t count, std::array<std::string_view, 3>& fields) {
  for (size_t i = 0; i < count; ++i) {
    size_t end = std::min(line.find_first_of(kBlanks), line.size());
    if (end == 0) return false;
    fields[i] = line.substr(0, end);
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks, end), line.size()));
  }
  return line.empty();
}

// What a topic's name and our numbers are made of; anything else is damage.
bool is_plain(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    return (c > ' ' && c <= '~') || kBlanks.find(c) != std::string_view::npos;
  });
}

}  // namespace

DiskError malformed_line(std::string_view path, int number, std::string_view expected,
                         std::string_view found) {
  std::string shown;
  for (char c : found.substr(0, kFoundSizeMax)) {
    bool printable = c >= ' ' && c <= '~';
    if (printable) shown.push_back(c);
    if (!printable) fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<uint8_t>(c));
  }
  return {EBADMSG, fmt::format("{}, line {}: expected {}, found \"{}\"", path, number, expected, shown)};
}

DiskResult<std::vector<CheckpointLine>> parse_checkpoint(ByteView text, std::string_view path,
                                                         size_t field_count) {
  std::vector<CheckpointLine> found;
  Lines lines(as_text(text));
  // Kafka makes these files empty before it first writes them.
  if (!lines.next()) return found;
  if (parse_number<int32_t>(lines.line()) != kVersion) {
    return Error{malformed_line(path, lines.number(), "the version, 0", lines.line())};
  }
  if (!lines.next()) return found;
  auto count = parse_number<int32_t>(lines.line());
  if (!count || *count < 0) {
    return Error{malformed_line(path, lines.number(), "the number of lines that follow", lines.line())};
  }
  while (lines.next()) {
    CheckpointLine line{lines.number(), {}};
    if (!is_plain(lines.line()) || !split_fields(lines.line(), field_count, line.fields)) {
      return Error{malformed_line(path, lines.number(), fmt::format("{} fields", field_count), lines.line())};
    }
    found.push_back(line);
  }
  if (found.size() != static_cast<size_t>(*count)) {
    return Error{DiskError{EBADMSG, fmt::format("{}, line 2: says that {} lines follow, but there are {}",
                                                path, *count, found.size())}};
  }
  return found;
}

DiskResult<OffsetCheckpoint> parse_offset_checkpoint(ByteView text, std::string_view path) {
  auto lines = parse_checkpoint(text, path, 3);
  if (!lines) return Error{lines.error()};
  OffsetCheckpoint offsets;
  for (const CheckpointLine& line : *lines) {
    auto partition = parse_number<int32_t>(line.fields[1]);
    auto offset = parse_number<int64_t>(line.fields[2]);
    if (!partition || *partition < 0 || !offset || *offset < 0) {
      std::string found = fmt::format("{} {} {}", line.fields[0], line.fields[1], line.fields[2]);
      return Error{malformed_line(path, line.number, "topic, partition and offset", found)};
    }
    offsets[TopicPartition{std::string(line.fields[0]), *partition}] = Offset{*offset};
  }
  return offsets;
}

std::string offset_checkpoint_text(const OffsetCheckpoint& offsets) {
  std::string text = fmt::format("{}\n{}\n", kVersion, offsets.size());
  auto out = std::back_inserter(text);
  for (const auto& [partition, offset] : offsets) {
    fmt::format_to(out, "{} {} {}\n", partition.topic, partition.partition, offset.value);
  }
  return text;
}

DiskResult<OffsetCheckpoint> read_offset_checkpoint(Disk& disk, const std::string& path) {
  auto text = read_file(disk, path, kFileSizeMax);
  if (!text && text.error().code == ENOENT) return OffsetCheckpoint();
  if (!text) return Error{text.error()};
  return parse_offset_checkpoint(*text, path);
}

}  // namespace klamm::storage
