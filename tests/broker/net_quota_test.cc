// Connections whose clients are held back (KIP-219), over real sockets.
#include "tests/testing.h"

#include <algorithm>

#include "broker/quota/client_quotas.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/net_fixture.h"
#include "tests/broker/quota_records.h"
#include "tests/broker/secure_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using klamm::broker::testing::quota_record;
using klamm::broker::testing::quotas_of;

namespace {

// What the kernel takes of a client although nobody reads it.
constexpr size_t kMuch = 40'000;

void answer_produce(Request, Reply reply) { reply.send(protocol::ProduceResponse()); }

// What a Produce of 100 bytes is told of being held back.
int32_t told(TestClient& client) {
  Bytes frame = frame_of(0, 1, "produce" + std::string(79, ' '));
  CHECK(frame.size() == 104);
  client.send(frame);
  const auto answer = client.receive();
  CHECK(answer && answer->body.size() == 8);
  return static_cast<int32_t>(load_be32(reinterpret_cast<const uint8_t*>(answer->body.data()) + 4));
}

struct HeldBack : NetFixture {
  // Answers to "much" hold their client back for a second.
  HeldBack() {
    handler.limits = &quotas;
    handler.on("much", [](Request request, Reply reply) {
      Response response = reply.encode(RawBody{.bytes = request.body}, 0);
      response.set_throttle(1000);
      reply.send(std::move(response));
    });
    handler.on("produce", answer_produce);
  }
  // Connections ask the quotas.
  ~HeldBack() {
    parked.clear();
    server->stop(0);
  }
  // Every client has the quota.
  void limit(std::string_view key, double value) {
    quotas.follow(quotas_of({quota_record({{"user", std::nullopt}}, key, value)}));
  }
  bool has_begun(const std::string& body) const {
    const auto begun = handler.begun();
    return std::ranges::find(begun, body) != begun.end();
  }

  ClientQuotas quotas{ClientQuotas::Terms{}};
};

// Connections that log in, for a minute each, as alice: she has a quota of time, which they share.
struct LoggedIn : SecureFixture {
  LoggedIn() {
    sasl.reauth_max_ms = 60'000;
    config.failed_authentication_delay_ms = 500;
    quotas.follow(quotas_of({quota_record({{"user", std::nullopt}}, "request_percentage", 1)}));
    handler.limits = &quotas;
    handler.on("produce", answer_produce);
  }
  ~LoggedIn() {
    if (server) server->stop(0);
  }
  // settle(), by way of the listener that asks for nothing.
  void settle_plain() {
    for (size_t i = 0; i < 2 * loops.size(); ++i) {
      auto client = connect();
      REQUIRE(answers(client));
    }
  }

  ClientQuotas quotas{ClientQuotas::Terms{}};
};

}  // namespace

TEST_CASE_METHOD(HeldBack, "a client that is held back is answered at once, and goes on later") {
  start();
  auto client = connect();
  client.send(request(1, "much") + request(2, "next"));
  REQUIRE(client.receive() == Answer{1, "much"});
  advance(999);
  settle();
  REQUIRE_FALSE(has_begun("next"));
  advance(1);
  REQUIRE(client.receive() == Answer{2, "next"});
}

TEST_CASE_METHOD(HeldBack, "what a held back client sends meanwhile is read when its time is over") {
  start();
  auto client = connect();
  client.send(request(1, "much"));
  REQUIRE(client.receive() == Answer{1, "much"});
  client.send(request(2, std::string(kMuch, 'x')));
  settle();
  REQUIRE(memory->clients().used() < kMuch);
  advance(1000);
  REQUIRE(client.receive()->correlation == 2);
}

TEST_CASE_METHOD(HeldBack, "others are served while a client is held back") {
  start();
  auto client = connect();
  client.send(request(1, "much"));
  REQUIRE(client.receive() == Answer{1, "much"});
  auto other = connect();
  REQUIRE(answers(other));
}

TEST_CASE_METHOD(HeldBack, "a client may be held back again and again") {
  start();
  auto client = connect();
  for (int32_t i = 1; i <= 3; ++i) {
    client.send(request(i, "much"));
    REQUIRE(client.receive() == Answer{i, "much"});
    advance(1000);
  }
  REQUIRE(answers(client));
}

TEST_CASE_METHOD(HeldBack, "a producer above its rate is told for how long it waits") {
  limit("producer_byte_rate", 20);
  start();
  auto client = connect();
  REQUIRE(told(client) == 0);
  REQUIRE(told(client) == 0);
  REQUIRE(told(client) == 5000);
  client.send(request(2, "next"));
  settle();
  REQUIRE_FALSE(has_begun("next"));
  advance(5000);
  REQUIRE(client.receive() == Answer{2, "next"});
}

TEST_CASE_METHOD(HeldBack, "a quota that comes while clients are connected holds for their next request") {
  start();
  auto client = connect();
  for (int i = 0; i < 5; ++i) REQUIRE(told(client) == 0);
  limit("producer_byte_rate", 5);
  REQUIRE(told(client) == 10'000);
}

TEST_CASE_METHOD(HeldBack, "a client that has quotas is read on when it is answered") {
  limit("consumer_byte_rate", 1);
  start();
  auto client = connect();
  client.send(request(1, "park"));
  REQUIRE(parked.has(1));
  client.send(request(2, std::string(kMuch, 'x')));
  settle();
  REQUIRE(memory->clients().used() < kMuch);
  parked.answer("park", "done");
  REQUIRE(client.receive() == Answer{1, "done"});
  REQUIRE(client.receive()->correlation == 2);
}

TEST_CASE_METHOD(HeldBack, "a client that is held back keeps nobody from stopping") {
  start();
  auto client = connect();
  client.send(request(1, "much") + request(2, "next"));
  REQUIRE(client.receive() == Answer{1, "much"});
  server->stop(10'000);
  REQUIRE_FALSE(client.receive().has_value());
  REQUIRE_FALSE(has_begun("next"));
}

TEST_CASE_METHOD(HeldBack, "an address that connects too fast is let go after a moment, and comes in later") {
  start();
  server->set_ip_rates({.by_default = 1, .by_name = {}});
  std::vector<TestClient> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(connect());
    REQUIRE(answers(clients.back()));
  }
  auto refused = connect();
  REQUIRE(eventually([&] { return server->stats().connections_refused == 1; }));
  REQUIRE_FALSE(has_heard(refused));
  advance(1000);
  REQUIRE(refused.is_closed_by_peer());
  advance(11'000);
  auto later = connect();
  REQUIRE(answers(later));
}

// What was wrong: the answer had no beginning, and was charged with all the time since the machine started.
TEST_CASE_METHOD(LoggedIn, "a login that fails anew and is answered late takes nothing of its user's quota") {
  start();
  auto failing = connect("SASL_PLAINTEXT");
  auto other = connect("SASL_PLAINTEXT");
  REQUIRE((logs_in(failing) && logs_in(other)));
  REQUIRE(told(failing) == 0);
  failing.send(sasl_handshake());
  REQUIRE(failing.receive());
  failing.send(sasl_authenticate("alice", "wrong"));
  REQUIRE(eventually([&] { return server->stats().logins_failed == 1; }));
  settle_plain();
  REQUIRE_FALSE(has_heard(failing));
  advance(500);
  REQUIRE(failing.receive());
  REQUIRE(failing.is_closed_by_peer());
  REQUIRE(told(other) == 0);
}
