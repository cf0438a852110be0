#include "bench/load/scram_login.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <map>
#include <mutex>

#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "security/base64.h"
#include "security/scram.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr auto kMechanism = security::ScramMechanism::kSha512;
constexpr int16_t kHandshakeVersion = 1;
constexpr int16_t kAuthenticateVersion = 2;
constexpr size_t kNonceSize = 18;

// The value of `name` in "r=...,s=...,i=...".
std::string_view field_of(std::string_view message, char name) {
  while (!message.empty()) {
    const std::string_view field = message.substr(0, message.find(','));
    if (field.size() > 2 && field[0] == name && field[1] == '=') return field.substr(2);
    message.remove_prefix(std::min(message.size(), field.size() + 1));
  }
  give_up(fmt::format("the broker's first message has no {}=", name));
}

Bytes salted_password(const std::string& password, std::string_view salt, int32_t iterations) {
  static std::mutex mutex;
  static std::map<std::string, Bytes, std::less<>> known;
  const std::string key = fmt::format("{} {} {}", salt, iterations, password);
  {
    std::lock_guard lock(mutex);
    if (auto found = known.find(key); found != known.end()) return found->second;
  }
  const auto bytes = security::from_base64(salt);
  if (!bytes) give_up("a salt that is no base64");
  Bytes salted = security::scram_salted_password(kMechanism, password, *bytes, iterations);
  std::lock_guard lock(mutex);
  return known.emplace(key, std::move(salted)).first->second;
}

std::string ask(Client& client, std::string_view token) {
  SaslAuthenticateRequest request;
  request.auth_bytes = as_bytes(token);
  auto response =
      client.call<SaslAuthenticateRequest, SaslAuthenticateResponse>(request, kAuthenticateVersion);
  if (response.error_code != 0)
    give_up(fmt::format("the login is refused: {}", response.error_message.value_or("")));
  return std::string(as_text(response.auth_bytes));
}

}  // namespace

void log_in(Client& client, const std::string& user, const std::string& password) {
  SaslHandshakeRequest handshake;
  handshake.mechanism = security::name_of(kMechanism);
  auto offered = client.call<SaslHandshakeRequest, SaslHandshakeResponse>(handshake, kHandshakeVersion);
  if (offered.error_code != 0) give_up(fmt::format("no SCRAM-SHA-512 there: error {}", offered.error_code));

  Bytes random(kNonceSize);
  RAND_bytes(random.data(), kNonceSize);
  const std::string first_bare = fmt::format("n={},r={}", user, security::to_base64(random));
  const std::string server_first = ask(client, "n,," + first_bare);
  const auto iterations = static_cast<int32_t>(std::stol(std::string(field_of(server_first, 'i'))));
  const Bytes salted = salted_password(password, field_of(server_first, 's'), iterations);

  const std::string final_bare = fmt::format("c=biws,r={}", field_of(server_first, 'r'));
  const std::string text = first_bare + "," + server_first + "," + final_bare;
  Bytes proof = security::scram_hmac(kMechanism, salted, as_bytes("Client Key"));
  const Bytes signature =
      security::scram_hmac(kMechanism, security::scram_hash(kMechanism, proof), as_bytes(text));
  for (size_t i = 0; i < proof.size(); ++i) proof[i] ^= signature[i];
  const std::string server_final =
      ask(client, fmt::format("{},p={}", final_bare, security::to_base64(proof)));

  const Bytes server_key = security::scram_hmac(kMechanism, salted, as_bytes("Server Key"));
  const Bytes expected = security::scram_hmac(kMechanism, server_key, as_bytes(text));
  if (server_final != "v=" + security::to_base64(expected)) give_up("the broker does not know the password");
}

}  // namespace klamm::bench
