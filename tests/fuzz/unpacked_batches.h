// How much the compressed batches of a run unpack to: tools that read what others wrote unpack as far as
// Kafka's do, and a target that bounds their memory has to know of it, or to leave what is a bomb.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "protocol/compression.h"
#include "protocol/record_batch.h"

namespace klamm {

struct Unpacked {
  size_t bytes = 0;
  bool has_zstd = false;  // a frame may ask for a window of its own, up to 128 MiB
};

inline constexpr size_t kZstdWindowMax = (128 << 20) + (1 << 20);

// Adds what is in the batch; false where it would be more than `most` then.
inline bool unpack(const protocol::BatchView& batch, size_t most, Unpacked& found) {
  static protocol::Decompressor decompressor;
  const auto codec = batch.codec();
  if (!codec || *codec == protocol::Codec::kNone) return true;
  found.has_zstd |= *codec == protocol::Codec::kZstd;
  decompressor.start(*codec, batch.records(), most - found.bytes);
  for (ByteView piece = decompressor.next(); !piece.empty(); piece = decompressor.next())
    found.bytes += piece.size();
  return decompressor.state() != protocol::Decompressor::State::kTooLarge;
}

// Nothing where it is more than `most`.
inline std::optional<Unpacked> unpacked(ByteView run, size_t most) {
  Unpacked found;
  protocol::BatchCursor batches(run);
  while (const auto batch = batches.next())
    if (!unpack(*batch, most, found)) return std::nullopt;
  return found;
}

}  // namespace klamm
