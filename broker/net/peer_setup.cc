// How a connection to another node comes to be: addresses, one link after the other, the login, versions.
#include <errno.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/net/peer_life.h"
#include "protocol/frame.h"

namespace klamm::broker::net {
namespace {

// Of a session's life, after which the node logs in again before it asks more (KIP-368).
constexpr int64_t kSessionPercent = 85;

int64_t percent_of(int64_t value, int64_t percent) {
  return value / 100 * percent + value % 100 * percent / 100;
}

// This host has no IPv6, or no way into it: that says nothing of who has such an address beside others.
bool is_of_no_use_here(const PeerAddress& address, int error) {
  return address.address.ss_family == AF_INET6 &&
         (error == EADDRNOTAVAIL || error == EAFNOSUPPORT || error == ENETUNREACH);
}

}  // namespace

// ---- Connecting

void PeerLife::connect_soon() {
  if (loop_.now_ms() >= retry_at_ms_) return begin_attempt();
  if (retry_timer_ != TimerId::kNone) return;
  retry_timer_ = call_at(retry_at_ms_, [](PeerLife& life) {
    life.retry_timer_ = TimerId::kNone;
    life.pump();
  });
}

void PeerLife::begin_attempt() {
  CHECK(state_ == State::kIdle && link_ == nullptr);
  state_ = State::kResolving;
  attempt_deadline_ms_ = loop_.now_ms() + commons_->settings().setup_timeout_ms;
  attempt_timer_ = call_at(attempt_deadline_ms_, [](PeerLife& life) { life.on_attempt_timeout(); });
  address_failures_.clear();
  refusals_ = 0;
  of_no_use_ = 0;
  if (std::exchange(is_resolving_, true)) return;
  commons_->uses().resolvers.run(
      [commons = commons_, weak = weak_from_this(), host = target_.host, port = target_.port] {
        commons->uses().loop.post([weak, addresses = commons->resolver()(host, port)]() mutable {
          if (const auto life = weak.lock()) life->on_addresses(std::move(addresses));
        });
      });
}

void PeerLife::on_addresses(Result<std::vector<PeerAddress>, Failure> addresses) {
  is_resolving_ = false;
  if (state_ != State::kResolving) return;
  if (!addresses) return fail_attempt(addresses.error().message);
  addresses_ = *std::move(addresses);
  next_address_ = 0;
  CHECK(!addresses_.empty());
  const auto first = static_cast<ptrdiff_t>(useless_ % addresses_.size());
  std::rotate(addresses_.begin(), addresses_.begin() + first, addresses_.end());
  try_next_address();
}

void PeerLife::try_next_address() {
  state_ = State::kConnecting;
  const auto tls = commons_->tls();
  if (commons_->settings().speaks_tls && tls == nullptr) {
    return fail_attempt("this node's own stores for that listener are of no use; its log says at start why");
  }
  while (next_address_ < addresses_.size()) {
    const int64_t left_ms = std::max<int64_t>(attempt_deadline_ms_ - loop_.now_ms(), 0);
    const auto addresses_left = static_cast<int64_t>(addresses_.size() - next_address_);
    int error = 0;
    link_ = PeerLink::open({.loop = loop_,
                            .scratch = commons_->scratch(),
                            .tls = tls,
                            .host = target_.host,
                            .frame_size_max = commons_->settings().frame_size_max},
                           addresses_[next_address_++], *this, error);
    if (link_ == nullptr) {
      note_connect_failure(error);
      continue;
    }
    if (addresses_left == 1) return;
    // None takes the time of those behind it.
    const int64_t patience_ms = left_ms / addresses_left;
    address_timer_ = call_at(loop_.now_ms() + patience_ms,
                             [patience_ms](PeerLife& life) { life.on_address_timeout(patience_ms); });
    return;
  }
  const bool nobody_listens = refusals_ > 0 && refusals_ + of_no_use_ == addresses_.size();
  fail_attempt(address_failures(),
               nobody_listens ? PeerFailure::What::kRefused : PeerFailure::What::kNotConnected);
}

void PeerLife::note_connect_failure(int error) {
  if (error == ECONNREFUSED) ++refusals_;
  if (is_of_no_use_here(addresses_[next_address_ - 1], error)) ++of_no_use_;
  note_address_failure(connect_failure_text(error));
}

void PeerLife::note_address_failure(const std::string& why) {
  const std::string address = addresses_[next_address_ - 1].to_string();
  if (!address_failures_.empty() && address_failures_.back().why == why) {
    address_failures_.back().addresses += ", " + address;
  } else {
    address_failures_.push_back({why, address});
  }
}

std::string PeerLife::address_failures() const {
  std::string text;
  for (const auto& [why, addresses] : address_failures_) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", addresses, why);
  }
  // Where there is but one, the host says enough.
  return addresses_.size() == 1 && !text.empty() ? address_failures_.back().why : text;
}

