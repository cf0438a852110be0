#include "tests/sim/cluster/sim_peer.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/check.h"
#include "broker/api.h"
#include "protocol/frame.h"

namespace klamm::sim::cluster {
namespace {

using broker::PeerAnswer;
using broker::PeerFailure;
using broker::PeerRequest;
using What = PeerFailure::What;

constexpr int64_t kSetupTimeoutMs = 10'000;
constexpr int64_t kBackoffMs = 50;
constexpr int64_t kBackoffMsMax = 1'000;

}  // namespace

// What outlives the peer while frames and timers that name it are on their way.
class SimPeer::Life final : public WireEnd, public std::enable_shared_from_this<Life> {
 public:
  Life(World& world, Network& network, broker::Loop& loop, const Target& target)
      : world_(world), network_(network), loop_(loop), target_(target) {}

  void send(PeerRequest request, Answered answered);
  void on_disconnect(absl::AnyInvocable<void()> told) { told_ = std::move(told); }
  void stop();
  void end();

  void on_frame(Bytes frame) override;
  void on_closed() override;

 private:
  struct Asked {
    uint64_t id = 0;
    PeerRequest request;
    Answered answered;
    TimerId timer = TimerId::kNone;
    int16_t version = 0;
    bool has_timed_out = false;
  };
  using Many = std::deque<Asked>;

  void pump_later();
  void pump();
  void connect();
  void connected(std::shared_ptr<Wire> wire);
  void fail_attempt(What what, const char* why);
  void send_waiting();
  void take_answer(Bytes frame);
  void on_deadline(uint64_t id);
  void lose(const char* why);
  void fail(Many many, What what, const char* why);
  TimerId call_at(int64_t deadline_ms, absl::AnyInvocable<void(Life&)> task);
  void cancel(TimerId& timer) {
    if (timer != TimerId::kNone) loop_.cancel(std::exchange(timer, TimerId::kNone));
  }

  World& world_;
  Network& network_;
  broker::Loop& loop_;
  const Target target_;
  Many waiting_, sent_;
  std::shared_ptr<Wire> wire_;
  absl::AnyInvocable<void()> told_;
  uint64_t last_id_ = 0, attempt_ = 0;
  bool connecting_ = false, stopped_ = false, ended_ = false, pumps_later_ = false;
  int failures_ = 0;
  int64_t retry_at_ms_ = 0;
  TimerId setup_timer_ = TimerId::kNone, retry_timer_ = TimerId::kNone;
};

SimPeer::SimPeer(World& world, Network& network, broker::Loop& loop, const Target& target)
    : life_(std::make_shared<Life>(world, network, loop, target)) {}
SimPeer::~SimPeer() { life_->end(); }
void SimPeer::send(PeerRequest request, Answered answered) {
  life_->send(std::move(request), std::move(answered));
}
void SimPeer::on_disconnect(absl::AnyInvocable<void()> told) { life_->on_disconnect(std::move(told)); }
void SimPeer::stop() { life_->stop(); }

TimerId SimPeer::Life::call_at(int64_t deadline_ms, absl::AnyInvocable<void(Life&)> task) {
  return loop_.call_at(deadline_ms, [weak = weak_from_this(), task = std::move(task)]() mutable {
    const auto self = weak.lock();
    if (self != nullptr && !self->ended_) task(*self);
  });
}

// ---- Asking

void SimPeer::Life::send(PeerRequest request, Answered answered) {
  Asked& asked = waiting_.emplace_back();
  asked.id = ++last_id_;
  asked.timer = call_at(request.deadline_ms, [id = asked.id](Life& self) { self.on_deadline(id); });
  asked.request = std::move(request);
  asked.answered = std::move(answered);
  pump_later();
}

void SimPeer::Life::pump_later() {
  if (std::exchange(pumps_later_, true)) return;
  loop_.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr || self->ended_) return;
    self->pumps_later_ = false;
    self->pump();
  });
}

void SimPeer::Life::pump() {
  if (waiting_.empty()) return;
  if (stopped_) return fail(std::exchange(waiting_, {}), What::kStopped, "stopped");
  if (wire_ != nullptr) return send_waiting();
  if (connecting_ || retry_timer_ != TimerId::kNone) return;
  if (loop_.now_ms() >= retry_at_ms_) return connect();
  retry_timer_ = call_at(retry_at_ms_, [](Life& self) {
    self.retry_timer_ = TimerId::kNone;
    self.pump();
  });
}

void SimPeer::Life::send_waiting() {
  for (; !waiting_.empty(); waiting_.pop_front()) {
    Asked& asked = waiting_.front();
    const broker::Api* api = broker::find_api(asked.request.key);
    CHECK(api != nullptr);
    asked.version = std::min(asked.request.version_max, api->version_max);
    Bytes frame;
    const size_t start = protocol::begin_frame(frame);
    protocol::Writer writer(frame);
    const auto correlation = static_cast<int32_t>(asked.id);
    protocol::RequestHeader{asked.request.key, asked.version, correlation, "sim"}.write(writer);
    auto encode = std::move(asked.request.encode);
    encode(asked.version, frame);
    protocol::end_frame(frame, start, {});
    network_.send(wire_, Wire::kDialer, std::move(frame));
    sent_.push_back(std::move(asked));
  }
}

// ---- Connecting

