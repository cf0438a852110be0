#include "security/pem_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "security/store_parts.h"

namespace klamm::security {
namespace {

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r' || letter == '\f' ||
         letter == '\v';
}

// Kafka looks for the words, whatever stands around them: TRUSTED CERTIFICATE and X509 CERTIFICATE are some.
bool is_certificate(std::string_view label) {
  return label.find("CERTIFICATE") != label.npos && label.find("REQUEST") == label.npos;
}
bool is_key(std::string_view label) { return label.find("PRIVATE KEY") != label.npos; }

struct Block {
  std::string label;    // "CERTIFICATE", "RSA PRIVATE KEY"
  std::string headers;  // those about encryption (RFC 1421), each with its end of line
  SecretBytes content;
};

// One blank between words, none around them.
std::string words_of(std::string_view text) {
  std::string words;
  for (const char letter : text) {
    if (!is_space(letter)) {
      words += letter;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  if (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

// Takes the header at the beginning of `body`, a name with a colon. A line of its own is one; where the whole
// block stands on one line, a value is one word.
std::optional<std::string> take_header(std::string_view& body) {
  const auto first = std::find_if_not(body.begin(), body.end(), is_space);
  const size_t start = static_cast<size_t>(first - body.begin());
  const size_t line_end = body.find_first_of("\r\n", start);
  const std::string_view line = body.substr(start, line_end - start);
  const size_t colon = line.find(':');
  if (colon == line.npos) return std::nullopt;
  std::string_view value = line.substr(colon + 1);
  if (line_end == body.npos) {
    const size_t word = value.find_first_not_of(" \t");
    value = value.substr(0, word == value.npos ? 0 : value.find_first_of(" \t", word));
  }
  const size_t taken = static_cast<size_t>(value.data() + value.size() - body.data());
  std::string header = words_of(line.substr(0, colon)) + ": " + words_of(value) + "\n";
  body.remove_prefix(taken);
  return header;
}

// Base64 without its blanks; nullopt for anything else. The padding may be left out, as Java has it.
std::optional<SecretBytes> decode_base64(std::string_view text) {
  std::string letters;
  letters.reserve(text.size() + 3);
  std::copy_if(text.begin(), text.end(), std::back_inserter(letters), [](char c) { return !is_space(c); });
  while (!letters.empty() && letters.back() == '=') letters.pop_back();
  const size_t count = letters.size();
  const bool is_text = std::all_of(letters.begin(), letters.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
  std::optional<SecretBytes> decoded;
  if (is_text && count % 4 != 1) {
    letters.append((4 - count % 4) % 4, '=');
    Bytes bytes(letters.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const uint8_t*>(letters.data()),
                                     static_cast<int>(letters.size()));
    if (size >= 0) decoded.emplace(ByteView(bytes).first(count * 3 / 4));
    OPENSSL_cleanse(bytes.data(), bytes.size());
  }
  OPENSSL_cleanse(letters.data(), letters.size());
  return decoded;
}

Result<Block, StoreError> make_block(std::string label, std::string_view body) {
  Block block{std::move(label), {}, {}};
  while (auto header = take_header(body)) {
    if (header->starts_with("Proc-Type:") || header->starts_with("DEK-Info:")) block.headers += *header;
  }
  auto content = decode_base64(body);
  if (!content) return malformed("what stands in its block " + quoted(block.label) + " is not Base64");
  block.content = std::move(*content);
  return block;
}

// "\n" and "\r" spelled out become blanks of the same size.
std::string without_escapes(std::string_view text) {
  std::string plain(text);
  for (size_t at = plain.find('\\'); at != plain.npos; at = plain.find('\\', at + 1)) {
    if (at + 1 == plain.size() || (plain[at + 1] != 'n' && plain[at + 1] != 'r')) continue;
    plain[at] = '\n';
    plain[at + 1] = '\n';
  }
  return plain;
}

// The certificates and private keys; and the labels of all blocks, for messages. Between blocks anything may
// stand.
struct Pem {
  std::vector<Block> blocks;
  std::vector<std::string> labels;
};

constexpr size_t kLabelsShownMax = 5;

std::string list_of(const std::vector<std::string>& labels) {
  std::string text;
  for (size_t number = 0; number < std::min(labels.size(), kLabelsShownMax); ++number) {
    text += (text.empty() ? "" : ", ") + quoted(labels[number]);
  }
  if (labels.size() <= kLabelsShownMax) return text;
  return text + " and " + std::to_string(labels.size() - kLabelsShownMax) + " more";
}

Result<Pem, StoreError> parse(std::string_view text) {
  constexpr std::string_view kBegin = "-BEGIN";
  constexpr std::string_view kEnd = "-END";
  Pem pem;
  size_t at = 0;
  while ((at = text.find(kBegin, at)) != text.npos) {
    const size_t label_start = at + kBegin.size();
    const size_t label_end = std::min(text.find('-', label_start), text.size());
    std::string label = words_of(text.substr(label_start, label_end - label_start));
    pem.labels.push_back(label);
    at = label_end;
    if (!is_certificate(label) && !is_key(label)) continue;

    const size_t end = text.find(kEnd, label_end);
    if (end == text.npos || text.substr(label_end, end - label_end).find(kBegin) != text.npos) {
      return malformed("its block " + quoted(label) + " has no END: the text is cut off");
    }
    // The dashes around it belong to BEGIN and to END.
    const std::string_view between = text.substr(label_end, end - label_end);
    const size_t body_start = std::min(between.find_first_not_of('-'), between.size());
    const size_t body_end = between.find_last_not_of('-') + 1;
    const size_t body_size = body_end > body_start ? body_end - body_start : 0;
    auto block = make_block(std::move(label), between.substr(body_start, body_size));
    if (!block) return Error{std::move(block).error()};
    pem.blocks.push_back(std::move(*block));
    at = end;
  }
  return pem;
}

Result<Pem, StoreError> parse_store(std::string_view text) {
  std::string plain = without_escapes(text);
  auto pem = parse(plain);
  OPENSSL_cleanse(plain.data(), plain.size());
  if (pem && pem->labels.empty()) return malformed("it has no PEM block (-----BEGIN ...-----)");
  return pem;
}

Result<std::vector<CertificatePtr>, StoreError> certificates_of(const Pem& pem) {
  std::vector<CertificatePtr> certificates;
  for (const Block& block : pem.blocks) {
    if (!is_certificate(block.label)) continue;
    CertificatePtr certificate = decode_certificate(block.content);
    if (certificate == nullptr) {
      return malformed("its certificate number " + std::to_string(certificates.size() + 1) +
                       " cannot be read (" + take_openssl_errors() + ")");
    }
    certificates.push_back(std::move(certificate));
  }
  if (certificates.empty()) {
    return store_error(StoreError::Kind::kNoCertificate,
                       "it has no certificate, only " + list_of(pem.labels));
  }
  return certificates;
}

int give_password(char* buffer, int size, int /*is_writing*/, void* context) {
  const auto& password = *static_cast<const std::string*>(context);
  if (password.size() > static_cast<size_t>(size)) return -1;
  std::copy(password.begin(), password.end(), buffer);
  return static_cast<int>(password.size());
}

// The encryption of the traditional forms: a cipher's name and its start in the headers (RFC 1421).
Result<KeyPtr, StoreError> decrypt_traditional(const Block& block,
                                               const std::optional<std::string>& password) {
  EVP_CIPHER_INFO cipher;
  std::string headers = block.headers;
  if (PEM_get_EVP_CIPHER_INFO(headers.data(), &cipher) != 1 || cipher.cipher == nullptr) {
    return malformed("the headers of its private key cannot be read (" + take_openssl_errors() + ")");
  }
  if (!password) return wrong_password("the private key is encrypted, and no password is given");
  SecretBytes plain{ByteView(block.content)};
  long size = static_cast<long>(plain.size());
  std::string words = *password;
  ERR_clear_error();
  const bool good = plain.size() > 0 && PEM_do_header(&cipher, &plain[0], &size, &give_password, &words) == 1;
  OPENSSL_cleanse(words.data(), words.size());
  if (!good && ERR_GET_REASON(ERR_peek_error()) == ERR_R_UNSUPPORTED) {
    return malformed("the private key is encrypted with " + quoted(EVP_CIPHER_get0_name(cipher.cipher)) +
                     ", which OpenSSL no longer offers: write it again with openssl pkcs8 -topk8");
  }
  KeyPtr key = good ? decode_key(ByteView(plain).first(static_cast<size_t>(size))) : nullptr;
  if (key == nullptr) return wrong_password("the password does not decrypt the private key");
  return key;
}

Result<KeyPtr, StoreError> key_of(const Block& block, const std::optional<std::string>& password,
                                  PbeBudget& budget) {
  if (block.headers.find("DEK-Info:") != block.headers.npos) return decrypt_traditional(block, password);
  const uint8_t* at = block.content.data();
  const std::unique_ptr<X509_SIG, OpensslFree<&X509_SIG_free>> envelope(
      d2i_X509_SIG(nullptr, &at, static_cast<long>(block.content.size())));
  if (envelope != nullptr) return decrypt_key(*envelope, password, budget, "the private key");
  if (block.label.find("OPENSSH") != block.label.npos) {
    return malformed("its private key is in the form of OpenSSH: convert it with ssh-keygen -p -m PKCS8");
  }
  ERR_clear_error();
  KeyPtr key = decode_key(block.content);
  if (key == nullptr) {
    return malformed("its private key, " + quoted(block.label) + ", cannot be read (" +
                     take_openssl_errors() + ")");
  }
  return key;
}

}  // namespace

Result<KeyMaterial, StoreError> read_pem_key_store(std::string_view text,
                                                   const std::optional<std::string>& password,
                                                   PbeBudget budget) {
  auto pem = parse_store(text);
  if (!pem) return Error{std::move(pem).error()};
  const auto holds_key = [](const Block& block) { return is_key(block.label); };
  const auto keys = std::count_if(pem->blocks.begin(), pem->blocks.end(), holds_key);
  if (keys == 0) {
    return store_error(StoreError::Kind::kNoKey, "it has no private key, only " + list_of(pem->labels));
  }
  if (keys > 1) return malformed("it has " + std::to_string(keys) + " private keys, and one is expected");

  auto certificates = certificates_of(*pem);
  if (!certificates) return Error{std::move(certificates).error()};
  auto key = key_of(*std::find_if(pem->blocks.begin(), pem->blocks.end(), holds_key), password, budget);
  if (!key) return Error{std::move(key).error()};
  return assemble(std::move(*key), std::move(*certificates), Strangers::kKept);
}

Result<std::vector<CertificatePtr>, StoreError> read_pem_trust_store(std::string_view text) {
  auto pem = parse_store(text);
  if (!pem) return Error{std::move(pem).error()};
  return certificates_of(*pem);
}

}  // namespace klamm::security
