#include "broker/storage_tool/scram.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace klamm::broker {
namespace {

constexpr int32_t kIterationsMin = 4096;
constexpr int32_t kIterationsMax = 16384;
constexpr size_t kSaltSize = 24;

using Components = std::map<std::string, std::string, std::less<>>;

Error<Failure> complaint(std::string message) { return Error{Failure{"--add-scram: " + std::move(message)}}; }

const EVP_MD* digest_of(ScramMechanism mechanism) {
  return mechanism == ScramMechanism::kSha256 ? EVP_sha256() : EVP_sha512();
}

// RFC 5802: Hi() is PBKDF2 with HMAC. Passwords are taken as UTF-8, without SASLprep, as Kafka does.
Bytes salted_password(ScramMechanism mechanism, std::string_view password, ByteView salt,
                      int32_t iterations) {
  const EVP_MD* digest = digest_of(mechanism);
  Bytes salted(EVP_MD_get_size(digest));
  const int done = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                                     static_cast<int>(salt.size()), iterations, digest,
                                     static_cast<int>(salted.size()), salted.data());
  CHECK(done == 1);
  return salted;
}

Bytes hmac(ScramMechanism mechanism, ByteView key, std::string_view text) {
  Bytes mac(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  const auto* made = HMAC(digest_of(mechanism), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const uint8_t*>(text.data()), text.size(), mac.data(), &size);
  CHECK(made != nullptr);
  mac.resize(size);
  return mac;
}

Bytes hash(ScramMechanism mechanism, ByteView bytes) {
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, digest_of(mechanism), nullptr) == 1);
  digest.resize(size);
  return digest;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.empty()) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const uint8_t*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<size_t>(size) - padding);
  return bytes;
}

Bytes random_salt(Random& random) {
  Bytes salt(kSaltSize);
  for (size_t at = 0; at < salt.size(); at += 8) store_be64(&salt[at], random.next());
  return salt;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Result<Components, Failure> split_components(std::string_view list) {
  Components components;
  while (!list.empty()) {
    const std::string_view component = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), component.size() + 1));
    const size_t equals = component.find('=');
    if (equals == component.npos)
      return complaint(fmt::format("'{}' is not of the form key=value", component));
    std::string_view value = component.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    components.insert_or_assign(std::string(component.substr(0, equals)), std::string(value));
  }
  return components;
}

std::optional<std::string> take(Components& components, std::string_view key) {
  const auto at = components.find(key);
  if (at == components.end()) return std::nullopt;
  return components.extract(at).mapped();
}

Result<NewScramCredential, Failure> make(ScramMechanism mechanism, Components components, Random& random) {
  const auto name = take(components, "name");
  const auto salt_text = take(components, "salt");
  const auto iterations_text = take(components, "iterations");
  const auto password = take(components, "password");
  const auto salted_text = take(components, "saltedpassword");
  if (!components.empty())
    return complaint(fmt::format("'{}' is not a key that it knows", components.begin()->first));
  if (!name) return complaint("name=... is missing");
  if (!password && !salted_text) return complaint("password=... or saltedpassword=... is missing");
  if (!password && !salt_text) return complaint("saltedpassword=... needs its salt=...");

  NewScramCredential made{{mechanism, *name}, {}};
  made.credential.iterations = kIterationsMin;
  if (iterations_text) {
    int32_t& iterations = made.credential.iterations;
    const char* end = iterations_text->data() + iterations_text->size();
    const auto parsed = std::from_chars(iterations_text->data(), end, iterations);
    if (parsed.ec != std::errc() || parsed.ptr != end || iterations < kIterationsMin ||
        iterations > kIterationsMax) {
      return complaint(fmt::format("iterations={} must be a number from {} to {}", *iterations_text,
                                   kIterationsMin, kIterationsMax));
    }
  }
  const auto salt = salt_text ? from_base64(*salt_text) : random_salt(random);
  if (!salt) return complaint(fmt::format("salt={} is not base64", *salt_text));
  made.credential.salt = *salt;
  const auto salted = password ? salted_password(mechanism, *password, *salt, made.credential.iterations)
                               : from_base64(*salted_text);
  if (!salted) return complaint("saltedpassword is not base64");
  made.credential.stored_key = hash(mechanism, hmac(mechanism, *salted, "Client Key"));
  made.credential.server_key = hmac(mechanism, *salted, "Server Key");
  return made;
}

}  // namespace

protocol::UserScramCredentialRecord NewScramCredential::record() const {
  protocol::UserScramCredentialRecord record;
  record.name = key.user;
  record.mechanism = static_cast<int8_t>(key.mechanism);
  record.salt = credential.salt;
  record.stored_key = credential.stored_key;
  record.server_key = credential.server_key;
  record.iterations = credential.iterations;
  return record;
}

Result<NewScramCredential, Failure> parse_scram_argument(std::string_view argument, Random& random) {
  argument = trimmed(argument);
  const size_t equals = argument.find('=');
  const std::string_view mechanism = argument.substr(0, equals);
  if (equals == argument.npos || (mechanism != "SCRAM-SHA-256" && mechanism != "SCRAM-SHA-512")) {
    return complaint(fmt::format("'{}' is not SCRAM-SHA-256 or SCRAM-SHA-512", mechanism));
  }
  std::string_view list = argument.substr(equals + 1);
  if (list.size() < 2 || list.front() != '[' || list.back() != ']') {
    return complaint("the mechanism must be followed by =[key=value,...]");
  }
  auto components = split_components(list.substr(1, list.size() - 2));
  if (!components) return Error{components.error()};
  return make(mechanism == "SCRAM-SHA-256" ? ScramMechanism::kSha256 : ScramMechanism::kSha512,
              std::move(*components), random);
}

}  // namespace klamm::broker
