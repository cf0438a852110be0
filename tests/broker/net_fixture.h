// A NetServer on the loopback with a handler that tests write, and clients that speak bytes to it. Waiting is
// for conditions; the time that idle connections see is the test's own.
#pragma once

#include <absl/synchronization/mutex.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "broker/memory_budget.h"
#include "broker/net/loop_pool.h"
#include "broker/net/listener_gates.h"
#include "broker/net/net_server.h"
#include "broker/net/worker_pool.h"

namespace klamm::broker::net {

class ManualClock final : public Clock {
 public:
  int64_t wall_ms() const override { return now_.load(); }
  int64_t monotonic_ms() const override { return now_.load(); }
  void advance(int64_t ms) { now_.fetch_add(ms); }

 private:
  std::atomic<int64_t> now_{1'000'000};
};

// Polls until `done` holds; false when it never does.
bool eventually(const std::function<bool()>& done);

// A response body of plain bytes, and of spliced ones behind them.
struct RawBody {
  ByteView bytes{};
  std::vector<uint32_t> splices{};
  ByteView trailer{};

  void write(protocol::Writer& writer, int16_t version) const;
};

// The API keys of the test's requests: what does not overlap, and what may.
inline constexpr int16_t kPlainKey = 1000;
inline constexpr int16_t kOverlappingKey = 1001;

Bytes frame_of(int16_t key, int32_t correlation, std::string_view body);
inline Bytes request(int32_t correlation, std::string_view body) {
  return frame_of(kPlainKey, correlation, body);
}
inline Bytes overlapping(int32_t correlation, std::string_view body) {
  return frame_of(kOverlappingKey, correlation, body);
}
Bytes operator+(Bytes a, const Bytes& b);

struct Answer {
  int32_t correlation = 0;
  std::string body;

  friend bool operator==(const Answer&, const Answer&) = default;
};
// The next one, of whatever `read_exactly` reads from; nullopt where it says that there is no more.
std::optional<Answer> receive_answer(const std::function<bool(uint8_t* to, size_t size)>& read_exactly);

// A client's socket. Everything waits for at most thirty seconds. Used from threads too, which Catch does not
// allow itself to be: what must work here is CHECKed.
class TestClient {
 public:
  explicit TestClient(uint16_t port, int receive_buffer = 0, std::string_view from = "127.0.0.1");
  TestClient(TestClient&& other) noexcept;
  ~TestClient();

  void send(const Bytes& bytes);
  // The next answer; nullopt when the connection ends first.
  std::optional<Answer> receive();
  // True when the connection ends without another byte.
  bool is_closed_by_peer();
  // Ends our side; the other may still speak.
  void finish_sending();
  void reset();
  void close();
  int descriptor() const { return socket_; }

 private:
  bool read_exactly(uint8_t* to, size_t size);
  int socket_ = -1;
};

// Answers with the body it got, unless a test says otherwise for that body's first word.
class ScriptedHandler final : public RequestHandler {
 public:
  using Action = std::function<void(Request, Reply)>;

  void on(std::string word, Action action);
  void handle(Request request, Reply reply) override;
  bool may_overlap(int16_t api_key) const override { return api_key == kOverlappingKey; }

  // The bodies of the requests that began, in order.
  std::vector<std::string> begun() const;

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, Action> actions_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> begun_ ABSL_GUARDED_BY(mutex_);
};

// Requests whose answer the test gives later, from its own thread.
class ParkedRequests {
 public:
  ScriptedHandler::Action park();
  bool has(size_t count) const;
  // Takes the request whose body is `body`, once it has come.
  std::pair<Request, Reply> take(const std::string& body);
  void answer(const std::string& body, std::string_view with);
  void clear();

 private:
  mutable absl::Mutex mutex_;
  std::vector<std::pair<Request, Reply>> parked_ ABSL_GUARDED_BY(mutex_);
};

// A request that waits until its connection closes or the node stops, and writes down which.
class LongPoll final : public Parked {
 public:
  struct Told {
    std::atomic<int> hurried{0};
    std::atomic<int> abandoned{0};
    std::atomic<int> alive{0};
    bool makes_way = false;  // for a request behind it
  };
  static ScriptedHandler::Action wait(Told& told);

  LongPoll(Reply reply, Told& told) : reply_(std::move(reply)), told_(told) { ++told_.alive; }
  ~LongPoll() override { --told_.alive; }
  void hurry() override;
  void abandon() override;
  void on_next() override;

 private:
  Reply reply_;
  Told& told_;
  std::shared_ptr<LongPoll> self_;
};

std::string body_of(const Request& request);

// Sends a request, and says whether the answer is the same.
bool answers(TestClient& client, const std::string& body = "echo");
// Whether bytes, or the end, have come, without waiting.
bool has_heard(const TestClient& client);
// A listener on a port that the kernel chooses.
Listener loopback_listener(const std::string& name, const std::string& host = "127.0.0.1");

struct NetFixture {
  NetFixture();
  ~NetFixture();

  // Starts the server, with what a test has changed in `config` and `limits` before.
  void start();
  TestClient connect(std::string_view listener = "PLAINTEXT") { return TestClient(server->port(listener)); }
  // Gives every loop the occasion to do what it has to do: answers requests on the last listener.
  void settle();
  // Moves the test's time, and waits until every loop has ended its turn and run the timers that are due.
  void advance(int64_t ms);
  bool has_connections(int64_t count) {
    return eventually([&] { return server->stats().connections == count; });
  }

  ManualClock clock;
  MemoryLimits limits{.clients = 64 << 20, .replication = 16 << 20, .control = 16 << 20};
  NetworkConfig config;
  ScriptedHandler handler;
  ParkedRequests parked;
  std::unique_ptr<MemoryBudget> memory;
  LoopPool loops{2, clock};
  WorkerPool workers{"io", 2};
  std::unique_ptr<ListenerGates> gates;  // of listeners that are not PLAINTEXT
  std::unique_ptr<NetServer> server;
};

}  // namespace klamm::broker::net