void SimPeer::Life::connect() {
  connecting_ = true;
  const uint64_t attempt = ++attempt_;
  setup_timer_ = call_at(loop_.now_ms() + kSetupTimeoutMs, [](Life& self) {
    self.setup_timer_ = TimerId::kNone;
    self.fail_attempt(What::kNotConnected, "no connection in time");
  });
  const std::weak_ptr<Life> weak = weak_from_this();
  auto is_wanted = [weak, attempt] {
    const auto self = weak.lock();
    return self != nullptr && self->connecting_ && self->attempt_ == attempt;
  };
  auto dialed = [weak, is_wanted, network = &network_](std::shared_ptr<Wire> wire) {
    if (!is_wanted()) {
      if (wire != nullptr) network->close(wire, Wire::kDialer);
      return;
    }
    // The process whose connection it was may have gone; then so has its loop, and nobody wants it.
    weak.lock()->loop_.post([weak, is_wanted, wire, network] {
      if (is_wanted()) return weak.lock()->connected(wire);
      if (wire != nullptr) network->close(wire, Wire::kDialer);
    });
  };
  network_.dial(target_.from, target_.to, target_.port, shared_from_this(), is_wanted, dialed);
}

void SimPeer::Life::connected(std::shared_ptr<Wire> wire) {
  if (wire == nullptr) return fail_attempt(What::kRefused, "refused");
  cancel(setup_timer_);
  connecting_ = false;
  failures_ = 0;
  wire_ = std::move(wire);
  // The other end may have closed it meanwhile.
  if (wire_->ends[Wire::kDialer] == nullptr) return lose("closed");
  pump();
}

void SimPeer::Life::fail_attempt(What what, const char* why) {
  const auto self = shared_from_this();
  cancel(setup_timer_);
  connecting_ = false;
  const int64_t backoff = std::min(kBackoffMs << std::min(failures_++, 10), kBackoffMsMax);
  retry_at_ms_ = loop_.now_ms() + backoff + static_cast<int64_t>(world_.random().below(20));
  fail(std::exchange(waiting_, {}), what, why);
}

// ---- Being answered

void SimPeer::Life::on_frame(Bytes frame) {
  if (ended_) return;
  loop_.post([weak = weak_from_this(), frame = std::move(frame)]() mutable {
    const auto self = weak.lock();
    if (self != nullptr && !self->ended_) self->take_answer(std::move(frame));
  });
}

void SimPeer::Life::take_answer(Bytes frame) {
  if (sent_.empty()) return;
  const auto self = shared_from_this();
  protocol::Reader reader(ByteView(frame).subspan(sizeof(int32_t)));
  const int32_t correlation =
      protocol::read_response_header(reader, sent_.front().request.key, sent_.front().version);
  // Of a connection that was given up.
  if (correlation != static_cast<int32_t>(sent_.front().id)) return;
  CHECK(reader.ok());
  Asked asked = std::move(sent_.front());
  sent_.pop_front();
  cancel(asked.timer);
  const size_t body_size = reader.remaining();
  PeerAnswer answer{.version = asked.version, .frame = std::move(frame), .body = {}};
  answer.body = ByteView(answer.frame).last(body_size);
  asked.answered(std::move(answer));
}

void SimPeer::Life::on_closed() {
  if (ended_) return;
  loop_.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr || self->ended_ || self->wire_ == nullptr) return;
    if (self->wire_->ends[Wire::kDialer] == nullptr) self->lose("closed by the other end");
  });
}

void SimPeer::Life::on_deadline(uint64_t id) {
  const auto is_it = [id](const Asked& asked) { return asked.id == id; };
  if (const auto found = std::ranges::find_if(waiting_, is_it); found != waiting_.end()) {
    Many late;
    late.push_back(std::move(*found));
    waiting_.erase(found);
    return fail(std::move(late), What::kTimedOut, "no connection in time");
  }
  const auto found = std::ranges::find_if(sent_, is_it);
  if (found == sent_.end()) return;
  found->has_timed_out = true;
  lose("no answer in time");
}

// ---- Ending

void SimPeer::Life::lose(const char* why) {
  const auto self = shared_from_this();
  if (const auto wire = std::exchange(wire_, nullptr)) network_.close(wire, Wire::kDialer);
  retry_at_ms_ = loop_.now_ms() + kBackoffMs;
  fail(std::exchange(sent_, {}), What::kClosed, why);
  if (ended_) return;
  if (told_) {
    auto told = std::exchange(told_, nullptr);
    told();
    if (!ended_ && !told_) told_ = std::move(told);
  }
  if (!ended_ && !waiting_.empty()) pump_later();
}

void SimPeer::Life::fail(Many many, What what, const char* why) {
  const auto self = shared_from_this();
  for (Asked& asked : many) cancel(asked.timer);
  for (Asked& asked : many) {
    if (ended_) return;
    asked.answered(Error{PeerFailure{asked.has_timed_out ? What::kTimedOut : what, why}});
  }
}

void SimPeer::Life::stop() {
  const auto self = shared_from_this();
  stopped_ = true;
  connecting_ = false;
  cancel(setup_timer_);
  cancel(retry_timer_);
  if (const auto wire = std::exchange(wire_, nullptr)) network_.close(wire, Wire::kDialer);
  fail(std::exchange(sent_, {}), What::kStopped, "stopped");
  if (!ended_) fail(std::exchange(waiting_, {}), What::kStopped, "stopped");
}

void SimPeer::Life::end() {
  stopped_ = ended_ = true;
  connecting_ = false;
  cancel(setup_timer_);
  cancel(retry_timer_);
  for (Many* many : {&sent_, &waiting_}) {
    for (Asked& asked : *many) cancel(asked.timer);
    many->clear();
  }
  told_ = nullptr;
  if (const auto wire = std::exchange(wire_, nullptr)) network_.close(wire, Wire::kDialer);
}

}  // namespace klamm::sim::cluster
