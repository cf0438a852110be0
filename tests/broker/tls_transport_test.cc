// TLS over a socket: what is moved, what waits, and when there is no more. And records seen from outside.
#include "tests/testing.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "broker/net/tls_transport.h"
#include "tests/broker/secure_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using security::TlsSession;

namespace {

// A transport and, at the other end of a pair of sockets, a session whose bytes the test moves.
struct Fixture {
  security::Certificates authority;
  int sockets[2];
  std::unique_ptr<TlsTransport> transport;
  std::unique_ptr<TlsSession> peer;

  Fixture() {
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets) == 0);
    // Linux's default, which a machine may have raised.
    constexpr int kBytes = 100'000;
    REQUIRE(setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUF, &kBytes, sizeof kBytes) == 0);
    auto identity = authority.leaf("CN=broker-0", {.dns = {"localhost"}});
    auto session = TlsSession::accept(server_context(authority, identity));
    peer = TlsSession::connect(client_context(authority), "localhost");
    while (peer->state() != TlsSession::State::kOpen || session->state() != TlsSession::State::kOpen) {
      pass(*peer, *session);
      pass(*session, *peer);
    }
    pass(*session, *peer);
    transport = std::make_unique<TlsTransport>(sockets[0]);
    transport->set_session(std::move(session));
  }
  ~Fixture() {
    for (int socket : sockets) ::close(socket);
  }

  static void pass(TlsSession& from, TlsSession& to) {
    from.handshake();
    ByteView out = from.wire_out();
    std::copy(out.begin(), out.end(), to.wire_room(out.size()).begin());
    to.wire_received(out.size());
    from.wire_sent(out.size());
    to.handshake();
  }
  // What the peer has to send goes to the transport's socket.
  void send(const std::string& plain) {
    peer->write(as_bytes(plain));
    ByteView out = peer->wire_out();
    REQUIRE(::send(sockets[1], out.data(), out.size(), 0) == static_cast<ssize_t>(out.size()));
    peer->wire_sent(out.size());
  }
  // Everything that has come to the peer.
  std::string receive() {
    std::string plain;
    while (true) {
      auto room = peer->wire_room(64 << 10);
      ssize_t got = ::recv(sockets[1], room.data(), room.size(), 0);
      peer->wire_received(got > 0 ? static_cast<size_t>(got) : 0);
      uint8_t bytes[16 << 10];
      while (size_t size = peer->read(bytes)) plain += as_text({bytes, size});
      if (got <= 0) return plain;
    }
  }
  Moved write(std::string_view text) {
    iovec piece{const_cast<char*>(text.data()), text.size()};
    return transport->write({&piece, 1}, false);
  }
  std::string read(size_t most) {
    std::string text(most, 0);
    iovec piece{text.data(), text.size()};
    text.resize(transport->read({&piece, 1}).bytes);
    return text;
  }
};

std::string numbers(size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ",";
  return text;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "plain text that a session holds is no reason to wait for the socket") {
  std::string text = numbers(20'000);
  send(text);
  std::string got = read(100);
  while (!transport->is_drained() && got.size() < 2 * text.size()) got += read(100);
  REQUIRE(got == text);
  REQUIRE(transport->is_drained());
}

TEST_CASE_METHOD(Fixture, "half a record is nothing to read") {
  peer->write(as_bytes("hello"));
  ByteView out = peer->wire_out();
  REQUIRE(::send(sockets[1], out.data(), out.size() - 1, 0) > 0);
  uint8_t last = out.back();
  uint8_t byte;
  iovec piece{&byte, 1};
  REQUIRE(transport->read({&piece, 1}).would_block());
  REQUIRE(transport->is_drained());
  REQUIRE(::send(sockets[1], &last, 1, 0) == 1);
  REQUIRE(read(100) == "hello");
}

TEST_CASE_METHOD(Fixture, "what the socket does not take is kept, and none of it is lost or sent twice") {
  std::string text = numbers(3'000'000);
  std::string got;
  size_t done = 0;
  bool has_waited = false;
  while (done < text.size()) {
    Moved moved = write(std::string_view(text).substr(done, 200'000));
    REQUIRE((moved.ok() || moved.would_block()));
    done += moved.bytes;
    if (!moved.would_block()) continue;
    has_waited = true;
    REQUIRE(transport->has_pending());
    got += receive();
  }
  while (transport->has_pending()) {
    transport->flush();
    got += receive();
  }
  got += receive();
  REQUIRE(has_waited);
  REQUIRE(got == text);
}

TEST_CASE_METHOD(Fixture, "what waits to be sent has a bound") {
  std::string text = numbers(1'000'000);
  while (!write(text).would_block()) {
  }
  REQUIRE(transport->session()->wire_out().size() <= 2 * TlsTransport::kPendingMax);
}

TEST_CASE_METHOD(Fixture, "small pieces share records") {
  std::vector<iovec> pieces(60, iovec{const_cast<char*>("0123456789"), 10});
  REQUIRE(transport->write(pieces, false).bytes == 600);
  char wire[4096];
  ssize_t size = ::recv(sockets[1], wire, sizeof wire, MSG_PEEK);
  REQUIRE(size < 700);
  REQUIRE(receive().size() == 600);
}

TEST_CASE_METHOD(Fixture, "the end of a peer is read as the end") {
  send("last");
  peer->shut();
  ByteView out = peer->wire_out();
  REQUIRE(::send(sockets[1], out.data(), out.size(), 0) > 0);
  REQUIRE(read(100) == "last");
  uint8_t byte;
  iovec piece{&byte, 1};
  Moved end = transport->read({&piece, 1});
  REQUIRE(end.ok());
  REQUIRE(end.bytes == 0);
}

TEST_CASE_METHOD(Fixture, "bytes that are no record are an error, and not an end") {
  std::string garbage(100, 'x');
  REQUIRE(::send(sockets[1], garbage.data(), garbage.size(), 0) == 100);
  uint8_t byte;
  iovec piece{&byte, 1};
  Moved moved = transport->read({&piece, 1});
  REQUIRE_FALSE(moved.ok());
  REQUIRE_FALSE(moved.would_block());
}

TEST_CASE("a record is whole with its last byte") {
  TlsRecords records;
  Bytes record = {22, 3, 1, 0, 3, 'a', 'b', 'c'};
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i + 1 < record.size(); ++i)
      REQUIRE_FALSE(records.feed(ByteView(record).subspan(i, 1)));
    REQUIRE(records.feed(ByteView(record).subspan(7)));
  }
}

TEST_CASE("a record and the start of another one are something to work on") {
  TlsRecords records;
  REQUIRE(records.feed(Bytes{22, 3, 1, 0, 1, 'a', 22, 3}));
  REQUIRE_FALSE(records.feed(Bytes{3, 0, 1}));
  REQUIRE(records.feed(Bytes{'b'}));
}

TEST_CASE("bytes that are no records are something to work on at once") {
  for (Bytes bytes : {Bytes{'G'}, Bytes{0, 0}, Bytes{22, 2}, Bytes{22, 3, 1, 255, 255}}) {
    TlsRecords records;
    REQUIRE(records.feed(bytes));
    REQUIRE(records.feed(Bytes{1}));
  }
}
