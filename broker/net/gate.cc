#include "broker/net/gate.h"

#include <errno.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/net/loop_host.h"

namespace klamm::broker::net {
namespace {

using security::TlsSession;

// What OpenSSL takes for a handshake beside the buffers that a session tells of, about.
constexpr size_t kHandshakeBytes = 24 << 10;

}  // namespace

std::unique_ptr<Gate> Gate::make(LoopHost& host, const Arrival& arrival) {
  if (arrival.client->protocol == SecurityProtocol::kPlaintext) return nullptr;
  CHECK(host.parts().gates != nullptr);
  const ListenerGate* listener = host.parts().gates->find(arrival.client->listener);
  CHECK(listener != nullptr);
  return std::unique_ptr<Gate>(new Gate(host, arrival, *listener));
}

Gate::Gate(LoopHost& host, const Arrival& arrival, const ListenerGate& listener)
    : host_(host),
      stats_(host.stats(arrival.listener)),
      listener_(listener),
      client_(arrival.client),
      memory_(host.parts().logins),
      clients_memory_(*arrival.memory),
      deadline_ms_(host.loop().now_ms() + kPatienceMs),
      stage_(speaks_tls(arrival.client->protocol) ? Stage::kHandshake : Stage::kLogin),
      charge_(*memory_) {
  if (stage_ == Stage::kLogin) holds_since_ms_ = host.loop().now_ms();
  if (!listener.sasl()) return;
  const ListenerGates& gates = *host.parts().gates;
  login_.emplace(Login::Uses{
      .config = *listener.sasl(), .credentials = gates.credentials(), .listener = listener.name()});
}

Gate::~Gate() = default;

std::unique_ptr<Transport> Gate::make_transport(int socket) {
  if (stage_ != Stage::kHandshake) return make_plain_transport(socket);
  auto transport = std::make_unique<TlsTransport>(socket);
  tls_ = transport.get();
  return transport;
}

// ---- The handshake

Gate::Next Gate::handshake(const std::shared_ptr<Owner>& owner) {
  CHECK(is_handshaking());
  if (elsewhere_) return Next::kElsewhere;
  if (tls_->session() == nullptr && !begin_handshake(owner)) return Next::kMemory;
  while (true) {
    Moved sent = tls_->flush();
    if (sent.would_block()) return Next::kWritable;
    if (!sent.ok() || tls_->session()->state() != TlsSession::State::kHandshaking) return end_handshake();

    bool is_whole = false;
    Moved came = tls_->receive_handshake(is_whole);
    charge();
    if (came.would_block()) return Next::kReadable;
    if (came.error == EINTR) continue;
    if (!came.ok() || came.bytes == 0) return end_handshake();
    heard_ = true;
    if (!is_whole) continue;
    return hand_over(owner) ? Next::kElsewhere : Next::kClose;
  }
}

// Nothing is held for who has not said a word.
bool Gate::begin_handshake(const std::shared_ptr<Owner>& owner) {
  if (!memory_->admit(owner, overdraft_)) {
    waited_ = true;
    host_.shed_logins();
    return false;
  }
  // Those who had to wait have as long as others.
  if (waited_) deadline_ms_ = host_.loop().now_ms() + kPatienceMs;
  waited_ = false;
  tls_->set_session(TlsSession::accept(listener_.tls()));
  holds_since_ms_ = host_.loop().now_ms();
  charge();
  return true;
}

bool Gate::hand_over(const std::shared_ptr<Owner>& owner) {
  auto session = tls_->take_session();
  Handshakes& lane = *host_.parts().handshakes;
  elsewhere_ = lane.step(session, owner, !stepped_);
  if (elsewhere_) return true;
  fail_handshake(
      fmt::format("{} steps of TLS handshakes wait for a processor already, and no more are begun "
                  "until there are fewer",
                  lane.waiting()));
  return false;
}

void Gate::stepped(std::unique_ptr<TlsSession> session) {
  CHECK(elsewhere_);
  elsewhere_ = false;
  stepped_ = true;
  tls_->set_session(std::move(session));
  charge();
}

// The session has come to an end of the handshake, good or bad; or the peer has gone.
Gate::Next Gate::end_handshake() {
  const TlsSession& session = *tls_->session();
  if (session.state() != TlsSession::State::kOpen) {
    // Who never says a word looks whether the port is open, and has nothing to be told.
    return heard_ ? fail_handshake(session.failure()) : Next::kClose;
  }
  stats_.handshakes.add(1);
  overdraft_.release();
  if (login_) {
    stage_ = Stage::kLogin;
    return Next::kOver;
  }
  return open_as_peer() ? Next::kOver : Next::kClose;
}

Gate::Next Gate::fail_handshake(const std::string& why) {
  stats_.handshakes_failed.add(1);
  log_failure(why);
  return Next::kClose;
}

// As the one whom its certificate names.
bool Gate::open_as_peer() {
  const auto& peer = tls_->session()->peer();
  if (!peer) {
    open("User:ANONYMOUS");
    return true;
  }
  auto name = listener_.mapping().name_of(peer->subject);
  if (!name) {
    fail_handshake(name.error().message);
    return false;
  }
  open("User:" + *name);
  return true;
}

// ---- The login

Gate::Answer Gate::on_frame(ByteView frame) {
  if (!login_) return {};
  const int64_t now = host_.loop().now_ms();
  const bool has_expired = is_open() && now > login_->expires_at_ms();
  Login::Verdict verdict = login_->on_frame(frame, now);
  if (!verdict.hint.empty()) {
    LOG_WARN_LIMITED("{} (listener {}): {}", client_->host, client_->listener, verdict.hint);
  }
  if (verdict.what == Login::Verdict::What::kRefuse) return refuse(std::move(verdict), has_expired);
  if (!is_open() && login_->is_open()) {
    stats_.logins.add(1);
    open(login_->principal());
  }
  return {.what = verdict.what, .reply = std::move(verdict.reply)};
}

// Who fails to log in waits for the answer (connection.failed.authentication.delay.ms), and tries less often.
Gate::Answer Gate::refuse(Login::Verdict verdict, bool has_expired) {
  refused_ = true;
  (has_expired ? stats_.sessions_expired : stats_.logins_failed).add(1);
  log_failure(verdict.reason);
  return {.what = verdict.what,
          .reply = std::move(verdict.reply),
          .after_ms = has_expired ? 0 : host_.parts().failed_authentication_delay_ms};
}

size_t Gate::frame_size_max() const {
  const size_t most = host_.parts().request_size_max;
  if (!login_) return most;
  return std::min(login_->frame_size_max().value_or(most), most);
}

// ---- Both

// Requests carry what is known of their client, and those that have begun keep what they were given.
void Gate::open(std::string principal) {
  auto known = std::make_shared<ClientInfo>(*client_);
  known->principal = std::move(principal);
  client_ = std::move(known);
  stage_ = Stage::kOpen;
  memory_ = &clients_memory_;
  overdraft_.release();
  charge_ = MemoryPart::Charge(*memory_);
  charge();
}

void Gate::charge() {
  if (tls_ == nullptr || elsewhere_ || tls_->session() == nullptr) return;
  charge_.set(tls_->memory() + (is_open() ? 0 : kHandshakeBytes));
  if (!is_open() && memory_->is_shut()) host_.shed_logins();
}

void Gate::on_deadline() {
  const int64_t patience_s = kPatienceMs / 1000;
  if (waited_) {
    fail_handshake(
        fmt::format("for {} s there was no memory to begin its handshake with: others who have not "
                    "authenticated hold it all",
                    patience_s));
    return;
  }
  if (is_handshaking()) {
    if (!heard_) return;
    fail_handshake(fmt::format("the TLS handshake was not over after {} s", patience_s));
    return;
  }
  stats_.logins_failed.add(1);
  log_failure(fmt::format("it had not logged in after {} s", patience_s));
}

void Gate::log_failure(const std::string& why) {
  host_.log_peer(
      fmt::format("Failed authentication with {} (listener {}): {}", client_->host, client_->listener, why));
}

}  // namespace klamm::broker::net
