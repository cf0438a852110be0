#include "tests/testing.h"

#include "tests/broker/net_fixture.h"

#include <absl/synchronization/notification.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

namespace klamm::broker::net {

bool eventually(const std::function<bool()>& done) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

void RawBody::write(protocol::Writer& writer, int16_t) const {
  writer.raw(bytes);
  for (uint32_t size : splices) writer.records(false, protocol::Records{.bytes = {}, .spliced_size = size});
  writer.raw(trailer);
}

Bytes frame_of(int16_t key, int32_t correlation, std::string_view body) {
  Bytes out(4);
  protocol::Writer writer(out);
  protocol::RequestHeader{key, 0, correlation, "test"}.write(writer);
  writer.raw(as_bytes(body));
  protocol::end_frame(out, 4, {});
  return out;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// ---- TestClient

TestClient::TestClient(uint16_t port, int receive_buffer, std::string_view from) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(socket_ >= 0);
  timeval patience{.tv_sec = 30, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int one = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (receive_buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  CHECK(inet_pton(AF_INET, std::string(from).c_str(), &own.sin_addr) == 1);
  CHECK(bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
}

TestClient::TestClient(TestClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

TestClient::~TestClient() { close(); }

void TestClient::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void TestClient::send(const Bytes& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t sent = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    CHECK(sent > 0);
    done += static_cast<size_t>(sent);
  }
}

bool TestClient::read_exactly(uint8_t* to, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = ::recv(socket_, to + done, size - done, 0);
    if (got <= 0) return false;
    done += static_cast<size_t>(got);
  }
  return true;
}

std::optional<Answer> receive_answer(const std::function<bool(uint8_t* to, size_t size)>& read_exactly) {
  uint8_t head[8];
  if (!read_exactly(head, sizeof head)) return std::nullopt;
  Answer answer;
  answer.correlation = static_cast<int32_t>(load_be32(head + 4));
  answer.body.resize(load_be32(head) - 4);
  if (!read_exactly(reinterpret_cast<uint8_t*>(answer.body.data()), answer.body.size())) return std::nullopt;
  return answer;
}

std::optional<Answer> TestClient::receive() {
  return receive_answer([this](uint8_t* to, size_t size) { return read_exactly(to, size); });
}

bool TestClient::is_closed_by_peer() {
  uint8_t byte;
  ssize_t got = ::recv(socket_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

void TestClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void TestClient::reset() {
  linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

// ---- ScriptedHandler and ParkedRequests

std::string body_of(const Request& request) { return std::string(as_text(request.body)); }

void ScriptedHandler::on(std::string word, Action action) {
  absl::MutexLock lock(&mutex_);
  actions_[std::move(word)] = std::move(action);
}

void ScriptedHandler::handle(Request request, Reply reply) {
  std::string body = body_of(request);
  Action action;
  {
    absl::MutexLock lock(&mutex_);
    begun_.push_back(body.substr(0, 100));
    auto found = actions_.find(body.substr(0, body.find(' ')));
    if (found != actions_.end()) action = found->second;
  }
  if (action) return action(std::move(request), std::move(reply));
  reply.send(RawBody{.bytes = request.body});
}

std::vector<std::string> ScriptedHandler::begun() const {
  absl::MutexLock lock(&mutex_);
  return begun_;
}

ScriptedHandler::Action ParkedRequests::park() {
  return [this](Request request, Reply reply) {
    absl::MutexLock lock(&mutex_);
    parked_.emplace_back(std::move(request), std::move(reply));
  };
}

bool ParkedRequests::has(size_t count) const {
  return eventually([&] {
    absl::MutexLock lock(&mutex_);
    return parked_.size() == count;
  });
}

std::pair<Request, Reply> ParkedRequests::take(const std::string& body) {
  std::optional<std::pair<Request, Reply>> taken;
  REQUIRE(eventually([&] {
    absl::MutexLock lock(&mutex_);
    for (auto at = parked_.begin(); at != parked_.end(); ++at) {
      if (body_of(at->first) != body) continue;
      taken.emplace(std::move(*at));
      parked_.erase(at);
      return true;
    }
    return false;
  }));
  return std::move(*taken);
}

void ParkedRequests::answer(const std::string& body, std::string_view with) {
  auto [request, reply] = take(body);
  reply.send(RawBody{.bytes = as_bytes(with)});
}

void ParkedRequests::clear() {
  std::vector<std::pair<Request, Reply>> dropped;
  absl::MutexLock lock(&mutex_);
  dropped.swap(parked_);
}

ScriptedHandler::Action LongPoll::wait(Told& told) {
  return [&told](Request, Reply reply) {
    auto poll = std::make_shared<LongPoll>(std::move(reply), told);
    poll->self_ = poll;
    poll->reply_.park(poll);
  };
}

void LongPoll::hurry() {
  auto self = std::exchange(self_, nullptr);
  ++told_.hurried;
  reply_.send(RawBody{.bytes = as_bytes("in a hurry")});
}

void LongPoll::abandon() {
  auto self = std::exchange(self_, nullptr);
  ++told_.abandoned;
  reply_.close();
}

void LongPoll::on_next() {
  if (!told_.makes_way) return;
  auto self = std::exchange(self_, nullptr);
  reply_.send(RawBody{.bytes = as_bytes("makes way")});
}

bool answers(TestClient& client, const std::string& body) {
  client.send(request(1, body));
  return client.receive() == Answer{1, body};
}

bool has_heard(const TestClient& client) {
  pollfd at{.fd = client.descriptor(), .events = POLLIN, .revents = 0};
  return poll(&at, 1, 0) == 1;
}

Listener loopback_listener(const std::string& name, const std::string& host) {
  return {.endpoint = {.listener = name, .protocol = SecurityProtocol::kPlaintext, .host = host}};
}

// ---- NetFixture

NetFixture::NetFixture() {
  config.listeners = {loopback_listener("PLAINTEXT")};
  config.send_buffer_bytes = -1;
  config.receive_buffer_bytes = -1;
  handler.on("park", parked.park());
}

NetFixture::~NetFixture() {
  parked.clear();
  if (server) server->stop(0);
  loops.stop();
  workers.stop();
}

void NetFixture::start() {
  memory = std::make_unique<MemoryBudget>(limits);
  loops.start();
  server = std::make_unique<NetServer>(config, loops, workers, *memory, handler, gates.get());
  auto started = server->start();
  REQUIRE(started.ok());
}

void NetFixture::settle() {
  // Connections go to the loops in turn.
  for (size_t i = 0; i < 2 * loops.size(); ++i) {
    auto client = connect(config.listeners.back().endpoint.listener);
    REQUIRE(answers(client));
  }
}

void NetFixture::advance(int64_t ms) {
  struct Told {
    absl::Notification& done;
    ~Told() { done.Notify(); }
  };
  clock.advance(ms);
  // What is posted runs before the timers of its turn: a second one comes behind them.
  for (int turn = 0; turn < 2; ++turn) {
    for (size_t i = 0; i < loops.size(); ++i) {
      absl::Notification done;
      loops.at(i).post([told = std::make_unique<Told>(done)] {});
      done.WaitForNotification();
    }
  }
}

}  // namespace klamm::broker::net
