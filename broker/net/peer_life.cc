#include "broker/net/peer_life.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "protocol/frame.h"

namespace klamm::broker::net {
namespace {

using What = PeerFailure::What;

constexpr size_t kFirstCapacity = 256;

std::string display(const PeerTarget& target, const std::string& listener) {
  const bool is_bare_ipv6 = target.host.find(':') != std::string::npos;
  return fmt::format("{} at {}{}{}:{} (listener {})", target.who, is_bare_ipv6 ? "[" : "", target.host,
                     is_bare_ipv6 ? "]" : "", target.port, listener);
}

}  // namespace

PeerLife::PeerLife(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id)
    : commons_(std::move(commons)),
      loop_(commons_->uses().loop),
      target_(std::move(target)),
      client_id_(std::move(client_id)),
      reach_(display(target_, commons_->settings().listener),
             {commons_->settings().reconnect_backoff_ms, commons_->settings().reconnect_backoff_max_ms},
             commons_->uses().random) {}

TimerId PeerLife::call_at(int64_t deadline_ms, absl::AnyInvocable<void(PeerLife&)> task) {
  return loop_.call_at(deadline_ms, [weak = weak_from_this(), task = std::move(task)]() mutable {
    if (const auto life = weak.lock()) task(*life);
  });
}

// ---- Requests

void PeerLife::send(PeerRequest request, Peer::Answered answered) {
  Asked& asked = waiting_.emplace_back();
  asked.id = next_id_++;
  asked.timer = call_at(request.deadline_ms, [id = asked.id](PeerLife& life) { life.on_deadline(id); });
  asked.request = std::move(request);
  asked.answered = std::move(answered);
  pump_later();
}

// What is sent in one turn of the loop leaves together.
void PeerLife::pump_later() {
  if (std::exchange(pumps_later_, true)) return;
  loop_.post([weak = weak_from_this()] {
    if (const auto life = weak.lock()) life->pump();
  });
}

void PeerLife::pump() {
  pumps_later_ = false;
  if (waiting_.empty()) return;
  if (state_ == State::kIdle) return connect_soon();
  if (state_ == State::kOpen) return send_waiting();
  if (state_ == State::kStopped) fail(std::exchange(waiting_, {}), What::kStopped, "this node stops");
}

void PeerLife::send_waiting() {
  CHECK(state_ == State::kOpen);
  AskedList late;
  AskedList unknown;
  while (!waiting_.empty()) {
    if (loop_.now_ms() >= log_in_again_at_ms_) {
      // Not before all answers have come, for which the other end may take its time.
      if (sent_.empty()) log_in_again();
      break;
    }
    Asked asked = std::move(waiting_.front());
    waiting_.pop_front();
    const PeerRequest& request = asked.request;
    const auto version = versions_.versions().newest(request.key, request.version_min, request.version_max);
    asked.version = version.value_or(0);
    if (request.deadline_ms <= loop_.now_ms()) {
      late.push_back(std::move(asked));
    } else if (!version) {
      unknown.push_back(std::move(asked));
    } else {
      send_now(std::move(asked));
    }
  }
  link_->flush();
  fail(std::move(late), What::kTimedOut, "there was no connection in time");
  fail(std::move(unknown), What::kUnsupportedVersion, "it knows none of the versions of this request");
}

Bytes PeerLife::frame_of(const Asked& asked, absl::FunctionRef<void(Bytes&)> append_body) const {
  Bytes frame;
  frame.reserve(kFirstCapacity);
  const size_t start = protocol::begin_frame(frame);
  protocol::Writer writer(frame);
  protocol::RequestHeader{asked.request.key, asked.version, asked.correlation, client_id_}.write(writer);
  append_body(frame);
  protocol::end_frame(frame, start, {});
  return frame;
}

void PeerLife::send_now(Asked asked) {
  asked.correlation = next_correlation_++;
  // Whatever it holds is let go of with it.
  auto encode = std::move(asked.request.encode);
  link_->write(frame_of(asked, [&](Bytes& out) { encode(asked.version, out); }));
  sent_.push_back(std::move(asked));
}

void PeerLife::on_frame(Bytes frame) {
  const auto self = shared_from_this();
  if (sent_.empty()) return give_up_link("it sent an answer to nothing that was asked");
  Asked& first = sent_.front();
  protocol::Reader reader(frame);
  const int32_t correlation = protocol::read_response_header(reader, first.request.key, first.version);
  if (!reader.ok() || correlation != first.correlation) {
    return give_up_link(
        fmt::format("its answer has correlation id {}, and {} was asked; look what listens there",
                    correlation, first.correlation));
  }
  Asked asked = std::move(first);
  sent_.pop_front();
  if (!asked.answered) return on_own_answer(reader.rest());
  cancel(asked.timer);
  const size_t body_size = reader.remaining();
  PeerAnswer answer{.version = asked.version, .frame = std::move(frame), .body = {}};
  answer.body = ByteView(answer.frame).last(body_size);
  asked.answered(std::move(answer));
  if (state_ == State::kOpen && sent_.empty() && !waiting_.empty()) pump_later();
}

void PeerLife::on_deadline(uint64_t id) {
  const auto waits = std::ranges::find(waiting_, id, &Asked::id);
  if (waits != waiting_.end()) {
    AskedList late;
    late.push_back(std::move(*waits));
    waiting_.erase(waits);
    return fail(std::move(late), What::kTimedOut,
                fmt::format("there was no connection in time: {}", present_doing()));
  }
  const auto sent = std::ranges::find_if(
      sent_, [id](const Asked& asked) { return asked.answered != nullptr && asked.id == id; });
  if (sent == sent_.end()) return;
  sent->has_timed_out = true;
  give_up_link("it did not answer in time");
}

// Those whose own time is over are told so. The first of them may be what destroys the peer.
void PeerLife::fail(AskedList list, What what, const std::string& why) {
  const auto self = shared_from_this();
  for (Asked& asked : list) cancel(asked.timer);
  for (Asked& asked : list) {
    if (has_ended_) return;
    if (!asked.answered) continue;
    asked.answered(Error{PeerFailure{asked.has_timed_out ? What::kTimedOut : what, why}});
  }
}

// ---- The end of a connection

void PeerLife::on_connect_failed(int error) {
  const auto self = shared_from_this();
  link_.reset();
  cancel(address_timer_);
  note_connect_failure(error);
  try_next_address();
}

void PeerLife::on_link_lost(const std::string& why) {
  const auto self = shared_from_this();
  link_.reset();
  if (why != PeerLink::kClosedByPeer) return lost(why);
  if (state_ == State::kLoggingIn) return lost(why + " during the login; its log says why");
  if (state_ == State::kAskingVersions) {
    return lost(why +
                " when it was asked which versions it knows; compare listener.security.protocol.map of both "
                "nodes: its listener may want TLS or SASL");
  }
  lost(why);
}

void PeerLife::give_up_link(const std::string& why) {
  const auto self = shared_from_this();
  if (link_ != nullptr) link_->close();
  link_.reset();
  lost(why);
}

void PeerLife::lost(const std::string& why) {
  if (is_established_) return disconnected(why);
  // As in Kafka, the next attempt begins with the address behind: it may be somebody else who listens there.
  ++useless_;
  fail_attempt(why);
}

void PeerLife::disconnected(const std::string& why) {
  LOG_INFO_LIMITED("the connection to {} has ended: {}", reach_.where(), why);
  const bool is_login = state_ == State::kLoggingIn;
  let_go();
  is_established_ = false;
  state_ = State::kIdle;
  if (is_login) tell_unreachable(why);
  retry_at_ms_ = loop_.now_ms() + reach_.next_backoff_ms();
  AskedList unsent;
  if (is_login) unsent.swap(waiting_);
  fail(std::exchange(sent_, {}), What::kClosed, why);
  fail(std::move(unsent), What::kNotConnected, why);
  tell_disconnect();
  if (!waiting_.empty()) pump_later();
}

void PeerLife::tell_unreachable(const std::string& why) {
  const std::string line = reach_.on_unreachable(why);
  if (!line.empty()) LOG_WARN("{}", line);
}

void PeerLife::let_go() {
  cancel(attempt_timer_);
  cancel(address_timer_);
  cancel(retry_timer_);
  if (link_ != nullptr) link_->close();
  link_.reset();
  login_.reset();
}

void PeerLife::tell_disconnect() {
  if (has_ended_ || !told_) return;
  auto told = std::exchange(told_, nullptr);
  told();
  if (!has_ended_ && !told_) told_ = std::move(told);
}

void PeerLife::stop() {
  let_go();
  is_established_ = false;
  state_ = State::kStopped;
  fail(std::exchange(sent_, {}), What::kStopped, "this node stops");
  fail(std::exchange(waiting_, {}), What::kStopped, "this node stops");
}

void PeerLife::end() {
  let_go();
  has_ended_ = true;
  is_established_ = false;
  state_ = State::kStopped;
  told_ = nullptr;
  for (AskedList* list : {&sent_, &waiting_}) {
    for (Asked& asked : *list) cancel(asked.timer);
    list->clear();
  }
}

}  // namespace klamm::broker::net
