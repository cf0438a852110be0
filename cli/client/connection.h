// Connection: one connection to a broker or a controller, logged in, whose versions are known. It asks one
// thing at a time and waits for the answer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "cli/client/config.h"
#include "cli/client/stream.h"
#include "cli/error.h"
#include "protocol/frame.h"
#include "protocol/messages/api_versions_response.h"

namespace klamm::cli {

// A response with the bytes that its views lie in.
template <class Response>
class Answer {
 public:
  Answer(Bytes frame, Response body, int16_t version)
      : frame_(std::move(frame)), body_(std::move(body)), version_(version) {}
  Answer(Answer&&) noexcept = default;
  Answer& operator=(Answer&&) noexcept = default;

  const Response* operator->() const { return &body_; }
  const Response& operator*() const { return body_; }
  int16_t version() const { return version_; }

 private:
  Bytes frame_;
  Response body_;
  int16_t version_;
};

// The versions of an API that would do.
struct Versions {
  int16_t min = 0;
  int16_t max = 0x7FFF;
};

// "DescribeTopicPartitions" of 75; nullopt for what the schema does not know.
std::optional<std::string_view> api_name(int16_t key);

class Connection {
 public:
  static Attempt<std::unique_ptr<Connection>> open(const ClientConfig& config, Network& network,
                                                   const HostPort& to, const Deadline& deadline);

  // The newest that both ends know and that would do.
  std::optional<int16_t> newest(int16_t key, Versions wanted) const;
  // What the other end has said of itself.
  const protocol::ApiVersionsResponse& api_versions() const { return **versions_; }
  const HostPort& address() const { return address_; }

  template <class Response, class Request>
  Attempt<Answer<Response>> ask(const Request& request, const Deadline& deadline, Versions wanted = {}) {
    wanted.min = std::max(wanted.min, Request::kVersionMin);
    wanted.max = std::min(wanted.max, Request::kVersionMax);
    const auto version = newest(Request::kKey, wanted);
    if (!version) return unsupported(Request::kKey);
    return ask_in<Response>(request, *version, deadline);
  }

  // The same in a version that is known to be right.
  template <class Response, class Request>
  Attempt<Answer<Response>> ask_in(const Request& request, int16_t version, const Deadline& deadline) {
    Bytes frame;
    protocol::append_request(frame, version, ++correlation_, client_id_, request);
    auto reply = exchange(frame, Request::kKey, version, deadline);
    if (!reply) return Error{reply.error()};
    return decode<Response>(*std::move(reply), version);
  }

  // One that is not answered: Produce with acks=0.
  Attempt<> tell(ByteView frame, const Deadline& deadline) { return stream_->send(frame, deadline); }
  int32_t next_correlation() { return ++correlation_; }
  const std::string& client_id() const { return client_id_; }

 private:
  Connection(HostPort address, std::string client_id, std::unique_ptr<Stream> stream)
      : address_(std::move(address)), client_id_(std::move(client_id)), stream_(std::move(stream)) {}

  Attempt<> ask_versions(const Deadline& deadline);
  Attempt<> log_in(const ClientLogin& login, const Deadline& deadline);
  // The answer's body, behind its header. The frame's correlation id is the last that was given.
  Attempt<Bytes> exchange(ByteView frame, int16_t key, int16_t version, const Deadline& deadline);
  Attempt<Bytes> receive_frame(const Deadline& deadline);
  Error<ToolError> closed() const;
  Error<ToolError> unsupported(int16_t key) const;
  static Error<ToolError> makes_no_sense();

  template <class Response>
  static Attempt<Answer<Response>> decode(Bytes body, int16_t version) {
    protocol::Reader reader(body);
    Response response;
    response.read(reader, version);
    if (!reader.ok()) return makes_no_sense();
    return Answer<Response>(std::move(body), std::move(response), version);
  }

  const HostPort address_;
  const std::string client_id_;
  const std::unique_ptr<Stream> stream_;
  int32_t correlation_ = 0;
  std::optional<Answer<protocol::ApiVersionsResponse>> versions_;
};

}  // namespace klamm::cli
