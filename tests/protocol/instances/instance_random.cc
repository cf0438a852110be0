#include "tests/protocol/instances/instance_random.h"

#include <string>

namespace klamm::protocol {

double InstanceRandom::f64() {
  switch (random_.below(3)) {
    case 0:
      return 0.0;
    case 1:
      return -1.5e300;
    default:
      return static_cast<double>(static_cast<int64_t>(random_.next())) / 1024.0;
  }
}

Uuid InstanceRandom::uuid() {
  if (random_.one_in(4)) return Uuid{};
  return Uuid::of(random_.next(), random_.next());
}

std::string_view InstanceRandom::string() {
  static constexpr std::string_view kPieces[] = {"a", "Z", "0", "-", "\u00e9", "\u20ac", "\U0001F980"};
  // Some strings are long enough that their compact length takes two bytes.
  const size_t pieces = random_.one_in(16) ? 200 : random_.below(12);
  std::string text;
  for (size_t i = 0; i < pieces; ++i) text += kPieces[random_.below(std::size(kPieces))];
  return as_text(keep(Bytes(text.begin(), text.end())));
}

ByteView InstanceRandom::bytes() {
  Bytes bytes(random_.one_in(16) ? 300 : random_.below(20));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_.next());
  return keep(std::move(bytes));
}

ByteView InstanceRandom::keep(Bytes bytes) { return kept_.emplace_back(std::move(bytes)); }

}  // namespace klamm::protocol
