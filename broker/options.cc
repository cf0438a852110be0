#include "broker/options.h"

#include <fmt/format.h>

namespace klamm::broker {
namespace {

constexpr std::string_view kOverride = "--override";

Result<std::pair<std::string, std::string>, Failure> parse_override(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Error{Failure{fmt::format("--override {}: a setting has the form key=value", text)}};
  }
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

}  // namespace

Result<ServerOptions, Failure> parse_server_options(std::span<const std::string_view> words) {
  ServerOptions options;
  for (size_t i = 0; i < words.size(); i++) {
    std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      options.wants_help = true;
      return options;
    }
    bool joined = word.starts_with(kOverride) && word.substr(kOverride.size()).starts_with('=');
    if (word == kOverride || joined) {
      if (!joined && i + 1 == words.size()) return Error{Failure{"--override wants key=value behind it"}};
      auto setting = parse_override(joined ? word.substr(kOverride.size() + 1) : words[++i]);
      if (!setting) return Error{setting.error()};
      options.overrides.push_back(std::move(setting).value());
    } else if (word == "-daemon") {
      return Error{Failure{
          "-daemon: klamm server stays in the foreground; let systemd or a container run it, or write "
          "& behind it"}};
    } else if (word.starts_with('-')) {
      return Error{Failure{fmt::format("{}: no such option; there is --override key=value", word)}};
    } else if (!options.file.empty()) {
      return Error{Failure{fmt::format("{}: one file is read, which is {}", word, options.file)}};
    } else {
      options.file = word;
    }
  }
  if (options.file.empty()) return Error{Failure{fmt::format("the file is missing\n{}", server_usage())}};
  return options;
}

std::string_view server_usage() {
  return "usage: klamm server FILE [--override key=value]...\n"
         "  FILE       Kafka's server.properties; docs/configuration.md has every key\n"
         "  --override a setting that is laid over the file; may come again";
}

}  // namespace klamm::broker
