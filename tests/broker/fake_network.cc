#include "tests/broker/fake_network.h"

#include "base/check.h"
#include "protocol/frame.h"

namespace klamm::broker::testing {

using What = PeerFailure::What;

struct FakeNetwork::Connection {
  struct Waiting {
    Peer::Answered answered;
    TimerId timer = TimerId::kNone;
  };

  Connection(Loop& loop, uint16_t own, uint16_t to) : loop(loop), own(own), to(to) {}

  void end(uint64_t id, Result<PeerAnswer, PeerFailure> result) {
    auto found = waiting.extract(id);
    if (found.empty()) return;
    loop.cancel(found.mapped().timer);
    found.mapped().answered(std::move(result));
  }
  void end_all(What what) {
    while (!waiting.empty()) end(waiting.begin()->first, Error{PeerFailure{what, "test"}});
  }

  Loop& loop;
  const uint16_t own, to;
  bool established = false;
  bool stopped = false;
  // At the other end, as a connection that closes tells it.
  void abandon_parked() {
    for (const auto& [id, weak] : std::exchange(parked, {})) {
      if (const auto request = weak.lock()) request->abandon();
    }
  }

  std::map<uint64_t, Waiting> waiting;
  std::map<uint64_t, std::weak_ptr<Parked>> parked;
  absl::AnyInvocable<void()> disconnected;
};

namespace {

// The frame with what was spliced into it.
Bytes whole(const Response& response) {
  Bytes bytes;
  size_t at = 0;
  for (size_t i = 0; i < response.splices.size(); ++i) {
    const size_t position = response.splices[i].position;
    bytes.insert(bytes.end(), response.frame.begin() + static_cast<ptrdiff_t>(at),
                 response.frame.begin() + static_cast<ptrdiff_t>(position));
    at = position;
    const storage::FileSlice& slice = response.slices[i];
    bytes.resize(bytes.size() + slice.size);
    CHECK(slice.file->file().read_at(slice.position, std::span(bytes).last(slice.size)).ok());
  }
  bytes.insert(bytes.end(), response.frame.begin() + static_cast<ptrdiff_t>(at), response.frame.end());
  return bytes;
}

// Brings the answer to the loop of whoever asked.
struct AnswerSink final : ReplySink {
  void deliver(uint64_t, Response response) override {
    auto connection = asker.lock();
    if (connection == nullptr) return;
    connection->parked.erase(id);
    if (!response.close) response.frame = whole(response);
    if (tamper) tamper(key, response.frame);
    connection->loop.post([asker = asker, id = id, is_cut = is_cut, key = key, version = version,
                           response = std::move(response)]() mutable {
      const auto there = asker.lock();
      if (there == nullptr || is_cut()) return;
      if (response.close) return there->end(id, Error{PeerFailure{What::kClosed, "closed"}});
      protocol::Reader reader(ByteView(response.frame).subspan(4));
      protocol::read_response_header(reader, key, version);
      CHECK(reader.ok());
      PeerAnswer answer;
      answer.version = version;
      answer.frame = std::move(response.frame);
      answer.body = ByteView(answer.frame).last(reader.remaining());
      there->end(id, std::move(answer));
    });
  }
  void allow_next(uint64_t) override {}
  void park(uint64_t, std::weak_ptr<Parked> parked) override {
    if (const auto connection = asker.lock()) connection->parked[id] = std::move(parked);
  }

  std::weak_ptr<FakeNetwork::Connection> asker;
  uint64_t id = 0;
  std::function<bool()> is_cut;
  std::function<void(int16_t key, Bytes& frame)> tamper;
  int16_t key = 0;
  int16_t version = 0;
};

}  // namespace

class FakePeer final : public Peer {
 public:
  FakePeer(FakeNetwork& network, std::shared_ptr<FakeNetwork::Connection> connection)
      : network_(network), connection_(std::move(connection)) {}
  ~FakePeer() override {
    connection_->abandon_parked();
    connection_->stopped = true;
    connection_->waiting.clear();
    connection_->disconnected = nullptr;
  }

