// Connections to another node that does what a test says: what becomes of requests when it answers, answers
// nonsense, is late, leaves, or is not there.
#include "tests/testing.h"

#include <absl/synchronization/notification.h>
#include <netinet/in.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/net/peer_versions.h"
#include "protocol/errors.h"
#include "tests/broker/peer_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

using Names = std::vector<std::string>;

// Of both families, the port of which is that of the node, which listens on 127.0.0.1 alone.
Result<std::vector<PeerAddress>, Failure> both_loopbacks(const std::string&, uint16_t port) {
  auto addresses = *resolve_peer("::1", port);
  addresses.push_back((*resolve_peer("127.0.0.1", port))[0]);
  return addresses;
}

Bytes too_new(int16_t version_max) {
  protocol::ApiVersionsResponse response;
  response.error_code = protocol::wire_value(protocol::ErrorCode::kUnsupportedVersion);
  response.api_keys.resize(1);
  response.api_keys[0].api_key = 18;
  response.api_keys[0].max_version = version_max;
  Bytes body;
  protocol::Writer writer(body);
  response.write(writer, 0);
  return body;
}

}  // namespace

// ---- Requests and answers

TEST_CASE_METHOD(PeerFixture, "a request makes a connection, and is answered over it") {
  send("hello");
  auto connection = node.accept_and_open();
  const auto asked = connection.receive();
  REQUIRE(asked.key == kPlainKey);
  REQUIRE(asked.client_id == "broker-1");
  REQUIRE(asked.body == "hello");
  connection.answer(asked);
  REQUIRE(host.has({"hello"}));
}

TEST_CASE_METHOD(PeerFixture, "a peer that nothing is asked of does not connect") {
  host.make(node.port());
  advance(60'000);
  REQUIRE_FALSE(node.has_client());
}

TEST_CASE_METHOD(PeerFixture, "requests go out without waiting for answers, which come in their order") {
  host.make(node.port());
  host.send_all({"a", "b", "c"});
  auto connection = node.accept_and_open();
  std::vector<NodeConnection::Asked> asked;
  for (int i = 0; i < 3; ++i) asked.push_back(connection.receive());
  for (const auto& one : asked) connection.answer(one);
  REQUIRE(host.has({"a", "b", "c"}));
}

TEST_CASE_METHOD(PeerFixture, "an answer may come byte by byte") {
  send("hello");
  auto connection = node.accept_and_open();
  const auto asked = connection.receive();
  Bytes frame = {0, 0, 0, 6, 0, 0, 0, static_cast<uint8_t>(asked.correlation), 'h', 'i'};
  for (uint8_t byte : frame) connection.send({&byte, 1});
  REQUIRE(host.has({"hi"}));
}

TEST_CASE_METHOD(PeerFixture, "a request is written in the newest version that both know") {
  host.make(node.port());
  auto request = host.request("x");
  request.version_min = 1;
  request.version_max = 9;
  host.send(std::move(request), "x");
  auto connection = node.accept_and_open();
  REQUIRE(connection.receive().version == 3);
}

TEST_CASE_METHOD(PeerFixture,
                 "a request of which the other end knows no version is not sent, and others are") {
  host.make(node.port());
  auto request = host.request("new");
  request.version_min = 4;
  request.version_max = 9;
  host.send(std::move(request), "new");
  auto connection = node.accept_and_open();
  REQUIRE(host.has({"new unsupported version"}));
  host.send("old");
  REQUIRE(connection.receive().body == "old");
}

TEST_CASE_METHOD(PeerFixture, "an older node is asked for its versions once more") {
  send("hello");
  auto connection = node.accept();
  connection.answer(connection.receive().correlation, too_new(1));
  connection.open();
  connection.answer(connection.receive());
  REQUIRE(host.has({"hello"}));
}

TEST_CASE_METHOD(PeerFixture, "a node that knows no version at all is told as one that cannot be reached") {
  send("hello");
  auto connection = node.accept();
  for (int i = 0; i < 2; ++i) connection.answer(connection.receive().correlation, too_new(0));
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("error 35 (UNSUPPORTED_VERSION)"));
}

// ---- Nonsense

TEST_CASE_METHOD(PeerFixture, "who speaks another protocol is no node") {
  send("hello");
  auto connection = node.accept();
  connection.send(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("it announced an answer of 1213486160 bytes"));
}

TEST_CASE_METHOD(PeerFixture, "who speaks TLS where none is awaited is told to do so") {
  send("hello");
  auto connection = node.accept();
  connection.send(Bytes{0x15, 0x03, 0x03, 0, 2, 2, 70});
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("it speaks TLS, and this node does not"));
}

