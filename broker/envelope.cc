#include "broker/envelope.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/check.h"
#include "broker/not_controller.h"
#include "protocol/catalog.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

constexpr int16_t kForwardable[] = {
    19,  // CreateTopics
    20,  // DeleteTopics
    30,  // CreateAcls
    31,  // DeleteAcls
    33,  // AlterConfigs
    37,  // CreatePartitions
    38,  // CreateDelegationToken
    39,  // RenewDelegationToken
    40,  // ExpireDelegationToken
    43,  // ElectLeaders
    44,  // IncrementalAlterConfigs
    45,  // AlterPartitionReassignments
    46,  // ListPartitionReassignments
    49,  // AlterClientQuotas
    51,  // AlterUserScramCredentials
    55,  // DescribeQuorum
    57,  // UpdateFeatures
    64,  // UnregisterBroker
    67,  // AllocateProducerIds, which is no client's to ask, but may come so
    80,  // AddRaftVoter
    81,  // RemoveRaftVoter
};

constexpr size_t kIpv4Size = 4;
constexpr size_t kIpv6Size = 16;
constexpr std::array<uint8_t, kIpv6Size - kIpv4Size> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

Bytes address_of(std::string_view host) {
  const std::string text(host);
  Bytes address(kIpv4Size);
  if (inet_pton(AF_INET, text.c_str(), address.data()) == 1) return address;
  address.resize(kIpv6Size);
  CHECK(inet_pton(AF_INET6, text.c_str(), address.data()) == 1);
  return address;
}

// As connections write their clients' addresses, and Java does. Nothing for what is no address.
std::optional<std::string> host_of(ByteView address) {
  const bool is_mapped =
      address.size() == kIpv6Size && std::ranges::equal(address.first(kMapped.size()), kMapped);
  if (is_mapped) address = address.last(kIpv4Size);
  if (address.size() == kIpv4Size)
    return fmt::format("{}.{}.{}.{}", address[0], address[1], address[2], address[3]);
  if (address.size() != kIpv6Size) return std::nullopt;
  std::string text;
  for (size_t i = 0; i < kIpv6Size; i += 2) {
    fmt::format_to(std::back_inserter(text), "{}{:x}", i == 0 ? "" : ":", load_be16(&address[i]));
  }
  return text;
}

// DefaultPrincipalData, version 0, behind its version: what DefaultKafkaPrincipalBuilder writes.
constexpr int16_t kPrincipalVersion = 0;

Bytes serialized(std::string_view principal) {
  const size_t colon = principal.find(':');
  CHECK(colon != std::string_view::npos);
  Bytes out;
  protocol::Writer writer(out);
  writer.i16(kPrincipalVersion);
  writer.string(true, principal.substr(0, colon));
  writer.string(true, principal.substr(colon + 1));
  writer.boolean(false);
  writer.no_tags();
  return out;
}

bool read_principal(const std::optional<ByteView>& bytes, ForwardedRequest& forwarded) {
  if (!bytes) return false;
  protocol::Reader reader(*bytes);
  if (reader.i16() != kPrincipalVersion) return false;
  const std::string_view type = reader.string(true);
  const std::string_view name = reader.string(true);
  forwarded.token_authenticated = reader.boolean();
  reader.skip_tags();
  if (!reader.ok() || type.find(':') != std::string_view::npos) return false;
  forwarded.principal = fmt::format("{}:{}", type, name);
  return true;
}

bool is_known(int16_t key) {
  return std::ranges::any_of(protocol::messages(), [key](const protocol::MessageInfo& message) {
    return message.kind == protocol::MessageKind::kRequest && message.key == key;
  });
}

Error<RefusedEnvelope> refused(ErrorCode error, std::string why) {
  return Error{RefusedEnvelope{error, std::move(why)}};
}
Error<ForwardFailure> unknown_error(std::string why) {
  return Error{ForwardFailure{ErrorCode::kUnknownServerError, std::move(why)}};
}

}  // namespace

bool is_forwardable(int16_t key) { return std::ranges::find(kForwardable, key) != std::end(kForwardable); }

void wrap_request(ByteView frame, std::string_view principal, std::string_view host, Bytes& out) {
  const Bytes principal_bytes = serialized(principal);
  const Bytes address = address_of(host);
  protocol::EnvelopeRequest envelope;
  envelope.request_data = frame;
  envelope.request_principal = ByteView(principal_bytes);
  envelope.client_host_address = address;
  protocol::Writer writer(out);
  envelope.write(writer, protocol::EnvelopeRequest::kVersionMax);
}

// In Kafka's order, which says what is told of an envelope that is wrong in several ways.
Result<ForwardedRequest, RefusedEnvelope> unwrap_request(const protocol::EnvelopeRequest& envelope) {
  ForwardedRequest forwarded;
  if (!read_principal(envelope.request_principal, forwarded)) {
    return refused(ErrorCode::kPrincipalDeserializationFailure, "its principal cannot be read");
  }
  auto host = host_of(envelope.client_host_address);
  if (!host) {
    return refused(ErrorCode::kInvalidRequest, fmt::format("its client's address has {} bytes, not 4 or 16",
                                                           envelope.client_host_address.size()));
  }
  forwarded.host = std::move(*host);
  forwarded.frame = envelope.request_data;
  protocol::Reader reader(forwarded.frame);
  forwarded.header.read(reader);
  if (!reader.ok() || !is_known(forwarded.header.api_key)) {
    return refused(ErrorCode::kUnsupportedVersion, "what is in it has no header that is known");
  }
  if (!is_forwardable(forwarded.header.api_key)) {
    return refused(ErrorCode::kInvalidRequest,
                   fmt::format("API {} is not forwarded", forwarded.header.api_key));
  }
  forwarded.body = reader.rest();
  return forwarded;
}

protocol::EnvelopeResponse wrap_answer(const protocol::RequestHeader& asked, ByteView answer) {
  protocol::Reader reader(answer);
  protocol::read_response_header(reader, asked.api_key, asked.api_version);
  CHECK(reader.ok());
  if (says_not_controller(asked.api_key, asked.api_version, reader.rest())) {
    return refuse_envelope(ErrorCode::kNotController);
  }
  protocol::EnvelopeResponse envelope;
  envelope.response_data = answer;
  return envelope;
}

protocol::EnvelopeResponse refuse_envelope(ErrorCode error) {
  protocol::EnvelopeResponse envelope;
  envelope.error_code = protocol::wire_value(error);
  return envelope;
}

Result<ByteView, ForwardFailure> unwrap_answer(const protocol::RequestHeader& asked, ByteView envelope) {
  protocol::Reader reader(envelope);
  protocol::EnvelopeResponse response;
  response.read(reader, protocol::EnvelopeResponse::kVersionMax);
  if (!reader.ok()) return unknown_error("the controller's envelope cannot be read");
  const auto error = static_cast<ErrorCode>(response.error_code);
  if (error == ErrorCode::kUnsupportedVersion) {
    return Error{ForwardFailure{std::nullopt, "the controller does not know its version"}};
  }
  if (error != ErrorCode::kNone) {
    return unknown_error(fmt::format("the controller refused the envelope with {} ({})",
                                     protocol::name_of(error), response.error_code));
  }
  if (!response.response_data) return unknown_error("the controller's envelope is empty");
  protocol::Reader inner(*response.response_data);
  const int32_t correlation = protocol::read_response_header(inner, asked.api_key, asked.api_version);
  if (!inner.ok() || correlation != asked.correlation_id) {
    return unknown_error("the controller's answer is to something else");
  }
  return inner.rest();
}

}  // namespace klamm::broker
