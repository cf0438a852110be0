#include "tests/testing.h"

#include "tests/security/tls_fixture.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace klamm::security {

namespace {

std::shared_ptr<const TlsContext> made(const TlsConfig& config, TlsContext::Side side) {
  auto context = TlsContext::make(config, side, kNowMs);
  if (!context) FAIL(context.error().message);
  return *context;
}

bool carry(TlsSession& from, TlsSession& to, size_t piece) {
  const Bytes bytes = take_out(from);
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
    feed(to, ByteView(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    to.handshake();
  }
  return !bytes.empty();
}

}  // namespace

TlsFolder::TlsFolder() : folder_("/tmp/klamm-tls-XXXXXX") { CHECK(mkdtemp(folder_.data()) != nullptr); }
TlsFolder::~TlsFolder() { std::filesystem::remove_all(folder_); }

std::string TlsFolder::path(std::string_view name) const { return folder_ + "/" + std::string(name); }

std::string TlsFolder::write(std::string_view name, std::string_view content) const {
  const std::string fresh = path(name) + ".new";
  std::ofstream(fresh, std::ios::binary) << content;
  std::filesystem::rename(fresh, path(name));
  return path(name);
}
std::string TlsFolder::write(std::string_view name, const Bytes& content) const {
  return write(name, as_text(content));
}

TlsStore inline_key_store(const Identity& identity) {
  TlsStore store;
  store.type = "PEM";
  store.inline_key = key_pem(identity);
  store.inline_certificates = chain_pem(identity);
  return store;
}
TlsStore inline_trust_store(const Identity& authority) {
  TlsStore store;
  store.type = "PEM";
  store.inline_certificates = certificate_pem(authority);
  return store;
}
TlsStore file_store(const std::string& location, const std::string& type) {
  TlsStore store;
  store.type = type;
  store.location = location;
  return store;
}

TlsConfig server_config(const Identity& identity) {
  TlsConfig config;
  config.subject = "listener EXTERNAL";
  config.key_prefix = "listener.name.external.";
  config.key_store = inline_key_store(identity);
  config.protocols = {"TLSv1.2", "TLSv1.3"};
  return config;
}
TlsConfig client_config(const Identity& trusted) {
  TlsConfig config;
  config.subject = "connections to other nodes";
  config.trust_store = inline_trust_store(trusted);
  config.protocols = {"TLSv1.2", "TLSv1.3"};
  return config;
}

std::shared_ptr<const TlsContext> server_context(const TlsConfig& config) {
  return made(config, TlsContext::Side::kServer);
}
std::shared_ptr<const TlsContext> client_context(const TlsConfig& config) {
  return made(config, TlsContext::Side::kClient);
}
std::string failure_of(const TlsConfig& config, TlsContext::Side side) {
  const auto context = TlsContext::make(config, side, kNowMs);
  return context ? "" : context.error().message;
}

void feed(TlsSession& to, ByteView bytes) {
  if (bytes.empty()) return;
  std::copy(bytes.begin(), bytes.end(), to.wire_room(bytes.size()).begin());
  to.wire_received(bytes.size());
}

Bytes take_out(TlsSession& from) {
  const ByteView out = from.wire_out();
  const Bytes bytes(out.begin(), out.end());
  from.wire_sent(bytes.size());
  return bytes;
}

std::string read_all(TlsSession& from) {
  std::string all;
  uint8_t piece[40'000];
  while (const size_t count = from.read(piece)) all += as_text({piece, count});
  return all;
}

TlsPair::TlsPair(const std::shared_ptr<const TlsContext>& for_server,
                 const std::shared_ptr<const TlsContext>& for_client, const std::string& host)
    : server(TlsSession::accept(for_server)), client(TlsSession::connect(for_client, host)) {}

void TlsPair::talk(size_t piece) {
  bool is_talking = true;
  while (is_talking) {
    is_talking = carry(*client, *server, piece);
    is_talking |= carry(*server, *client, piece);
  }
}

bool TlsPair::is_open() const {
  return server->state() == TlsSession::State::kOpen && client->state() == TlsSession::State::kOpen;
}

}  // namespace klamm::security
