// Whole connections: frames in, replies out, in what order, and what ends them.
#include "tests/testing.h"

#include <string>
#include <thread>

#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

TEST_CASE_METHOD(NetFixture, "a request is answered") {
  start();
  auto client = connect();
  client.send(request(7, "hello"));
  REQUIRE(client.receive() == Answer{7, "hello"});
}

TEST_CASE_METHOD(NetFixture, "a request may be cut at every byte") {
  start();
  auto client = connect();
  Bytes bytes = request(1, "first") + request(2, "second");
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    client.send(Bytes(bytes.begin(), bytes.begin() + static_cast<long>(cut)));
    client.send(Bytes(bytes.begin() + static_cast<long>(cut), bytes.end()));
    REQUIRE(client.receive() == Answer{1, "first"});
    REQUIRE(client.receive() == Answer{2, "second"});
  }
}

TEST_CASE_METHOD(NetFixture, "pipelined requests begin one after the other and are answered in order") {
  start();
  auto client = connect();
  client.send(request(1, "park one") + request(2, "park two") + request(3, "three"));
  parked.answer("park one", "1");
  REQUIRE(client.receive() == Answer{1, "1"});
  auto [second, reply] = parked.take("park two");
  REQUIRE(handler.begun() == std::vector<std::string>{"park one", "park two"});
  reply.send(RawBody{.bytes = as_bytes("2")});
  REQUIRE(client.receive() == Answer{2, "2"});
  REQUIRE(client.receive() == Answer{3, "three"});
}

TEST_CASE_METHOD(NetFixture, "requests that overlap begin early, and their replies leave in order") {
  start();
  auto client = connect();
  client.send(overlapping(1, "park one") + overlapping(2, "park two"));
  auto [first, first_reply] = parked.take("park one");
  REQUIRE(handler.begun().size() == 1);
  first_reply.allow_next();
  parked.answer("park two", "2");
  first_reply.send(RawBody{.bytes = as_bytes("1")});
  REQUIRE(client.receive() == Answer{1, "1"});
  REQUIRE(client.receive() == Answer{2, "2"});
}

TEST_CASE_METHOD(NetFixture, "what may not overlap waits for a request that allows the next") {
  start();
  auto client = connect();
  client.send(overlapping(1, "park one") + request(2, "two"));
  auto [first, reply] = parked.take("park one");
  reply.allow_next();
  auto other = connect();
  auto third = connect();
  other.send(request(1, "echo"));
  third.send(request(1, "echo"));
  REQUIRE(other.receive());
  REQUIRE(third.receive());
  REQUIRE(handler.begun() == std::vector<std::string>{"park one", "echo", "echo"});
  reply.send(RawBody{});
  REQUIRE(client.receive() == Answer{1, ""});
  REQUIRE(client.receive() == Answer{2, "two"});
}

TEST_CASE_METHOD(NetFixture, "a silent reply sends nothing and makes room for the next") {
  start();
  handler.on("silent", [](Request, Reply reply) { reply.send_nothing(); });
  auto client = connect();
  client.send(request(1, "silent") + request(2, "silent") + request(3, "heard"));
  REQUIRE(client.receive() == Answer{3, "heard"});
}

TEST_CASE_METHOD(NetFixture, "a handler closes the connection behind the replies that came before") {
  start();
  handler.on("close", [](Request, Reply reply) { reply.close(); });
  auto client = connect();
  client.send(request(1, "answered") + request(2, "close") + request(3, "never"));
  REQUIRE(client.receive() == Answer{1, "answered"});
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(has_connections(0));
  REQUIRE(handler.begun() == std::vector<std::string>{"answered", "close"});
}

TEST_CASE_METHOD(NetFixture, "a reply that is dropped unanswered closes the connection") {
  start();
  handler.on("drop", [](Request, Reply) {});
  auto client = connect();
  client.send(request(1, "drop"));
  REQUIRE(client.is_closed_by_peer());
}

TEST_CASE_METHOD(NetFixture, "a size that is negative or too large closes the connection") {
  config.request_size_max = 1000;
  start();
  Bytes within = request(1, std::string(1000 - 14, 'x'));
  REQUIRE(load_be32(within.data()) == 1000);
  auto polite = connect();
  polite.send(within);
  REQUIRE(polite.receive());

  for (uint32_t size : {0xFFFFFFFFu, 0x80000000u, 1001u, 0x16030102u}) {
    auto client = connect();
    Bytes word(4);
    store_be32(word.data(), size);
    client.send(request(1, "fine") + word);
    REQUIRE(client.receive() == Answer{1, "fine"});
    REQUIRE(client.is_closed_by_peer());
  }
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}

TEST_CASE_METHOD(NetFixture, "a frame without a whole header closes the connection") {
  start();
  for (uint8_t size : {0, 1, 9}) {
    auto client = connect();
    Bytes frame = {0, 0, 0, size};
    frame.resize(4 + size);
    client.send(frame);
    REQUIRE(client.is_closed_by_peer());
  }
  REQUIRE(handler.begun().empty());
}

