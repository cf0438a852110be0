#include "broker/forwarding.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/api.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

// A body that is there already.
struct WrittenBody {
  ByteView bytes;
  void write(protocol::Writer& writer, int16_t) const { writer.raw(bytes); }
};

constexpr int16_t kDescribeQuorum = 55;

// Where an answer of the controller says how long its client is held back, for whoever sends it on: right at
// its beginning, of all that is served and forwarded, but for one that does not say it.
void note_throttle(int16_t api_key, ByteView body, Response& response) {
  if (api_key == kDescribeQuorum || response.close || body.size() < sizeof(int32_t)) return;
  response.throttle_at = response.frame.size() - body.size();
  response.throttle_ms = static_cast<int32_t>(load_be32(body.data()));
}

std::string text_of(const protocol::RequestHeader& header) {
  const Api* api = find_api(header.api_key);
  return fmt::format("{} version {}",
                     api == nullptr ? std::to_string(header.api_key) : std::string(api->name),
                     header.api_version);
}

ForwardFailure no_answer(ControllerFailure failure) {
  switch (failure.what) {
    case ControllerFailure::What::kTimedOut:
    case ControllerFailure::What::kTooMany:
      return {ErrorCode::kRequestTimedOut, std::move(failure.why)};
    case ControllerFailure::What::kStopped:
      return {std::nullopt, std::move(failure.why)};
    case ControllerFailure::What::kUnsupportedVersion:
    case ControllerFailure::What::kLost:
      break;
  }
  return {ErrorCode::kUnknownServerError, std::move(failure.why)};
}

ForwardFailure too_large(size_t size) {
  return {ErrorCode::kPolicyViolation,
          fmt::format("it has {} bytes, and at most {} are taken to the controller", size,
                      Forwarding::kFrameSizeMax)};
}

Result<ForwardedAnswer, ForwardFailure> answer_of(const protocol::RequestHeader& asked,
                                                  Result<PeerAnswer, ControllerFailure> result) {
  if (!result) return Error{no_answer(std::move(result).error())};
  const auto body = unwrap_answer(asked, result->body);
  if (!body) return Error{body.error()};
  return ForwardedAnswer{std::move(result->frame), *body};
}

}  // namespace

void Forwarding::ask(Request request, Answered answered) {
  CHECK(is_forwardable(request.header.api_key));
  loop_.post([this, request = std::make_shared<const Request>(std::move(request)),
              answered = std::move(answered)]() mutable {
    const size_t size = request->frame->bytes().size();
    if (size > kFrameSizeMax) return answered(Error{too_large(size)});
    ControllerRequest envelope;
    envelope.key = protocol::EnvelopeRequest::kKey;
    envelope.version_min = protocol::EnvelopeRequest::kVersionMin;
    envelope.version_max = protocol::EnvelopeRequest::kVersionMax;
    envelope.encode = [request](int16_t, Bytes& out) {
      wrap_request(request->frame->bytes(), request->client->principal, request->client->host, out);
    };
    envelope.deadline_ms = loop_.now_ms() + kTimeoutMs;
    controller_.send(std::move(envelope), [request, answered = std::move(answered)](auto result) mutable {
      answered(answer_of(request->header, std::move(result)));
    });
  });
}

void Forwarding::forward(Request request, Reply reply, Refuse refuse, CountErrors count) {
  const std::string what = text_of(request.header);
  const auto client = request.client;
  const int16_t api_key = request.header.api_key;
  ask(std::move(request),
      [what, api_key, client, reply = std::move(reply), refuse = std::move(refuse),
       count](auto result) mutable {
        if (result) {
          Response response = reply.encode(WrittenBody{result->body}, reply.version());
          note_throttle(api_key, result->body, response);
          count(result->body, reply.version(), response.mark.errors);
          return reply.send(std::move(response));
        }
        const ForwardFailure& none = result.error();
        if (!none.error) {
          LOG_INFO_LIMITED("closing the connection from {} on {}: its {} cannot be forwarded: {}",
                           client->host, client->listener, what, none.why);
          return reply.close();
        }
        LOG_WARN_LIMITED("{} from {} on {} is answered with {}: {}", what, client->host, client->listener,
                         protocol::name_of(*none.error), none.why);
        refuse(std::move(reply), *none.error);
      });
}

}  // namespace klamm::broker
