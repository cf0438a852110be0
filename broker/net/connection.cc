#include "broker/net/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/net/unlike_kafka.h"

namespace klamm::broker::net {
namespace {

// A connection reads and sends this much before the others get their turn.
constexpr size_t kTurnBytes = 1 << 20;
// Requests that overlap, and replies that wait to be sent, beyond which no further request begins.
constexpr size_t kOpenMax = 128;
constexpr size_t kQueuedRepliesMax = 64;
constexpr size_t kQueuedBytesMax = 4 << 20;
// Who reads on beyond the memory limit has this long to finish a frame, and does not stand still meanwhile:
// others wait for it, and the more they are the less patience they have.
constexpr int64_t kOverdraftMs = 10'000;
constexpr int64_t kOverdraftStepMs = 1'000;
constexpr int64_t kOverdraftStepMsMin = 20;
constexpr size_t kOverdraftBytesPerMs = 64;

// How long a step may take when so many wait behind it.
int64_t overdraft_step_ms(size_t waiting) {
  return std::max(kOverdraftStepMs / static_cast<int64_t>(1 + waiting), kOverdraftStepMsMin);
}

}  // namespace

Connection::Connection(LoopHost& host, Arrival arrival, std::unique_ptr<FdWatch> watch)
    : host_(&host),
      loop_(host.shared_loop()),
      ip_(arrival.ip),
      listener_(arrival.listener),
      gate_(Gate::make(host, arrival)),
      client_(std::move(arrival.client)),
      memory_(gate_ ? &gate_->memory() : arrival.memory),
      watch_(std::move(watch)),
      transport_(gate_ ? gate_->make_transport(watch_->descriptor())
                       : make_plain_transport(watch_->descriptor())),
      tls_(gate_ ? gate_->tls() : nullptr),
      reader_(std::in_place, host.buffers(), *memory_,
              gate_ ? gate_->frame_size_max() : host.parts().request_size_max),
      last_active_ms_(loop_->now_ms()) {}

Connection::~Connection() { CHECK(closed_); }

void Connection::start() { turn(); }

void Connection::turn() {
  turn_requested_ = false;
  if (closed_) return;
  CHECK(!in_turn_);
  if (gate_ != nullptr && gate_->is_handshaking() && !handshake()) return;
  in_turn_ = true;
  receive();
  if (!closed_) collect_answers();
  bool held_back = !closed_ && !has_room_for_replies();
  if (!closed_) send();
  in_turn_ = false;
  if (closed_) return;
  if (is_done()) return close();

  // More may begin now; others come first.
  if (held_back && has_room_for_replies()) request_turn();
  if (may_receive() && !awaits_readable_) {
    if (drained_) {
      await_readable();
    } else {
      request_turn();
    }
  }
  if (tls_ != nullptr) gate_->charge();
  // Others need not wait for what is not read on.
  if (is_held_back()) reader_->overdraft().release();
  watch_deadline();
}

void Connection::request_turn() {
  if (std::exchange(turn_requested_, true)) return;
  host_->call_later(shared_from_this());
}

// Nothing more can come of this connection. As Apache Kafka, it does not wait for answers to a peer that has
// ended its side, except for those that are on their way out.
bool Connection::is_done() const {
  if (!outbox_.empty() || (tls_ != nullptr && tls_->has_pending())) return false;
  if ((host_->is_stopping() || broken_) && pipeline_.open() == 0) return true;
  return input_ended_ && next_frame_ == nullptr && !leftover_;
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  loop_->cancel(timer_);
  loop_->cancel(refusal_);
  loop_->cancel(mute_);
  reader_.reset();
  next_frame_.reset();
  leftover_.reset();
  for (auto& parked : std::exchange(pipeline_, Pipeline()).parked()) parked->abandon();
  outbox_ = Outbox();
  if (tls_ != nullptr) tls_->shut();
  gate_.reset();
  // What was sent is to arrive even if bytes of the peer's are unread, for which close() alone would reset.
  ::shutdown(watch_->descriptor(), SHUT_WR);
  tls_ = nullptr;
  transport_.reset();
  watch_.reset();
  host_->forget(*this);
}

void Connection::begin_stop() {
  for (auto& parked : pipeline_.parked()) parked->hurry();
  turn();
}

void Connection::on_readable() {
  awaits_readable_ = false;
  drained_ = false;
  turn();
}

void Connection::on_writable() {
  awaits_writable_ = false;
  turn();
}

void Connection::on_memory() {
  loop_->post([self = shared_from_this()] {
    if (self->closed_) return self->memory_->pass_on();
    self->awaits_memory_ = false;
    // Not every turn gets as far as reading.
    if (!self->may_receive()) self->memory_->pass_on();
    self->turn();
  });
}

// ---- Receiving

bool Connection::may_receive() const {
  return !input_ended_ && !ending_ && !broken_ && !awaits_memory_ && next_frame_ == nullptr && !leftover_ &&
         has_room_for_replies() && !is_held_back() && !host_->is_stopping();
}

void Connection::receive() {
  while (begin_next() || fetch_frame_from_leftover()) {
  }
  for (size_t left = kTurnBytes; !closed_ && may_receive() && !drained_ && left > 0;) {
    if (!memory_->admit(shared_from_this(), reader_->overdraft())) {
      awaits_memory_ = true;
      if (!is_let_in()) host_->shed_logins();
      return;
    }
    size_t asked = 0;
    Moved moved = read_once(asked);
    if (!moved.ok() && !moved.would_block()) {
      // Resets and the like are how clients leave; nobody wants to read about it.
      if (moved.error == EINTR) continue;
      if (moved.error == EPROTO && tls_ != nullptr) {
        host_->log_peer(fmt::format("Closing connection from {}: {}", peer(), tls_->session()->failure()));
      }
      return close();
    }
    drained_ = tls_ == nullptr ? moved.bytes < asked : tls_->is_drained();
    if (moved.ok() && moved.bytes == 0) input_ended_ = true;
    left -= std::min(left, moved.bytes);
    // Nothing was begun under the permission: the next in line can have it.
    if (!closed_ && !reader_->is_inside()) reader_->overdraft().release();
  }
}

// Reads the rest of a large frame to its place and what follows it into the scratch; or all into the scratch.
Moved Connection::read_once(size_t& asked) {
  std::array<iovec, 2> into;
  size_t count = 0;
  size_t room = 0;
  std::span<uint8_t> scratch = host_->read_scratch();
  if (reader_->wants_room()) {
    std::span<uint8_t> rest = reader_->room();
    room = rest.size();
    into[count++] = {rest.data(), rest.size()};
  }
  if (room < scratch.size()) into[count++] = {scratch.data(), scratch.size()};
  for (size_t i = 0; i < count; ++i) asked += into[i].iov_len;

  Moved moved = transport_->read({into.data(), count});
  if (!moved.ok() || moved.bytes == 0) return moved;
  host_->stats(listener_).bytes_in.add(static_cast<int64_t>(moved.bytes));
  last_active_ms_ = loop_->now_ms();
  if (overdrawn_) overdrawn_->received += moved.bytes;
  size_t placed = std::min(room, moved.bytes);
  if (placed > 0 && reader_->filled(placed) == FrameReader::Status::kFrame) next_frame_ = reader_->take();
  take_bytes({scratch.data(), moved.bytes - placed});
  return moved;
}

void Connection::take_bytes(ByteView bytes) {
  while (!closed_ && (begin_next() || fetch_frame(bytes))) {
  }
  if (!closed_ && !ending_ && !broken_ && !bytes.empty()) keep(bytes);
}

// True when a frame was completed from `bytes` and waits to begin.
bool Connection::fetch_frame(ByteView& bytes) {
  if (closed_ || ending_ || broken_ || next_frame_ != nullptr || bytes.empty()) return false;
  switch (reader_->feed(bytes)) {
    case FrameReader::Status::kMore:
      return false;
    case FrameReader::Status::kBadSize:
      refuse(why_not_a_frame(
          reader_->size_word(),
          {.protocol = client_->protocol, .size_max = reader_->size_max(), .before_login = !is_let_in()}));
      return false;
    case FrameReader::Status::kFrame:
      break;
  }
  next_frame_ = reader_->take();
  return true;
}

void Connection::keep(ByteView bytes) {
  CHECK(!leftover_);
  leftover_.emplace();
  leftover_->charge = MemoryPart::Charge(*memory_);
  leftover_->charge.set(bytes.size());
  leftover_->bytes = std::make_unique_for_overwrite<uint8_t[]>(bytes.size());
  leftover_->end = bytes.size();
  std::copy(bytes.begin(), bytes.end(), leftover_->bytes.get());
}

bool Connection::fetch_frame_from_leftover() {
  if (closed_ || !leftover_) return false;
  ByteView bytes{leftover_->bytes.get() + leftover_->begin, leftover_->end - leftover_->begin};
  bool whole = fetch_frame(bytes);
  if (!leftover_) return false;
  leftover_->begin = leftover_->end - bytes.size();
  if (bytes.empty()) leftover_.reset();
  return whole;
}

bool Connection::has_room_for_replies() const {
  return outbox_.replies() < kQueuedRepliesMax && outbox_.frame_bytes() < kQueuedBytesMax;
}

bool Connection::begin_next() {
  if (closed_ || next_frame_ == nullptr || ending_ || host_->is_stopping()) return false;
  if (!has_room_for_replies() || pipeline_.waiting() >= kOpenMax) return false;
  if (mute_ != TimerId::kNone) return false;

  std::span<uint8_t> bytes = next_frame_->bytes();
  protocol::Reader reader(bytes);
  Request request;
  request.header.read(reader);
  const bool has_header = reader.ok();
  // A login may go on with frames that have none.
  if (!has_header && gate_ == nullptr) return refuse_header(bytes.size());
  RequestHandler& handler = host_->parts().handler;
  bool overlaps = has_header && handler.may_overlap(request.header.api_key);
  if (!pipeline_.may_begin(overlaps)) {
    for (const auto& parked : pipeline_.parked()) parked->on_next();
    collect_answers();
    if (ending_ || !pipeline_.may_begin(overlaps)) return false;
  }
  if (gate_ != nullptr && !passes_gate(bytes, overlaps)) {
    collect_answers();
    return true;
  }
  if (!has_header) return refuse_header(bytes.size());

  uint64_t slot = pipeline_.begin(overlaps);
  metrics::ReplyMark& mark = *pipeline_.mark(slot);
  mark.key = request.header.api_key;
  mark.version = request.header.api_version;
  mark.request_size = static_cast<uint32_t>(bytes.size());
  mark.begun_us = loop_->now_us();
  Reply reply(shared_from_this(), slot, request.header.api_key, request.header.api_version,
              request.header.correlation_id);
  request.body = bytes.subspan(bytes.size() - reader.remaining());
  request.frame = std::exchange(next_frame_, nullptr);
  request.client = client_;
  request.loop = loop_.get();
  // What nodes ask controllers for is no client's.
  ClientQuotas* const quotas = client_->controller_listener ? nullptr : host_->parts().quotas;
  request.quota = quota_.of(quotas, client_->principal, request.header.client_id, loop_->now_ms());
  host_->stats(listener_).requests.add(1);
  handler.handle(std::move(request), std::move(reply));
  if (closed_) return false;
  if (metrics::ReplyMark* const open = pipeline_.mark(slot)) open->handled_us = loop_->now_us();
  collect_answers();
  return true;
}

// There is no way on in what the peer sends. What it sent before is still answered, as if it had come alone.
void Connection::refuse(const std::string& why) {
  host_->log_peer(fmt::format("Closing connection from {}: {}", peer(), why));
  broken_ = true;
  next_frame_.reset();
  leftover_.reset();
  reader_.emplace(host_->buffers(), *memory_, host_->parts().request_size_max);
}

bool Connection::refuse_header(size_t size) {
  refuse(fmt::format("a request of {} bytes has no valid header", size));
  return false;
}

// ---- Sending

void Connection::deliver(uint64_t slot, Response response) {
  if (loop_->is_current()) return answered(slot, std::move(response));
  loop_->post([self = shared_from_this(), slot, response = std::move(response)]() mutable {
    self->answered(slot, std::move(response));
  });
}

void Connection::allow_next(uint64_t slot) {
  if (!loop_->is_current()) {
    loop_->post([self = shared_from_this(), slot] { self->allow_next(slot); });
    return;
  }
  if (closed_) return;
  pipeline_.allow_next(slot);
  if (!in_turn_ && next_frame_ != nullptr) request_turn();
}

void Connection::park(uint64_t slot, std::weak_ptr<Parked> parked) {
  CHECK(loop_->is_current() && !closed_);
  pipeline_.park(slot, std::move(parked));
}

void Connection::answered(uint64_t slot, Response response) {
  if (closed_) return;
  if (metrics::ReplyMark* const mark = pipeline_.mark(slot)) {
    mark->answered_us = loop_->now_us();
    if (mark->handled_us == 0) mark->handled_us = mark->answered_us;
    heed_quotas(*mark, response);
  }
  pipeline_.answer(slot, std::move(response));
  if (!in_turn_) request_turn();
}

void Connection::collect_answers() {
  while (!ending_) {
    std::optional<Response> response = pipeline_.take_answer();
    if (!response) return;
    ending_ = response->close;
    outbox_.push(std::move(*response));
  }
}

// Once for all that a turn has sent.
void Connection::note_sent() {
  if (!outbox_.has_sent()) return;
  const int64_t now_us = loop_->now_us();
  outbox_.tell_sent([&](const metrics::ReplyMark& mark) { host_->requests().add(mark, now_us); });
}

void Connection::send() {
  if (awaits_writable_ || awaits_disk_) return;
  if (tls_ != nullptr && !send_ciphertext()) return;
  note_sent();
  if (outbox_.empty()) return;
  uint64_t sent = 0;
  const int64_t began_us = quota_.last() != nullptr ? loop_->now_us() : 0;
  Outbox::Status status =
      outbox_.flush(*transport_, host_->send_scratch(), kTurnBytes, loop_->now_ms(), sent);
  if (quota_.last() != nullptr) quota_.last()->charge_time(loop_->now_us() - began_us, loop_->now_ms());
  note_sent();
  if (sent > 0) {
    host_->stats(listener_).bytes_out.add(static_cast<int64_t>(sent));
    last_active_ms_ = loop_->now_ms();
  }
  switch (status) {
    case Outbox::Status::kEmpty:
      if (tls_ != nullptr) send_ciphertext();
      return;
    case Outbox::Status::kBlocked:
      return await_writable();
    case Outbox::Status::kYield:
      return request_turn();
    case Outbox::Status::kCold:
      return read_cold_piece();
    case Outbox::Status::kEnd:
      if (tls_ == nullptr || send_ciphertext()) close();
      return;
    case Outbox::Status::kFailed:
      if (!outbox_.failure().empty()) {
        host_->log_peer(fmt::format("Closing connection from {}: {}", peer(), outbox_.failure()));
      }
      return close();
  }
}

// The outbox is done with what is encrypted; that has to leave all the same. True when it has.
bool Connection::send_ciphertext() {
  Moved sent = tls_->flush();
  if (sent.bytes > 0) last_active_ms_ = loop_->now_ms();
  if (sent.ok()) return true;
  sent.would_block() ? await_writable() : close();
  return false;
}

void Connection::await_readable() {
  if (std::exchange(awaits_readable_, true)) return;
  watch_->wait_readable(shared_from_this());
}

void Connection::await_writable() {
  if (std::exchange(awaits_writable_, true)) return;
  watch_->wait_writable(shared_from_this());
}

// Brings a piece of a file into the page cache, on a thread that may wait. The kernel is told to read further
// ahead meanwhile. Should reading fail, sending will find that out.
void Connection::read_cold_piece() {
  awaits_disk_ = true;
  host_->stats(listener_).cold_reads.add(1);
  host_->parts().workers.run([self = shared_from_this(), piece = outbox_.cold()] {
    constexpr size_t kAhead = 1 << 20;
    static thread_local std::array<uint8_t, 64 << 10> bounce;
    int file = piece.file->descriptor();
    posix_fadvise(file, static_cast<off_t>(piece.position), kAhead, POSIX_FADV_WILLNEED);
    for (size_t done = 0; done < piece.size;) {
      size_t size = std::min(bounce.size(), piece.size - done);
      auto read = piece.file->file().read_at(piece.position + done, {bounce.data(), size});
      if (!read || *read == 0) break;
      done += *read;
    }
    self->loop_->post([self] { self->cold_piece_read(); });
  });
}

void Connection::cold_piece_read() {
  if (closed_) return;
  awaits_disk_ = false;
  outbox_.warmed();
  turn();
}

// ---- Time

// One timer, which is only moved when it fires too early or would fire too late.
void Connection::watch_deadline() {
  if (!reader_->overdraft()) {
    overdrawn_.reset();
  } else if (!overdrawn_) {
    begin_overdraft_step(loop_->now_ms());
  }

  int64_t deadline = next_deadline_ms();
  if (deadline >= timer_at_ms_) return;
  loop_->cancel(timer_);
  timer_at_ms_ = deadline;
  timer_ = loop_->call_at(deadline, [this] { on_deadline(); });
}

int64_t Connection::next_deadline_ms() const {
  int64_t idle_max_ms = host_->parts().idle_max_ms;
  int64_t deadline = idle_max_ms < 0 ? INT64_MAX : last_active_ms_ + idle_max_ms;
  if (overdrawn_) {
    deadline = std::min({deadline, overdrawn_->step_end_ms, overdrawn_->since_ms + kOverdraftMs});
  }
  if (gate_ != nullptr) deadline = std::min(deadline, gate_->deadline_ms());
  return deadline;
}

void Connection::begin_overdraft_step(int64_t since_ms) {
  int64_t now = loop_->now_ms();
  overdrawn_ = {
      .since_ms = since_ms, .step_ms = now, .step_end_ms = now + overdraft_step_ms(memory_->waiting())};
}

void Connection::on_deadline() {
  auto self = shared_from_this();
  timer_ = TimerId::kNone;
  timer_at_ms_ = INT64_MAX;
  // A request that is being worked on is no idleness, however long its answer takes.
  if (pipeline_.open() > 0 && outbox_.empty()) last_active_ms_ = loop_->now_ms();
  int64_t now = loop_->now_ms();
  if (overdrawn_) {
    auto due = static_cast<size_t>(overdrawn_->step_end_ms - overdrawn_->step_ms) * kOverdraftBytesPerMs;
    if (overdrawn_->received >= due) begin_overdraft_step(overdrawn_->since_ms);
  }
  if (next_deadline_ms() > now) return watch_deadline();

  if (gate_ != nullptr && gate_->deadline_ms() <= now) {
    gate_->on_deadline();
  } else if (overdrawn_) {
    host_->log_peer(fmt::format(
        "Closing connection from {}: memory for requests is spent, and others wait for it to finish "
        "sending one; it has for {} ms, and sent {} bytes in the last {} ms",
        peer(), now - overdrawn_->since_ms, overdrawn_->received, now - overdrawn_->step_ms));
  } else {
    host_->stats(listener_).connections_idle_closed.add(1);
  }
  close();
}

std::string Connection::peer() const {
  return fmt::format("{} (listener {})", client_->host, client_->listener);
}

}  // namespace klamm::broker::net
