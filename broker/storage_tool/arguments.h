// Command-line options of `klamm storage`, in the forms that Kafka's tool takes: `--name value`,
// `--name=value`, a beginning of `--name` that is no other's, `-n value`, `-nvalue`.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace klamm::broker {

struct ToolOption {
  enum Kind { kFlag, kValue, kList };

  std::string_view name;
  char letter;
  Kind kind;
  bool required;
  std::string_view help;
};

struct ToolCommand {
  std::string_view name;
  std::string_view help;
  std::span<const ToolOption> options;
};

class ToolArguments {
 public:
  bool wants_help() const { return wants_help_; }
  bool has(std::string_view option) const { return values_.contains(option); }
  // The last one that was given.
  std::optional<std::string> value(std::string_view option) const;
  // All that were given, in order.
  std::vector<std::string> list(std::string_view option) const;

 private:
  friend Result<ToolArguments, Failure> parse_arguments(const ToolCommand&,
                                                        std::span<const std::string_view>);

  bool wants_help_ = false;
  std::map<std::string_view, std::vector<std::string>> values_;
};

// Options that are required and missing are a Failure, unless -h or --help is there.
Result<ToolArguments, Failure> parse_arguments(const ToolCommand& command,
                                               std::span<const std::string_view> args);

// How the command is called, and what its options are for.
std::string usage_of(const ToolCommand& command);

}  // namespace klamm::broker
