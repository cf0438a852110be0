#include "storage/log_directory.h"

#include <algorithm>
#include <charconv>

namespace klamm::storage {

std::optional<OffsetNamedFile> parse_file_name(std::string_view name) {
  constexpr size_t kDigits = 20;
  OffsetNamedFile file;
  if (name.size() < kDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, file.offset.value);
  if (error != std::errc() || end != name.data() + kDigits || file.offset.value < 0) return std::nullopt;
  name.remove_prefix(kDigits);
  for (std::string_view suffix : {kDeletedSuffix, kCleanedSuffix, kSwapSuffix}) {
    if (!name.ends_with(suffix)) continue;
    file.suffix = suffix;
    name.remove_suffix(suffix.size());
    break;
  }
  file.extension = name;
  const bool is_part =
      std::ranges::any_of(kSegmentParts, [&](SegmentPart part) { return name == extension(part); });
  return is_part || name == kSnapshotExtension ? std::optional(file) : std::nullopt;
}

}  // namespace klamm::storage
