#include "broker/config/jaas_file.h"

#include <fmt/format.h>

#include <utility>

#include "security/kafka_opts.h"
#include "storage/disk.h"

namespace klamm::broker {
namespace {

constexpr uint64_t kFileSizeMax = 1 << 20;

}  // namespace

JaasFile::JaasFile(const ConfigSources& sources) : sources_(sources) {
  const auto options = sources.environment("KAFKA_OPTS");
  if (options) properties_ = security::system_properties(*options);
  if (sources.jaas_file) {
    path_ = *sources.jaas_file;
    named_by_ = "--jaas";
  } else if (auto named = security::jaas_path_of(properties_)) {
    path_ = *std::move(named);
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
