// A TLS connection of a server without a socket, from its first byte to its last, with a peer that may be
// true, may be in trouble, and may be hostile: bytes of any kind; the flights of a true client whole, in
// pieces, cut, changed, twice, in another order; changes of keys; connections that resume earlier ones.
//
// Whatever comes: what the server reads is what the client wrote, from the beginning and without a gap; there
// is none of it before the handshake is over or after a failure; who is in has shown the certificate that is
// wanted; failures are lines for a log; what is held and what is answered stays in proportion. And while
// nobody interferes, both ends open and everything arrives.
//
// The first byte is how the connection is configured; then steps: what to do, and what the step needs.
#include <algorithm>
#include <map>
#include <optional>

#include "broker/net/tls_records.h"
#include "security/utf8.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/tls_clients.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using State = TlsSession::State;

// Bytes from the input are in it, in a flight, and twice in a buffer that grows. What the ends write is
// there in plain, encrypted at one end, on the wire, and encrypted at the other. Beside it: two ends of
// OpenSSL's, and messages whose size is said at their head, of 100 KiB at most.
constexpr size_t kMemoryPerByte = 16;
constexpr size_t kMemoryPerPlainByte = 12;
constexpr size_t kMemoryBeside = 768 << 10;
// In a connection, to have many of them in a second.
constexpr size_t kPlainMax = 256 << 10;
constexpr int kStepsMax = 300;
constexpr int kConnectionsMax = 6;
constexpr size_t kPiecesMax = 300;

constexpr size_t kRecordMax = 5 + (16 << 10) + 2048;
// What a server answers without being written to: a handshake, a ticket with the client's certificates,
// answers about keys, an alert.
constexpr size_t kAnswersMax = 16 << 10;
constexpr size_t kLineMax = 2000;
// A session takes 32 such messages.
constexpr int kKeyChangesMax = 24;

