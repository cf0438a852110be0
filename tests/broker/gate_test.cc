// Connections of listeners that ask for TLS, a login, or both: who comes in, as whom, and what ends the
// others.
#include "tests/testing.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <string>
#include <thread>
#include <vector>

#include "storage/posix_disk.h"
#include "tests/broker/secure_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using security::ClientAuth;

namespace {

// The start of a handshake, of which a part is held back.
void send_half_a_hello(TlsClient& client) {
  ByteView hello = client.session().wire_out();
  client.socket().send(Bytes(hello.begin(), hello.begin() + static_cast<long>(hello.size() / 2)));
}

bool ends(TestClient& client) {
  return eventually([&] {
    uint8_t bytes[1000];
    ssize_t got = ::recv(client.descriptor(), bytes, sizeof bytes, 0);
    return got <= 0;
  });
}

// A file of which "file" is answered with two slices.
struct SecureFileFixture : SecureFixture {
  std::string directory;
  storage::PosixDisk disk;
  std::string content;
  std::shared_ptr<storage::SegmentFile> file;

  SecureFileFixture() {
    char name[] = "/tmp/klamm-tls-XXXXXX";
    directory = mkdtemp(name);
    for (int i = 0; content.size() < 4 << 20; ++i) content += std::to_string(i) + ",";
    auto opened = disk.open(directory + "/00000000000000000000.log", storage::OpenMode::kCreate);
    REQUIRE(opened.ok());
    REQUIRE((*opened)->write_at(0, as_bytes(content)).ok());
    file = std::make_shared<storage::SegmentFile>(std::move(*opened));
    handler.on("file", [this](Request, Reply reply) {
      auto size = static_cast<uint32_t>(content.size());
      reply.send(RawBody{.splices = {size, 100}, .trailer = as_bytes("tail")},
                 {{file, 0, size}, {file, 5, 100}});
    });
  }
  ~SecureFileFixture() { (void)disk.remove_all(directory); }

  // As the protocol writes a bytes field: its size before it.
  std::string expected() const {
    auto field = [](const std::string& bytes) {
      std::string size(4, 0);
      store_be32(reinterpret_cast<uint8_t*>(size.data()), static_cast<uint32_t>(bytes.size()));
      return size + bytes;
    };
    return field(content) + field(content.substr(5, 100)) + "tail";
  }
};

}  // namespace

// ---- TLS

TEST_CASE_METHOD(SecureFixture, "a request over TLS is answered") {
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake());
  REQUIRE(answers(client, "who"));
  REQUIRE(principal() == "User:ANONYMOUS");
  REQUIRE(server->stats().handshakes == 1);
}

TEST_CASE_METHOD(SecureFixture, "a handshake and a request may come byte by byte") {
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake_bytewise());
  client.session().write(request(1, "slow"));
  Bytes wire(client.session().wire_out().begin(), client.session().wire_out().end());
  client.session().wire_sent(wire.size());
  for (uint8_t byte : wire) client.socket().send({byte});
  REQUIRE(client.receive() == Answer{1, "slow"});
}

TEST_CASE_METHOD(SecureFixture, "requests that share a record are all answered") {
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake());
  Bytes all;
  for (int32_t i = 0; i < 100; ++i) all = all + request(i, "echo");
  client.send(all);
  for (int32_t i = 0; i < 100; ++i) REQUIRE(client.receive() == Answer{i, "echo"});
}

TEST_CASE_METHOD(SecureFixture, "a large request and a large answer pass TLS whole") {
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake());
  std::string body(300'000, 'x');
  for (size_t i = 0; i < body.size(); i += 100) body[i] = static_cast<char>('a' + i / 100 % 26);
  REQUIRE(answers(client, body));
  REQUIRE(eventually([&] { return memory->clients().used() == 0; }));
}

