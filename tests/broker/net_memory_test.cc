// The memory budget as connections feel it.
#include "tests/testing.h"

#include <sys/socket.h>

#include <string>
#include <thread>

#include "base/random.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

// The part of a request of `size` bytes that does not complete it.
Bytes half_of_request(size_t size) {
  Bytes bytes = request(1, std::string(size, 'x'));
  bytes.resize(size / 2);
  return bytes;
}

}  // namespace

TEST_CASE_METHOD(
    NetFixture,
    "when the clients' memory is spent they wait, brokers do not, and all goes on when it is back") {
  limits = {.clients = 100'000, .replication = 100'000, .control = 100'000};
  config.listeners.push_back(loopback_listener("BROKERS"));
  config.inter_broker_listener = "BROKERS";
  start();
  // Its end was read under the permission to go beyond the limit, which it keeps while its request is open.
  auto holder = connect();
  holder.send(request(1, "park " + std::string(150'000, 'x')));
  REQUIRE(parked.has(1));
  REQUIRE(memory->clients().is_shut());

  std::vector<TestClient> refused;
  for (int i = 0; i < 10; ++i) refused.push_back(connect());
  for (auto& client : refused) client.send(request(1, "refused"));
  settle();
  for (auto& client : refused) REQUIRE_FALSE(has_heard(client));
  auto broker = connect("BROKERS");
  REQUIRE(answers(broker));

  parked.answer("park " + std::string(150'000, 'x'), "");
  for (auto& client : refused) REQUIRE(client.receive() == Answer{1, "refused"});
  REQUIRE(holder.receive());
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}

TEST_CASE_METHOD(NetFixture, "the only listener but the controllers' draws on the clients' memory") {
  config.listeners.push_back(loopback_listener("CONTROLLER"));
  config.listeners.back().controller = true;
  config.inter_broker_listener = config.listeners.front().endpoint.listener;
  start();
  auto client = connect();
  client.send(request(1, "park " + std::string(150'000, 'x')));
  REQUIRE(parked.has(1));
  REQUIRE(memory->clients().used() > 150'000);
  parked.answer("park " + std::string(150'000, 'x'), "");
  REQUIRE(client.receive());
}

TEST_CASE_METHOD(NetFixture, "requests that together are larger than the budget all arrive") {
  limits.clients = 300'000;
  start();
  std::vector<TestClient> clients;
  std::vector<std::thread> senders;
  for (int i = 0; i < 12; ++i) clients.push_back(connect());
  for (auto& client : clients) client.send(half_of_request(100'000));
  REQUIRE(eventually([&] { return memory->clients().is_shut(); }));
  for (auto& client : clients) {
    senders.emplace_back([&client] {
      Bytes whole = request(1, std::string(100'000, 'x'));
      client.send(Bytes(whole.begin() + 50'000, whole.end()));
    });
  }
  for (auto& sender : senders) sender.join();
  for (auto& client : clients) {
    auto answer = client.receive();
    REQUIRE(answer);
    REQUIRE(answer->body.size() == 100'000);
  }
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}

TEST_CASE_METHOD(NetFixture, "who holds the last memory and does not go on is closed, and the others go on") {
  limits.clients = 100'000;
  config.connection_idle_max_ms = -1;
  start();
  std::vector<TestClient> stuck;
  for (int i = 0; i < 5; ++i) {
    stuck.push_back(connect());
    stuck.back().send(half_of_request(100'000));
  }
  REQUIRE(eventually([&] { return memory->clients().is_shut(); }));
  auto honest = connect();
  honest.send(request(1, "honest"));
  REQUIRE(eventually([&] {
    advance(500);
    return has_heard(honest);
  }));
  REQUIRE(honest.receive() == Answer{1, "honest"});
}

TEST_CASE_METHOD(NetFixture, "who holds the last memory and goes on is not closed before its time") {
  limits.clients = 100'000;
  config.connection_idle_max_ms = -1;
  config.request_size_max = 2'000'000;
  start();
  auto slow = connect();
  Bytes whole = request(1, std::string(1'000'000, 'x'));
  slow.send(Bytes(whole.begin(), whole.begin() + 200'000));
  REQUIRE(eventually([&] { return memory->clients().used() >= 200'000; }));
  advance(0);  // its first step begins with the end of this turn
  size_t sent = 200'000;
  for (; sent < 800'000; sent += 100'000) {
    slow.send(Bytes(whole.begin() + sent, whole.begin() + sent + 100'000));
    REQUIRE(eventually([&] { return server->stats().bytes_in >= static_cast<int64_t>(sent + 100'000); }));
    advance(1'000);
  }
  REQUIRE(server->stats().connections == 1);
  slow.send(Bytes(whole.begin() + sent, whole.end()));
  REQUIRE(slow.receive());
}

TEST_CASE_METHOD(NetFixture, "a connection that closes while it waits for memory passes its turn on") {
  limits.clients = 100'000;
  config.listeners.push_back(loopback_listener("BROKERS"));
  config.inter_broker_listener = "BROKERS";
  start();
  auto closing = connect();
  closing.send(overlapping(1, "park one") + overlapping(2, "park two"));
  auto [first, first_reply] = parked.take("park one");
  first_reply.allow_next();
  // This answer, not given yet, keeps the connection in memory.
  auto [second, second_reply] = parked.take("park two");
  MemoryPart::Charge rest(memory->clients());
  rest.set(100'000);
  auto overdrawn = connect();
  overdrawn.send(request(1, "park overdrawn"));
  REQUIRE(parked.has(1));
  closing.send(overlapping(3, "never"));
  settle();
  auto last = connect();
  last.send(request(1, "last"));
  settle();
  REQUIRE_FALSE(has_heard(last));

  first_reply.close();
  REQUIRE(closing.is_closed_by_peer());
  parked.answer("park overdrawn", "");
  REQUIRE(last.receive() == Answer{1, "last"});
}

TEST_CASE_METHOD(NetFixture, "whatever ends a connection, its memory comes back") {
  limits.clients = 200'000;
  config.request_size_max = 1'000'000;
  start();
  SeededRandom random(7);
  for (int round = 0; round < 100; ++round) {
    auto client = connect();
    switch (random.below(5)) {
      case 0:
        client.send(half_of_request(1 + random.below(300'000)));
        break;
      case 1:
        client.send(request(1, "park"));
        break;
      case 2:
        client.send(overlapping(1, "park") + request(2, "x") + half_of_request(1000));
        break;
      case 3:
        client.send({0x7F, 0, 0, 0});
        break;
      default:
        client.send({0, 0, 0, 2, 1, 1});
        break;
    }
    random.one_in(2) ? client.reset() : client.close();
  }
  // A connection that has a request waiting behind an open one learns of its peer's end when that is
  // answered.
  REQUIRE(eventually([&] {
    parked.clear();
    return server->stats().connections == 0;
  }));
  // And one whose end was read at once leaves its request here.
  REQUIRE(eventually([&] {
    parked.clear();
    return memory->clients().used() == 0;
  }));
  auto client = connect();
  REQUIRE(answers(client));
}

TEST_CASE_METHOD(NetFixture, "hostile bytes end their own connection and nothing else") {
  limits.clients = 1 << 20;
  config.request_size_max = 100'000;
  start();
  auto honest = connect();
  SeededRandom random(11);
  for (int round = 0; round < 200; ++round) {
    Bytes bytes;
    for (uint64_t frames = random.below(6); frames > 0; --frames) {
      Bytes frame(4 + random.below(random.one_in(4) ? 90'000 : 40));
      for (uint8_t& byte : frame) byte = static_cast<uint8_t>(random.one_in(3) ? random.next() : 0);
      if (!random.one_in(8)) store_be32(frame.data(), static_cast<uint32_t>(frame.size() - 4));
      bytes = bytes + frame;
    }
    auto client = connect();
    // The other end may have hung up already.
    (void)!::send(client.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (random.one_in(2)) client.reset();
    if (round % 20 == 0) REQUIRE(answers(honest));
  }
  honest.close();
  REQUIRE(has_connections(0));
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}
