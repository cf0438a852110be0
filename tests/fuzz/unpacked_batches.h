// How much the compressed batches of a run unpack to: tools that read what others wrote unpack as far as
// Kafka's do, and a target that bounds their memory has to know of it, or to leave what is a bomb.
#pragma once

#include <algorithm>
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

// Nothing where it is more than `most`.
inline std::optional<Unpacked> unpacked(ByteView run, size_t most) {
  static protocol::Decompressor decompressor;
  Unpacked found;
  protocol::BatchCursor batches(run);
  while (const auto batch = batches.next()) {
    const auto codec = batch->codec();
    if (!codec || *codec == protocol::Codec::kNone) continue;
    found.has_zstd |= *codec == protocol::Codec::kZstd;
    decompressor.start(*codec, batch->records(), most - found.bytes);
    for (ByteView piece = decompressor.next(); !piece.empty(); piece = decompressor.next())
      found.bytes += piece.size();
    if (decompressor.state() == protocol::Decompressor::State::kTooLarge) return std::nullopt;
  }
  return found;
}

}  // namespace klamm
