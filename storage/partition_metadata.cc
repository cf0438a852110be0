#include "storage/partition_metadata.h"

#include <fmt/core.h>

#include <cerrno>
#include <charconv>

#include "storage/checkpoint.h"

namespace klamm::storage {
namespace {

constexpr uint64_t kFileSizeMax = 4096;

std::string_view take_line(std::string_view& text) {
  size_t end = text.find_first_of("\r\n");
  std::string_view line = text.substr(0, end);
  size_t next = end == std::string_view::npos ? text.size() : end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
  text.remove_prefix(next);
  return line;
}

// What stands behind "<name>:" and white space; Kafka does not look at the name.
std::optional<std::string_view> value_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\v\f";
  size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.find(':', colon + 1) != std::string_view::npos)
    return std::nullopt;
  size_t value = line.find_first_not_of(kBlanks, colon + 1);
  if (value == colon + 1 || value == std::string_view::npos) return std::nullopt;
  return line.substr(value);
}

}  // namespace

DiskResult<Uuid> parse_partition_metadata(ByteView text, std::string_view path) {
  std::string_view rest = as_text(text);
  std::string_view first = take_line(rest);
  auto version = value_of(first);
  int32_t number = -1;
  if (version) {
    auto [end, error] = std::from_chars(version->data(), version->data() + version->size(), number);
    if (error != std::errc() || end != version->data() + version->size()) number = -1;
  }
  if (number < 0) return Error{malformed_line(path, 1, "\"version: 0\"", first)};
  std::string_view second = take_line(rest);
  auto id = value_of(second);
  auto uuid = id ? Uuid::from_string(*id) : std::nullopt;
  if (!uuid || uuid->is_zero()) return Error{malformed_line(path, 2, "\"topic_id: \" and the id", second)};
  return *uuid;
}

std::string partition_metadata_text(const Uuid& topic_id) {
  return fmt::format("version: 0\ntopic_id: {}", topic_id.to_string());
}

DiskResult<std::optional<Uuid>> read_partition_metadata(Disk& disk, const std::string& directory) {
  std::string path = fmt::format("{}/{}", directory, kPartitionMetadataFile);
  auto text = read_file(disk, path, kFileSizeMax);
  if (!text && text.error().code == ENOENT) return std::optional<Uuid>();
  if (!text && text.error().code != EFBIG) return Error{text.error()};
  auto id = text ? parse_partition_metadata(*text, path) : DiskResult<Uuid>(Error{text.error()});
  if (!id) {
    return Error{
        DiskError{id.error().code,
                  fmt::format("{}. Write \"version: 0\" and \"topic_id: ID\" there, with the topic's id "
                              "as `kafka-topics.sh --describe` shows it; or remove the file, and the "
                              "topic of that name takes the directory over",
                              id.error().what)}};
  }
  return std::optional<Uuid>(*id);
}

DiskResult<> write_partition_metadata(Disk& disk, const std::string& directory, const Uuid& topic_id) {
  CHECK(!topic_id.is_zero());
  std::string path = fmt::format("{}/{}", directory, kPartitionMetadataFile);
  return replace_file(disk, path, as_bytes(partition_metadata_text(topic_id)));
}

}  // namespace klamm::storage
