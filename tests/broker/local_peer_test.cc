#include "tests/testing.h"

#include <optional>
#include <string>

#include "broker/local_peer.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/fake_peers.h"
#include "tests/broker/kept_requests.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Fixture {
  using RequestBody = protocol::UnregisterBrokerRequest;
  using Answer = protocol::UnregisterBrokerResponse;

  void send(int32_t broker, int64_t patience_ms = 1'000) {
    PeerRequest request;
    request.key = RequestBody::kKey;
    request.encode = [broker](int16_t version, Bytes& out) {
      RequestBody body;
      body.broker_id = broker;
      protocol::Writer writer(out);
      body.write(writer, version);
    };
    request.deadline_ms = clock.now + patience_ms;
    peer->send(std::move(request), [this, broker](Result<PeerAnswer, PeerFailure> result) {
      outcomes += std::to_string(broker) + " " + text_of(result) + "; ";
    });
  }
  static std::string text_of(const Result<PeerAnswer, PeerFailure>& result) {
    if (!result) return result.error().why;
    protocol::Reader reader(result->body);
    Answer answer;
    answer.read(reader, result->version);
    REQUIRE((reader.ok() && reader.remaining() == 0));
    return std::string(answer.error_message.value_or("done"));
  }
  // The handler answers what it was given first.
  void answer(std::string_view message) {
    KeptRequests::Kept kept = std::move(handler.first());
    handler.all.pop_front();
    Answer answer;
    answer.error_message = message;
    kept.reply.send(answer);
  }

  FakeClock clock;
  FakeLoop loop{clock};
  KeptRequests handler;
  std::shared_ptr<const ClientInfo> client = std::make_shared<ClientInfo>();
  std::optional<LocalPeer> peer{LocalPeer::Uses{loop, handler, client, "1"}};
  std::string outcomes;
};

struct ParkedRequest final : Parked {
  void hurry() override {}
  void abandon() override { is_abandoned = true; }
  bool is_abandoned = false;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a request to this node itself is handled as one that came in") {
  send(7);
  REQUIRE(handler.all.empty());
  loop.run();
  const Request& request = handler.first().request;
  REQUIRE(request.header.api_key == 64);
  REQUIRE(request.header.client_id == "1");
  REQUIRE(request.client == client);
  REQUIRE(request.loop == &loop);
  REQUIRE(same_bytes(request.body, Bytes{0, 0, 0, 7, 0}));
  REQUIRE(request.frame->bytes().size() == 11 + 1 + request.body.size());
}

TEST_CASE_METHOD(Fixture, "this node asks itself in the newest version") {
  int16_t encoded = -1;
  PeerRequest request;
  request.key = 62;
  request.version_max = 4;
  request.encode = [&encoded](int16_t version, Bytes&) { encoded = version; };
  request.deadline_ms = clock.now + 100;
  peer->send(std::move(request), [](const auto&) {});
  loop.run();
  REQUIRE(handler.first().request.header.api_version == 4);
  REQUIRE(encoded == 4);
}

TEST_CASE_METHOD(Fixture, "this node's answer to itself is read from its bytes") {
  send(7);
  loop.run();
  answer("x");
  REQUIRE(outcomes.empty());
  loop.run();
  REQUIRE(outcomes == "7 x; ");
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "requests to this node itself begin in their order, and end in any") {
  send(1);
  send(2);
  loop.run();
  std::swap(handler.all[0], handler.all[1]);
  answer("x");
  answer("y");
  loop.run();
  REQUIRE(outcomes == "2 x; 1 y; ");
}

TEST_CASE_METHOD(Fixture, "a handler that closes the connection ends one request to this node itself") {
  send(1);
  send(2);
  loop.run();
  handler.first().reply.close();
  handler.all.pop_front();
  answer("x");
  loop.run();
  REQUIRE(outcomes == "1 its handler closed the connection; 2 x; ");
}

TEST_CASE_METHOD(Fixture, "a request to this node itself that is late is let go of") {
  send(1, 100);
  loop.run();
  auto parked = std::make_shared<ParkedRequest>();
  handler.first().reply.park(parked);
  loop.advance(99);
  REQUIRE_FALSE(parked->is_abandoned);
  loop.advance(1);
  REQUIRE(outcomes == "1 it did not answer in time; ");
  REQUIRE(parked->is_abandoned);
}

TEST_CASE_METHOD(Fixture, "this node's late answer to itself is not heard") {
  send(1, 100);
  loop.advance(100);
  answer("x");
  loop.run();
  REQUIRE(outcomes == "1 it did not answer in time; ");
}

TEST_CASE_METHOD(Fixture, "what this node asked itself right before a stop does not begin") {
  send(1);
  peer->stop();
  loop.run();
  REQUIRE(handler.all.empty());
  REQUIRE(outcomes == "1 this node stops; ");
}

TEST_CASE_METHOD(Fixture, "stopping answers what this node asked itself, and what it asks later") {
  send(1);
  loop.run();
  peer->stop();
  REQUIRE(outcomes == "1 this node stops; ");
  send(2);
  REQUIRE(outcomes == "1 this node stops; ");
  answer("x");
  loop.run();
  REQUIRE(outcomes == "1 this node stops; 2 this node stops; ");
  REQUIRE(handler.all.empty());
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "what waits at this node is let go of when its peer stops, or ends") {
  const bool stops = GENERATE(true, false);
  send(7);
  loop.run();
  auto parked = std::make_shared<ParkedRequest>();
  handler.first().reply.park(parked);
  if (stops) peer->stop();
  if (!stops) peer.reset();
  loop.run();
  REQUIRE(parked->is_abandoned);
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "a handler may answer when nobody at this node listens any more") {
  send(1);
  loop.run();
  peer.reset();
  answer("x");
  loop.run();
  REQUIRE(outcomes.empty());
  REQUIRE(loop.timers() == 0);
}

TEST_CASE_METHOD(Fixture, "whoever is answered by this node may end its peer") {
  PeerRequest request;
  request.key = RequestBody::kKey;
  request.encode = [](int16_t version, Bytes& out) {
    protocol::Writer writer(out);
    RequestBody().write(writer, version);
  };
  request.deadline_ms = clock.now + 100;
  peer->send(std::move(request), [this](const auto&) { peer.reset(); });
  send(2);
  loop.run();
  answer("x");
  loop.run();
  REQUIRE_FALSE(peer.has_value());
  REQUIRE(outcomes.empty());
}