void PeerLife::on_address_timeout(int64_t patience_ms) {
  address_timer_ = TimerId::kNone;
  link_->close();
  link_.reset();
  note_address_failure(fmt::format("no answer within {} ms", patience_ms));
  try_next_address();
}

void PeerLife::on_attempt_timeout() {
  attempt_timer_ = TimerId::kNone;
  const std::string before = address_failures_.empty() ? "" : address_failures() + "; ";
  give_up_link(fmt::format("{}nothing came of it within {} ms: {}", before,
                           commons_->settings().setup_timeout_ms, present_doing()));
}

std::string_view PeerLife::present_doing() const {
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

void PeerLife::fail_attempt(const std::string& why, PeerFailure::What what) {
  CHECK(!is_established_ && state_ != State::kStopped);
  let_go();
  state_ = State::kIdle;
  tell_unreachable(why);
  retry_at_ms_ = loop_.now_ms() + reach_.next_backoff_ms();
  sent_.clear();
  fail(std::exchange(waiting_, {}), what, why);
}

// ---- The beginning of a connection

void PeerLife::on_link_open() {
  CHECK(state_ == State::kConnecting);
  cancel(address_timer_);
  address_failures_.clear();
  next_correlation_ = 0;
  log_in_again_at_ms_ = kNever;
  const auto& sasl = commons_->settings().sasl;
  if (!sasl) return ask_versions();
  state_ = State::kLoggingIn;
  ask(login_.emplace(*sasl).begin());
}

void PeerLife::ask(PeerQuestion question) {
  Asked asked;
  asked.request.key = question.key;
  asked.version = question.version;
  asked.correlation = next_correlation_++;
  link_->write(frame_of(
      asked, [&](Bytes& out) { out.insert(out.end(), question.body.begin(), question.body.end()); }));
  sent_.push_back(std::move(asked));
  link_->flush();
}

void PeerLife::on_own_answer(ByteView body) {
  const bool is_login = state_ == State::kLoggingIn;
  PeerStep step = is_login ? login_->on_answer(body) : versions_.on_answer(body);
  if (!step) return give_up_link(step.error().message);
  if (*step) return ask(**std::move(step));
  return is_login ? logged_in() : be_open();
}

void PeerLife::logged_in() {
  const int64_t lifetime_ms = login_->session_lifetime_ms();
  log_in_again_at_ms_ = lifetime_ms == 0 ? kNever : loop_.now_ms() + percent_of(lifetime_ms, kSessionPercent);
  return is_established_ ? be_open() : ask_versions();
}

void PeerLife::ask_versions() {
  state_ = State::kAskingVersions;
  versions_ = VersionsExchange();
  ask(versions_.question());
}

void PeerLife::be_open() {
  cancel(attempt_timer_);
  state_ = State::kOpen;
  const bool is_new = !std::exchange(is_established_, true);
  const std::string line = is_new ? reach_.on_reached() : "";
  if (!line.empty()) LOG_INFO("{}", line);
  send_waiting();
}

void PeerLife::log_in_again() {
  CHECK(sent_.empty() && login_);
  state_ = State::kLoggingIn;
  attempt_timer_ = call_at(loop_.now_ms() + commons_->settings().setup_timeout_ms,
                           [](PeerLife& life) { life.on_attempt_timeout(); });
  ask(login_->begin_again());
}

}  // namespace klamm::broker::net
