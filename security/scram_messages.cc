#include "security/scram_messages.h"

#include <algorithm>
#include <charconv>

#include "security/base64.h"

namespace klamm::security {
namespace {

constexpr std::string_view kTokenExtension = "tokenauth";

// What stands between commas. No value has a comma in it.
class Fields {
 public:
  explicit Fields(std::string_view message) : rest_(message) {}

  bool at_end() const { return at_end_; }
  std::string_view rest() const { return rest_; }
  // Empty at the end, which no field that is wanted may be.
  std::string_view next() {
    const std::string_view field = rest_.substr(0, rest_.find(','));
    at_end_ = field.size() == rest_.size();
    rest_.remove_prefix(std::min(rest_.size(), field.size() + 1));
    return field;
  }

 private:
  std::string_view rest_;
  bool at_end_ = false;
};

Error<Failure> malformed(std::string_view what) {
  return Error{Failure{"its message is not SCRAM's: " + std::string(what)}};
}

bool is_between(std::string_view text, uint8_t first, uint8_t last) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= first && byte <= last;
  });
}

bool is_value(std::string_view text) { return is_between(text, 0x01, 0x7F); }
bool is_printable(std::string_view text) { return is_between(text, 0x21, 0x7E); }

bool is_alpha(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

// The value of `field` when it is that of `name`; otherwise nullopt.
std::optional<std::string_view> value_of(std::string_view field, std::string_view name) {
  if (field.size() <= name.size() || !field.starts_with(name) || field[name.size()] != '=') {
    return std::nullopt;
  }
  return field.substr(name.size() + 1);
}

// Names and values of letters and of what is no comma, up to the end.
template <class Each>
bool read_extensions(Fields fields, Each each) {
  while (!fields.at_end()) {
    const std::string_view field = fields.next();
    const size_t equals = field.find('=');
    if (equals == field.npos) return false;
    const std::string_view name = field.substr(0, equals);
    const std::string_view value = field.substr(equals + 1);
    if (!is_alpha(name) || !is_value(value)) return false;
    each(name, value);
  }
  return true;
}

bool read_over_extensions(const Fields& fields) {
  return read_extensions(fields, [](std::string_view, std::string_view) {});
}

// =2C stands for a comma and =3D for an equals sign, which stand for nothing else.
std::optional<std::string> name_from(std::string_view text) {
  if (!is_value(text)) return std::nullopt;
  std::string name;
  while (!text.empty()) {
    const bool comma = text.starts_with("=2C");
    const bool escaped = comma || text.starts_with("=3D");
    if (text.front() == '=' && !escaped) return std::nullopt;
    name += escaped ? (comma ? ',' : '=') : text.front();
    text.remove_prefix(escaped ? 3 : 1);
  }
  return name;
}

std::string escaped_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == ',') {
      text += "=2C";
    } else if (c == '=') {
      text += "=3D";
    } else {
      text += c;
    }
  }
  return text;
}

bool is_true(std::string_view text) {
  static constexpr std::string_view kTrue = "true";
  return std::ranges::equal(text, kTrue, [](char c, char letter) { return (c | 0x20) == letter; });
}

std::optional<int32_t> iterations_from(std::string_view digits) {
  int32_t iterations = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, iterations);
  if (error != std::errc() || stopped != end || iterations <= 0) return std::nullopt;
  return iterations;
}

}  // namespace

Result<ScramClientFirst, Failure> parse_scram_client_first(std::string_view message) {
  Fields fields(message);
  const std::string_view binding = fields.next();
  if (binding.starts_with("p=") || binding == "y") {
    return malformed("it has to do with channel binding, which there is not");
  }
  if (binding != "n") return malformed("it has no GS2 header");
  ScramClientFirst first;
  const std::string_view authzid = fields.next();
  if (!authzid.empty()) {
    const auto text = value_of(authzid, "a");
    const auto name = text ? name_from(*text) : std::nullopt;
    if (!name) return malformed("its GS2 header has no authorization id where that belongs");
    first.authzid = *name;
  }
  first.bare = fields.rest();
  first.gs2_header = message.substr(0, message.size() - first.bare.size());
  const std::string_view user_field = fields.next();
  if (user_field.starts_with("m=")) return malformed("it demands an extension that nobody knows");
  const auto user_text = value_of(user_field, "n");
  const auto user = user_text ? name_from(*user_text) : std::nullopt;
  if (!user) return malformed("it has no user name, or one with characters other than ASCII's");
  const auto nonce = value_of(fields.next(), "r");
  if (!nonce || !is_printable(*nonce)) return malformed("it has no nonce");
  first.user = *user;
  first.nonce = *nonce;
  const bool good = read_extensions(fields, [&](std::string_view name, std::string_view value) {
    if (name == kTokenExtension) first.with_token = is_true(value);
  });
  if (!good) return malformed("what is behind its nonce is no extension");
  return first;
}

