#include "broker/config/jaas_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/disk.h"

namespace klamm::broker {
namespace {

constexpr uint64_t kFileSizeMax = 1 << 20;

std::string_view without(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// Java takes a second = for "this file and no other", and a URL as well as a path.
std::string path_of(std::string_view property) {
  const std::string_view url = without(property, "=");
  return std::string(url.starts_with("file:") ? without(url.substr(5), "//") : url);
}

}  // namespace

security::SystemProperties system_properties(std::string_view kafka_opts) {
  constexpr std::string_view kBlanks = " \t\r\n";
  security::SystemProperties properties;
  size_t begin = kafka_opts.find_first_not_of(kBlanks);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(kafka_opts.find_first_of(kBlanks, begin), kafka_opts.size());
    const std::string_view word = kafka_opts.substr(begin, end - begin);
    if (word.starts_with("-D")) {
      const size_t equals = std::min(word.find('='), word.size());
      const std::string_view value = word.substr(std::min(equals + 1, word.size()));
      properties[std::string(word.substr(2, equals - 2))] = value;
    }
    begin = kafka_opts.find_first_not_of(kBlanks, end);
  }
  return properties;
}

JaasFile::JaasFile(const ConfigSources& sources) : sources_(sources) {
  if (const auto options = sources.environment("KAFKA_OPTS")) properties_ = system_properties(*options);
  if (sources.jaas_file) {
    path_ = *sources.jaas_file;
    named_by_ = "--jaas";
  } else if (const auto found = properties_.find("java.security.auth.login.config");
             found != properties_.end()) {
    path_ = path_of(found->second);
    named_by_ = "KAFKA_OPTS";
  }
}

std::string JaasFile::subject() const {
  return fmt::format("the JAAS file {} (named by {})", path_, named_by_);
}

Result<const security::JaasEntries*, Failure> JaasFile::entries_for(std::string_view listener) {
  using Found = const security::JaasEntries*;
  if (!is_named()) return Found(nullptr);
  if (auto done = read(); !done) return Error{done.error()};
  return Found(security::find_server_entries(*sections_, listener));
}

Result<void, Failure> JaasFile::read() {
  if (sections_) return {};
  storage::DiskResult<Bytes> text = storage::read_file(sources_.disk, path_, kFileSizeMax);
  if (!text) return Error{Failure{fmt::format("{} cannot be read: {}", subject(), text.error().what)}};
  auto sections = security::parse_jaas_file(subject(), as_text(*text), properties_);
  if (!sections) return Error{sections.error()};
  sections_ = std::move(sections).value();
  return {};
}

}  // namespace klamm::broker