class Steps {
 public:
  explicit Steps(ByteView bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }
  uint8_t byte() {
    if (rest_.empty()) return 0;
    const uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  size_t number() {
    const size_t high = byte();
    return high << 8 | byte();
  }
  ByteView bytes() {
    const ByteView taken = rest_.first(std::min(number(), rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  ByteView rest_;
};

// What one end writes: each byte is known by its place, so that no other can stand for it.
class PlainText {
 public:
  explicit PlainText(uint64_t salt) : salt_(salt) {}
  Bytes peek(size_t size) const {
    Bytes bytes(size);
    for (size_t i = 0; i < size; ++i) bytes[i] = at(written_ + i);
    return bytes;
  }
  void wrote(size_t size) { written_ += size; }
  void read(ByteView bytes) {
    CHECK(bytes.size() <= written_ - read_);
    for (size_t i = 0; i < bytes.size(); ++i) CHECK(bytes[i] == at(read_ + i));
    read_ += bytes.size();
  }
  size_t written() const { return written_; }
  bool is_all_read() const { return read_ == written_; }

 private:
  uint8_t at(size_t place) const {
    return static_cast<uint8_t>(((place + 1) * 0x9e3779b97f4a7c15 + salt_ * 0x94d049bb133111eb) >> 56);
  }
  uint64_t salt_;
  size_t written_ = 0;
  size_t read_ = 0;
};

// No control characters: below U+0020, U+007F, and U+0080 to U+009F.
void check_line(std::string_view line) {
  CHECK(line.size() < kLineMax);
  CHECK(is_utf8(line));
  while (!line.empty()) {
    const char32_t character = take_character(line);
    CHECK(character >= 0x20 && (character < 0x7f || character >= 0xa0));
  }
}

const TlsWorld& world() {
  static const TlsWorld* const made = [] {
    FixedRandom::install();
    return new TlsWorld;
  }();
  return *made;
}

using Kept = std::map<Who, SslSessionPtr>;

class Connection {
 public:
  // `kept` has the sessions that clients may resume, each its own.
  Connection(uint8_t choice, uint64_t number, Kept& kept, MemoryBound* bound)
      : auth_(choice % 3),
        who_(static_cast<Who>(choice / 9 % 3)),
        is_alone_(choice / 27 % 4 == 0),
        is_bare_(choice / 27 % 2 == 0),
        kept_(kept),
        bound_(bound),
        server_(TlsSession::accept(world().server(auth_, choice / 3 % 3))),
        from_client_(2 * number),
        from_server_(2 * number + 1) {
    if (is_alone_) return;
    if (!is_bare_) {
      client_ = world().client(who_);
      return;
    }
    auto bare = world().bare_client(who_, kept_[who_].get());
    bare_ = bare.get();
    client_ = std::move(bare);
  }

  void keep_session() {
    if (bare_ == nullptr) return;
    if (auto session = bare_->session()) kept_[who_] = std::move(session);
  }

  void step(Steps& steps) {
    const uint8_t choice = steps.byte();
    switch (choice % 11) {
      case 0:
        is_clean_ = false;
        to_server(steps.bytes());
        break;
      case 1:
        carry_to_server(steps, choice / 11);
        break;
      case 2:
        carry_to_client(steps, choice / 11);
        break;
      case 3:
        talk();
        break;
      case 4:
        client_writes(steps.byte());
        break;
      case 5:
        server_writes(steps.byte());
        break;
      case 6:
        server_reads(1 + size_t{steps.byte()} * (choice / 11));
        break;
      case 7:
        client_reads();
        break;
      case 8:
        shut(choice / 11);
        break;
      case 9:
        change_keys(choice / 11, steps.byte());
        break;
      default:
        talk();
        read_all();
        break;
    }
    check();
  }

  void check() {
    const State state = server_->state();
    CHECK(failure_.empty() || (state == State::kFailed && server_->failure() == failure_));
    CHECK((state == State::kFailed) == !server_->failure().empty());
    check_line(server_->failure());
    check_line(server_->hint());
    check_sizes();
    if (state == State::kFailed) {
      CHECK(failure_.empty() || out_total_ + server_->wire_out().size() == out_at_failure_);
      failure_ = server_->failure();
      out_at_failure_ = out_total_ + server_->wire_out().size();
    }
    if (state == State::kFailed || state == State::kHandshaking) check_silent();
    if (state == State::kOpen) check_open();
  }

 private:
  void check_silent() {
    uint8_t into[64];
    CHECK(!server_->has_readable());
    CHECK(server_->read(into) == 0);
  }
  void check_open() {
    CHECK(!is_alone_);
    const ClientAuth auth = TlsWorld::kAuths[auth_];
    CHECK(auth != ClientAuth::kRequired || who_ == Who::kAlice);
    CHECK(auth == ClientAuth::kNone || who_ != Who::kMallory);
    const auto& peer = server_->peer();
    CHECK(peer.has_value() == (auth != ClientAuth::kNone && who_ == Who::kAlice));
    CHECK(!peer || peer->subject == "CN=alice,OU=users");
  }
  // A buffer grows by half of what it has, and is let go of once it is empty: what has been worked on makes
  // it no smaller while a part of a record is left. OpenSSL may hold one record.
  void check_sizes() {
    const size_t out = server_->wire_out().size();
    backlog_max_ = server_->memory() == 0 ? backlog_ : std::max(backlog_max_, backlog_);
    const size_t in = backlog_max_ + fed_max_ + (server_->state() == State::kFailed ? 0 : kRecordMax);
    CHECK(server_->memory() <= in * 3 / 2 + out * 2 + kRecordMax + 4096);
    CHECK(out_total_ + out <= from_server_.written() * 101 / 100 + server_writes_ * 128 + kAnswersMax);
  }

  bool is_listening() const {
    return server_->state() == State::kHandshaking || server_->state() == State::kOpen;
  }

  // As the transport does it: a step of the handshake for whole records only. Without one there would have
  // been nothing to do.
  void to_server(ByteView bytes) {
    if (bytes.empty() || !is_listening()) return;
    const bool is_handshaking = server_->state() == State::kHandshaking;
    std::copy(bytes.begin(), bytes.end(), server_->wire_room(bytes.size()).begin());
    const bool is_whole = records_.feed(bytes);
    server_->wire_received(bytes.size());
    backlog_ += bytes.size();
    fed_max_ = std::max(fed_max_, bytes.size());
    if (is_handshaking) {
      const size_t out = server_->wire_out().size();
      const State state = server_->handshake();
      CHECK(is_whole || (state != State::kOpen && server_->wire_out().size() == out));
      if (state != State::kOpen) backlog_ = 0;
    }
    check();
  }
  void to_client(ByteView bytes) {
    if (client_ != nullptr) client_->receive(bytes);
  }

  void collect() {
    if (client_ != nullptr) {
      const Bytes more = client_->take_out();
      on_way_to_server_.insert(on_way_to_server_.end(), more.begin(), more.end());
    }
    const ByteView out = server_->wire_out();
    on_way_to_client_.insert(on_way_to_client_.end(), out.begin(), out.end());
    out_total_ += out.size();
    server_->wire_sent(out.size());
  }
  void carry_to_server(Steps& steps, int how) {
    collect();
    carry(steps, how, on_way_to_server_, [this](ByteView bytes) { to_server(bytes); });
  }
  void carry_to_client(Steps& steps, int how) {
    collect();
    carry(steps, how, on_way_to_client_, [this](ByteView bytes) { to_client(bytes); });
  }

  template <class Feed>
  void carry(Steps& steps, int how, Bytes& on_way, Feed feed) {
    Bytes flight = std::exchange(on_way, {});
    if (how % 8 == 1) return carry_pieces(flight, 1 + size_t{steps.byte()}, feed);
    if (how % 8 == 2) {
      const size_t first = std::min(steps.number(), flight.size());
      feed(ByteView(flight).first(first));
      on_way.assign(flight.begin() + static_cast<ptrdiff_t>(first), flight.end());
      return;
    }
    if (how % 8 > 2) is_clean_ &= !disturb(steps, how % 8, flight);
    feed(flight);
  }
  template <class Feed>
  static void carry_pieces(ByteView flight, size_t piece, Feed feed) {
    for (size_t count = 0; !flight.empty(); ++count) {
      const size_t size = count < kPiecesMax ? std::min(piece, flight.size()) : flight.size();
      feed(flight.first(size));
      flight = flight.subspan(size);
    }
  }
  // Whether there is something other than it was.
  static bool disturb(Steps& steps, int how, Bytes& flight) {
    const size_t number = steps.number();
    if (flight.empty()) return false;
    const auto place = flight.begin() + static_cast<ptrdiff_t>(number % flight.size());
    if (how == 3) {
      flight.erase(place, flight.end());
    } else if (how == 4) {
      *place ^= std::max<uint8_t>(steps.byte(), 1);
    } else if (how == 5) {
      const Bytes again = flight;
      flight.insert(flight.end(), again.begin(), again.end());
    } else if (how == 6) {
      std::rotate(flight.begin(), place, flight.end());
    } else {
      const ByteView more = steps.bytes();
      flight.insert(place, more.begin(), more.end());
    }
    return true;
  }

  void talk() {
    collect();
    for (int round = 0; round < 12 && !(on_way_to_server_.empty() && on_way_to_client_.empty()); ++round) {
      to_server(std::exchange(on_way_to_server_, {}));
      to_client(std::exchange(on_way_to_client_, {}));
      collect();
    }
    if (!is_clean_ || is_alone_) return;
    const ClientAuth auth = TlsWorld::kAuths[auth_];
    const bool is_let_in = auth == ClientAuth::kNone || who_ == Who::kAlice ||
                           (auth == ClientAuth::kRequested && who_ == Who::kNobody);
    CHECK(server_->state() == (is_let_in ? State::kOpen : State::kFailed));
    CHECK(!is_let_in || client_->is_open());
  }
  void read_all() {
    server_reads(SIZE_MAX);
    client_reads();
    if (!is_clean_ || server_->state() != State::kOpen) return;
    CHECK(from_client_.is_all_read() && from_server_.is_all_read());
    CHECK(!server_->has_readable());
  }

  // Small sizes one by one, and large ones to beyond a record.
  size_t allowed_size(uint8_t choice, const PlainText& text) {
    const size_t wanted = choice < 224 ? choice : size_t{choice - 223u} * 600;
    const size_t size = std::min(wanted, kPlainMax - text.written());
    if (bound_ != nullptr) bound_->allow(kMemoryPerPlainByte * size);
    return size;
  }
  void client_writes(uint8_t choice) {
    if (client_ == nullptr || !client_->is_open()) return;
    const size_t size = allowed_size(choice, from_client_);
    const bool is_sent = client_->write(from_client_.peek(size));
    // Of what a client in trouble was given something may have left.
    from_client_.wrote(size);
    is_clean_ &= is_sent;
  }
  void server_writes(uint8_t choice) {
    if (server_->state() != State::kOpen || is_shut_) return;
    const size_t size = allowed_size(choice, from_server_);
    server_->write(from_server_.peek(size));
    from_server_.wrote(size);
    ++server_writes_;
  }
  void server_reads(size_t size) {
    std::array<uint8_t, 4096> into;
    while (size > 0) {
      const size_t count = server_->read(std::span(into).first(std::min(size, into.size())));
      from_client_.read(ByteView(into).first(count));
      const bool is_drained = !server_->has_readable();
      if (is_drained) backlog_ = 0;
      check();
      if (is_drained || count == 0) return;
      size -= std::min(size, count);
    }
  }
  void client_reads() {
    std::array<uint8_t, 4096> into;
    while (client_ != nullptr) {
      const size_t count = client_->read(into);
      from_server_.read(ByteView(into).first(count));
      if (count == 0) return;
    }
  }
  void shut(int who) {
    is_clean_ = false;
    if (who % 3 == 0 && client_ != nullptr) client_->shut();
    if (who % 3 == 1) {
      is_shut_ = is_shut_ || server_->state() == State::kOpen || server_->state() == State::kPeerClosed;
      server_->shut();
    }
    if (who % 3 == 2) server_->wire_closed();
  }
  void change_keys(int how, uint8_t count) {
    if (bare_ == nullptr || !bare_->is_open()) return;
    for (int i = 0; i <= count % 40; ++i) bare_->change_keys(how % 2 == 1);
    key_changes_ += 1 + count % 40;
    is_clean_ &= key_changes_ <= kKeyChangesMax && server_->protocol() == "TLSv1.3";
  }

  const size_t auth_;
  const Who who_;
  const bool is_alone_;  // there are only bytes
  const bool is_bare_;
  Kept& kept_;
  MemoryBound* const bound_;
  std::unique_ptr<TlsSession> server_;
  broker::net::TlsRecords records_;
  std::unique_ptr<Client> client_;
  BareClient* bare_ = nullptr;  // the client, if it is one
  Bytes on_way_to_server_;
  Bytes on_way_to_client_;
  PlainText from_client_;
  PlainText from_server_;
  bool is_clean_ = true;  // nobody has interfered, or said that it ends
  bool is_shut_ = false;
  int key_changes_ = 0;
  size_t server_writes_ = 0;
  size_t backlog_ = 0;  // of what the server was fed, what it may not have worked on
  size_t backlog_max_ = 0;
  size_t fed_max_ = 0;
  size_t out_total_ = 0;
  size_t out_at_failure_ = 0;
  std::string failure_;
};

void play(ByteView input, MemoryBound* bound) {
  FixedRandom::restart();
  Kept kept;
  Steps steps(input);
  std::optional<Connection> connection;
  connection.emplace(steps.byte(), 1, kept, bound);
  int connections = 1;
  for (int count = 0; count < kStepsMax && !steps.at_end(); ++count) {
    Steps ahead = steps;
    if (ahead.byte() != 0xff) {
      connection->step(steps);
      continue;
    }
    steps.byte();
    if (connections == kConnectionsMax) continue;
    connection->keep_session();
    connection.reset();
    connection.emplace(steps.byte(), static_cast<uint64_t>(++connections), kept, bound);
  }
  connection->check();
}

// A handshake of each kind, so that what OpenSSL looks up once and keeps is charged to no input.
bool warm_up() {
  for (uint8_t choice = 0; choice < 108; ++choice)
    play(Bytes{choice, 10, 4, 9, 5, 9, 10, 0, 0, 1, 22}, nullptr);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool is_warm = warm_up();
  CHECK(is_warm);
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  play({data, size}, &bound);
  ERR_clear_error();
  return 0;
}
