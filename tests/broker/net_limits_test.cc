#include "tests/testing.h"

#include "base/bytes.h"
#include "broker/net/connection_limits.h"
#include "broker/net/cpu_count.h"
#include "broker/net/unlike_kafka.h"

using namespace klamm;
using namespace klamm::broker::net;
using What = ConnectionLimits::Verdict::What;

namespace {

IpAddress ip(uint8_t last) {
  IpAddress address{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, last}};
  return address;
}

// Listener 0 is for clients, listener 1 between brokers.
struct Fixture {
  ConnectionLimits::OfNode node;
  ConnectionLimits::OfListener clients;
  ConnectionLimits::OfListener brokers{.between_brokers = true};
  int freed = 0;
  std::unique_ptr<ConnectionLimits> limits;

  void make() {
    limits = std::make_unique<ConnectionLimits>(node, std::vector{clients, brokers}, [this] { ++freed; });
  }
  What ask(size_t listener, int64_t now_ms = 0) { return limits->reserve(listener, now_ms).what; }
  bool connect(size_t listener, const IpAddress& from, int64_t now_ms = 0) {
    return ask(listener, now_ms) == What::kAccept && limits->enter(listener, from);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "at max.connections a listener waits until a connection ends") {
  node.connections_max = 2;
  make();
  REQUIRE(connect(0, ip(1)));
  REQUIRE(connect(0, ip(2)));
  REQUIRE(ask(0) == What::kWait);
  limits->leave(0, ip(1));
  REQUIRE(freed == 1);
  REQUIRE(connect(0, ip(3)));
}

TEST_CASE_METHOD(Fixture, "nobody is told of a free place who was not refused one") {
  make();
  REQUIRE(connect(0, ip(1)));
  limits->leave(0, ip(1));
  REQUIRE(freed == 0);
}

TEST_CASE_METHOD(Fixture,
                 "the listener between brokers passes max.connections, and others are over it then") {
  node.connections_max = 1;
  make();
  REQUIRE(connect(0, ip(1)));
  REQUIRE_FALSE(limits->is_over());
  REQUIRE(connect(1, ip(2)));
  REQUIRE(limits->is_over());
  REQUIRE(limits->is_protected(1));
  REQUIRE_FALSE(limits->is_protected(0));
}

TEST_CASE("a listener that is the only one is not exempt, whoever uses it") {
  ConnectionLimits limits({.connections_max = 1}, {{.between_brokers = true}}, [] {});
  REQUIRE(limits.reserve(0, 0).what == What::kAccept);
  REQUIRE(limits.reserve(0, 0).what == What::kWait);
}

TEST_CASE_METHOD(Fixture, "a listener's own maximum holds it alone back") {
  clients.connections_max = 1;
  make();
  REQUIRE(connect(0, ip(1)));
  REQUIRE(ask(0) == What::kWait);
  REQUIRE(connect(1, ip(1)));
}

TEST_CASE_METHOD(Fixture, "an address has its maximum, or that of its override") {
  node.per_ip_max = 1;
  node.per_ip_overrides[ip(9)] = 2;
  make();
  REQUIRE(connect(0, ip(1)));
  REQUIRE_FALSE(connect(0, ip(1)));
  REQUIRE(connect(0, ip(2)));
  REQUIRE(connect(0, ip(9)));
  REQUIRE(connect(0, ip(9)));
  REQUIRE_FALSE(connect(0, ip(9)));
  limits->leave(0, ip(1));
  REQUIRE(connect(0, ip(1)));
}

TEST_CASE_METHOD(Fixture, "a refused address gives its place in the node's count back") {
  node.connections_max = 2;
  node.per_ip_max = 1;
  make();
  REQUIRE(connect(0, ip(1)));
  for (int i = 0; i < 5; ++i) REQUIRE_FALSE(connect(0, ip(1)));
  REQUIRE(connect(0, ip(2)));
}

TEST_CASE_METHOD(Fixture, "limits that are raised let those in who waited, at once") {
  node.connections_max = 1;
  make();
  REQUIRE(connect(0, ip(1)));
  REQUIRE(ask(0) == What::kWait);
  node.connections_max = 2;
  limits->change(node, {clients, brokers});
  REQUIRE(freed == 1);
  REQUIRE(connect(0, ip(1)));
  REQUIRE(ask(0) == What::kWait);
}

TEST_CASE_METHOD(Fixture, "limits that are lowered say by how much there are too many") {
  make();
  for (uint8_t i = 1; i <= 5; ++i) REQUIRE(connect(0, ip(i)));
  node.connections_max = 2;
  node.per_ip_max = 1;
  limits->change(node, {clients, brokers});
  REQUIRE(limits->excess() == 3);
  for (uint8_t i = 1; i <= 4; ++i) limits->leave(0, ip(i));
  REQUIRE(limits->excess() == 0);
  REQUIRE_FALSE(connect(0, ip(5)));
}

TEST_CASE_METHOD(Fixture, "where descriptors are wanted for logs, connections wait as at max.connections") {
  node.connections_max = 3;
  make();
  limits->set_room(2);
  REQUIRE(connect(0, ip(1)));
  REQUIRE(connect(0, ip(2)));
  auto verdict = limits->reserve(0, 0);
  REQUIRE(verdict.what == What::kWait);
  REQUIRE(verdict.no_room);
  limits->change(node, {clients, brokers});
  REQUIRE(ask(0) == What::kWait);
  limits->set_room(9);
  REQUIRE(freed == 2);
  REQUIRE(connect(0, ip(3)));
  verdict = limits->reserve(0, 0);
  REQUIRE(verdict.what == What::kWait);
  REQUIRE_FALSE(verdict.no_room);
}

TEST_CASE_METHOD(Fixture, "with less room there are too many connections") {
  make();
  for (uint8_t i = 1; i <= 5; ++i) REQUIRE(connect(0, ip(i)));
  limits->set_room(2);
  REQUIRE(limits->excess() == 3);
  REQUIRE(connect(1, ip(6)));
  REQUIRE(limits->is_over());
}

TEST_CASE_METHOD(Fixture, "a listener's limits and the creation rate change as well") {
  make();
  REQUIRE(connect(0, ip(1), 1000));
  clients.connections_max = 1;
  limits->change(node, {clients, brokers});
  REQUIRE(ask(0) == What::kWait);
  clients.connections_max = 9;
  node.creation_rate_max = 1;
  limits->change(node, {clients, brokers});
  REQUIRE(connect(0, ip(1), 1000));
  REQUIRE(limits->reserve(0, 1000).what == What::kRetry);
}

TEST_CASE_METHOD(Fixture, "beyond the creation rate accepting waits for a token") {
  node.creation_rate_max = 2;
  make();
  REQUIRE(connect(0, ip(1), 1000));
  REQUIRE(connect(0, ip(1), 1000));
  auto verdict = limits->reserve(0, 1000);
  REQUIRE(verdict.what == What::kRetry);
  REQUIRE(verdict.retry_ms == 1500);
  REQUIRE(ask(0, 1499) == What::kRetry);
  REQUIRE(ask(0, 1500) == What::kAccept);
  REQUIRE(ask(1, 1500) == What::kAccept);
}

TEST_CASE_METHOD(Fixture, "tokens do not pile up beyond a second's worth, and those not used come back") {
  node.creation_rate_max = 2;
  make();
  REQUIRE(ask(0, 0) == What::kAccept);
  limits->cancel(0);
  for (int i = 0; i < 2; ++i) REQUIRE(ask(0, 100'000) == What::kAccept);
  REQUIRE(ask(0, 100'000) == What::kRetry);
}

TEST_CASE("addresses are the same in both families and print as Java prints them") {
  auto loopback = resolve("127.0.0.1");
  REQUIRE(loopback.ok());
  REQUIRE(loopback->at(0).to_string() == "127.0.0.1");
  REQUIRE(resolve("::ffff:127.0.0.1")->at(0) == loopback->at(0));
  REQUIRE(resolve("2001:db8::1")->at(0).to_string() == "2001:db8:0:0:0:0:0:1");
  REQUIRE_FALSE(resolve("no..such.host").ok());
}

TEST_CASE("the quota of a cgroup is a number of cores, rounded up") {
  REQUIRE(cores_of_cpu_max("200000 100000\n") == 2);
  REQUIRE(cores_of_cpu_max("150000 100000\n") == 2);
  REQUIRE(cores_of_cpu_max("50000 100000") == 1);
  REQUIRE_FALSE(cores_of_cpu_max("max 100000\n"));
  REQUIRE_FALSE(cores_of_cpu_max("-1 100000"));
  REQUIRE_FALSE(cores_of_cpu_max("7"));
  REQUIRE_FALSE(cores_of_cpu_max(""));
  REQUIRE(usable_cores() >= 1);
}

TEST_CASE("the log says what a peer seems to speak") {
  auto why = [](const char* bytes) {
    Bytes word = {static_cast<uint8_t>(bytes[0]), static_cast<uint8_t>(bytes[1]),
                  static_cast<uint8_t>(bytes[2]), static_cast<uint8_t>(bytes[3])};
    return why_not_a_frame(std::span<const uint8_t, 4>(word.data(), 4), {.size_max = 1000});
  };
  REQUIRE(why("\x16\x03\x01\x02").find("set security.protocol=PLAINTEXT") != std::string::npos);
  REQUIRE(why("GET ").find("HTTP") != std::string::npos);
  REQUIRE(why("\x00\x00\x10\x00").find("4096 bytes, and socket.request.max.bytes is 1000") !=
          std::string::npos);
  REQUIRE(why("\xFF\xFF\xFF\xFF").find("-1 bytes") != std::string::npos);
}
