#include "security/base64.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"

namespace klamm::security {

std::string to_base64(ByteView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a NUL behind it
  const int size =
      EVP_EncodeBlock(reinterpret_cast<uint8_t*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  CHECK(size >= 0 && static_cast<size_t>(size) + 1 == text.size());
  text.pop_back();
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const uint8_t*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(std::max(static_cast<size_t>(size), padding) - padding);
  // OpenSSL overlooks blanks at both ends, padding in the middle and bits that are left over.
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace klamm::security