TEST_CASE_METHOD(PeerFixture, "an answer to something else ends the connection") {
  send("hello");
  auto connection = node.accept_and_open();
  auto asked = connection.receive();
  connection.answer(asked.correlation + 1, as_bytes("hello"));
  REQUIRE(host.has({"hello closed"}));
  REQUIRE(connection.is_closed_by_peer());
}

TEST_CASE_METHOD(PeerFixture, "an answer that nobody asked for ends the connection") {
  send("hello");
  auto connection = node.accept_and_open();
  const auto asked = connection.receive();
  connection.answer(asked);
  connection.answer(asked);
  REQUIRE(connection.is_closed_by_peer());
  REQUIRE(host.has({"hello"}));
}

TEST_CASE_METHOD(PeerFixture, "an answer without a whole header ends the connection") {
  send("hello");
  auto connection = node.accept_and_open();
  connection.receive();
  connection.send(Bytes{0, 0, 0, 2, 0, 0});
  REQUIRE(host.has({"hello closed"}));
}

TEST_CASE_METHOD(PeerFixture, "an answer beyond the limit ends the connection before it has come") {
  host.settings.frame_size_max = 1000;
  send("hello");
  auto connection = node.accept_and_open();
  connection.receive();
  connection.send(Bytes{0, 0, 3, 0xE9});
  REQUIRE(host.has({"hello closed"}));
  REQUIRE(host.why_has("it announced an answer of 1001 bytes, of which no more than 1000 are taken"));
}

// ---- The other end leaves

TEST_CASE_METHOD(PeerFixture, "what was sent is told to be lost when the other end leaves") {
  host.make(node.port());
  host.send_all({"a", "b"});
  {
    auto connection = node.accept_and_open();
    connection.answer(connection.receive());
    connection.receive();
  }
  REQUIRE(host.has({"a", "b closed"}));
  REQUIRE(eventually([&] { return host.disconnects == 1; }));
}

TEST_CASE_METHOD(PeerFixture, "the other end is noticed to leave while nothing is asked of it") {
  send("hello");
  auto connection = node.accept_and_open();
  connection.answer(connection.receive());
  REQUIRE(host.has_outcomes(1));
  REQUIRE(host.disconnects == 0);
  connection.close();
  REQUIRE(eventually([&] { return host.disconnects == 1; }));
}

TEST_CASE_METHOD(PeerFixture, "a connection that is lost is made again when something is asked") {
  send("first");
  {
    auto connection = node.accept_and_open();
    connection.answer(connection.receive());
    REQUIRE(host.has_outcomes(1));
  }
  REQUIRE(eventually([&] { return host.disconnects == 1; }));
  advance(60);
  REQUIRE_FALSE(node.has_client());
  send("second");
  auto again = node.accept_and_open();
  again.answer(again.receive());
  REQUIRE(host.has({"first", "second"}));
  REQUIRE(host.resolved == 2);
}

TEST_CASE_METHOD(PeerFixture, "who leaves before it is open was not reached, and no disconnect is told") {
  send("hello");
  node.accept().receive();
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("it closed the connection when it was asked which versions it knows"));
  advance(0);
  REQUIRE(host.disconnects == 0);
}

// ---- The other end is not there

TEST_CASE_METHOD(PeerFixture, "nobody listening is told to all that wait") {
  node.stop();
  host.make(node.port());
  host.send_all({"a", "b"});
  REQUIRE(host.has({"a refused", "b refused"}));
  REQUIRE(host.why_has("connection refused; start the node"));
}

TEST_CASE_METHOD(PeerFixture, "after a failure requests wait for the next attempt") {
  node.stop();
  send("early");
  REQUIRE(host.has_outcomes(1));
  node.start();
  send("late");
  advance(39);
  REQUIRE(host.has({"early refused"}));
  REQUIRE_FALSE(node.has_client());
  auto connection = accept_later();
  connection.open();
  connection.answer(connection.receive());
  REQUIRE(host.has({"early refused", "late"}));
}

TEST_CASE_METHOD(PeerFixture, "a request that waits for the next attempt has its own deadline") {
  node.stop();
  send("early");
  REQUIRE(host.has_outcomes(1));
  host.send("hurried", 10);
  advance(10);
  REQUIRE(host.has({"early refused", "hurried timed out"}));
}

TEST_CASE_METHOD(PeerFixture, "a name of which one address refuses is reached at the other") {
  host.resolver = both_loopbacks;
  send("hello");
  auto connection = node.accept_and_open();
  connection.answer(connection.receive());
  REQUIRE(host.has({"hello"}));
}

// What was wrong: only addresses that took no connection were passed over, so that all attempts ended there.
TEST_CASE_METHOD(PeerFixture, "a name at whose first address somebody else listens is reached at the other") {
  ScriptedNode other;
  host.resolver = [&](const std::string& name, uint16_t port) {
    auto addresses = *resolve_peer(name, other.port());
    addresses.push_back((*resolve_peer(name, port))[0]);
    return Result<std::vector<PeerAddress>, Failure>(addresses);
  };
  send("early");
  other.accept().receive();
  REQUIRE(host.has({"early not connected"}));
  advance(100);
  send("late");
  auto connection = node.accept_and_open();
  connection.answer(connection.receive());
  REQUIRE(host.has({"early not connected", "late"}));
}

