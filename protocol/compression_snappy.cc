// snappy, in the two forms that Kafka's Java reads: the xerial stream that Java writes, which is an 8-byte
// magic, two version numbers, and blocks with their lengths before them; and one raw block, which librdkafka
// and others write.
#include <snappy.h>

#include <algorithm>
#include <array>

#include "protocol/compression_decoder.h"

namespace klamm::protocol {
namespace {

using State = Decompressor::State;

constexpr std::array<uint8_t, 8> kMagic{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr size_t kHeaderSize = 16;
constexpr size_t kBlockSize = 32 * 1024;
// No element of a block makes more than 64 bytes of three, so a length beyond this is a lie.
constexpr size_t kExpansionMax = 22;
// A buffer that one large block has grown beyond this is not kept.
constexpr size_t kKeptMax = 1024 * 1024;

bool starts_with_magic(ByteView bytes) {
  return bytes.size() >= kHeaderSize && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

class SnappyDecoder : public Decoder {
 public:
  void start(ByteView compressed, size_t output_max) override {
    rest_ = compressed;
    output_max_ = output_max;
    framed_ = starts_with_magic(compressed);
    // Java does not look at the versions of the first header, only at those of the ones after it.
    if (framed_) take_header();
    if (capacity_ > kKeptMax) {
      out_.reset();
      capacity_ = 0;
    }
  }

  Piece next() override {
    if (!framed_) return decode(rest_, State::kEnd);
    // Java takes a stump of a length for the end.
    if (rest_.size() < 4) return {{}, State::kEnd};
    // Streams may follow one another.
    if (load_be32(rest_.data()) == load_be32(kMagic.data())) {
      if (rest_.size() < kHeaderSize) return {{}, State::kMalformed};
      if (!starts_with_magic(rest_)) return {{}, State::kEnd};
      if (!take_header()) return {{}, State::kMalformed};
      return {{}, State::kMore};
    }
    size_t size = load_be32(rest_.data());
    if (size > rest_.size() - 4) return {{}, State::kMalformed};
    ByteView block = rest_.subspan(4, size);
    rest_ = rest_.subspan(4 + size);
    return decode(block, State::kMore);
  }

 private:
  // The version must be at least 1; the one after it, of the oldest reader, is not looked at.
  bool take_header() {
    int32_t version = static_cast<int32_t>(load_be32(rest_.data() + kMagic.size()));
    rest_ = rest_.subspan(kHeaderSize);
    return version >= 1;
  }

  Piece decode(ByteView block, State then) {
    const char* from = reinterpret_cast<const char*>(block.data());
    size_t size = 0;
    if (!snappy::GetUncompressedLength(from, block.size(), &size)) return {{}, State::kMalformed};
    if (size > block.size() * kExpansionMax) return {{}, State::kMalformed};
    if (size > output_max_) return {{}, State::kTooLarge};
    if (size > capacity_) {
      capacity_ = std::max(size, kPieceSize);
      out_.reset(new uint8_t[capacity_]);
    }
    if (!snappy::RawUncompress(from, block.size(), reinterpret_cast<char*>(out_.get()))) {
      return {{}, State::kMalformed};
    }
    return {{out_.get(), size}, then};
  }

  ByteView rest_;
  size_t output_max_ = 0;
  bool framed_ = false;
  size_t capacity_ = 0;
  std::unique_ptr<uint8_t[]> out_;
};

}  // namespace

std::unique_ptr<Decoder> make_snappy_decoder() { return std::make_unique<SnappyDecoder>(); }

void compress_snappy(ByteView input, Bytes& out) {
  constexpr uint8_t kVersions[8] = {0, 0, 0, 1, 0, 0, 0, 1};
  out.insert(out.end(), kMagic.begin(), kMagic.end());
  out.insert(out.end(), std::begin(kVersions), std::end(kVersions));
  while (!input.empty()) {
    ByteView block = input.first(std::min(input.size(), kBlockSize));
    size_t start = out.size();
    out.resize(start + 4 + snappy::MaxCompressedLength(block.size()));
    size_t size = 0;
    snappy::RawCompress(reinterpret_cast<const char*>(block.data()), block.size(),
                        reinterpret_cast<char*>(out.data() + start + 4), &size);
    store_be32(out.data() + start, static_cast<uint32_t>(size));
    out.resize(start + 4 + size);
    input = input.subspan(block.size());
  }
}

}  // namespace klamm::protocol