std::string scram_client_first_bare(std::string_view user, std::string_view nonce) {
  return "n=" + escaped_name(user) + ",r=" + std::string(nonce);
}

Result<ScramServerFirst, Failure> parse_scram_server_first(std::string_view message) {
  Fields fields(message);
  ScramServerFirst first;
  const auto nonce = value_of(fields.next(), "r");
  if (!nonce || !is_printable(*nonce)) return malformed("it has no nonce");
  first.nonce = *nonce;
  const auto salt_text = value_of(fields.next(), "s");
  auto salt = salt_text ? from_base64(*salt_text) : std::nullopt;
  if (!salt || salt->empty()) return malformed("it has no salt");
  first.salt = std::move(*salt);
  const auto digits = value_of(fields.next(), "i");
  const auto iterations = digits ? iterations_from(*digits) : std::nullopt;
  if (!iterations) return malformed("it has no number of iterations");
  first.iterations = *iterations;
  if (!read_over_extensions(fields)) return malformed("what is behind its iterations is no extension");
  return first;
}

std::string scram_server_first(std::string_view nonce, ByteView salt, int32_t iterations) {
  return "r=" + std::string(nonce) + ",s=" + to_base64(salt) + ",i=" + std::to_string(iterations);
}

Result<ScramClientFinal, Failure> parse_scram_client_final(std::string_view message) {
  const size_t last_comma = message.rfind(',');
  if (last_comma == message.npos) return malformed("it has no proof");
  ScramClientFinal last;
  last.without_proof = message.substr(0, last_comma);
  const auto proof_text = value_of(message.substr(last_comma + 1), "p");
  auto proof = proof_text ? from_base64(*proof_text) : std::nullopt;
  if (!proof) return malformed("it has no proof");
  last.proof = std::move(*proof);

  Fields fields(last.without_proof);
  const auto binding = value_of(fields.next(), "c");
  if (!binding || !from_base64(*binding)) return malformed("it does not say what it takes for the header");
  last.channel_binding = *binding;
  const auto nonce = value_of(fields.next(), "r");
  if (!nonce || !is_printable(*nonce)) return malformed("it has no nonce");
  last.nonce = *nonce;
  if (!read_over_extensions(fields)) return malformed("what is behind its nonce is no extension");
  return last;
}

std::string scram_client_final_without_proof(std::string_view gs2_header, std::string_view nonce) {
  return "c=" + to_base64(as_bytes(gs2_header)) + ",r=" + std::string(nonce);
}

Result<ScramServerFinal, Failure> parse_scram_server_final(std::string_view message) {
  ScramServerFinal last;
  if (const auto error = value_of(message, "e")) {
    if (!is_value(*error) || error->find_first_of("=,") != error->npos) {
      return malformed("its error is none");
    }
    last.error = *error;
    return last;
  }
  Fields fields(message);
  const auto text = value_of(fields.next(), "v");
  auto signature = text ? from_base64(*text) : std::nullopt;
  if (!signature) return malformed("it has no signature");
  last.signature = std::move(*signature);
  if (!read_over_extensions(fields)) return malformed("what is behind its signature is no extension");
  return last;
}

std::string scram_server_final(ByteView signature) { return "v=" + to_base64(signature); }

std::string scram_random_text(std::array<uint8_t, 17> bits) {
  static constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  bits[0] &= 0x03;
  std::string text;
  while (text.empty() || std::ranges::any_of(bits, [](uint8_t byte) { return byte != 0; })) {
    uint32_t remainder = 0;
    for (uint8_t& byte : bits) {
      const uint32_t value = remainder << 8 | byte;
      byte = static_cast<uint8_t>(value / kDigits.size());
      remainder = static_cast<uint32_t>(value % kDigits.size());
    }
    text += kDigits[remainder];
  }
  std::ranges::reverse(text);
  return text;
}

std::string scram_random_text(Random& random) {
  std::array<uint8_t, 17> bits;
  bits[0] = static_cast<uint8_t>(random.next());
  store_be64(&bits[1], random.next());
  store_be64(&bits[9], random.next());
  return scram_random_text(bits);
}

}  // namespace klamm::security
