#include "tests/testing.h"

#include <string>

#include "broker/handlers/envelope.h"
#include "protocol/frame.h"
#include "protocol/messages/envelope_request.h"
#include "protocol/messages/envelope_response.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"
#include "broker/envelope.h"
#include "tests/broker/access_records.h"
#include "tests/broker/handler_fixture.h"
#include "tests/broker/hex.h"
#include "tests/broker/kept_requests.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ErrorCode;

namespace {

struct Fixture {
  // A broker's envelope around a request of User:alice at 10.0.0.9.
  void receive(const Access& access = everyone(), const std::string& key = "0040") {
    broker->listener = "CONTROLLER";
    broker->controller_listener = true;
    broker->principal = "User:broker";
    broker->host = "10.0.0.2";
    Bytes bytes;
    wrap_request(bytes_of_hex(key + "0000 00000007 0005 61646d696e 00 00000003 00"), "User:alice", "10.0.0.9",
                 bytes);
    receive(std::move(bytes), access);
  }
  void receive(Bytes body, const Access& access) {
    Request request;
    request.header = {58, 0, 5, "2"};
    request.frame = std::make_shared<OwnedFrame>(std::move(body));
    request.body = request.frame->bytes();
    request.client = broker;
    request.loop = &loop;
    caught = std::make_shared<CaughtReply>();
    handle_envelope(std::move(request), Reply(caught, 0, 58, 0, 5), access, handler);
  }
  // The body of the envelope's answer.
  std::string answer() const {
    REQUIRE(caught->response.has_value());
    REQUIRE_FALSE(caught->response->close);
    protocol::Reader reader(ByteView(caught->response->frame).subspan(sizeof(int32_t)));
    REQUIRE(protocol::read_response_header(reader, 58, 0) == 5);
    return hex(reader.rest());
  }
  void answer_client(ErrorCode code) {
    protocol::UnregisterBrokerResponse response;
    response.error_code = protocol::wire_value(code);
    handler.first().reply.send(response);
  }

  FakeClock clock;
  FakeLoop loop{clock};
  std::shared_ptr<ClientInfo> broker = std::make_shared<ClientInfo>();
  KeptRequests handler;
  std::shared_ptr<CaughtReply> caught;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what is in an envelope is handled as its client's, on the envelope's listener") {
  receive();
  const Request& request = handler.first().request;
  REQUIRE(request.client->principal == "User:alice");
  REQUIRE(request.client->host == "10.0.0.9");
  REQUIRE(request.client->listener == "CONTROLLER");
  REQUIRE(request.client->controller_listener);
  REQUIRE(request.loop == &loop);
  REQUIRE(request.header.api_key == 64);
  REQUIRE(request.header.client_id == "admin");
  REQUIRE(hex(request.body) == "0000000300");
  REQUIRE(hex(request.frame->bytes()) == "0040000000000007000561646d696e000000000300");
}

TEST_CASE_METHOD(Fixture, "what this node itself hands over for a client may do what the client may") {
  broker->is_this_node = true;
  receive();
  REQUIRE_FALSE(handler.first().request.client->is_this_node);
}

TEST_CASE_METHOD(Fixture, "what is in an envelope may be held for longer than its connection holds it") {
  receive();
  caught.reset();
  REQUIRE(hex(handler.first().request.body) == "0000000300");
}

TEST_CASE_METHOD(Fixture, "the answer to what was in an envelope goes back in one") {
  receive();
  answer_client(ErrorCode::kClusterAuthorizationFailed);
  REQUIRE(answer() == hex(bytes_of_hex("0e 00000007 00 00000000 001f 01 00 0000 00")));
}

TEST_CASE_METHOD(Fixture, "that a node is not the controller is said by the envelope itself") {
  receive();
  answer_client(ErrorCode::kNotController);
  REQUIRE(answer() == "00002900");
}

TEST_CASE_METHOD(Fixture, "a request that would end its client's connection says so in its envelope") {
  receive();
  handler.first().reply.close();
  REQUIRE(answer() == "00002300");
}

TEST_CASE_METHOD(Fixture, "an envelope of somebody who may not act for the cluster is not opened") {
  const AuthorizerRules rules = strict_rules();
  const AclsImage acls;
  receive(Access(rules, acls, "User:broker", "10.0.0.2"));
  REQUIRE(answer() == "00001f00");
  REQUIRE(handler.all.empty());
}

TEST_CASE_METHOD(Fixture, "an envelope that is refused says why, and nothing of it is handled") {
  receive(everyone(), "003a");
  REQUIRE(answer() == "00002a00");
  REQUIRE(handler.all.empty());
}

TEST_CASE_METHOD(Fixture, "an envelope that cannot be read closes its connection") {
  receive(Bytes{0xFF}, everyone());
  REQUIRE(caught->response->close);
}

TEST_CASE_METHOD(Fixture, "a request in an envelope that waits is told when the broker has gone") {
  receive();
  struct Waits final : Parked {
    void hurry() override {}
    void abandon() override {}
  };
  auto parked = std::make_shared<Waits>();
  handler.first().reply.park(parked);
  REQUIRE(caught->parked.lock() == parked);
}
