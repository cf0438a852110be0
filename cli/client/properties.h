// Properties as Java's clients are given them: files of --command-config and its like, and key=value from the
// command line laid over them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/error.h"
#include "storage/disk.h"

namespace klamm::cli {

class ClientProperties {
 public:
  void set(std::string key, std::string value) { values_[std::move(key)] = std::move(value); }
  // Unless it is there.
  void set_default(std::string key, std::string value) {
    values_.try_emplace(std::move(key), std::move(value));
  }
  void remove(std::string_view key);

  bool has(std::string_view key) const { return values_.contains(key); }
  std::optional<std::string> text(std::string_view key) const;
  // nullopt where it is not set, or empty.
  std::optional<std::string> filled(std::string_view key) const;
  // The failures name the key and what it holds.
  Attempt<int64_t> number(std::string_view key, int64_t default_value, int64_t min,
                          int64_t max = INT64_MAX) const;
  Attempt<bool> flag(std::string_view key, bool default_value) const;

  const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// A file in the syntax of java.util.Properties.
Attempt<ClientProperties> load_properties(storage::Disk& disk, const std::string& path);
// The same where the command line may name one.
Attempt<ClientProperties> load_properties(storage::Disk& disk, const std::optional<std::string>& path);
// key=value into `properties`; the value may be empty, and so may it be missing with its equals sign.
void set_key_value(ClientProperties& properties, std::string_view text);

}  // namespace klamm::cli