  void send(PeerRequest request, Answered answered) override {
    const uint64_t id = ++last_id_;
    auto& waiting = connection_->waiting[id];
    waiting.answered = std::move(answered);
    auto end_with = [weak = std::weak_ptr(connection_), id](What what) {
      if (const auto there = weak.lock()) there->end(id, Error{PeerFailure{what, "test"}});
    };
    if (connection_->stopped) return connection_->loop.post([end_with] { end_with(What::kStopped); });
    waiting.timer = connection_->loop.call_at(request.deadline_ms, [end_with] { end_with(What::kTimedOut); });
    network_.carry(connection_, id, std::move(request));
  }
  void on_disconnect(absl::AnyInvocable<void()> told) override {
    connection_->disconnected = std::move(told);
  }
  void stop() override {
    connection_->stopped = true;
    connection_->end_all(What::kStopped);
  }

 private:
  FakeNetwork& network_;
  const std::shared_ptr<FakeNetwork::Connection> connection_;
  uint64_t last_id_ = 0;
};

void FakeNetwork::listen(uint16_t port, Loop& loop, Handler handler, bool controllers) {
  listeners_[port] = {&loop, std::make_shared<Handler>(std::move(handler)), controllers};
}

void FakeNetwork::close(uint16_t port) {
  listeners_.erase(port);
  drop(port);
}

void FakeNetwork::drop(uint16_t port) {
  for (const auto& weak : connections_) {
    const auto connection = weak.lock();
    if (connection == nullptr || connection->to != port || !connection->established) continue;
    connection->abandon_parked();
    connection->established = false;
    connection->loop.post([weak] {
      const auto there = weak.lock();
      if (there == nullptr || there->stopped) return;
      there->end_all(What::kClosed);
      if (there->stopped || !there->disconnected) return;
      // It may destroy the peer, and itself with it.
      auto told = std::exchange(there->disconnected, nullptr);
      told();
      if (!there->stopped && !there->disconnected) there->disconnected = std::move(told);
    });
  }
}

std::unique_ptr<Peer> FakeNetwork::connect(Loop& loop, uint16_t own, uint16_t to) {
  auto connection = std::make_shared<Connection>(loop, own, to);
  connections_.push_back(connection);
  return std::make_unique<FakePeer>(*this, std::move(connection));
}

void FakeNetwork::carry(const std::shared_ptr<Connection>& connection, uint64_t id, PeerRequest request) {
  if (is_cut(connection->own, connection->to)) return;
  const auto found = listeners_.find(connection->to);
  const bool is_locked = !connection->established && locked_.contains(connection->to);
  if (found == listeners_.end() || is_locked) {
    const What what = is_locked ? What::kNotConnected : What::kRefused;
    return connection->loop.post([weak = std::weak_ptr(connection), id, what] {
      if (const auto there = weak.lock()) there->end(id, Error{PeerFailure{what, "nobody"}});
    });
  }
  connection->established = true;
  // Header and body, as they are forwarded.
  Bytes bytes;
  protocol::Writer writer(bytes);
  protocol::RequestHeader{request.key, request.version_max, 0, std::nullopt}.write(writer);
  request.encode(request.version_max, bytes);
  auto sink = std::make_shared<AnswerSink>();
  sink->asker = connection;
  sink->id = id;
  sink->is_cut = [this, own = connection->own, to = connection->to] { return is_cut(own, to); };
  sink->tamper = tamper;
  sink->key = request.key;
  sink->version = request.version_max;
  const Listener& listener = found->second;
  listener.loop->post([this, weak = std::weak_ptr(listener.handler), loop = listener.loop,
                       controllers = listener.controllers, bytes = std::move(bytes), sink]() mutable {
    const auto handler = weak.lock();
    if (handler == nullptr) return;
    ++arrived[sink->key];
    Request request;
    request.become(std::move(bytes));
    request.loop = loop;
    ClientInfo client;
    client.listener = controllers ? "CONTROLLER" : "PLAINTEXT";
    client.controller_listener = controllers;
    client.host = "127.0.0.1";
    request.client = std::make_shared<const ClientInfo>(std::move(client));
    (*handler)(std::move(request), Reply(sink, 0, sink->key, sink->version, 0));
  });
}

}  // namespace klamm::broker::testing
