#include "protocol/compression.h"

#include <algorithm>

#include <zstd.h>

#include "base/check.h"
#include "protocol/compression_decoder.h"

namespace klamm::protocol {
namespace {

class PlainDecoder : public Decoder {
 public:
  void start(ByteView compressed, size_t) override { bytes_ = compressed; }
  Piece next() override { return {bytes_, Decompressor::State::kEnd}; }

 private:
  ByteView bytes_;
};

std::unique_ptr<Decoder> make_decoder(Codec codec) {
  switch (codec) {
    case Codec::kNone: return std::make_unique<PlainDecoder>();
    case Codec::kGzip: return make_gzip_decoder();
    case Codec::kSnappy: return make_snappy_decoder();
    case Codec::kLz4: return make_lz4_decoder();
    case Codec::kZstd: return make_zstd_decoder();
  }
  CHECK(!"a codec");
  return nullptr;
}

}  // namespace

std::optional<Codec> codec_of(int number) {
  if (number < 0 || number >= kCodecs) return std::nullopt;
  return static_cast<Codec>(number);
}

std::string_view name_of(Codec codec) {
  static constexpr std::string_view kNames[kCodecs] = {"none", "gzip", "snappy", "lz4", "zstd"};
  return kNames[static_cast<int>(codec)];
}

int default_level(Codec codec) {
  switch (codec) {
    case Codec::kGzip: return -1;
    case Codec::kLz4: return 9;
    case Codec::kZstd: return 3;
    default: return 0;
  }
}

bool is_valid_level(Codec codec, int level) {
  switch (codec) {
    case Codec::kGzip: return level == -1 || (level >= 1 && level <= 9);
    case Codec::kLz4: return level >= 1 && level <= 17;
    case Codec::kZstd: return level >= -131072 && level <= 22;
    default: return true;
  }
}

Decompressor::Decompressor() = default;
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

void Decompressor::start(Codec codec, ByteView compressed, size_t output_max) {
  auto& decoder = decoders_[static_cast<size_t>(codec)];
  if (!decoder) decoder = make_decoder(codec);
  decoder_ = decoder.get();
  decoder_->start(compressed, output_max);
  state_ = State::kMore;
  output_left_ = output_max;
}

ByteView Decompressor::next() {
  while (state_ == State::kMore) {
    Decoder::Piece piece = decoder_->next();
    state_ = piece.then;
    if (piece.bytes.size() > output_left_) {
      state_ = State::kTooLarge;
      return {};
    }
    output_left_ -= piece.bytes.size();
    if (!piece.bytes.empty()) return piece.bytes;
  }
  return {};
}

Compressor::Compressor() = default;
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

void Compressor::FreeZstd::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

void Compressor::compress(Compression how, ByteView input, Bytes& out) {
  switch (how.codec) {
    case Codec::kNone: out.insert(out.end(), input.begin(), input.end()); return;
    case Codec::kGzip: return compress_gzip(how.level, input, out);
    case Codec::kSnappy: return compress_snappy(input, out);
    case Codec::kLz4: return compress_lz4(how.level, input, out);
    case Codec::kZstd:
      if (!zstd_) zstd_.reset(ZSTD_createCCtx());
      CHECK(zstd_ != nullptr);
      return compress_zstd(*zstd_, how.level, input, out);
  }
}

}  // namespace klamm::protocol