TEST_CASE_METHOD(PeerFixture, "when all addresses of a name refuse, each of them is told") {
  host.resolver = both_loopbacks;
  node.stop();
  send("hello");
  REQUIRE(host.has({"hello refused"}));
  REQUIRE(host.why_has("0:0:0:0:0:0:0:1"));
  REQUIRE(host.why_has("127.0.0.1: connection refused"));
}

// Nobody connects to a group of hosts: the kernel says what it says on a host without IPv6. Such a host would
// otherwise never see that a node has crashed whose name has an IPv6 address, too.
TEST_CASE_METHOD(PeerFixture, "an address of a family that this host has no network of is passed over") {
  host.resolver = [](const std::string& name, uint16_t port) {
    auto addresses = *resolve_peer("ff02::1", port);
    addresses.push_back((*resolve_peer(name, port))[0]);
    return Result<std::vector<PeerAddress>, Failure>(addresses);
  };
  node.stop();
  send("hello");
  REQUIRE(host.has({"hello refused"}));
}

TEST_CASE_METHOD(PeerFixture, "addresses that cannot be tried refuse nothing") {
  host.resolver = [](const std::string&, uint16_t port) { return resolve_peer("ff02::1", port); };
  send("hello");
  REQUIRE(host.has({"hello not connected"}));
}

TEST_CASE_METHOD(PeerFixture, "an address that refuses does not speak for one that does not answer") {
  FullNode full;
  host.resolver = [&](const std::string& name, uint16_t port) {
    auto addresses = *resolve_peer(name, full.port());
    addresses.push_back((*resolve_peer(name, port))[0]);
    return Result<std::vector<PeerAddress>, Failure>(addresses);
  };
  node.stop();
  send("hello");
  REQUIRE(eventually([&] { return host.resolved == 1; }));
  host.finish_resolving();
  advance(5'000);
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("connection refused"));
}

TEST_CASE_METHOD(PeerFixture, "a name that is not known is told") {
  host.resolver = [](const std::string& name, uint16_t) -> Result<std::vector<PeerAddress>, Failure> {
    return Error{Failure{"the host " + name + " is not known"}};
  };
  host.target.host = "nowhere";
  send("hello");
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why() == "the host nowhere is not known");
}

// ---- Time

