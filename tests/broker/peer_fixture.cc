#include "tests/testing.h"

#include "tests/broker/peer_fixture.h"

#include <absl/synchronization/notification.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "broker/net/peer_versions.h"

namespace klamm::broker::net {
namespace {

using What = PeerFailure::What;

protocol::ApiVersionsResponse versions_response() {
  protocol::ApiVersionsResponse response;
  const std::vector<std::pair<int16_t, int16_t>> newest = {{17, 1}, {18, 4}, {36, 2}, {kPlainKey, 3}};
  for (auto [key, version] : newest) {
    auto& api = response.api_keys.emplace_back();
    api.api_key = key;
    api.max_version = version;
  }
  return response;
}

Bytes versions_body(int16_t version) {
  Bytes body;
  protocol::Writer writer(body);
  versions_response().write(writer, version);
  return body;
}

// On 127.0.0.1. A `port` of 0 becomes the one that the kernel chose.
int listen_at(uint16_t& port, int backlog) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_port = htons(port);
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(made, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0);
  CHECK(listen(made, backlog) == 0);
  socklen_t length = sizeof own;
  getsockname(made, reinterpret_cast<sockaddr*>(&own), &length);
  port = ntohs(own.sin_port);
  return made;
}

}  // namespace

std::string_view name_of(What what) {
  switch (what) {
    case What::kNotConnected:
      return "not connected";
    case What::kRefused:
      return "refused";
    case What::kClosed:
      return "closed";
    case What::kTimedOut:
      return "timed out";
    case What::kUnsupportedVersion:
      return "unsupported version";
    case What::kStopped:
      return "stopped";
  }
  return "";
}

// ---- PeerHost

PeerHost::PeerHost(const Clock& clock) : clock_(clock), loop_("peer", clock) { loop_.start(); }

PeerHost::~PeerHost() {
  on_loop([this] { peer.reset(); });
  resolvers_.stop();
  loop_.stop();
}

void PeerHost::on_loop(const std::function<void()>& task) {
  absl::Notification done;
  loop_.post([&] {
    task();
    done.Notify();
  });
  done.WaitForNotification();
}

void PeerHost::finish_resolving() {
  absl::Notification done;
  resolvers_.run([&] { done.Notify(); });  // behind what came before, as there is one thread
  done.WaitForNotification();
  on_loop([] {});
}

void PeerHost::make(uint16_t port) {
  target.port = port;
  auto counting = [this, resolver = resolver](const std::string& host, uint16_t of_port) {
    ++resolved;
    return resolver(host, of_port);
  };
  peers_ = std::make_unique<Peers>(PeerUses{loop_, resolvers_, random_}, settings, tls, counting);
  on_loop([this] {
    peer = peers_->make(target, "broker-1");
    peer->on_disconnect([this] { ++disconnects; });
  });
}

PeerRequest PeerHost::request(const std::string& body, int64_t patience_ms) {
  PeerRequest request;
  request.key = kPlainKey;
  request.encode = [body](int16_t, Bytes& out) { out.insert(out.end(), body.begin(), body.end()); };
  request.deadline_ms = clock_.monotonic_ms() + patience_ms;
  return request;
}

void PeerHost::send(const std::string& body, int64_t patience_ms) {
  send(request(body, patience_ms), body.substr(0, 20));
}

void PeerHost::send(PeerRequest request, const std::string& name) {
  on_loop([&] { peer->send(std::move(request), [this, name](auto result) { tell(name, result); }); });
}

void PeerHost::send_all(const std::vector<std::string>& bodies) {
  on_loop([&] {
    for (const auto& body : bodies) {
      peer->send(request(body), [this, body](auto result) { tell(body, result); });
    }
  });
}

void PeerHost::tell(const std::string& name, const Result<PeerAnswer, PeerFailure>& result) {
  absl::MutexLock lock(&mutex_);
  if (!result) {
    why_ = result.error().why;
    outcomes_.push_back(name + " " + std::string(name_of(result.error().what)));
    return;
  }
  const ByteView frame = result->frame;
  CHECK(frame.data() <= result->body.data() && result->body.size() <= frame.size());
  const std::string_view body = as_text(result->body);
  outcomes_.push_back(body.size() <= 20 ? std::string(body) : std::to_string(body.size()) + " bytes");
}