TEST_CASE_METHOD(SecureFixture, "the certificate of a client says who it is") {
  client_auth = ClientAuth::kRequired;
  start();
  auto client = connect_tls("SSL", authority.leaf("CN=alice,OU=sales"));
  REQUIRE(client.handshake());
  REQUIRE(answers(client, "who"));
  REQUIRE(principal() == "User:CN=alice,OU=sales");
}

TEST_CASE_METHOD(SecureFixture, "names of clients follow the mapping rules") {
  client_auth = ClientAuth::kRequired;
  mapping = *security::PrincipalMapping::parse("RULE:^CN=(.*?),.*$/$1/U");
  start();
  auto client = connect_tls("SSL", authority.leaf("CN=alice,OU=sales"));
  REQUIRE(client.handshake());
  REQUIRE(answers(client, "who"));
  REQUIRE(principal() == "User:ALICE");
}

TEST_CASE_METHOD(SecureFixture, "a client whose name no rule maps is not let in") {
  client_auth = ClientAuth::kRequired;
  mapping = *security::PrincipalMapping::parse("RULE:^CN=bob$/bob/");
  start();
  auto client = connect_tls("SSL", authority.leaf("CN=alice"));
  client.handshake();
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(server->stats().handshakes_failed == 1);
}

TEST_CASE_METHOD(SecureFixture, "without a certificate nobody comes in where one is required") {
  client_auth = ClientAuth::kRequired;
  start();
  auto client = connect_tls();
  client.handshake();
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(has_connections(0));
  REQUIRE(server->stats().handshakes_failed == 1);
  REQUIRE(server->stats().handshakes == 0);
}

TEST_CASE_METHOD(SecureFixture, "who speaks Kafka without TLS to a TLS port is closed") {
  start();
  auto client = connect("SSL");
  client.send(request(1, "plain"));
  REQUIRE(ends(client));
  REQUIRE(server->stats().handshakes_failed == 1);
  REQUIRE(handler.begun().empty());
}

TEST_CASE_METHOD(SecureFixture, "who speaks TLS to a port without is closed, however large frames may be") {
  config.request_size_max = INT32_MAX;
  start();
  for (std::string_view listener : {"PLAINTEXT", "SASL_PLAINTEXT"}) {
    auto client = connect_tls(listener);
    REQUIRE_FALSE(client.handshake());
  }
  REQUIRE(has_connections(0));
}

TEST_CASE_METHOD(SecureFixture, "a new context is for those who come, and not for those who are there") {
  start();
  auto before = connect_tls();
  REQUIRE(before.handshake());
  auto renewed = authority.leaf("CN=broker-0-renewed", {.ip = {"127.0.0.1"}});
  gates->set_tls("SSL", server_context(authority, renewed));
  auto after = connect_tls();
  REQUIRE(after.handshake());
  REQUIRE(before.session().peer()->subject == "CN=broker-0");
  REQUIRE(after.session().peer()->subject == "CN=broker-0-renewed");
  REQUIRE(answers(before));
  REQUIRE(answers(after));
}

// ---- SASL

TEST_CASE_METHOD(SecureFixture, "a login makes requests the user's") {
  start();
  auto client = connect("SASL_PLAINTEXT");
  REQUIRE(logs_in(client));
  REQUIRE(answers(client, "who"));
  REQUIRE(principal() == "User:alice");
  REQUIRE(server->stats().logins == 1);
}

TEST_CASE_METHOD(SecureFixture, "a login over TLS makes requests the user's, whatever the certificate says") {
  client_auth = ClientAuth::kRequested;
  start();
  auto client = connect_tls("SASL_SSL", authority.leaf("CN=bob"));
  REQUIRE(client.handshake());
  REQUIRE(logs_in(client));
  REQUIRE(answers(client, "who"));
  REQUIRE(principal() == "User:alice");
}

