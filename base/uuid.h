// Kafka's UUID: 16 raw bytes on the wire and in files, 22 characters of unpadded base64url as text.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace klamm {

class Random;

struct Uuid {
  std::array<uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

  bool is_zero() const { return *this == Uuid{}; }
  std::string to_string() const;

  // Accepts exactly what Kafka's Uuid.fromString does: at most 24 characters that decode to 16 bytes.
  static std::optional<Uuid> from_string(std::string_view text);
  // A version-4 UUID that is not reserved and whose text does not start with '-' (so that it can stand on a
  // command line), as Kafka's Uuid.randomUuid.
  static Uuid random(Random& random);
  // Big-endian halves, as Kafka prints and reserves them: of(0, 1) is the id of the metadata topic.
  static Uuid of(uint64_t most_significant, uint64_t least_significant);
};

}  // namespace klamm

template <>
struct std::hash<klamm::Uuid> {
  size_t operator()(const klamm::Uuid& uuid) const noexcept;
};
