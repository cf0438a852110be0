#include "tests/testing.h"

#include <optional>
#include <string>

#include "broker/forwarding.h"
#include "broker/handlers/envelope.h"
#include "broker/local_peer.h"
#include "protocol/frame.h"
#include "protocol/messages/unregister_broker_response.h"
#include "tests/broker/access_records.h"
#include "tests/broker/fake_peers.h"
#include "tests/broker/handler_fixture.h"
#include "tests/broker/hex.h"
#include "tests/broker/kept_requests.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

// A broker whose client wants broker 3 to be unregistered.
struct Fixture {
  static constexpr int32_t kCorrelation = 7;

  ControllerClient::MakePeer way() {
    if (!is_controller) return peers.maker();
    return [this](const ControllerNode&) {
      return std::make_unique<LocalPeer>(LocalPeer::Uses{loop, self, broker, "1"});
    };
  }
  void lead() { controller->on_leader(ControllerNode{{2}, {1}, "host", 9093}); }
  // With so many bytes behind the request's end.
  void forward(size_t more = 0) {
    if (!controller) controller.emplace(loop, way(), ControllerClient::Settings{.name = "forwarding"});
    if (!forwarding) forwarding.emplace(loop, *controller);
    auto client = std::make_shared<ClientInfo>();
    client->principal = "User:alice";
    client->host = "10.0.0.1";
    Request request;
    Bytes bytes = bytes_of_hex("0040 0000 00000007 0005 61646d696e 00 00000003 00");
    bytes.resize(bytes.size() + more);
    request.frame = std::make_shared<OwnedFrame>(std::move(bytes));
    protocol::Reader reader(request.frame->bytes());
    request.header.read(reader);
    request.body = request.frame->bytes().last(reader.remaining());
    frame = request.frame;
    request.client = client;
    request.loop = &loop;
    caught = std::make_shared<CaughtReply>();
    forwarding->forward(std::move(request), Reply(caught, 0, 64, 0, kCorrelation),
                        [](Reply reply, ErrorCode error) {
                          protocol::UnregisterBrokerResponse refusal;
                          refusal.error_code = protocol::wire_value(error);
                          refusal.error_message = "refused";
                          reply.send(refusal);
                        },
                        &count_errors_in<protocol::UnregisterBrokerResponse>);
    loop.run();
  }
  // What the client hears: "31 no", "closed".
  std::string heard() const {
    if (!caught->response) return "";
    if (caught->response->close) return "closed";
    protocol::Reader reader(ByteView(caught->response->frame).subspan(sizeof(int32_t)));
    REQUIRE(protocol::read_response_header(reader, 64, 0) == kCorrelation);
    protocol::UnregisterBrokerResponse answer;
    answer.read(reader, 0);
    REQUIRE((reader.ok() && reader.remaining() == 0));
    return std::to_string(answer.throttle_time_ms) + " " + std::to_string(answer.error_code) + " " +
           std::string(answer.error_message.value_or(""));
  }
  void answer(const std::string& envelope) { peers.answer(bytes_of_hex(envelope)); }

  // This node, where it is the controller: opens envelopes, and keeps what is in them.
  struct Self final : RequestHandler {
    void handle(Request request, Reply reply) override {
      REQUIRE(request.header.api_key == 58);
      handle_envelope(std::move(request), std::move(reply), everyone(), clients);
    }
    bool may_overlap(int16_t) const override { return false; }
    KeptRequests clients;
  };

  FakeClock clock;
  FakeLoop loop{clock};
  FakePeers peers;
  Self self;
  std::shared_ptr<const ClientInfo> broker = std::make_shared<ClientInfo>();
  bool is_controller = false;
  std::optional<ControllerClient> controller;
  std::optional<Forwarding> forwarding;
  std::shared_ptr<CaughtReply> caught;
  std::weak_ptr<Frame> frame;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a client's request goes to the controller with who and where the client is") {
  forward();
  lead();
  const FakePeers::Asked& asked = peers.wires.at(0)->asked.at(0);
  REQUIRE(asked.key == 58);
  REQUIRE(hex(as_bytes(asked.body)) ==
          "160040000000000007000561646d696e00000000030010000005557365720661"
          "6c6963650000050a00000100");
}

TEST_CASE_METHOD(Fixture, "the controller's answer is the client's, with what it says of throttling") {
  forward();
  lead();
  answer("10 00000007 00 00000064 001f 03 6e6f 00 0000 00");
  REQUIRE(heard() == "100 31 no");
  REQUIRE(caught->response->throttle_ms == 100);
  caught->response->set_throttle(250);
  REQUIRE(heard() == "250 31 no");
}

