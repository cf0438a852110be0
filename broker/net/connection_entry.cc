// What a connection does with its gate before, and beside, its requests.
#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "broker/net/connection.h"

namespace klamm::broker::net {

// The handshake, as far as it goes now. True when it is over.
bool Connection::handshake() {
  Gate::Next next = Gate::Next::kReadable;
  if (host_->is_stopping()) {
    next = Gate::Next::kClose;
  } else if (!drained_ || gate_->has_begun()) {
    next = gate_->handshake(shared_from_this());
  }
  switch (next) {
    case Gate::Next::kOver:
      follow_gate();
      // What came behind the handshake is in the session.
      drained_ = false;
      return true;
    case Gate::Next::kReadable:
      await_readable();
      break;
    case Gate::Next::kWritable:
      await_writable();
      break;
    case Gate::Next::kMemory:
      awaits_memory_ = true;
      break;
    case Gate::Next::kElsewhere:
      break;
    case Gate::Next::kClose:
      close();
      return false;
  }
  watch_deadline();
  return false;
}

void Connection::on_step(std::unique_ptr<security::TlsSession> session) {
  loop_->post([self = shared_from_this(), session = std::move(session)]() mutable {
    if (self->closed_) return;
    self->gate_->stepped(std::move(session));
    self->turn();
  });
}

// Asks the gate about a frame that is about to begin. True when it is a request like any other.
bool Connection::passes_gate(ByteView frame, bool overlaps) {
  Gate::Answer answer = gate_->on_frame(frame);
  if (answer.what == Login::Verdict::What::kPass) return true;
  next_frame_.reset();
  follow_gate();
  const uint64_t slot = pipeline_.begin(overlaps);
  Response response;
  response.frame = std::move(answer.reply);
  if (answer.what == Login::Verdict::What::kRefuse) {
    response.close = true;
    // Nothing more is read.
    broken_ = true;
    leftover_.reset();
  }
  if (answer.after_ms <= 0) {
    pipeline_.answer(slot, std::move(response));
    return false;
  }
  refusal_ = loop_->call_at(
      loop_->now_ms() + answer.after_ms,
      [this, slot, response = std::move(response)]() mutable { answered(slot, std::move(response)); });
  return false;
}

// Who the client is, whose memory it reads into, and how much at once.
void Connection::follow_gate() {
  client_ = gate_->client();
  memory_ = &gate_->memory();
  reader_->serve(*memory_, gate_->frame_size_max());
}

void Connection::shed(int64_t ms) {
  if (closed_ || gate_ == nullptr || !gate_->has_held_memory_since(ms)) return;
  host_->log_peer(fmt::format(
      "Closing connection from {}: memory for those who log in is spent, and others wait for what "
      "it holds without going on",
      peer()));
  close();
}

}  // namespace klamm::broker::net
