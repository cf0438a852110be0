#include "storage/partition_directory.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/check.h"

namespace klamm::storage {
namespace {

constexpr size_t kNameSizeMax = 255;  // Of a file name, on every file system in use.

using Kind = PartitionDirectoryKind;
constexpr std::array<std::pair<std::string_view, Kind>, 3> kSuffixes{
    {{"-future", Kind::kFuture}, {"-delete", Kind::kDeleted}, {"-stray", Kind::kStray}}};

bool is_topic_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

std::optional<TopicPartition> parse_partition(std::string_view name) {
  size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  std::string_view topic = name.substr(0, dash);
  std::string_view digits = name.substr(dash + 1);
  if (!std::all_of(topic.begin(), topic.end(), is_topic_character)) return std::nullopt;
  int32_t partition = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), partition);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '-')
    return std::nullopt;
  // Two directories must not stand for one partition.
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  return TopicPartition{std::string(topic), partition};
}

}  // namespace

std::optional<PartitionDirectoryName> parse_partition_directory(std::string_view name) {
  Kind kind = Kind::kCurrent;
  for (auto [suffix, marked] : kSuffixes) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == name.size()) return std::nullopt;
    name = name.substr(0, dot);
    kind = marked;
    break;
  }
  auto partition = parse_partition(name);
  if (!partition) return std::nullopt;
  return PartitionDirectoryName{std::move(*partition), kind};
}

std::string marked_directory_name(const TopicPartition& partition, PartitionDirectoryKind kind,
                                  Random& random) {
  CHECK(kind != Kind::kCurrent);
  auto suffix = std::find_if(kSuffixes.begin(), kSuffixes.end(),
                             [&](const auto& entry) { return entry.second == kind; });
  uint64_t high = random.next();
  std::string tail =
      fmt::format("-{}.{:016x}{:016x}{}", partition.partition, high, random.next(), suffix->first);
  size_t room = kNameSizeMax - tail.size();
  // Both names of a moving partition must tell which one it is: a future name is never cut.
  size_t kept = kind == Kind::kFuture ? partition.topic.size() : std::min(partition.topic.size(), room);
  return partition.topic.substr(0, kept) + tail;
}

}  // namespace klamm::storage