TEST_CASE_METHOD(Fixture, "the errors of the controller's answer are counted where the client is") {
  forward();
  lead();
  answer("10 00000007 00 00000064 001f 03 6e6f 00 0000 00");
  const metrics::ErrorTally& errors = caught->response->mark.errors;
  REQUIRE(errors.size == 1);
  REQUIRE(errors.codes[0] == protocol::wire_value(ErrorCode::kClusterAuthorizationFailed));
  REQUIRE(errors.counts[0] == 1);
}

TEST_CASE_METHOD(Fixture, "a client does not hear of controllers that are none") {
  forward();
  lead();
  answer("00 0029 00");
  REQUIRE(heard().empty());
  controller->on_leader(ControllerNode{{3}, {2}, "host", 9093});
  answer("0e 00000007 00 00000000 0000 00 00 0000 00");
  REQUIRE(heard() == "0 0 ");
  REQUIRE(peers.wires.size() == 2);
}

TEST_CASE_METHOD(Fixture, "a client whose request cannot be brought to a controller in a minute is told so") {
  forward();
  loop.advance(59'999);
  REQUIRE(heard().empty());
  loop.advance(1);
  REQUIRE(heard() == "0 7 refused");
}

TEST_CASE_METHOD(Fixture, "a client hears nothing of what its broker may not do at the controller") {
  forward();
  lead();
  answer("00 001f 00");
  REQUIRE(heard() == "0 -1 refused");
}

TEST_CASE_METHOD(Fixture, "a controller that knows no envelopes is an unknown error to the client") {
  forward();
  lead();
  peers.fail(PeerFailure::What::kUnsupportedVersion);
  REQUIRE(heard() == "0 -1 refused");
}

TEST_CASE_METHOD(Fixture, "a client whose version the controller does not know has to connect again") {
  forward();
  lead();
  answer("00 0023 00");
  REQUIRE(heard() == "closed");
}

TEST_CASE_METHOD(Fixture, "a client whose broker stops while it forwards has to connect again") {
  forward();
  controller->stop();
  REQUIRE(heard() == "closed");
}

TEST_CASE_METHOD(Fixture, "a client who waits behind too many is told to try again") {
  controller.emplace(loop, way(), ControllerClient::Settings{.name = "forwarding", .held_max = 1});
  forward();
  const auto first = caught;
  forward();
  REQUIRE(heard() == "0 7 refused");
  REQUIRE_FALSE(first->response.has_value());
}

TEST_CASE_METHOD(Fixture, "a client's request is wrapped again for each controller that is asked") {
  forward();
  lead();
  const std::string first = peers.wires.at(0)->asked.at(0).body;
  peers.fail(PeerFailure::What::kClosed);
  loop.advance(1'000);
  REQUIRE(peers.wires.at(0)->asked.at(0).body == first);
}

TEST_CASE_METHOD(Fixture, "a request's frame is let go of when its client is answered") {
  forward();
  lead();
  REQUIRE_FALSE(frame.expired());
  answer("00 001f 00");
  REQUIRE(frame.expired());
}

TEST_CASE_METHOD(Fixture, "a request that is larger than eight megabytes stays here") {
  forward(8 << 20);
  REQUIRE(heard() == "0 44 refused");
}

// ---- This node is the controller

TEST_CASE_METHOD(Fixture, "where this node is the controller, its client's request takes the same way") {
  is_controller = true;
  forward();
  lead();
  loop.run();
  KeptRequests::Kept& kept = self.clients.first();
  REQUIRE(kept.request.client->principal == "User:alice");
  REQUIRE(hex(kept.request.body) == "0000000300");
  protocol::UnregisterBrokerResponse response;
  response.error_message = "done";
  kept.reply.send(response);
  loop.run();
  REQUIRE(heard() == "0 0 done");
}

TEST_CASE_METHOD(Fixture, "where this node is no longer the controller, its client does not hear of it") {
  is_controller = true;
  forward();
  lead();
  loop.run();
  protocol::UnregisterBrokerResponse response;
  response.error_code = protocol::wire_value(ErrorCode::kNotController);
  self.clients.first().reply.send(response);
  self.clients.all.clear();
  loop.advance(1'000);
  REQUIRE(heard().empty());
  REQUIRE(self.clients.all.size() == 1);
}
