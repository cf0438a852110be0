// Inside compression: what each codec's file implements. Not for use outside of compression*.cc.
#pragma once

#include <memory>

#include "protocol/compression.h"

namespace klamm::protocol {

class Decoder {
 public:
  // Bytes, possibly none, and what follows them.
  struct Piece {
    ByteView bytes;
    Decompressor::State then;
  };

  virtual ~Decoder() = default;
  // `output_max` bounds what may be allocated for one piece.
  virtual void start(ByteView compressed, size_t output_max) = 0;
  virtual Piece next() = 0;
};

// How much plain output is made at a time, where the codec lets us choose.
inline constexpr size_t kPieceSize = 64 * 1024;

std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_snappy_decoder();
std::unique_ptr<Decoder> make_lz4_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();

// Each appends to `out`.
void compress_gzip(int level, ByteView input, Bytes& out);
void compress_snappy(ByteView input, Bytes& out);
void compress_lz4(int level, ByteView input, Bytes& out);
void compress_zstd(ZSTD_CCtx_s& context, int level, ByteView input, Bytes& out);

}  // namespace klamm::protocol
