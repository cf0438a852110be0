#include "security/scram_server.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "security/base64.h"
#include "security/log_text.h"
#include "security/scram_messages.h"

namespace klamm::security {
namespace {

constexpr std::string_view kOtherAuthzid =
    "Authentication failed: Client requested an authorization id that is different from username";

ScramMechanism other_than(ScramMechanism mechanism) {
  return mechanism == ScramMechanism::kSha256 ? ScramMechanism::kSha512 : ScramMechanism::kSha256;
}

Bytes to_bytes(std::string_view text) {
  const ByteView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

// What nobody knows the password of. The number of iterations is the one that Kafka's tools and ours take
// unless told otherwise: what nearly every user has.
ScramVerifier fake_verifier(ScramMechanism mechanism, ByteView secret, std::string_view user) {
  const Bytes of_user = scram_hmac(mechanism, secret, as_bytes("salt of " + std::string(user)));
  std::array<uint8_t, 17> bits;
  std::copy_n(of_user.begin(), bits.size(), bits.begin());
  return {to_bytes(scram_random_text(bits)), of_user, of_user, kScramIterationsMin};
}

}  // namespace

ScramServer::ScramServer(ScramMechanism mechanism, const Uses& uses, std::string nonce)
    : mechanism_(mechanism), uses_(uses), server_nonce_(std::move(nonce)) {
  CHECK(!server_nonce_.empty() && !uses_.secret.empty());
}

SaslStep ScramServer::step(ByteView token) {
  switch (std::exchange(waits_for_, WaitsFor::kOver)) {
    case WaitsFor::kFirst:
      return on_first(as_text(token));
    case WaitsFor::kFinal:
      return on_final(as_text(token));
    case WaitsFor::kOver:
      break;
  }
  return refused("the exchange is over, and more came");
}

SaslStep ScramServer::on_first(std::string_view message) {
  const auto first = parse_scram_client_first(message);
  if (!first) return refused(first.error().message);
  user_ = first->user;
  if (first->with_token) {
    return refused("it has a delegation token, of the id " + quoted(user_) + ", and there are none here");
  }
  choose_verifier();
  // Whose id is asked for is looked at whether there is such a user or not. CVE-2017-12610.
  if (!first->authzid.empty() && first->authzid != user_) {
    return refused("user " + quoted(user_) + " asked to be " + quoted(first->authzid),
                   std::string(kOtherAuthzid));
  }
  if (verifier_.iterations < kScramIterationsMin) {
    return refused("the credential of user " + quoted(user_) + " has " +
                   std::to_string(verifier_.iterations) + " iterations, fewer than " +
                   std::to_string(kScramIterationsMin) + ": it must be made anew");
  }
  client_nonce_ = first->nonce;
  gs2_header_ = first->gs2_header;
  client_first_bare_ = first->bare;
  server_first_ = scram_server_first(client_nonce_ + server_nonce_, verifier_.salt, verifier_.iterations);
  waits_for_ = WaitsFor::kFinal;
  return {.what = SaslStep::What::kContinue, .token = to_bytes(server_first_)};
}

SaslStep ScramServer::on_final(std::string_view message) {
  const auto last = parse_scram_client_final(message);
  if (!last) return refused(last.error().message);
  // The header that the first message had, which is without channel binding.
  if (last->channel_binding != to_base64(as_bytes(gs2_header_))) {
    return refused("user " + quoted(user_) + " sent another channel binding than the one it began with");
  }
  // The whole nonce, our part too: otherwise what somebody overheard could be played again (CVE-2024-56128).
  // librdkafka before 2.6.1, and so kcat of Debian 12, repeats its own part in front of it, which proves as
  // much: that alone is let through (librdkafka#4895; Kafka refuses it).
  const std::string nonce = client_nonce_ + server_nonce_;
  const bool is_repeated = last->nonce == client_nonce_ + nonce;
  if (is_repeated && uses_.strict_nonce) {
    return refused("user " + quoted(user_) +
                   " sent a malformed nonce, as librdkafka before 2.6.1 does: update the client, or unset "
                   "klamm.sasl.scram.strict.nonce");
  }
  if (last->nonce != nonce && !is_repeated) {
    return refused("user " + quoted(user_) + " sent another nonce than the one it was given");
  }
  const std::string signed_text =
      client_first_bare_ + "," + server_first_ + "," + std::string(last->without_proof);
  if (!proves(last->proof, as_bytes(signed_text))) return refused(why_not_proven());

  SaslStep done{.what = SaslStep::What::kDone};
  done.token =
      to_bytes(scram_server_final(scram_hmac(mechanism_, verifier_.server_key, as_bytes(signed_text))));
  if (is_repeated) {
    done.hint = "user " + quoted(user_) +
                " sent a malformed nonce, as librdkafka before 2.6.1 does, and was let in: update the client "
                "(klamm.sasl.scram.strict.nonce=true refuses it)";
  }
  return done;
}

SaslStep ScramServer::refused(std::string reason, std::string answer) {
  return {.what = SaslStep::What::kRefused, .answer = std::move(answer), .reason = std::move(reason)};
}

// The same work whether there is such a user or not.
void ScramServer::choose_verifier() {
  const size_t size = scram_hash_size(mechanism_);
  auto kept = uses_.credentials.scram(mechanism_, user_);
  has_other_mechanism_ = uses_.credentials.scram(other_than(mechanism_), user_).has_value();
  auto fake = fake_verifier(mechanism_, uses_.secret, user_);
  is_known_ = kept && kept->stored_key.size() == size && kept->server_key.size() == size;
  verifier_ = is_known_ ? std::move(*kept) : std::move(fake);
}

bool ScramServer::proves(ByteView proof, ByteView auth_message) const {
  if (proof.size() != verifier_.stored_key.size()) return false;
  Bytes client_key = scram_hmac(mechanism_, verifier_.stored_key, auth_message);
  for (size_t i = 0; i < client_key.size(); ++i) client_key[i] ^= proof[i];
  const Bytes stored_key = scram_hash(mechanism_, client_key);
  const bool same = CRYPTO_memcmp(stored_key.data(), verifier_.stored_key.data(), stored_key.size()) == 0;
  OPENSSL_cleanse(client_key.data(), client_key.size());
  return same && is_known_;
}

std::string ScramServer::why_not_proven() const {
  const std::string mechanism(name_of(mechanism_));
  if (is_known_) return "user " + quoted(user_) + " gave a wrong password";
  if (!has_other_mechanism_) return "there is no user " + quoted(user_) + " with a SCRAM credential";
  return "user " + quoted(user_) + " has a credential for " + std::string(name_of(other_than(mechanism_))) +
         ", and none for " + mechanism;
}

}  // namespace klamm::security
