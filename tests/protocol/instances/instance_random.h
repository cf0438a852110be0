// Random values for random messages, and the generated functions that make whole ones.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <span>
#include <type_traits>

#include "base/check.h"
#include "base/random.h"
#include "protocol/wire.h"

namespace klamm::protocol {

// Owns what its strings and bytes are views of. Values lean to the edges: zero, -1, the extremes, empty,
// null.
class InstanceRandom {
 public:
  explicit InstanceRandom(uint64_t seed) : random_(seed) {}

  bool boolean() { return random_.one_in(2); }
  bool null() { return random_.one_in(4); }
  // Whether a tagged field is set at all.
  bool some() { return !random_.one_in(3); }
  uint32_t count() { return static_cast<uint32_t>(random_.below(4)); }

  template <class Number>
  Number number() {
    switch (random_.below(6)) {
      case 0:
        return 0;
      case 1:
        return static_cast<Number>(-1);
      case 2:
        return std::numeric_limits<Number>::min();
      case 3:
        return std::numeric_limits<Number>::max();
      case 4:
        return static_cast<Number>(random_.below(100));
      default:
        return static_cast<Number>(random_.next());
    }
  }

  double f64();  // never NaN, which does not equal itself
  Uuid uuid();
  std::string_view string();  // UTF-8 with every length of sequence
  ByteView bytes();
  Records records() { return {bytes()}; }

 private:
  ByteView keep(Bytes bytes);

  SeededRandom random_;
  std::deque<Bytes> kept_;
};

// Appends the message to `out`; it has to come back equal when read again.
template <class Message>
void write_and_compare(const Message& message, int16_t version, Bytes& out) {
  const size_t start = out.size();
  Writer writer(out);
  message.write(writer, version);
  Reader reader(ByteView(out).subspan(start));
  Message again;
  again.read(reader, version);
  KLAMM_CHECK(reader.ok() && reader.remaining() == 0);
  KLAMM_CHECK(again == message);
}

// Makes one random instance for the version and appends it. In the order of messages() (protocol/catalog.h).
using WriteRandom = void (*)(InstanceRandom& random, int16_t version, Bytes& out);
std::span<const WriteRandom> write_random();

}  // namespace klamm::protocol