TEST_CASE_METHOD(SecureFixture, "a login may come in one piece with the first request") {
  start();
  auto client = connect("SASL_PLAINTEXT");
  client.send(sasl_handshake() + sasl_authenticate("alice", "alice-secret") + request(7, "who"));
  REQUIRE(client.receive());
  REQUIRE(client.receive());
  REQUIRE(client.receive() == Answer{7, "who"});
  REQUIRE(principal() == "User:alice");
}

TEST_CASE_METHOD(SecureFixture, "a wrong password is answered after the delay, and ends the connection") {
  config.failed_authentication_delay_ms = 500;
  start();
  auto client = connect("SASL_PLAINTEXT");
  client.send(sasl_handshake());
  REQUIRE(client.receive());
  client.send(sasl_authenticate("alice", "wrong") + request(1, "never"));
  REQUIRE(eventually([&] { return server->stats().logins_failed == 1; }));
  advance(499);
  REQUIRE_FALSE(has_heard(client));
  advance(1);
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(login_answer(*answer).error == 58);  // SASL_AUTHENTICATION_FAILED
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(handler.begun().empty());
}

TEST_CASE_METHOD(SecureFixture, "no request is handled before the login") {
  config.failed_authentication_delay_ms = 0;
  start();
  auto client = connect("SASL_PLAINTEXT");
  client.send(request(1, "early"));
  REQUIRE(ends(client));
  REQUIRE(handler.begun().empty());
  REQUIRE(server->stats().logins_failed == 1);
}

TEST_CASE_METHOD(SecureFixture, "a long frame before the login ends the connection, and none after it") {
  start();
  auto early = connect("SASL_PLAINTEXT");
  early.send({0, 0, 0x40, 0});
  REQUIRE(early.is_closed_by_peer());
  auto client = connect("SASL_PLAINTEXT");
  REQUIRE(logs_in(client));
  REQUIRE(answers(client, std::string(1 << 20, 'x')));
}

