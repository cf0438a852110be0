// A peer on a loop of its own, what came of the requests to it, and another node that does what a test says.
#pragma once

#include <absl/synchronization/mutex.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "broker/net/peers.h"
#include "broker/net/worker_pool.h"
#include "tests/broker/net_fixture.h"

namespace klamm::broker::net {

// "closed", "timed out" and so on.
std::string_view name_of(PeerFailure::What what);

class PeerHost {
 public:
  explicit PeerHost(const Clock& clock);
  ~PeerHost();

  void set_tls(PeerCommons::Context context) { peers_->set_tls(std::move(context)); }
  // Runs `task` on the loop, and waits for its end.
  void on_loop(const std::function<void()>& task);
  // Waits until the loop has been told of every name that was asked for.
  void finish_resolving();
  // Makes the peer, with what a test has set before.
  void make(uint16_t port);
  // A request of kPlainKey whose answer is its body. Told in outcomes() as "body", or "body closed" and so
  // on.
  void send(const std::string& body, int64_t patience_ms = 60'000);
  void send_all(const std::vector<std::string>& bodies);
  // The same of whatever key and versions.
  void send(PeerRequest request, const std::string& name);

  std::vector<std::string> outcomes() const;
  // Whether there are, in the end, as many.
  bool has_outcomes(size_t count) const;
  // Whether these are all, in the end.
  bool has(const std::vector<std::string>& expected) const;
  // Why the last request failed.
  std::string why() const;
  bool why_has(std::string_view text) const;

  PeerSettings settings{.listener = "TEST"};
  PeerTarget target{.who = "node 2", .host = "127.0.0.1"};
  PeerCommons::Context tls;
  // Of host names; what it gives may be the same for all of them.
  PeerResolver resolver = resolve_peer;
  std::atomic<int> resolved{0};
  std::atomic<int> disconnects{0};
  std::unique_ptr<Peer> peer;  // on the loop

  PeerRequest request(const std::string& body, int64_t patience_ms = 60'000);
  // Writes an outcome down.
  void tell(const std::string& name, const Result<PeerAnswer, PeerFailure>& result);

 private:
  const Clock& clock_;
  SeededRandom random_{1};
  WorkerPool resolvers_{"resolve", 1};
  LoopThread loop_;
  std::unique_ptr<Peers> peers_;
  mutable absl::Mutex mutex_;
  std::vector<std::string> outcomes_ ABSL_GUARDED_BY(mutex_);
  std::string why_ ABSL_GUARDED_BY(mutex_);
};

// What NetFixture's servers answer to ApiVersions, so that peers may ask for kPlainKey.
void answer_versions(ScriptedHandler& handler);

// Another node's end of one connection. Everything waits for at most thirty seconds.
class NodeConnection {
 public:
  struct Asked {
    int16_t key = -1;  // when the connection has ended
    int16_t version = -1;
    int32_t correlation = -1;
    std::string client_id;
    std::string body;
  };

  explicit NodeConnection(int socket) : socket_(socket) {}
  NodeConnection(NodeConnection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  ~NodeConnection() { close(); }

  Asked receive();
  void send(ByteView bytes);
  // An answer to a request of no flexible version, or to ApiVersions.
  void answer(int32_t correlation, ByteView body);
  void answer(const Asked& asked) { answer(asked.correlation, as_bytes(asked.body)); }
  // Answers ApiVersions, whatever version it is asked in, with those of kPlainKey.
  void open();
  bool is_closed_by_peer() { return receive().key == -1; }
  void close();

 private:
  bool read_exactly(uint8_t* to, size_t size);
  int socket_;
};

class ScriptedNode {
 public:
  // On 127.0.0.1.
  ScriptedNode();
  ~ScriptedNode();

  uint16_t port() const { return port_; }
  NodeConnection accept();
  // Accepts, and answers what is asked first.
  NodeConnection accept_and_open();
  bool has_client() const;
  // A node that is down has a port on which nobody listens.
  void start();
  void stop();

 private:
  int socket_ = -1;
  uint16_t port_ = 0;
};

// A node that answers no attempt to connect: its backlog is full, so that the kernel lets them wait.
class FullNode {
 public:
  FullNode();
  ~FullNode();
  uint16_t port() const { return port_; }

 private:
  std::vector<int> sockets_;
  uint16_t port_ = 0;
};

struct PeerFixture {
  ManualClock clock;
  const int64_t begin_ms = clock.monotonic_ms();
  ScriptedNode node;
  PeerHost host{clock};

  // Makes the peer, and sends.
  void send(const std::string& body) {
    if (!host.peer) host.make(node.port());
    host.send(body);
  }
  void advance(int64_t ms) {
    clock.advance(ms);
    host.on_loop([] {});
  }
  // Time goes on until the peer has come.
  NodeConnection accept_later();
};

}  // namespace klamm::broker::net
