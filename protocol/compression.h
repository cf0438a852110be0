// The compression codecs of record batches, as Kafka's Java clients and librdkafka write and read them.
//
// Decompressor gives the plain bytes piece by piece through a buffer that it keeps, so that walking a batch
// costs no allocation and never holds the whole body. It is the place where decompression bombs end: the
// caller names the most that may come out. Compressor is the reverse, in one call, and writes what Kafka's
// Java reads. Both keep the libraries' contexts from batch to batch; each thread has its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"

struct ZSTD_CCtx_s;

namespace klamm::protocol {

// The numbers are those in the lowest three bits of a batch's attributes.
enum class Codec : uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };
inline constexpr int kCodecs = 5;

// The codec with this number, or nullopt for 5, 6 and 7, which mean nothing.
std::optional<Codec> codec_of(int number);
// As `compression.type` and the tools call it; "none" for kNone.
std::string_view name_of(Codec codec);

// What Kafka uses where no level is configured; 0 for codecs that have none.
int default_level(Codec codec);
// Whether Kafka accepts the level: gzip 1..9 and -1, lz4 1..17, zstd -131072..22.
bool is_valid_level(Codec codec, int level);

struct Compression {
  Codec codec = Codec::kNone;
  int level = 0;

  static Compression by_default(Codec codec) { return {codec, default_level(codec)}; }
  friend bool operator==(const Compression&, const Compression&) = default;
};

class Decoder;

class Decompressor {
 public:
  // Why next() gave nothing: the stream ended as it should, it is not one, or more came out than allowed.
  enum class State { kMore, kEnd, kMalformed, kTooLarge };

  Decompressor();
  ~Decompressor();
  Decompressor(Decompressor&&) noexcept;
  Decompressor& operator=(Decompressor&&) noexcept;

  // Begins a stream; what was begun before is dropped. `compressed` outlives the reading. At most
  // `output_max` bytes come out; nothing is allocated beyond that and a fixed scratch per codec.
  void start(Codec codec, ByteView compressed, size_t output_max);
  // The next bytes, valid until the next call on this object; empty when there are no more, and then state()
  // says why.
  ByteView next();
  State state() const { return state_; }

 private:
  Decoder* decoder_ = nullptr;
  std::array<std::unique_ptr<Decoder>, kCodecs> decoders_;  // made when first needed
  State state_ = State::kEnd;
  size_t output_left_ = 0;
};

class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // Appends `input`, compressed, to `out`: one gzip member, a xerial snappy stream of 32 KiB blocks, an lz4
  // frame of independent 64 KiB blocks, or a zstd frame with its content size. kNone copies.
  void compress(Compression how, ByteView input, Bytes& out);

 private:
  struct FreeZstd {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, FreeZstd> zstd_;
};

// What one thread needs to read and write compressed batches.
struct Codecs {
  Decompressor decompressor;
  Compressor compressor;
};

}  // namespace klamm::protocol
