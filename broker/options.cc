#include "broker/options.h"

#include <fmt/format.h>

namespace klamm::broker {
namespace {

constexpr std::string_view kOverride = "--override";
constexpr std::string_view kJaas = "--jaas";

bool is_option(std::string_view word, std::string_view option) {
  return word.starts_with(option) && (word.size() == option.size() || word[option.size()] == '=');
}

// What stands behind the = of the word, or is the next one; nullopt when there is none.
std::optional<std::string_view> value_of(std::span<const std::string_view> words, size_t& at) {
  const size_t equals = words[at].find('=');
  if (equals != std::string_view::npos) return words[at].substr(equals + 1);
  if (at + 1 == words.size()) return std::nullopt;
  return words[++at];
}

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
    if (is_option(word, kOverride)) {
      const auto text = value_of(words, i);
      if (!text) return Error{Failure{"--override wants key=value behind it"}};
      auto setting = parse_override(*text);
      if (!setting) return Error{setting.error()};
      options.overrides.push_back(std::move(setting).value());
    } else if (is_option(word, kJaas)) {
      const auto file = value_of(words, i);
      if (!file || file->empty()) return Error{Failure{"--jaas wants the name of a file behind it"}};
      options.jaas_file = std::string(*file);
    } else if (word == "-daemon") {
      return Error{Failure{
          "-daemon: klamm server stays in the foreground; let systemd or a container run it, or write "
          "& behind it"}};
    } else if (word.starts_with('-')) {
      return Error{
          Failure{fmt::format("{}: no such option; there are --override key=value and --jaas FILE", word)}};
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
  return "usage: klamm server FILE [--override key=value]... [--jaas FILE]\n"
         "  FILE       Kafka's server.properties; docs/configuration.md has every key\n"
         "  --override a setting that is laid over the file; may come again\n"
         "  --jaas     the JAAS file, as -Djava.security.auth.login.config in KAFKA_OPTS";
}

}  // namespace klamm::broker
