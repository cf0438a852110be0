#include "broker/net/peer_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/logging.h"
#include "broker/net/peer_link.h"
#include "broker/net/peer_login.h"
#include "broker/net/peer_reach.h"
#include "broker/net/peer_versions.h"
#include "protocol/frame.h"

namespace klamm::broker::net {
namespace {

using What = PeerFailure::What;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr size_t kFirstCapacity = 256;
// Of a session's life, after which the node logs in again before it asks more (KIP-368).
constexpr int64_t kSessionPercent = 85;

int64_t percent_of(int64_t value, int64_t percent) {
  return value / 100 * percent + value % 100 * percent / 100;
}

std::string display(const PeerTarget& target, const std::string& listener) {
  const bool is_bare_ipv6 = target.host.find(':') != std::string::npos;
  return fmt::format("{} at {}{}{}:{} (listener {})", target.who, is_bare_ipv6 ? "[" : "", target.host,
                     is_bare_ipv6 ? "]" : "", target.port, listener);
}

// A request that waits, or was sent. One of the connection's own has nobody to be answered, and no timer.
struct Asked {
  uint64_t id = 0;
  PeerRequest request;
  Peer::Answered answered;
  TimerId timer = TimerId::kNone;
  bool has_timed_out = false;
  // Once it was sent.
  int16_t version = 0;
  int32_t correlation = 0;
};
using AskedList = std::deque<Asked>;

}  // namespace

//   state            | a link | goes on
//   kIdle            | no     | to kResolving, when a request waits and the backoff is over
//   kResolving       | no     | to kConnecting, or back to kIdle
//   kConnecting      | yes    | to kLoggingIn or kAskingVersions; to the next address; to kIdle after the
//   last kLoggingIn       | yes    | to kAskingVersions; to kOpen, when it was open before; to kIdle
//   kAskingVersions  | yes    | to kOpen, or to kIdle
//   kOpen            | yes    | to kLoggingIn, when the session's time is nearly over; to kIdle
//   kStopped         | no     |
class PeerConnection::Life final : public PeerLink::Owner, public std::enable_shared_from_this<Life> {
 public:
  Life(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id);

  void send(PeerRequest request, Answered answered);
  void on_disconnect(absl::AnyInvocable<void()> told) { told_ = std::move(told); }
  void stop();
  // The peer is destroyed: nobody is called any more.
  void end();
  bool is_on_its_loop() const { return loop_.is_current(); }

 private:
  enum class State { kIdle, kResolving, kConnecting, kLoggingIn, kAskingVersions, kOpen, kStopped };

  // PeerLink::Owner.
  void on_link_open() override;
  void on_frame(Bytes frame) override;
  void on_link_lost(PeerLink::Stage at, const std::string& why) override;

  // Connecting.
  void connect_soon();
  void begin_attempt();
  void on_addresses(Result<std::vector<PeerAddress>, Failure> addresses);
  void try_next_address();
  void note_address_failure(const std::string& why);
  void on_address_timeout(int64_t patience_ms);
  void on_attempt_timeout();
  std::string_view present_doing() const;
  void fail_attempt(const std::string& why);

  // The beginning of a connection.
  void ask(PeerQuestion question);
  void on_own_answer(ByteView body);
  void logged_in();
  void ask_versions();
  void be_open();
  void log_in_again();

  // Requests.
  void pump_later();
  void pump();
  void send_waiting();
  void send_now(Asked asked);
  Bytes begin_frame_of(int16_t key, int16_t version, int32_t correlation, size_t& start) const;
  void on_deadline(uint64_t id);

  // The end of a connection.
  void give_up_link(const std::string& why);
  void lost(const std::string& why);
  void disconnected(const std::string& why);
  void tell_unreachable(const std::string& why);
  void let_go();
  void fail(AskedList list, What what, const std::string& why);
  void tell_disconnect();

  TimerId call_at(int64_t deadline_ms, absl::AnyInvocable<void(Life&)> task);
  void cancel(TimerId& timer) { loop_.cancel(std::exchange(timer, TimerId::kNone)); }

  const std::shared_ptr<PeerCommons> commons_;
  LoopThread& loop_;
  const PeerTarget target_;
  const std::string client_id_;
  PeerReach reach_;

  State state_ = State::kIdle;
  bool is_established_ = false;  // it was open, and the connection is still the same
  bool has_ended_ = false;       // the peer is destroyed
  bool pumps_later_ = false;
  absl::AnyInvocable<void()> told_;
  int64_t retry_at_ms_ = std::numeric_limits<int64_t>::min();
  TimerId retry_timer_ = TimerId::kNone;

