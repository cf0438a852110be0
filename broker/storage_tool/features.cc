// Which features a cluster begins with, and who its first controllers are.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/bytes.h"
#include "broker/storage_tool/format.h"

namespace klamm::broker {
namespace {

Error<Failure> failure(std::string message) { return Error{Failure{std::move(message)}}; }

Result<MetadataVersion, Failure> effective_release(const FormatRequest& request) {
  const auto asked = request.feature_levels.find(kMetadataVersionFeature);
  if (asked == request.feature_levels.end()) return request.release.value_or(kMetadataVersionLatest);
  if (request.release) {
    return failure("Use --release-version instead of --feature metadata.version=X to avoid ambiguity.");
  }
  const auto version = MetadataVersion::of_level(asked->second);
  if (!version) {
    return failure(fmt::format("There is no metadata.version with level {}; levels go from {} to {}",
                               asked->second, kMetadataVersionMin.level, kMetadataVersionLatest.level));
  }
  return *version;
}

// kraft.version is 1 where the quorum's voters are not configured, and only there.
Result<int16_t, Failure> effective_kraft_version(const FormatRequest& request) {
  const auto asked = request.feature_levels.find(kKraftVersionFeature);
  const int16_t follows = request.dynamic_quorum ? 1 : 0;
  if (asked == request.feature_levels.end() || asked->second == follows) return follows;
  if (request.dynamic_quorum && asked->second == 0) {
    return failure(
        "Cannot set kraft.version to 0 if controller.quorum.voters is empty: leave --feature "
        "kraft.version=0 away, or set controller.quorum.voters.");
  }
  if (!request.dynamic_quorum) {
    return failure(
        fmt::format("Cannot set kraft.version to {} unless controller.quorum.voters is empty and one of "
                    "--standalone, --initial-controllers or --no-initial-controllers is used.",
                    asked->second));
  }
  return asked->second;
}

std::string supported_names() {
  std::string names;
  for (const Feature& feature : supported_features()) {
    if (feature.name == kMetadataVersionFeature) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", feature.name);
  }
  return names;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// Java writes an IPv6 address with all of its eight groups, and Kafka's voters compare the text.
std::string host_text(std::string_view host) {
  std::array<uint8_t, 16> address;
  if (inet_pton(AF_INET6, std::string(host).c_str(), address.data()) != 1) return std::string(host);
  std::string text;
  for (size_t at = 0; at < address.size(); at += 2) {
    text += fmt::format("{}{:x}", at == 0 ? "" : ":", load_be16(&address[at]));
  }
  return text;
}

// `id@host:port:directoryId`
Result<raft::Voter, Failure> parse_voter(std::string_view text, std::string_view listener) {
  const auto wrong = [&](std::string_view what) {
    return failure(
        fmt::format("'{}' is not a controller of the form id@host:port:directoryId: {}", text, what));
  };
  const size_t at = text.find('@');
  if (at == text.npos) return wrong("there is no @");
  const auto id = number_of<int32_t>(text.substr(0, at));
  if (!id || *id < 0) return wrong("the id is not a number from 0 on");
  std::string_view rest = text.substr(at + 1);
  const bool bracketed = rest.starts_with('[');
  const size_t host_end = rest.find(bracketed ? ']' : ':');
  if (host_end == rest.npos) return wrong(bracketed ? "the bracket is not closed" : "there is no port");
  const std::string_view host = bracketed ? rest.substr(1, host_end - 1) : rest.substr(0, host_end);
  if (host.empty()) return wrong("there is no host");
  rest.remove_prefix(host_end + (bracketed ? 1 : 0));
  if (!rest.starts_with(':')) return wrong("there is no port");
  rest.remove_prefix(1);
  const size_t port_end = rest.find(':');
  const auto port = number_of<uint16_t>(rest.substr(0, port_end));
  if (!port) return wrong("the port is not a number from 0 to 65535");
  const auto directory = port_end == rest.npos ? std::nullopt : Uuid::from_string(rest.substr(port_end + 1));
  if (!directory) return wrong("the directory id is not a UUID as `klamm storage random-uuid` prints it");

  return new_voter(NodeId{*id}, *directory, listener, host, *port);
}

}  // namespace

Result<FeatureLevels, Failure> effective_levels(const FormatRequest& request) {
  auto version = effective_release(request);
  if (!version) return Error{version.error()};
  if (*version > kMetadataVersionLatest) {
    return failure(fmt::format("metadata.version {} is not yet stable.", version->name()));
  }
  FeatureLevels levels = default_levels(*version);
  for (const auto& [name, level] : request.feature_levels) {
    const Feature* feature = find_feature(name);
    if (!feature) {
      return failure(
          fmt::format("Unsupported feature: {}. Supported features are: {}", name, supported_names()));
    }
    if (level < feature->min || level > feature->max) {
      return failure(fmt::format("No feature:{} with feature level {}", name, level));
    }
    if (*version < feature->required_metadata_version(level)) {
      return failure(fmt::format("{} could not be set to {} because it depends on metadata.version level {}",
                                 name, level, feature->required_metadata_version(level).level));
    }
    levels.insert_or_assign(name, level);
  }
  auto kraft_version = effective_kraft_version(request);
  if (!kraft_version) return Error{kraft_version.error()};
  levels.insert_or_assign(std::string(kKraftVersionFeature), *kraft_version);
  return levels;
}

raft::Voter new_voter(NodeId id, const Uuid& directory_id, std::string_view listener, std::string_view host,
                      uint16_t port) {
  raft::Voter voter;
  voter.key = {id, directory_id};
  voter.endpoints = {{std::string(listener), host_text(host), port}};
  voter.kraft_version_max = find_feature(kKraftVersionFeature)->max;
  return voter;
}

Result<raft::Voters, Failure> parse_initial_controllers(std::string_view text, std::string_view listener) {
  std::vector<raft::Voter> voters;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    if (entry.empty()) continue;
    auto voter = parse_voter(entry, listener);
    if (!voter) return Error{voter.error()};
    for (const raft::Voter& other : voters) {
      if (other.key.id == voter->key.id) {
        return failure(fmt::format("Node id {} was specified more than once.", other.key.id.value));
      }
    }
    voters.push_back(std::move(*voter));
  }
  if (voters.empty()) return failure("No voters given.");
  return raft::Voters(std::move(voters));
}

}  // namespace klamm::broker