TEST_CASE_METHOD(PeerFixture, "a request that is not answered in time takes the connection with it") {
  host.make(node.port());
  host.send("slow", 1'000);
  host.send("behind");
  auto connection = node.accept_and_open();
  connection.receive();
  connection.receive();
  advance(999);
  REQUIRE(host.outcomes().empty());
  advance(1);
  REQUIRE(host.has({"slow timed out", "behind closed"}));
  REQUIRE(connection.is_closed_by_peer());
  REQUIRE(eventually([&] { return host.disconnects == 1; }));
}

TEST_CASE_METHOD(PeerFixture, "an answer in time stops the clock of its request") {
  host.make(node.port());
  host.send("quick", 1'000);
  auto connection = node.accept_and_open();
  connection.answer(connection.receive());
  REQUIRE(host.has({"quick"}));
  advance(60'000);
  REQUIRE(host.disconnects == 0);
}

TEST_CASE_METHOD(PeerFixture, "a request whose time is over before there is a connection is not sent") {
  host.make(node.port());
  host.send("hurried", 5'000);
  host.send("patient");
  auto connection = node.accept();
  // The loop learns of it when it has the versions.
  clock.advance(5'000);
  connection.open();
  REQUIRE(connection.receive().body == "patient");
  REQUIRE(host.has({"hurried timed out"}));
  REQUIRE(host.disconnects == 0);
}

TEST_CASE_METHOD(PeerFixture, "who does not say its versions within the time for setting up is not reached") {
  send("hello");
  auto connection = node.accept();
  connection.receive();
  advance(9'999);
  REQUIRE(host.outcomes().empty());
  advance(1);
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("nothing came of it within 10000 ms: it did not say which versions it knows"));
  REQUIRE(connection.is_closed_by_peer());
}

TEST_CASE_METHOD(PeerFixture, "an address that does not answer leaves time for the next one") {
  FullNode full;
  host.resolver = [&](const std::string& name, uint16_t port) {
    auto addresses = *resolve_peer(name, full.port());
    addresses.push_back((*resolve_peer(name, port))[0]);
    return Result<std::vector<PeerAddress>, Failure>(addresses);
  };
  send("hello");
  auto connection = accept_later();
  REQUIRE(clock.monotonic_ms() >= begin_ms + 5'000);
  connection.open();
  connection.answer(connection.receive());
  REQUIRE(host.has({"hello"}));
}

TEST_CASE_METHOD(PeerFixture,
                 "who does not take the connection within the time for setting up is not reached") {
  FullNode full;
  host.make(full.port());
  host.send("hello");
  REQUIRE(eventually([&] { return host.resolved == 1; }));
  advance(9'999);
  REQUIRE(host.outcomes().empty());
  advance(1);
  REQUIRE(host.has({"hello not connected"}));
}

TEST_CASE_METHOD(PeerFixture, "an address that has answered has no more time to keep to") {
  host.resolver = [](const std::string& name, uint16_t port) {
    auto addresses = *resolve_peer(name, port);
    addresses.push_back(addresses[0]);
    return Result<std::vector<PeerAddress>, Failure>(addresses);
  };
  send("first");
  auto connection = node.accept_and_open();
  connection.answer(connection.receive());
  REQUIRE(host.has_outcomes(1));
  advance(20'000);
  send("second");
  connection.answer(connection.receive());
  REQUIRE(host.has({"first", "second"}));
  REQUIRE(host.disconnects == 0);
}

// ---- The end

TEST_CASE_METHOD(PeerFixture, "stopping answers what waits and what was sent, and closes") {
  host.make(node.port());
  host.send("sent");
  auto connection = node.accept_and_open();
  connection.receive();
  host.on_loop([&] {
    host.peer->send(host.request("waits"), [&](auto result) { host.tell("waits", result); });
    host.peer->stop();
  });
  REQUIRE(host.has({"sent stopped", "waits stopped"}));
  REQUIRE(connection.is_closed_by_peer());
}

TEST_CASE_METHOD(PeerFixture, "what is sent after stopping is answered so, and not from within the call") {
  host.make(node.port());
  host.on_loop([&] {
    host.peer->stop();
    host.peer->send(host.request("late"), [&](auto result) { host.tell("late", result); });
    CHECK(host.outcomes().empty());
  });
  REQUIRE(host.has({"late stopped"}));
  REQUIRE_FALSE(node.has_client());
}

TEST_CASE_METHOD(PeerFixture, "stopping ends an attempt to connect") {
  send("hello");
  auto connection = node.accept();
  connection.receive();
  host.on_loop([&] { host.peer->stop(); });
  REQUIRE(host.has({"hello stopped"}));
  REQUIRE(connection.is_closed_by_peer());
  advance(60'000);
  REQUIRE(host.outcomes().size() == 1);
}

TEST_CASE_METHOD(PeerFixture, "an answer may destroy the peer, and nobody is called any more") {
  host.make(node.port());
  host.on_loop([&] {
    host.peer->send(host.request("last"), [&](auto result) {
      host.tell("last", result);
      host.peer.reset();
    });
    host.peer->send(host.request("never"), [&](auto result) { host.tell("never", result); });
  });
  auto connection = node.accept_and_open();
  for (int i = 0; i < 2; ++i) connection.answer(connection.receive());
  REQUIRE(connection.is_closed_by_peer());
  REQUIRE(host.has({"last"}));
}

TEST_CASE_METHOD(PeerFixture, "a failure may destroy the peer, and nobody is called any more") {
  node.stop();
  host.make(node.port());
  host.on_loop([&] {
    host.peer->send(host.request("last"), [&](auto result) {
      host.tell("last", result);
      host.peer.reset();
    });
    host.peer->send(host.request("never"), [&](auto result) { host.tell("never", result); });
  });
  REQUIRE(host.has_outcomes(1));
  advance(60'000);
  REQUIRE(host.has({"last refused"}));
}

TEST_CASE_METHOD(PeerFixture, "an answer may ask the next question") {
  host.make(node.port());
  host.on_loop([&] {
    host.peer->send(host.request("one"), [&](auto result) {
      host.tell("one", result);
      host.peer->send(host.request("two"), [&](auto next) { host.tell("two", next); });
    });
  });
  auto connection = node.accept_and_open();
  connection.answer(connection.receive());
  connection.answer(connection.receive());
  REQUIRE(host.has({"one", "two"}));
}

TEST_CASE_METHOD(PeerFixture, "a peer may be destroyed while its name is asked for") {
  auto known = std::make_shared<absl::Notification>();
  host.resolver = [known](const std::string& name, uint16_t port) {
    known->WaitForNotification();
    return resolve_peer(name, port);
  };
  send("hello");
  REQUIRE(eventually([&] { return host.resolved == 1; }));
  host.on_loop([&] { host.peer.reset(); });
  known->Notify();
  host.finish_resolving();
  advance(60'000);
  REQUIRE(host.outcomes().empty());
}
