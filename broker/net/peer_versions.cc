#include "broker/net/peer_versions.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/errors.h"

namespace klamm::broker::net {
namespace {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;
using protocol::ErrorCode;

// As an operator sees them in a list of clients.
constexpr std::string_view kSoftwareName = "klamm";
constexpr std::string_view kSoftwareVersion = "0.1.0";

Error<Failure> failed(std::string why) { return Error{Failure{std::move(why)}}; }

}  // namespace

PeerVersions::PeerVersions(const ApiVersionsResponse& response) {
  ranges_.reserve(response.api_keys.size());
  for (const auto& api : response.api_keys) {
    ranges_.push_back({api.api_key, api.min_version, api.max_version});
  }
}

std::optional<int16_t> PeerVersions::newest(int16_t key, int16_t version_min, int16_t version_max) const {
  const auto found = std::ranges::find(ranges_, key, &Range::key);
  if (found == ranges_.end()) return std::nullopt;
  const int16_t newest = std::min(version_max, found->version_max);
  if (newest < std::max(version_min, found->version_min)) return std::nullopt;
  return newest;
}

PeerQuestion VersionsExchange::question() const {
  ApiVersionsRequest request;
  request.client_software_name = kSoftwareName;
  request.client_software_version = kSoftwareVersion;
  return question_of(request, version_);
}

PeerStep VersionsExchange::on_answer(ByteView body) {
  // In every version the error comes first.
  const auto error = static_cast<ErrorCode>(protocol::Reader(body).i16());
  const bool is_too_new = error == ErrorCode::kUnsupportedVersion;
  ApiVersionsResponse response;
  protocol::Reader reader(body);
  response.read(reader, is_too_new ? int16_t{0} : version_);
  if (!reader.ok()) {
    return failed("its answer to ApiVersions makes no sense; look what listens there");
  }
  if (error == ErrorCode::kNone) {
    versions_ = PeerVersions(response);
    return std::optional<PeerQuestion>();
  }
  if (!is_too_new || version_ == 0) {
    return failed(fmt::format("it answers ApiVersions version {} with error {} ({})", version_,
                              static_cast<int>(error), protocol::name_of(error)));
  }
  // Lower each time, whatever it says, so that this ends.
  const auto below = static_cast<int16_t>(version_ - 1);
  version_ = PeerVersions(response).newest(ApiVersionsRequest::kKey, 0, below).value_or(0);
  return std::optional(question());
}

}  // namespace klamm::broker::net
