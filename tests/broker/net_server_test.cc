// Listeners, limits, the memory budget and stopping, over real sockets.
#include "tests/testing.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>

#include "base/random.h"
#include "broker/net/acceptor.h"
#include "storage/posix_disk.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

Listener listener(const std::string& name, const std::string& host = "127.0.0.1") {
  return {.endpoint = {.listener = name, .protocol = SecurityProtocol::kPlaintext, .host = host}};
}

// The part of a request of `size` bytes that does not complete it.
Bytes half_of_request(size_t size) {
  Bytes bytes = request(1, std::string(size, 'x'));
  bytes.resize(size / 2);
  return bytes;
}

bool answers(TestClient& client, const std::string& body = "echo") {
  client.send(request(1, body));
  return client.receive() == Answer{1, body};
}

// Whether bytes, or the end, have come, without waiting.
bool has_heard(const TestClient& client) {
  pollfd at{.fd = client.descriptor(), .events = POLLIN, .revents = 0};
  return poll(&at, 1, 0) == 1;
}

// Gives every loop the occasion to do what it has to do.
void settle(NetFixture& fixture) {
  for (int i = 0; i < 4; ++i) {
    auto client = fixture.connect(fixture.config.listeners.back().endpoint.listener);
    REQUIRE(answers(client));
  }
}

}  // namespace

// ---- Listeners

TEST_CASE_METHOD(NetFixture, "each listener has its port, and says its name to the handler") {
  config.listeners.push_back(listener("OTHER"));
  config.listeners.push_back(listener("ALL", ""));
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
  auto foreign = listen_on({.listener = "A", .host = "203.0.113.7"});
  REQUIRE_FALSE(foreign);
  REQUIRE(foreign.error().message.find("advertised.listeners") != std::string::npos);
  auto unknown = listen_on({.listener = "A", .host = "no such host"});
  REQUIRE_FALSE(unknown);
  REQUIRE(unknown.error().message.find("listeners") != std::string::npos);
}