  // Of an attempt.
  bool is_resolving_ = false;               // a worker is at it, be it for an attempt that has failed since
  TimerId attempt_timer_ = TimerId::kNone;  // also of a login on an open connection
  int64_t attempt_deadline_ms_ = 0;
  std::vector<PeerAddress> addresses_;
  size_t next_address_ = 0;
  std::string address_failures_;
  TimerId address_timer_ = TimerId::kNone;

  // Of a connection.
  std::shared_ptr<PeerLink> link_;
  std::optional<PeerLogin> login_;
  VersionsExchange versions_;
  int64_t log_in_again_at_ms_ = kNever;
  int32_t next_correlation_ = 0;

  uint64_t next_id_ = 0;
  AskedList waiting_;
  AskedList sent_;  // answers come in this order
};

// ---- PeerConnection

PeerConnection::PeerConnection(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id)
    : life_(std::make_shared<Life>(std::move(commons), std::move(target), std::move(client_id))) {
  CHECK(life_->is_on_its_loop());
}

PeerConnection::~PeerConnection() {
  CHECK(life_->is_on_its_loop());
  life_->end();
}

void PeerConnection::send(PeerRequest request, Answered answered) {
  CHECK(life_->is_on_its_loop());
  CHECK(request.encode && answered);
  life_->send(std::move(request), std::move(answered));
}

void PeerConnection::on_disconnect(absl::AnyInvocable<void()> told) {
  CHECK(life_->is_on_its_loop());
  life_->on_disconnect(std::move(told));
}

void PeerConnection::stop() {
  CHECK(life_->is_on_its_loop());
  const auto life = life_;
  life->stop();
}

PeerConnection::Life::Life(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id)
    : commons_(std::move(commons)),
      loop_(commons_->uses().loop),
      target_(std::move(target)),
      client_id_(std::move(client_id)),
      reach_(display(target_, commons_->settings().listener),
             {commons_->settings().reconnect_backoff_ms, commons_->settings().reconnect_backoff_max_ms},
             commons_->uses().random) {}

TimerId PeerConnection::Life::call_at(int64_t deadline_ms, absl::AnyInvocable<void(Life&)> task) {
  return loop_.call_at(deadline_ms, [weak = weak_from_this(), task = std::move(task)]() mutable {
    if (const auto life = weak.lock()) task(*life);
  });
}

// ---- Requests

void PeerConnection::Life::send(PeerRequest request, Answered answered) {
  Asked& asked = waiting_.emplace_back();
  asked.id = next_id_++;
  asked.timer = call_at(request.deadline_ms, [id = asked.id](Life& life) { life.on_deadline(id); });
  asked.request = std::move(request);
  asked.answered = std::move(answered);
  pump_later();
}

// What is sent in one turn of the loop leaves together.
void PeerConnection::Life::pump_later() {
  if (std::exchange(pumps_later_, true)) return;
  loop_.post([weak = weak_from_this()] {
    if (const auto life = weak.lock()) life->pump();
  });
}

void PeerConnection::Life::pump() {
  pumps_later_ = false;
  if (waiting_.empty()) return;
  if (state_ == State::kIdle) return connect_soon();
  if (state_ == State::kOpen) return send_waiting();
  if (state_ == State::kStopped) fail(std::exchange(waiting_, {}), What::kStopped, "this node stops");
}

void PeerConnection::Life::send_waiting() {
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

Bytes PeerConnection::Life::begin_frame_of(int16_t key, int16_t version, int32_t correlation,
                                           size_t& start) const {
  Bytes frame;
  frame.reserve(kFirstCapacity);
  start = protocol::begin_frame(frame);
  protocol::Writer writer(frame);
  protocol::RequestHeader{key, version, correlation, client_id_}.write(writer);
  return frame;
}

void PeerConnection::Life::send_now(Asked asked) {
  asked.correlation = next_correlation_++;
  size_t start = 0;
  Bytes frame = begin_frame_of(asked.request.key, asked.version, asked.correlation, start);
  // Whatever it holds is let go of with it.
  auto encode = std::move(asked.request.encode);
  encode(asked.version, frame);
  protocol::end_frame(frame, start, {});
  link_->write(std::move(frame));
  sent_.push_back(std::move(asked));
}

void PeerConnection::Life::on_frame(Bytes frame) {
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

void PeerConnection::Life::on_deadline(uint64_t id) {
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
void PeerConnection::Life::fail(AskedList list, What what, const std::string& why) {
  const auto self = shared_from_this();
  for (Asked& asked : list) cancel(asked.timer);
  for (Asked& asked : list) {
    if (has_ended_) return;
    if (!asked.answered) continue;
    asked.answered(Error{PeerFailure{asked.has_timed_out ? What::kTimedOut : what, why}});
  }
}

// ---- Connecting

void PeerConnection::Life::connect_soon() {
  if (loop_.now_ms() >= retry_at_ms_) return begin_attempt();
  if (retry_timer_ != TimerId::kNone) return;
  retry_timer_ = call_at(retry_at_ms_, [](Life& life) {
    life.retry_timer_ = TimerId::kNone;
    life.pump();
  });
}

void PeerConnection::Life::begin_attempt() {
  CHECK(state_ == State::kIdle && link_ == nullptr);
  state_ = State::kResolving;
  attempt_deadline_ms_ = loop_.now_ms() + commons_->settings().setup_timeout_ms;
  attempt_timer_ = call_at(attempt_deadline_ms_, [](Life& life) { life.on_attempt_timeout(); });
  address_failures_.clear();
  if (std::exchange(is_resolving_, true)) return;
  commons_->uses().resolvers.run(
      [commons = commons_, weak = weak_from_this(), host = target_.host, port = target_.port] {
        commons->uses().loop.post([weak, addresses = commons->resolver()(host, port)]() mutable {
          if (const auto life = weak.lock()) life->on_addresses(std::move(addresses));
        });
      });
}

void PeerConnection::Life::on_addresses(Result<std::vector<PeerAddress>, Failure> addresses) {
  is_resolving_ = false;
  if (state_ != State::kResolving) return;
  if (!addresses) return fail_attempt(addresses.error().message);
  addresses_ = *std::move(addresses);
  next_address_ = 0;
  CHECK(!addresses_.empty());
  try_next_address();
}

void PeerConnection::Life::try_next_address() {
  state_ = State::kConnecting;
  while (next_address_ < addresses_.size()) {
    const int64_t left_ms = std::max<int64_t>(attempt_deadline_ms_ - loop_.now_ms(), 0);
    const auto addresses_left = static_cast<int64_t>(addresses_.size() - next_address_);
    std::string why;
    link_ = PeerLink::open({.loop = loop_,
                            .scratch = commons_->scratch(),
                            .tls = commons_->tls(),
                            .host = target_.host,
                            .frame_size_max = commons_->settings().frame_size_max},
                           addresses_[next_address_++], *this, why);
    if (link_ == nullptr) {
      note_address_failure(why);
      continue;
    }
    if (addresses_left == 1) return;
    // None takes the time of those behind it.
    const int64_t patience_ms = left_ms / addresses_left;
    address_timer_ = call_at(loop_.now_ms() + patience_ms,
                             [patience_ms](Life& life) { life.on_address_timeout(patience_ms); });
    return;
  }
  fail_attempt(address_failures_);
}

void PeerConnection::Life::note_address_failure(const std::string& why) {
  if (addresses_.size() == 1) {
    address_failures_ = why;
    return;
  }
  if (!address_failures_.empty()) address_failures_ += "; ";
  address_failures_ += addresses_[next_address_ - 1].to_string() + ": " + why;
}

void PeerConnection::Life::on_address_timeout(int64_t patience_ms) {
  address_timer_ = TimerId::kNone;
  link_->close();
  link_.reset();
  note_address_failure(fmt::format("no answer within {} ms", patience_ms));
  try_next_address();
}

void PeerConnection::Life::on_attempt_timeout() {
  attempt_timer_ = TimerId::kNone;
  const std::string before = address_failures_.empty() ? "" : address_failures_ + "; ";
  give_up_link(fmt::format("{}nothing came of it within {} ms: {}", before,
                           commons_->settings().setup_timeout_ms, present_doing()));
}

std::string_view PeerConnection::Life::present_doing() const {
  switch (state_) {
    case State::kIdle:
      return "the next attempt is still to come";
    case State::kResolving:
      return "the name server was asked for its address; look whether that answers";
    case State::kConnecting:
      return link_ != nullptr && link_->stage() == PeerLink::Stage::kHandshaking
                 ? "its TLS handshake was not over; look whether its listener has TLS"
                 : "it did not answer; look whether the host runs, and whether a firewall drops what is sent "
                   "to it";
    case State::kLoggingIn:
      return "the login was not over; look whether its listener has SASL";
    case State::kAskingVersions:
      return "it did not say which versions it knows; look what listens there";
    default:
      return "other requests were before it";
  }
}

void PeerConnection::Life::fail_attempt(const std::string& why) {
  CHECK(!is_established_ && state_ != State::kStopped);
  let_go();
  state_ = State::kIdle;
  tell_unreachable(why);
  retry_at_ms_ = loop_.now_ms() + reach_.next_backoff_ms();
  sent_.clear();
  fail(std::exchange(waiting_, {}), What::kNotConnected, why);
}

// ---- The beginning of a connection

void PeerConnection::Life::on_link_open() {
  CHECK(state_ == State::kConnecting);
  cancel(address_timer_);
  next_correlation_ = 0;
  log_in_again_at_ms_ = kNever;
  const auto& sasl = commons_->settings().sasl;
  if (!sasl) return ask_versions();
  state_ = State::kLoggingIn;
  ask(login_.emplace(*sasl).begin());
}

void PeerConnection::Life::ask(PeerQuestion question) {
  Asked asked;
  asked.request.key = question.key;
  asked.version = question.version;
  asked.correlation = next_correlation_++;
  size_t start = 0;
  Bytes frame = begin_frame_of(question.key, question.version, asked.correlation, start);
  frame.insert(frame.end(), question.body.begin(), question.body.end());
  protocol::end_frame(frame, start, {});
  sent_.push_back(std::move(asked));
  link_->write(std::move(frame));
  link_->flush();
}

void PeerConnection::Life::on_own_answer(ByteView body) {
  const bool is_login = state_ == State::kLoggingIn;
  PeerStep step = is_login ? login_->on_answer(body) : versions_.on_answer(body);
  if (!step) return give_up_link(step.error().message);
  if (*step) return ask(**std::move(step));
  return is_login ? logged_in() : be_open();
}

void PeerConnection::Life::logged_in() {
  const int64_t lifetime_ms = login_->session_lifetime_ms();
  log_in_again_at_ms_ = lifetime_ms == 0 ? kNever : loop_.now_ms() + percent_of(lifetime_ms, kSessionPercent);
  return is_established_ ? be_open() : ask_versions();
}

void PeerConnection::Life::ask_versions() {
  state_ = State::kAskingVersions;
  versions_ = VersionsExchange();
  ask(versions_.question());
}

void PeerConnection::Life::be_open() {
  cancel(attempt_timer_);
  state_ = State::kOpen;
  const bool is_new = !std::exchange(is_established_, true);
  const std::string line = is_new ? reach_.on_reached() : "";
  if (!line.empty()) LOG_INFO("{}", line);
  send_waiting();
}

void PeerConnection::Life::log_in_again() {
  CHECK(sent_.empty() && login_);
  state_ = State::kLoggingIn;
  attempt_timer_ = call_at(loop_.now_ms() + commons_->settings().setup_timeout_ms,
                           [](Life& life) { life.on_attempt_timeout(); });
  ask(login_->begin_again());
}

// ---- The end of a connection

void PeerConnection::Life::on_link_lost(PeerLink::Stage at, const std::string& why) {
  const auto self = shared_from_this();
  link_.reset();
  if (at == PeerLink::Stage::kConnecting) {
    cancel(address_timer_);
    note_address_failure(why);
    return try_next_address();
  }
  if (why != PeerLink::kClosedByPeer) return lost(why);
  if (state_ == State::kLoggingIn) return lost(why + " during the login; its log says why");
  if (state_ == State::kAskingVersions) {
    return lost(why +
                " when it was asked which versions it knows; compare listener.security.protocol.map of both "
                "nodes: its listener may want TLS or SASL");
  }
  lost(why);
}

void PeerConnection::Life::give_up_link(const std::string& why) {
  const auto self = shared_from_this();
  if (link_ != nullptr) link_->close();
  link_.reset();
  lost(why);
}

void PeerConnection::Life::lost(const std::string& why) {
  if (is_established_) return disconnected(why);
  fail_attempt(why);
}

void PeerConnection::Life::disconnected(const std::string& why) {
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

void PeerConnection::Life::tell_unreachable(const std::string& why) {
  const std::string line = reach_.on_unreachable(why);
  if (!line.empty()) LOG_WARN("{}", line);
}

void PeerConnection::Life::let_go() {
  cancel(attempt_timer_);
  cancel(address_timer_);
  cancel(retry_timer_);
  if (link_ != nullptr) link_->close();
  link_.reset();
  login_.reset();
}

void PeerConnection::Life::tell_disconnect() {
  if (has_ended_ || !told_) return;
  auto told = std::exchange(told_, nullptr);
  told();
  if (!has_ended_ && !told_) told_ = std::move(told);
}

void PeerConnection::Life::stop() {
  let_go();
  is_established_ = false;
  state_ = State::kStopped;
  fail(std::exchange(sent_, {}), What::kStopped, "this node stops");
  fail(std::exchange(waiting_, {}), What::kStopped, "this node stops");
}

void PeerConnection::Life::end() {
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