TEST_CASE_METHOD(NetFixture, "a large request is read whole and a large reply sent whole") {
  start();
  std::string body(3'000'000, 'x');
  for (size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i / 1000 % 26);
  auto client = connect();
  std::thread sender([&] { client.send(request(1, body) + request(2, "behind")); });
  auto first = client.receive();
  auto second = client.receive();
  sender.join();
  REQUIRE(first);
  REQUIRE(first->body == body);
  REQUIRE(second == Answer{2, "behind"});
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}

TEST_CASE_METHOD(NetFixture, "a peer that ends its side is forgotten although its request is open") {
  start();
  auto client = connect();
  client.send(request(1, "park"));
  REQUIRE(parked.has(1));
  client.finish_sending();
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(has_connections(0));
  parked.answer("park", "late");
}

TEST_CASE_METHOD(NetFixture, "a request that waits is told that its connection has gone") {
  LongPoll::Told told;
  handler.on("wait", LongPoll::wait(told));
  start();
  auto left = connect();
  auto reset = connect();
  left.send(request(1, "wait"));
  reset.send(request(1, "wait"));
  REQUIRE(eventually([&] { return told.alive == 2; }));
  left.close();
  reset.reset();
  REQUIRE(eventually([&] { return told.alive == 0; }));
  REQUIRE(told.abandoned == 2);
  REQUIRE(told.hurried == 0);
  REQUIRE(has_connections(0));
}

TEST_CASE_METHOD(NetFixture, "a request that waits can make way for the one behind it") {
  LongPoll::Told told;
  told.makes_way = true;
  handler.on("wait", LongPoll::wait(told));
  start();
  auto client = connect();
  client.send(request(1, "wait"));
  REQUIRE(eventually([&] { return told.alive == 1; }));
  client.send(request(2, "next"));
  REQUIRE(client.receive() == Answer{1, "makes way"});
  REQUIRE(client.receive() == Answer{2, "next"});
}

TEST_CASE_METHOD(NetFixture, "requests that came whole are carried out although the peer has gone") {
  start();
  auto client = connect();
  client.send(request(1, "park") + request(2, "silent one") + request(3, "silent two"));
  handler.on("silent", [](Request, Reply reply) { reply.send_nothing(); });
  client.finish_sending();
  parked.answer("park", "");
  REQUIRE(eventually([&] { return handler.begun().size() == 3; }));
  REQUIRE(has_connections(0));
}

TEST_CASE_METHOD(NetFixture, "a reset in the middle of a frame gives everything back") {
  start();
  auto client = connect();
  Bytes bytes = request(1, std::string(500'000, 'x'));
  bytes.resize(300'000);
  client.send(bytes);
  REQUIRE(eventually([&] { return memory->clients().used() > 0; }));
  client.reset();
  REQUIRE(has_connections(0));
  REQUIRE(memory->clients().used() == 0);
}

TEST_CASE_METHOD(NetFixture, "a client that does not read its replies is not read from for ever") {
  start();
  handler.on("big", [](Request, Reply reply) {
    Bytes big(1 << 20, 'b');
    reply.send(RawBody{.bytes = big});
  });
  TestClient client(server->port("PLAINTEXT"), 4096);
  Bytes requests;
  for (int32_t i = 0; i < 200; ++i) requests = requests + request(i, "big");
  client.send(requests);
  REQUIRE(eventually([&] { return handler.begun().size() >= 4; }));
  auto other = connect();
  auto another = connect();
  other.send(request(1, "echo"));
  another.send(request(1, "echo"));
  REQUIRE(other.receive());
  REQUIRE(another.receive());
  REQUIRE(handler.begun().size() < 50);
  for (int32_t i = 0; i < 200; ++i) {
    auto answer = client.receive();
    REQUIRE(answer);
    REQUIRE(answer->correlation == i);
    REQUIRE(answer->body.size() == 1 << 20);
  }
}

TEST_CASE_METHOD(NetFixture, "an idle connection is closed, one that is used or waits for an answer is not") {
  config.connection_idle_max_ms = 1000;
  start();
  auto idle = connect();
  auto used = connect();
  auto waiting = connect();
  REQUIRE(has_connections(3));
  waiting.send(request(1, "park"));
  REQUIRE(parked.has(1));
  used.send(request(1, "a"));
  REQUIRE(used.receive());
  advance(600);
  used.send(request(2, "b"));
  REQUIRE(used.receive());
  advance(600);
  REQUIRE(idle.is_closed_by_peer());
  used.send(request(3, "c"));
  REQUIRE(used.receive());
  parked.answer("park", "here");
  REQUIRE(waiting.receive() == Answer{1, "here"});
  REQUIRE(server->stats().connections_idle_closed == 1);
}

TEST_CASE_METHOD(NetFixture, "the client is described to the handler") {
  start();
  handler.on("who", [](Request request, Reply reply) {
    std::string text = request.client->listener + " " + request.client->host + " " +
                       request.client->principal +
                       (request.loop->is_current() ? " on its loop" : " elsewhere");
    reply.send(RawBody{.bytes = as_bytes(text)});
  });
  auto client = connect();
  client.send(request(1, "who"));
  REQUIRE(client.receive() == Answer{1, "PLAINTEXT 127.0.0.1 User:ANONYMOUS on its loop"});
}
