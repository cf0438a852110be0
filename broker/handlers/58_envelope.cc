// Envelope, version 0 (KIP-590): a broker hands over what a client wants of the active controller. Whoever
// may act for the cluster may say who the client is; what is in the envelope is authorized as the client's.
//
// A request that would close its client's connection (it cannot be read, or its version is not served)
// answers the envelope with UNSUPPORTED_VERSION, for which the broker closes that connection.
#include "broker/handlers/envelope.h"

#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/api.h"
#include "broker/envelope.h"
#include "broker/handlers/topics.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

// The forwarded request's bytes, a part of its envelope's.
class EnvelopedFrame final : public Frame {
 public:
  EnvelopedFrame(std::shared_ptr<Frame> envelope, std::span<uint8_t> bytes)
      : envelope_(std::move(envelope)), bytes_(bytes) {}
  std::span<uint8_t> bytes() override { return bytes_; }

 private:
  const std::shared_ptr<Frame> envelope_;
  const std::span<uint8_t> bytes_;
};

// Puts the one answer of a forwarded request into the envelope's.
class EnvelopedReply final : public ReplySink {
 public:
  EnvelopedReply(Reply envelope, const protocol::RequestHeader& asked)
      : envelope_(std::move(envelope)), asked_(asked) {
    asked_.client_id.reset();  // a view, which may not live as long
  }
  void deliver(uint64_t, Response response) override {
    CHECK(response.slices.empty());
    if (response.frame.empty()) return envelope_.send(refuse_envelope(ErrorCode::kUnsupportedVersion));
    envelope_.send(wrap_answer(asked_, ByteView(response.frame).subspan(sizeof(int32_t))));
  }
  void allow_next(uint64_t) override { envelope_.allow_next(); }
  void park(uint64_t, std::weak_ptr<Parked> parked) override { envelope_.park(std::move(parked)); }

 private:
  Reply envelope_;
  protocol::RequestHeader asked_;
};

// `part` lies in the whole.
std::span<uint8_t> writable(std::span<uint8_t> whole, ByteView part) {
  CHECK(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
  return whole.subspan(static_cast<size_t>(part.data() - whole.data()), part.size());
}

// As Kafka does, all but who the client is and where is told of the envelope's own connection.
std::shared_ptr<const ClientInfo> client_of(const ForwardedRequest& forwarded, const ClientInfo& broker) {
  auto client = std::make_shared<ClientInfo>(broker);
  client->principal = forwarded.principal;
  client->host = forwarded.host;
  client->is_this_node = false;  // what it hands over for others is as theirs as what others hand over
  return client;
}

void refuse(const Request& request, Reply reply, const RefusedEnvelope& refused) {
  LOG_WARN_LIMITED("an envelope from {} ({}) is answered with {}: {}", request.client->principal,
                   request.client->host, protocol::name_of(refused.error), refused.why);
  reply.send(refuse_envelope(refused.error));
}

}  // namespace

void handle_envelope(Request request, Reply reply, const Access& access, RequestHandler& handler) {
  protocol::EnvelopeRequest envelope;
  if (!read_body(request, envelope)) return reply.close();
  if (!access.allows_cluster(security::AclOperation::kClusterAction)) {
    return reply.send(refuse_envelope(ErrorCode::kClusterAuthorizationFailed));
  }
  const auto forwarded = unwrap_request(envelope);
  if (!forwarded) return refuse(request, std::move(reply), forwarded.error());
  Request inner;
  inner.header = forwarded->header;
  inner.body = writable(request.body, forwarded->body);
  inner.frame = std::make_shared<EnvelopedFrame>(request.frame, writable(request.body, forwarded->frame));
  inner.client = client_of(*forwarded, *request.client);
  inner.loop = request.loop;
  const protocol::RequestHeader& header = forwarded->header;
  auto sink = std::make_shared<EnvelopedReply>(std::move(reply), header);
  handler.handle(std::move(inner),
                 Reply(std::move(sink), 0, header.api_key, header.api_version, header.correlation_id));
}

}  // namespace klamm::broker
