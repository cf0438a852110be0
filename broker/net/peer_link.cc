#include "broker/net/peer_link.h"

#include <errno.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "broker/net/loop_thread.h"

namespace klamm::broker::net {
namespace {

using security::TlsSession;

// A link reads this much before the loop's other descriptors get their turn.
constexpr size_t kTurnBytes = 1 << 20;
constexpr size_t kPiecesMax = 64;

// A record of TLS, an alert or a handshake, where a frame's size should be.
bool is_tls_record(std::span<const uint8_t, 4> word) {
  return (word[0] == 0x15 || word[0] == 0x16) && word[1] == 0x03;
}

std::string why_no_answer(const AnswerReader& reader, bool with_tls) {
  if (!with_tls && is_tls_record(reader.size_word())) {
    return "it speaks TLS, and this node does not; compare listener.security.protocol.map of both nodes";
  }
  return fmt::format(
      "it announced an answer of {} bytes, of which no more than {} are taken; look what listens there",
      static_cast<int32_t>(load_be32(reader.size_word().data())), reader.size_max());
}

}  // namespace

std::shared_ptr<PeerLink> PeerLink::open(Uses uses, const PeerAddress& address, Owner& owner, int& error) {
  const int socket = begin_connect(address);
  auto watch = socket < 0 ? nullptr : FdWatch::open(uses.loop, socket);
  if (watch == nullptr) {
    error = errno;
    return nullptr;
  }
  auto link = std::shared_ptr<PeerLink>(new PeerLink(std::move(uses), std::move(watch), owner));
  link->await_writable();
  return link;
}

PeerLink::PeerLink(Uses uses, std::unique_ptr<FdWatch> watch, Owner& owner)
    : uses_(std::move(uses)), owner_(&owner), watch_(std::move(watch)), reader_(uses_.frame_size_max) {}

PeerLink::~PeerLink() = default;

void PeerLink::close() {
  owner_ = nullptr;
  if (std::exchange(stage_, Stage::kClosed) == Stage::kClosed) return;
  outbox_.clear();
  if (tls_ != nullptr) tls_->shut();
  tls_ = nullptr;
  transport_.reset();
  watch_.reset();
}

// The owner may let go of the link when it is told.
void PeerLink::lose(std::string_view why) {
  const auto self = shared_from_this();
  Owner& owner = *owner_;
  const std::string told(write_failure_.empty() ? why : write_failure_);
  close();
  owner.on_link_lost(told);
}

void PeerLink::on_readable() {
  awaits_readable_ = false;
  if (stage_ == Stage::kHandshaking) return handshake();
  if (stage_ == Stage::kOpen) receive();
}

void PeerLink::on_writable() {
  awaits_writable_ = false;
  if (stage_ == Stage::kConnecting) return connected();
  if (stage_ == Stage::kHandshaking) return handshake();
  if (stage_ == Stage::kOpen) flush();
}

void PeerLink::await_readable() {
  if (std::exchange(awaits_readable_, true)) return;
  watch_->wait_readable(shared_from_this());
}

void PeerLink::await_writable() {
  if (std::exchange(awaits_writable_, true)) return;
  watch_->wait_writable(shared_from_this());
}

// ---- Connecting

void PeerLink::connected() {
  const int socket = watch_->descriptor();
  if (int error = connect_outcome(socket); error != 0) {
    const auto self = shared_from_this();
    Owner& owner = *owner_;
    close();
    return owner.on_connect_failed(error);
  }
  if (uses_.tls == nullptr) {
    transport_ = make_plain_transport(socket);
    return be_open();
  }
  auto transport = std::make_unique<TlsTransport>(socket);
  transport->set_session(TlsSession::connect(uses_.tls, uses_.host));
  tls_ = transport.get();
  transport_ = std::move(transport);
  stage_ = Stage::kHandshaking;
  handshake();
}

// On the loop itself: nodes connect to one another rarely, and each step takes half a millisecond.
void PeerLink::handshake() {
  while (true) {
    const Moved sent = tls_->flush();
    if (sent.would_block()) return await_writable();
    if (!sent.ok() || tls_->session()->state() != TlsSession::State::kHandshaking) return end_handshake();

    bool is_whole = false;
    const Moved came = tls_->receive_handshake(is_whole);
    if (came.would_block()) return await_readable();
    if (came.error == EINTR) continue;
    if (!came.ok() || came.bytes == 0) return end_handshake();
    if (!is_whole) continue;
    auto session = tls_->take_session();
    session->handshake();
    tls_->set_session(std::move(session));
  }
}

void PeerLink::end_handshake() {
  const TlsSession& session = *tls_->session();
  if (session.state() == TlsSession::State::kOpen) return be_open();
  lose("the TLS handshake failed: " + session.failure());
}

void PeerLink::be_open() {
  stage_ = Stage::kOpen;
  owner_->on_link_open();
  // With the end of the handshake the session may have got more.
  if (stage_ == Stage::kOpen) receive();
}

// ---- Receiving

void PeerLink::receive() {
  for (size_t left = kTurnBytes; left > 0;) {
    const bool in_place = reader_.missing() >= uses_.scratch.size();
    const std::span<uint8_t> into = in_place ? reader_.room() : uses_.scratch;
    const iovec piece{into.data(), into.size()};
    const Moved moved = transport_->read({&piece, 1});
    if (moved.error == EINTR) continue;
    // Reading may have made something to send: an answer about keys.
    if (tls_ != nullptr && tls_->has_pending() && !is_broken_) await_writable();
    if (moved.would_block()) return await_readable();
    if (moved.error == EPROTO && tls_ != nullptr) return lose(tls_->session()->failure());
    // Who leaves while bytes of ours are unread resets the connection.
    if (moved.bytes == 0 && (moved.ok() || moved.error == ECONNRESET)) return lose(kClosedByPeer);
    if (!moved.ok()) return lose(strerror(moved.error));

    left -= std::min(left, moved.bytes);
    const bool is_drained = tls_ == nullptr ? moved.bytes < into.size() : tls_->is_drained();
    if (!take_bytes(into, moved.bytes, in_place)) return;
    if (is_drained) return await_readable();
  }
  uses_.loop.post([self = shared_from_this()] {
    if (self->stage_ == Stage::kOpen) self->receive();
  });
}

// False when the link has closed over it.
bool PeerLink::take_bytes(std::span<uint8_t> into, size_t count, bool in_place) {
  if (in_place) return hand_on(reader_.filled(count));
  ByteView bytes = into.first(count);
  while (!bytes.empty()) {
    if (!hand_on(reader_.feed(bytes))) return false;
  }
  return true;
}

bool PeerLink::hand_on(AnswerReader::Status status) {
  if (status == AnswerReader::Status::kMore) return true;
  if (status == AnswerReader::Status::kBadSize) {
    lose(why_no_answer(reader_, tls_ != nullptr));
    return false;
  }
  owner_->on_frame(reader_.take());
  return stage_ == Stage::kOpen;
}

// ---- Sending

void PeerLink::write(Bytes frame) {
  CHECK(stage_ == Stage::kOpen && !frame.empty());
  if (!is_broken_) outbox_.push_back(std::move(frame));
}

void PeerLink::flush() {
  CHECK(stage_ == Stage::kOpen);
  if (awaits_writable_ || is_broken_) return;
  Moved moved;
  while (moved.ok() && (!outbox_.empty() || (tls_ != nullptr && tls_->has_pending()))) {
    moved = write_some();
    if (moved.error == EINTR) moved.error = 0;
  }
  if (moved.ok()) return;
  if (moved.would_block()) return await_writable();
  // If it is the other end that has gone, reading says it better.
  const bool is_gone = moved.error == EPIPE || moved.error == ECONNRESET;
  if (!is_gone) write_failure_ = fmt::format("sending failed: {}", strerror(moved.error));
  is_broken_ = true;
  outbox_.clear();
  ::shutdown(watch_->descriptor(), SHUT_RDWR);
}

Moved PeerLink::write_some() {
  if (outbox_.empty()) return tls_->flush();
  std::array<iovec, kPiecesMax> pieces;
  const size_t count = std::min(outbox_.size(), pieces.size());
  for (size_t i = 0; i < count; ++i) {
    const size_t from = i == 0 ? sent_of_first_ : 0;
    pieces[i] = {outbox_[i].data() + from, outbox_[i].size() - from};
  }
  const Moved moved = transport_->write({pieces.data(), count}, count < outbox_.size());
  drop_sent(moved.bytes);
  return moved;
}

void PeerLink::drop_sent(size_t bytes) {
  sent_of_first_ += bytes;
  while (!outbox_.empty() && sent_of_first_ >= outbox_.front().size()) {
    sent_of_first_ -= outbox_.front().size();
    outbox_.pop_front();
  }
}

}  // namespace klamm::broker::net
