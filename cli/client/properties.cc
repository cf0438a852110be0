#include "cli/client/properties.h"

#include <fmt/format.h>

#include <utility>

#include "cli/text.h"
#include "storage/properties.h"

namespace klamm::cli {
namespace {

constexpr uint64_t kFileSizeMax = 1 << 20;

}  // namespace

void ClientProperties::remove(std::string_view key) {
  const auto found = values_.find(key);
  if (found != values_.end()) values_.erase(found);
}

std::optional<std::string> ClientProperties::text(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> ClientProperties::filled(std::string_view key) const {
  std::optional<std::string> value = text(key);
  if (value && trimmed(*value).empty()) return std::nullopt;
  return value;
}

Attempt<int64_t> ClientProperties::number(std::string_view key, int64_t default_value, int64_t min,
                                          int64_t max) const {
  const std::optional<std::string> value = text(key);
  if (!value) return default_value;
  const std::optional<int64_t> number = parse_long(trimmed(*value));
  if (!number) {
    return wrong_argument(
        fmt::format("Invalid value {} for configuration {}: it is not a number", *value, key));
  }
  if (*number < min) {
    return wrong_argument(
        fmt::format("Invalid value {} for configuration {}: Value must be at least {}", *value, key, min));
  }
  if (*number > max) {
    return wrong_argument(fmt::format(
        "Invalid value {} for configuration {}: Value must be no more than {}", *value, key, max));
  }
  return *number;
}

Attempt<bool> ClientProperties::flag(std::string_view key, bool default_value) const {
  const std::optional<std::string> value = text(key);
  if (!value) return default_value;
  const std::string word = lower_case(trimmed(*value));
  if (word == "true") return true;
  if (word == "false") return false;
  return wrong_argument(
      fmt::format("Invalid value {} for configuration {}: Expected value to be either true or false", *value,
                  key));
}

Attempt<ClientProperties> load_properties(storage::Disk& disk, const std::string& path) {
  storage::DiskResult<Bytes> text = storage::read_file(disk, path, kFileSizeMax);
  if (!text) return wrong_argument(text.error().what);
  auto parsed = storage::parse_properties(*text, path);
  if (!parsed) return wrong_argument(parsed.error().message);
  ClientProperties properties;
  for (const storage::Property& property : parsed->entries()) properties.set(property.key, property.value);
  return properties;
}

Attempt<ClientProperties> load_properties(storage::Disk& disk, const std::optional<std::string>& path) {
  if (!path) return ClientProperties();
  return load_properties(disk, *path);
}

void set_key_value(ClientProperties& properties, std::string_view text) {
  const size_t equals = text.find('=');
  const std::string key(text.substr(0, equals));
  properties.set(key, equals == std::string_view::npos ? "" : std::string(text.substr(equals + 1)));
}

}  // namespace klamm::cli
