#include "broker/local_peer.h"

#include <map>
#include <utility>

#include "base/check.h"
#include "protocol/frame.h"

namespace klamm::broker {
namespace {

using What = PeerFailure::What;

}  // namespace

// What a LocalPeer does, apart from it: a handler may hold its reply for longer than the peer lives, and
// answer on another thread.
class LocalPeer::Life final : public ReplySink, public std::enable_shared_from_this<LocalPeer::Life> {
 public:
  explicit Life(Uses uses) : uses_(std::move(uses)) {}

  void send(PeerRequest request, Answered answered) {
    const uint64_t id = next_id_++;
    Asked& asked = asked_[id];
    asked.key = request.key;
    asked.version = request.version_max;
    asked.answered = std::move(answered);
    if (is_stopped_) return post([id](Life& life) { life.fail(id, What::kStopped, "this node stops"); });
    asked.timer = uses_.loop.call_at(request.deadline_ms,
                                     [this, id] { fail(id, What::kTimedOut, "it did not answer in time"); });
    post([id, encode = std::move(request.encode)](Life& life) mutable { life.handle(id, encode); });
  }

  void stop() {
    for (auto& [id, asked] : let_all_go())
      asked.answered(Error{PeerFailure{What::kStopped, "this node stops"}});
  }
  // The peer is destroyed: nobody is called any more.
  void end() { let_all_go(); }

  // ReplySink. The first from any thread.
  void deliver(uint64_t slot, Response response) override {
    post([slot, response = std::move(response)](Life& life) mutable {
      life.on_response(slot, std::move(response));
    });
  }
  void allow_next(uint64_t) override {}
  void park(uint64_t slot, std::weak_ptr<Parked> parked) override {
    const auto found = asked_.find(slot);
    if (found != asked_.end()) found->second.parked = std::move(parked);
  }

 private:
  struct Asked {
    int16_t key = 0;
    int16_t version = 0;
    Answered answered;
    TimerId timer = TimerId::kNone;
    std::weak_ptr<Parked> parked;
  };

  template <class Step>
  void post(Step step) {
    uses_.loop.post([weak = weak_from_this(), step = std::move(step)]() mutable {
      if (const auto life = weak.lock()) step(*life);
    });
  }

  void handle(uint64_t id, absl::AnyInvocable<void(int16_t version, Bytes& out)>& encode) {
    const auto found = asked_.find(id);
    if (found == asked_.end()) return;
    const int16_t key = found->second.key;
    const int16_t version = found->second.version;
    const auto correlation = static_cast<int32_t>(id);
    Bytes bytes;
    protocol::Writer writer(bytes);
    protocol::RequestHeader{key, version, correlation, uses_.client_id}.write(writer);
    encode(version, bytes);

    Request request;
    request.become(std::move(bytes));
    request.client = uses_.client;
    request.loop = &uses_.loop;
    uses_.handler.handle(std::move(request), Reply(shared_from_this(), id, key, version, correlation));
  }

  void on_response(uint64_t id, Response response) {
    const auto found = asked_.find(id);
    if (found == asked_.end()) return;
    CHECK(response.slices.empty());
    if (response.frame.empty()) return fail(id, What::kClosed, "its handler closed the connection");
    const Asked& asked = found->second;
    protocol::Reader reader(ByteView(response.frame).subspan(sizeof(int32_t)));
    protocol::read_response_header(reader, asked.key, asked.version);
    CHECK(reader.ok());
    const size_t body_size = reader.remaining();
    PeerAnswer answer{.version = asked.version, .frame = std::move(response.frame), .body = {}};
    answer.body = ByteView(answer.frame).last(body_size);
    take(id).answered(std::move(answer));
  }

  void fail(uint64_t id, What what, std::string why) {
    if (!asked_.contains(id)) return;
    Asked asked = take(id);
    if (const auto parked = asked.parked.lock()) parked->abandon();
    asked.answered(Error{PeerFailure{what, std::move(why)}});
  }

  Asked take(uint64_t id) {
    auto taken = asked_.extract(id);
    uses_.loop.cancel(taken.mapped().timer);
    return std::move(taken.mapped());
  }

  // Nothing is asked any more, and what was asked needs no answer.
  std::map<uint64_t, Asked> let_all_go() {
    is_stopped_ = true;
    auto all = std::exchange(asked_, {});
    for (auto& [id, asked] : all) {
      uses_.loop.cancel(std::exchange(asked.timer, TimerId::kNone));
      if (const auto parked = asked.parked.lock()) parked->abandon();
    }
    return all;
  }

  const Uses uses_;
  bool is_stopped_ = false;
  uint64_t next_id_ = 0;
  std::map<uint64_t, Asked> asked_;
};

LocalPeer::LocalPeer(Uses uses) : life_(std::make_shared<Life>(std::move(uses))) {}
LocalPeer::~LocalPeer() { life_->end(); }
void LocalPeer::send(PeerRequest request, Answered answered) {
  life_->send(std::move(request), std::move(answered));
}
void LocalPeer::stop() { life_->stop(); }

}  // namespace klamm::broker