TEST_CASE_METHOD(SecureFixture,
                 "a client that authenticates again in time goes on, and another one is closed") {
  sasl.reauth_max_ms = 10'000;
  start();
  auto diligent = connect("SASL_PLAINTEXT");
  auto idle = connect("SASL_PLAINTEXT");
  REQUIRE(logs_in(diligent));
  REQUIRE(logs_in(idle));
  advance(9'000);
  REQUIRE(logs_in(diligent));
  advance(1'001);
  REQUIRE(answers(diligent, "who"));
  idle.send(request(1, "late"));
  REQUIRE(ends(idle));
  REQUIRE(principal() == "User:alice");
  REQUIRE(server->stats().sessions_expired == 1);
}

// ---- Time and memory before authentication

TEST_CASE_METHOD(SecureFixture, "who says nothing for ten seconds is closed") {
  start();
  for (std::string_view listener : {"SSL", "SASL_PLAINTEXT", "SASL_SSL"}) {
    auto silent = connect(listener);
    REQUIRE(has_connections(1));
    advance(9'999);
    REQUIRE_FALSE(has_heard(silent));
    advance(1);
    REQUIRE(silent.is_closed_by_peer());
    REQUIRE(has_connections(0));
  }
}

TEST_CASE_METHOD(SecureFixture, "ten seconds are for the handshake and the login together") {
  start();
  auto client = connect_tls("SASL_SSL");
  REQUIRE(has_connections(1));
  advance(6'000);
  REQUIRE(client.handshake());
  REQUIRE(eventually([&] { return server->stats().handshakes == 1; }));
  advance(4'000);
  REQUIRE(client.is_closed_by_peer());
  REQUIRE(server->stats().logins_failed == 1);
}

TEST_CASE_METHOD(SecureFixture, "who has come in has all the time that idle connections have") {
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake());
  REQUIRE(answers(client));
  advance(60'000);
  REQUIRE(answers(client));
}

TEST_CASE_METHOD(SecureFixture, "what is held before authentication is not the clients', and comes back") {
  start();
  auto client = connect_tls();
  send_half_a_hello(client);
  REQUIRE(eventually([&] { return memory->logins().used() > 0; }));
  REQUIRE(memory->clients().used() == 0);
  client.socket().reset();
  REQUIRE(eventually([&] { return memory->logins().used() == 0; }));
}

TEST_CASE_METHOD(SecureFixture, "who holds up the handshakes of others makes room for them") {
  limits.logins = 50'000;
  start();
  std::vector<TlsClient> stuck;
  for (size_t i = 0; i < 3; ++i) {
    stuck.push_back(connect_tls());
    send_half_a_hello(stuck.back());
    // Each begins with 24 KiB, and has 12 KiB more when half of its first message is there.
    REQUIRE(eventually([&] { return memory->logins().used() > i * 36'000 + 24'000; }));
  }
  auto good = connect_tls();
  bool came_in = false;
  std::thread coming([&] { came_in = good.handshake(); });
  bool waited = eventually([&] { return memory->logins().waiting() == 1; });
  advance(1'100);
  coming.join();
  REQUIRE(waited);
  CAPTURE(good.session().failure());
  REQUIRE(came_in);
}

TEST_CASE_METHOD(SecureFixture, "where room is needed, who has not come in goes first") {
  start();
  std::vector<TestClient> known;
  for (int i = 0; i < 2; ++i) known.push_back(connect());
  for (auto& client : known) REQUIRE(answers(client));
  advance(10);
  std::vector<TestClient> silent;
  for (int i = 0; i < 2; ++i) silent.push_back(connect("SSL"));
  REQUIRE(has_connections(4));
  server->set_room(2);
  REQUIRE(has_connections(2));
  for (auto& client : known) REQUIRE(answers(client));
}

TEST_CASE_METHOD(SecureFixture, "who has not come in goes first where others sit on another loop") {
  start();
  std::vector<TestClient> known;
  std::vector<TestClient> silent;
  for (size_t i = 0; i < 2; ++i) {
    known.push_back(connect());
    REQUIRE(answers(known.back()));
    silent.push_back(connect("SSL"));
    REQUIRE(has_connections(2 * (i + 1)));
  }
  server->set_room(2);
  REQUIRE(has_connections(2));
  for (auto& client : known) REQUIRE(answers(client));
}

// ---- Files, and the end

TEST_CASE_METHOD(SecureFileFixture, "slices of files arrive over TLS as they are") {
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake());
  client.send(request(1, "file") + request(2, "behind"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
  REQUIRE(client.receive() == Answer{2, "behind"});
}

TEST_CASE_METHOD(SecureFileFixture, "what the page cache has lost is read by the workers for TLS, too") {
  start();
  REQUIRE(file->file().sync().ok());
  posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED);
  auto client = connect_tls();
  REQUIRE(client.handshake());
  client.send(request(1, "file"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
}

TEST_CASE_METHOD(SecureFixture, "an answer is sent whole before its connection is closed") {
  const std::string body(2 << 20, 'x');
  handler.on("last", [&](Request, Reply reply) {
    Response response = reply.encode(RawBody{.bytes = as_bytes(body)}, 0);
    response.close = true;
    reply.send(std::move(response));
  });
  start();
  auto client = connect_tls();
  REQUIRE(client.handshake());
  client.send(request(1, "last"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == body);
  REQUIRE(client.is_closed_by_peer());
}

TEST_CASE_METHOD(SecureFixture, "stopping ends handshakes that are under way") {
  start();
  std::vector<TlsClient> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(connect_tls(i % 2 == 0 ? "SSL" : "SASL_SSL"));
    ByteView hello = clients.back().session().wire_out();
    clients.back().socket().send(Bytes(hello.begin(), hello.end() - i % 3));
  }
  REQUIRE(eventually([&] { return memory->logins().used() > 0; }));
  server->stop(60'000);
  REQUIRE(server->stats().connections == 0);
  REQUIRE(memory->logins().used() == 0);
}
