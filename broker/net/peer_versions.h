// What another node speaks (KIP-35), and how it is asked for that: ApiVersions in our newest version; a node
// that does not know it answers UNSUPPORTED_VERSION in version 0 and names those it knows (KIP-511).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"

namespace klamm::broker::net {

// What the beginning of a connection asks: a request without its header.
struct PeerQuestion {
  int16_t key = 0;
  int16_t version = 0;
  Bytes body;
};

// The end of an exchange, or the next question of it. A failure is told behind "cannot reach ...: ".
using PeerStep = Result<std::optional<PeerQuestion>, Failure>;

template <class Request>
PeerQuestion question_of(const Request& request, int16_t version) {
  PeerQuestion question{.key = Request::kKey, .version = version, .body = {}};
  protocol::Writer writer(question.body);
  request.write(writer, version);
  return question;
}

class PeerVersions {
 public:
  PeerVersions() = default;
  explicit PeerVersions(const protocol::ApiVersionsResponse& response);

  // The newest that both ends know.
  std::optional<int16_t> newest(int16_t key, int16_t version_min, int16_t version_max) const;

 private:
  struct Range {
    int16_t key;
    int16_t version_min;
    int16_t version_max;
  };
  std::vector<Range> ranges_;
};

class VersionsExchange {
 public:
  // Before a login Kafka's clients ask in version 0, since servers that are very old take anything newer for
  // a token.
  explicit VersionsExchange(int16_t version = protocol::ApiVersionsRequest::kVersionMax)
      : version_(version) {}

  PeerQuestion question() const;
  // `body` is behind the response's header.
  PeerStep on_answer(ByteView body);
  // Once that has given no further question.
  const PeerVersions& versions() const { return versions_; }

 private:
  int16_t version_;
  PeerVersions versions_;
};

}  // namespace klamm::broker::net