TEST_CASE_METHOD(NetFixture, "a failure to listen leaves no port open") {
  config.listeners.push_back(listener("BAD", "203.0.113.7"));
  auto probe = listen_on({.listener = "A", .host = "127.0.0.1"});
  REQUIRE(probe.ok());
  ::close(probe->descriptor);
  config.listeners[0].endpoint.port = probe->port;
  memory = std::make_unique<MemoryBudget>(limits);
  loops.start();
  server = std::make_unique<NetServer>(config, loops, workers, *memory, handler);
  REQUIRE_FALSE(server->start());
  auto again = listen_on({.listener = "A", .host = "127.0.0.1", .port = probe->port});
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

TEST_CASE_METHOD(NetFixture,
                 "brokers come in above max.connections, and the least recently used client leaves") {
  config.listeners.push_back(listener("BROKERS"));
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
  int highest = dup(0);
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

// ---- Memory

TEST_CASE_METHOD(
    NetFixture,
    "when the clients' memory is spent they wait, brokers do not, and all goes on when it is back") {
  limits = {.clients = 100'000, .replication = 100'000, .control = 100'000};
  config.listeners.push_back(listener("BROKERS"));
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
  settle(*this);
  for (auto& client : refused) REQUIRE_FALSE(has_heard(client));
  auto broker = connect("BROKERS");
  REQUIRE(answers(broker));

  parked.answer("park " + std::string(150'000, 'x'), "");
  for (auto& client : refused) REQUIRE(client.receive() == Answer{1, "refused"});
  REQUIRE(holder.receive());
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
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
    advance(5'000);
    return has_heard(honest);
  }));
  REQUIRE(honest.receive() == Answer{1, "honest"});
}

TEST_CASE_METHOD(NetFixture, "a connection that closes while it waits for memory passes its turn on") {
  limits.clients = 100'000;
  config.listeners.push_back(listener("BROKERS"));
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
  settle(*this);
  auto last = connect();
  last.send(request(1, "last"));
  settle(*this);
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
      case 0: client.send(half_of_request(1 + random.below(300'000))); break;
      case 1: client.send(request(1, "park")); break;
      case 2: client.send(overlapping(1, "park") + request(2, "x") + half_of_request(1000)); break;
      case 3: client.send({0x7F, 0, 0, 0}); break;
      default: client.send({0, 0, 0, 2, 1, 1}); break;
    }
    random.one_in(2) ? client.reset() : client.close();
  }
  // A connection that has a request waiting behind an open one learns of its peer's end when that is
  // answered.
  REQUIRE(eventually([&] {
    parked.clear();
    return server->stats().connections == 0;
  }));
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
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

// ---- Files

namespace {

struct FileFixture : NetFixture {
  std::string directory;
  storage::PosixDisk disk;
  std::string content;
  std::shared_ptr<storage::SegmentFile> file;

  FileFixture() {
    char name[] = "/tmp/klamm-net-XXXXXX";
    directory = mkdtemp(name);
    for (int i = 0; content.size() < 8 << 20; ++i) content += std::to_string(i) + ",";
    auto opened = disk.open(directory + "/00000000000000000000.log", storage::OpenMode::kCreate);
    REQUIRE(opened.ok());
    REQUIRE((*opened)->write_at(0, as_bytes(content)).ok());
    file = std::make_shared<storage::SegmentFile>(std::move(*opened));
    handler.on("file", [this](Request, Reply reply) {
      uint32_t half = static_cast<uint32_t>(content.size() / 2);
      uint32_t rest = static_cast<uint32_t>(content.size()) - half;
      reply.send(
          RawBody{.bytes = as_bytes("head"), .splices = {half, 100, rest}, .trailer = as_bytes("tail")},
          {{file, 0, half}, {file, 5, 100}, {file, half, rest}});
    });
  }
  ~FileFixture() { (void)disk.remove_all(directory); }

  // As the protocol writes a bytes field: its size before it.
  std::string expected() const {
    auto field = [](const std::string& bytes) {
      std::string size(4, 0);
      store_be32(reinterpret_cast<uint8_t*>(size.data()), static_cast<uint32_t>(bytes.size()));
      return size + bytes;
    };
    size_t half = content.size() / 2;
    return "head" + field(content.substr(0, half)) + field(content.substr(5, 100)) +
           field(content.substr(half)) + "tail";
  }
};

}  // namespace

TEST_CASE_METHOD(FileFixture, "slices of files arrive where they belong") {
  start();
  auto client = connect();
  client.send(request(1, "file") + request(2, "behind"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
  REQUIRE(client.receive() == Answer{2, "behind"});
}

TEST_CASE_METHOD(FileFixture, "what the page cache has lost is read by the workers") {
  start();
  REQUIRE(file->file().sync().ok());
  posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED);
  auto client = connect();
  client.send(request(1, "file"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
}

TEST_CASE_METHOD(FileFixture,
                 "a slow reader of a large reply holds nobody up, and the file until it has it all") {
  start();
  TestClient slow(server->port("PLAINTEXT"), 4096);
  slow.send(request(1, "file"));
  REQUIRE(eventually([&] { return server->stats().bytes_out > 0; }));
  settle(*this);
  file.reset();
  auto answer = slow.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
}

TEST_CASE_METHOD(FileFixture, "a file that was cut under a promise ends the connection") {
  start();
  REQUIRE(file->file().truncate(1000).ok());
  auto client = connect();
  client.send(request(1, "file"));
  REQUIRE_FALSE(client.receive());
  REQUIRE(has_connections(0));
}

// ---- Stopping

TEST_CASE_METHOD(NetFixture, "stopping lets an open request finish and begins no other") {
  start();
  auto client = connect();
  auto idle = connect();
  client.send(request(1, "park") + request(2, "never"));
  REQUIRE(parked.has(1));
  std::thread stopper([&] { server->stop(10'000); });
  REQUIRE(idle.is_closed_by_peer());
  parked.answer("park", "finished");
  REQUIRE(client.receive() == Answer{1, "finished"});
  stopper.join();
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(handler.begun() == std::vector<std::string>{"park"});
  REQUIRE(server->stats().connections == 0);
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
  std::atomic<bool> stopped{false};
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
