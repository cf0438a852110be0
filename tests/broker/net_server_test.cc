// Listeners, limits and stopping, over real sockets.
#include "tests/testing.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "broker/net/acceptor.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

// ---- Listeners

TEST_CASE_METHOD(NetFixture, "each listener has its port, and says its name to the handler") {
  config.listeners.push_back(loopback_listener("OTHER"));
  config.listeners.push_back(loopback_listener("ALL", ""));
  start();
  handler.on("who", [](Request request, Reply reply) {
    std::string text = request.client->listener + " " + request.client->host;
    reply.send(RawBody{.bytes = as_bytes(text)});
  });
  for (std::string name : {"PLAINTEXT", "OTHER", "ALL"}) {
    auto client = connect(name);
    client.send(request(1, "who"));
    REQUIRE(client.receive() == Answer{1, name + " 127.0.0.1"});
  }
  REQUIRE(server->port("NONE") == 0);
}

namespace {

std::string congestion_control(int socket) {
  std::array<char, 16> name{};
  socklen_t length = name.size();
  REQUIRE(getsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), &length) == 0);
  return name.data();
}

// Of what a listener at `host` accepts.
std::string accepted_control(const std::string& host) {
  ListenAddress address{.listener = "A", .host = host};
  auto listener = bind_to(address);
  REQUIRE(listener.ok());
  REQUIRE(listen_on(*listener, address).ok());
  TestClient client(listener->port);
  int accepted = -1;
  REQUIRE(eventually([&] { return (accepted = accept(listener->descriptor, nullptr, nullptr)) >= 0; }));
  std::string control = congestion_control(accepted);
  ::close(accepted);
  ::close(listener->descriptor);
  return control;
}

}  // namespace

TEST_CASE("a listener on a loopback is not paced, and others are as the host says") {
  int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string of_host = congestion_control(probe);
  ::close(probe);
  REQUIRE(accepted_control("127.0.0.1") == "reno");
  REQUIRE(accepted_control("") == of_host);
}

TEST_CASE_METHOD(NetFixture, "a port in use is refused with its name and what to do") {
  start();
  NetworkConfig second = config;
  second.listeners[0].endpoint.port = server->port("PLAINTEXT");
  NetServer other(second, loops, workers, *memory, handler);
  auto started = other.start();
  REQUIRE_FALSE(started);
  std::string message = started.error().message;
  REQUIRE(message.find("listeners") != std::string::npos);
  REQUIRE(message.find("PLAINTEXT://127.0.0.1:" + std::to_string(server->port("PLAINTEXT"))) !=
          std::string::npos);
  REQUIRE(message.find("is in use") != std::string::npos);
}

TEST_CASE("an address that is not the machine's, or not known, is refused with a remedy") {
  auto foreign = bind_to({.listener = "A", .host = "203.0.113.7"});
  REQUIRE_FALSE(foreign);
  REQUIRE(foreign.error().message.find("advertised.listeners") != std::string::npos);
  // Of a name with an empty label no name server is asked.
  auto unknown = bind_to({.listener = "A", .host = "no..such.host"});
  REQUIRE_FALSE(unknown);
  REQUIRE(unknown.error().message.find("listeners") != std::string::npos);
}

