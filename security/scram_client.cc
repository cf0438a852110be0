#include "security/scram_client.h"

#include <openssl/crypto.h>

#include <utility>

#include "base/check.h"
#include "security/base64.h"
#include "security/log_text.h"
#include "security/scram_messages.h"

namespace klamm::security {
namespace {

constexpr std::string_view kGs2Header = "n,,";

Error<Failure> refused(std::string message) { return Error{Failure{std::move(message)}}; }

Bytes to_bytes(std::string_view text) {
  const ByteView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace

ScramClient::ScramClient(ScramMechanism mechanism, std::string user, std::string password, std::string nonce)
    : mechanism_(mechanism),
      user_(std::move(user)),
      password_(std::move(password)),
      nonce_(std::move(nonce)) {
  CHECK(!nonce_.empty());
}

ScramClient::~ScramClient() { OPENSSL_cleanse(password_.data(), password_.size()); }

Bytes ScramClient::first() {
  CHECK(state_ == State::kNew);
  state_ = State::kAwaitsFirst;
  first_bare_ = scram_client_first_bare(user_, nonce_);
  return to_bytes(std::string(kGs2Header) + first_bare_);
}

Result<Bytes, Failure> ScramClient::step(ByteView token) {
  switch (std::exchange(state_, State::kFailed)) {
    case State::kAwaitsFirst:
      return on_server_first(as_text(token));
    case State::kAwaitsFinal:
      return on_server_final(as_text(token));
    default:
      return refused("the server sent a token where none is awaited");
  }
}

Result<Bytes, Failure> ScramClient::on_server_first(std::string_view message) {
  const auto first = parse_scram_server_first(message);
  if (!first) return refused("of the server: " + first.error().message);
  // Ours, and something of the server's behind it.
  if (!first->nonce.starts_with(nonce_) || first->nonce.size() == nonce_.size()) {
    return refused("the server's nonce does not go on from ours");
  }
  if (first->iterations < kScramIterationsMin || first->iterations > kScramIterationsMax) {
    return refused("the server asks for " + std::to_string(first->iterations) +
                   " iterations, which should be " + std::to_string(kScramIterationsMin) + " to " +
                   std::to_string(kScramIterationsMax));
  }
  Bytes salted = scram_salted_password(mechanism_, password_, first->salt, first->iterations);
  OPENSSL_cleanse(password_.data(), password_.size());
  const ScramVerifier verifier = scram_verifier(mechanism_, salted, first->salt, first->iterations);

  const std::string without_proof = scram_client_final_without_proof(kGs2Header, first->nonce);
  const std::string signed_text = first_bare_ + "," + std::string(message) + "," + without_proof;
  server_signature_ = scram_hmac(mechanism_, verifier.server_key, as_bytes(signed_text));
  Bytes proof = scram_hmac(mechanism_, salted, as_bytes("Client Key"));
  const Bytes signature = scram_hmac(mechanism_, verifier.stored_key, as_bytes(signed_text));
  for (size_t i = 0; i < proof.size(); ++i) proof[i] ^= signature[i];
  OPENSSL_cleanse(salted.data(), salted.size());
  state_ = State::kAwaitsFinal;
  return to_bytes(without_proof + ",p=" + to_base64(proof));
}

Result<Bytes, Failure> ScramClient::on_server_final(std::string_view message) {
  const auto last = parse_scram_server_final(message);
  if (!last) return refused("of the server: " + last.error().message);
  if (!last->error.empty()) return refused("the server refuses the login: " + quoted(last->error));
  const bool same =
      last->signature.size() == server_signature_.size() &&
      CRYPTO_memcmp(last->signature.data(), server_signature_.data(), server_signature_.size()) == 0;
  if (!same) return refused("the server does not know the password that it should verify: it is another one");
  state_ = State::kDone;
  return Bytes{};
}

}  // namespace klamm::security