std::vector<std::string> PeerHost::outcomes() const {
  absl::MutexLock lock(&mutex_);
  return outcomes_;
}

bool PeerHost::has_outcomes(size_t count) const {
  return eventually([&] { return outcomes().size() >= count; });
}

bool PeerHost::has(const std::vector<std::string>& expected) const {
  if (!has_outcomes(expected.size())) return false;
  for (const auto& outcome : outcomes()) UNSCOPED_INFO(outcome);
  UNSCOPED_INFO(why());
  return outcomes() == expected;
}

std::string PeerHost::why() const {
  absl::MutexLock lock(&mutex_);
  return why_;
}

bool PeerHost::why_has(std::string_view text) const {
  UNSCOPED_INFO(why());
  return why().find(text) != std::string::npos;
}

void answer_versions(ScriptedHandler& handler) {
  auto answer = [](Request, Reply reply) { reply.send(versions_response()); };
  const Bytes body = VersionsExchange().question().body;
  handler.on(std::string(as_text(body)), answer);
  handler.on("", answer);  // version 0
}

// ---- NodeConnection

void NodeConnection::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

bool NodeConnection::read_exactly(uint8_t* to, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t got = ::recv(socket_, to + done, size - done, 0);
    if (got <= 0) return false;
    done += static_cast<size_t>(got);
  }
  return true;
}

NodeConnection::Asked NodeConnection::receive() {
  uint8_t size_word[4];
  if (!read_exactly(size_word, sizeof size_word)) return {};
  Bytes frame(load_be32(size_word));
  if (!read_exactly(frame.data(), frame.size())) return {};
  protocol::Reader reader(frame);
  protocol::RequestHeader header;
  header.read(reader);
  return {.key = header.api_key,
          .version = header.api_version,
          .correlation = header.correlation_id,
          .client_id = std::string(header.client_id.value_or("")),
          .body = std::string(as_text(reader.rest()))};
}

void NodeConnection::send(ByteView bytes) {
  CHECK(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
}

void NodeConnection::answer(int32_t correlation, ByteView body) {
  Bytes frame(8);
  store_be32(frame.data(), static_cast<uint32_t>(body.size() + 4));
  store_be32(frame.data() + 4, static_cast<uint32_t>(correlation));
  frame.insert(frame.end(), body.begin(), body.end());
  send(frame);
}

void NodeConnection::open() {
  const Asked asked = receive();
  CHECK(asked.key == 18);
  answer(asked.correlation, versions_body(asked.version));
}

// ---- ScriptedNode

ScriptedNode::ScriptedNode() { start(); }

ScriptedNode::~ScriptedNode() { stop(); }

void ScriptedNode::start() { socket_ = listen_at(port_, 10); }

void ScriptedNode::stop() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

bool ScriptedNode::has_client() const {
  pollfd at{.fd = socket_, .events = POLLIN, .revents = 0};
  return poll(&at, 1, 0) == 1;
}

NodeConnection ScriptedNode::accept() {
  CHECK(eventually([this] { return has_client(); }));
  const int made = ::accept(socket_, nullptr, nullptr);
  CHECK(made >= 0);
  timeval patience{.tv_sec = 30, .tv_usec = 0};
  setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return NodeConnection(made);
}

NodeConnection ScriptedNode::accept_and_open() {
  NodeConnection connection = accept();
  connection.open();
  return connection;
}

// ---- FullNode

FullNode::FullNode() {
  sockets_.push_back(listen_at(port_, 0));
  const PeerAddress address = (*resolve_peer("127.0.0.1", port_))[0];
  for (int i = 0; i < 4; ++i) sockets_.push_back(begin_connect(address));
}

FullNode::~FullNode() {
  for (int socket : sockets_) ::close(socket);
}

NodeConnection PeerFixture::accept_later() {
  CHECK(eventually([this] {
    advance(10);
    return node.has_client();
  }));
  return node.accept();
}

}  // namespace klamm::broker::net