namespace {

bool is_refused(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int early = ::socket(AF_INET, SOCK_STREAM, 0);
  const bool failed = ::connect(early, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0;
  const bool refused = failed && errno == ECONNREFUSED;
  ::close(early);
  return refused;
}

}  // namespace

TEST_CASE_METHOD(NetFixture, "a listener that is bound refuses clients until it is its turn") {
  config.listeners.push_back(loopback_listener("CONTROLLER"));
  auto bound = BoundListeners::bind(config);
  REQUIRE(bound.ok());
  const uint16_t port = bound->port(0), early_port = bound->port(1);
  REQUIRE((is_refused(port) && is_refused(early_port)));
  memory = std::make_unique<MemoryBudget>(limits);
  loops.start();
  server = std::make_unique<NetServer>(config, loops, workers, *memory, handler);
  auto is_early = [](const Listener& listener) { return listener.endpoint.listener == "CONTROLLER"; };
  REQUIRE(server->start(std::move(*bound), is_early).ok());
  REQUIRE(is_refused(port));
  auto early = connect("CONTROLLER");
  REQUIRE(answers(early));
  REQUIRE(server->open_rest().ok());
  auto client = connect();
  REQUIRE(answers(client));
}

TEST_CASE_METHOD(NetFixture, "a failure to listen leaves no port open") {
  config.listeners.push_back(loopback_listener("BAD", "203.0.113.7"));
  auto probe = bind_to({.listener = "A", .host = "127.0.0.1"});
  REQUIRE(probe.ok());
  ::close(probe->descriptor);
  config.listeners[0].endpoint.port = probe->port;
  memory = std::make_unique<MemoryBudget>(limits);
  loops.start();
  server = std::make_unique<NetServer>(config, loops, workers, *memory, handler);
  REQUIRE_FALSE(server->start());
  auto again = bind_to({.listener = "A", .host = "127.0.0.1", .port = probe->port});
  REQUIRE(again.ok());
  ::close(again->descriptor);
}

// ---- Limits

TEST_CASE_METHOD(NetFixture, "an address with too many connections has the next one closed") {
  config.connections_per_ip_max = 2;
  config.connections_per_ip_overrides = {{"127.0.0.2", 1}};
  start();
  auto first = connect();
  auto second = connect();
  REQUIRE(answers(first));
  REQUIRE(answers(second));
  REQUIRE(connect().is_closed_by_peer());
  TestClient other(server->port("PLAINTEXT"), 0, "127.0.0.2");
  REQUIRE(answers(other));
  REQUIRE(TestClient(server->port("PLAINTEXT"), 0, "127.0.0.2").is_closed_by_peer());
  first.close();
  REQUIRE(has_connections(2));
  advance(0);  // its address is let go of behind that
  auto third = connect();
  REQUIRE(answers(third));
  REQUIRE(server->stats().connections_refused == 2);
}

TEST_CASE_METHOD(NetFixture, "at max.connections new clients wait in the backlog until one leaves") {
  config.connections_max = 2;
  start();
  auto first = connect();
  auto second = connect();
  REQUIRE(answers(first));
  REQUIRE(answers(second));
  auto third = connect();
  third.send(request(1, "third"));
  REQUIRE(answers(first));
  REQUIRE(answers(second));
  REQUIRE_FALSE(has_heard(third));
  first.close();
  REQUIRE(third.receive() == Answer{1, "third"});
}

TEST_CASE_METHOD(
    NetFixture, "limits change while connections are open: waiting clients come in, superfluous ones leave") {
  config.connections_max = 1;
  start();
  auto first = connect();
  REQUIRE(answers(first));
  auto second = connect();
  second.send(request(1, "second"));
  REQUIRE_FALSE(has_heard(second));
  config.connections_max = 2;
  REQUIRE(server->set_limits(config).ok());
  REQUIRE(second.receive() == Answer{1, "second"});
  config.connections_max = 1;
  REQUIRE(server->set_limits(config).ok());
  REQUIRE(has_connections(1));
}

TEST_CASE_METHOD(NetFixture,
                 "connections make room for the files of logs, and come back when there is room") {
  start();
  server->set_room(1);
  auto first = connect();
  REQUIRE(answers(first));
  auto second = connect();
  second.send(request(1, "second"));
  REQUIRE_FALSE(has_heard(second));
  server->set_room(2);
  REQUIRE(second.receive() == Answer{1, "second"});
  server->set_room(1);
  REQUIRE(has_connections(1));
}

TEST_CASE_METHOD(NetFixture, "a listener of controllers does not exempt clients from max.connections") {
  config.inter_broker_listener = config.listeners.front().endpoint.listener;
  config.listeners.push_back(loopback_listener("CONTROLLER"));
  config.listeners.back().controller = true;
  config.connections_max = 1;
  start();
  auto first = connect();
  REQUIRE(answers(first));
  auto second = connect();
  second.send(request(1, "second"));
  // Its loop would have seen the second one meanwhile.
  for (int i = 0; i < 100; ++i) REQUIRE(answers(first));
  REQUIRE_FALSE(has_heard(second));
}

TEST_CASE_METHOD(NetFixture, "limits for a host that nobody knows leave the others as they were") {
  config.connections_max = 1;
  start();
  NetworkConfig changed = config;
  changed.connections_max = 2;
  changed.connections_per_ip_overrides["no..such.host"] = 1;
  REQUIRE_FALSE(server->set_limits(changed).ok());
  auto first = connect();
  REQUIRE(answers(first));
  auto second = connect();
  second.send(request(1, "second"));
  REQUIRE_FALSE(has_heard(second));
}

TEST_CASE_METHOD(NetFixture,
                 "brokers come in above max.connections, and the least recently used client leaves") {
  config.listeners.push_back(loopback_listener("BROKERS"));
  config.inter_broker_listener = "BROKERS";
  config.connections_max = 2;
  start();
  auto older = connect();
  REQUIRE(answers(older));
  advance(10);
  auto newer = connect();
  REQUIRE(answers(newer));
  auto broker = connect("BROKERS");
  REQUIRE(answers(broker));
  REQUIRE(has_connections(2));
  REQUIRE(answers(broker));
  // Each loop knows its own connections: which client is the least recent is decided there.
  REQUIRE(has_heard(older) != has_heard(newer));
}

TEST_CASE_METHOD(NetFixture, "beyond the creation rate clients wait for their turn") {
  config.connection_creation_rate_max = 1;
  start();
  auto first = connect();
  REQUIRE(answers(first));
  auto second = connect();
  second.send(request(1, "second"));
  REQUIRE(answers(first));
  REQUIRE_FALSE(has_heard(second));
  advance(1000);
  REQUIRE(second.receive() == Answer{1, "second"});
}

TEST_CASE_METHOD(NetFixture, "running out of descriptors neither spins nor loses the client") {
  start();
  auto before = connect();
  REQUIRE(answers(before));
  TestClient waiting = connect();
  REQUIRE(has_connections(2));
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  rlimit none = limit;
  int highest = ::open("/dev/null", O_RDONLY);
  ::close(highest);
  none.rlim_cur = static_cast<rlim_t>(highest);
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  ::close(socket);
  // The client's own socket is made first, then no further descriptor can be.
  none.rlim_cur = static_cast<rlim_t>(highest) + 1;
  setrlimit(RLIMIT_NOFILE, &none);
  auto late = connect();
  late.send(request(1, "late"));
  REQUIRE(answers(before));
  setrlimit(RLIMIT_NOFILE, &limit);
  advance(1000);
  REQUIRE(late.receive() == Answer{1, "late"});
}

// ---- Stopping

TEST_CASE_METHOD(NetFixture, "stopping lets an open request finish and begins no other") {
  start();
  auto client = connect();
  auto idle = connect();
  client.send(request(1, "park") + request(2, "never"));
  REQUIRE(parked.has(1));
  std::thread stopper([&] { server->stop(60'000); });
  REQUIRE(idle.is_closed_by_peer());
  parked.answer("park", "finished");
  REQUIRE(client.receive() == Answer{1, "finished"});
  stopper.join();
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(handler.begun() == std::vector<std::string>{"park"});
  REQUIRE(server->stats().connections == 0);
}

TEST_CASE_METHOD(NetFixture, "stopping has requests that wait answered at once") {
  LongPoll::Told told;
  handler.on("wait", LongPoll::wait(told));
  start();
  auto client = connect();
  auto other = connect();
  client.send(request(1, "wait") + request(2, "never"));
  other.send(request(1, "wait"));
  REQUIRE(eventually([&] { return told.alive == 2; }));
  server->stop(60'000);
  REQUIRE(client.receive() == Answer{1, "in a hurry"});
  REQUIRE(other.receive() == Answer{1, "in a hurry"});
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(told.hurried == 2);
  REQUIRE(told.abandoned == 0);
  REQUIRE(told.alive == 0);
}

TEST_CASE_METHOD(NetFixture, "stopping does not wait longer than it was told to") {
  start();
  auto client = connect();
  client.send(request(1, "park"));
  REQUIRE(parked.has(1));
  server->stop(1);
  REQUIRE(client.is_closed_by_peer());
  parked.answer("park", "too late");
}

TEST_CASE_METHOD(NetFixture, "stopping under load loses no reply that was promised") {
  start();
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this, &wrong, i] {
      auto client = connect();
      for (int32_t k = 0;; ++k) {
        std::string body = std::to_string(i) + " " + std::to_string(k);
        Bytes bytes = request(k, body);
        if (::send(client.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL) <= 0) return;
        auto answer = client.receive();
        if (!answer) return;
        if (answer != Answer{k, body}) ++wrong;
      }
    });
  }
  REQUIRE(eventually([&] { return server->stats().requests > 2'000; }));
  server->stop(5'000);
  for (auto& client : clients) client.join();
  REQUIRE(wrong == 0);
}

TEST_CASE_METHOD(NetFixture, "replies may come from any thread while connections come and go") {
  start();
  std::atomic<int> answered{0};
  handler.on("elsewhere", [&](Request request, Reply reply) {
    workers.run([&, frame = request.frame, body = request.body, reply = std::move(reply)]() mutable {
      if (frame->bytes().size() % 3 == 0) reply.allow_next();
      ++answered;
      reply.send(RawBody{.bytes = body});
    });
  });
  std::vector<std::thread> clients;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this, &wrong, i] {
      for (int round = 0; round < 20; ++round) {
        auto client = connect();
        Bytes all;
        for (int32_t k = 0; k < 20; ++k) {
          all = all + overlapping(k, "elsewhere " + std::string(static_cast<size_t>(k), 'x'));
        }
        client.send(all);
        for (int32_t k = 0; k < 20; ++k) {
          auto answer = client.receive();
          if (!answer || answer->correlation != k || answer->body.size() != 10 + static_cast<size_t>(k))
            ++wrong;
          // Some leave in the middle.
          if (round % 3 == 0 && k == i + 5) break;
        }
      }
    });
  }
  for (auto& client : clients) client.join();
  REQUIRE(wrong == 0);
  REQUIRE(has_connections(0));
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}
