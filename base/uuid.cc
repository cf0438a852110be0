#include "base/uuid.h"

#include "base/bytes.h"
#include "base/random.h"

namespace klamm {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int digit_of(char c) {
  size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string Uuid::to_string() const {
  std::string text;
  text.reserve(22);
  uint32_t pending = 0;
  int pending_bits = 0;
  for (uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    pending_bits += 8;
    while (pending_bits >= 6) {
      pending_bits -= 6;
      text.push_back(kAlphabet[pending >> pending_bits & 63]);
    }
  }
  text.push_back(kAlphabet[pending << (6 - pending_bits) & 63]);
  return text;
}

std::optional<Uuid> Uuid::from_string(std::string_view text) {
  if (text.size() > 24) return std::nullopt;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() != 22) return std::nullopt;
  Uuid uuid;
  uint32_t pending = 0;
  int pending_bits = 0;
  size_t filled = 0;
  for (char c : text) {
    int digit = digit_of(c);
    if (digit < 0) return std::nullopt;
    pending = pending << 6 | static_cast<uint32_t>(digit);
    pending_bits += 6;
    if (pending_bits >= 8 && filled < 16) {
      pending_bits -= 8;
      uuid.bytes[filled++] = static_cast<uint8_t>(pending >> pending_bits);
    }
  }
  return uuid;
}

Uuid Uuid::random(Random& random) {
  for (;;) {
    Uuid uuid = of((random.next() & ~0xF000ULL) | 0x4000ULL, (random.next() & ~(3ULL << 62)) | 1ULL << 63);
    if (uuid.to_string().front() != '-') return uuid;
  }
}

Uuid Uuid::of(uint64_t most_significant, uint64_t least_significant) {
  Uuid uuid;
  store_be64(uuid.bytes.data(), most_significant);
  store_be64(uuid.bytes.data() + 8, least_significant);
  return uuid;
}

}  // namespace klamm

size_t std::hash<klamm::Uuid>::operator()(const klamm::Uuid& uuid) const noexcept {
  return klamm::load_be64(uuid.bytes.data()) * 31 + klamm::load_be64(uuid.bytes.data() + 8);
}
