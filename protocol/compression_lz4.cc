// lz4 frames, in the part of the format that Kafka's Java reads: version 1, independent blocks, no
// dictionary. Frames of linked blocks are refused although our library could read them: no Java consumer
// could.
#include <lz4frame.h>
#include <lz4hc.h>

#include <algorithm>

#include "base/check.h"
#include "protocol/compression_decoder.h"

namespace klamm::protocol {
namespace {

using State = Decompressor::State;

constexpr uint8_t kMagic[4] = {0x04, 0x22, 0x4D, 0x18};
constexpr size_t kHeaderSizeMin = 7;
// Frames with blocks of 1 MiB and more make the library allocate several MiB, which are not kept.
constexpr uint8_t kKeptBlockSizeId = 5;

// The header's bytes after the magic.
struct Descriptor {
  explicit Descriptor(ByteView frame) : flags(frame[4]), block_descriptor(frame[5]) {}

  bool is_readable_by_java() const {
    bool version_1 = flags >> 6 == 1;
    bool independent = flags & 0x20;
    bool reserved_or_dictionary = flags & 0x03;
    return version_1 && independent && !reserved_or_dictionary && (block_descriptor & 0x8F) == 0 &&
           block_size_id() >= 4;
  }
  bool has_block_checksums() const { return flags & 0x10; }
  uint8_t block_size_id() const { return block_descriptor >> 4 & 7; }

  uint8_t flags;
  uint8_t block_descriptor;
};

class Lz4Decoder : public Decoder {
 public:
  void start(ByteView compressed, size_t) override {
    rest_ = compressed;
    readable_ = compressed.size() >= kHeaderSizeMin &&
                std::equal(std::begin(kMagic), std::end(kMagic), compressed.begin()) &&
                Descriptor(compressed).is_readable_by_java();
    if (!readable_) return;
    if (!keep_context_) context_.reset();
    if (context_) {
      LZ4F_resetDecompressionContext(context_.get());
    } else {
      LZ4F_dctx* fresh = nullptr;
      CHECK(!LZ4F_isError(LZ4F_createDecompressionContext(&fresh, LZ4F_VERSION)));
      context_.reset(fresh);
    }
    Descriptor descriptor(compressed);
    keep_context_ = descriptor.block_size_id() <= kKeptBlockSizeId;
    // Java checks the blocks' checksums where there are any, and never the content's.
    options_.skipChecksums = !descriptor.has_block_checksums();
  }

  Piece next() override {
    if (!readable_) return {{}, State::kMalformed};
    size_t made = kPieceSize;
    size_t taken = rest_.size();
    size_t status = LZ4F_decompress(context_.get(), out_.get(), &made, rest_.data(), &taken, &options_);
    if (LZ4F_isError(status)) return {{}, State::kMalformed};
    rest_ = rest_.subspan(taken);
    // What follows the end mark is ignored, as Java does.
    if (status == 0) return {{out_.get(), made}, State::kEnd};
    if (made == 0 && (taken == 0 || rest_.empty())) return {{}, State::kMalformed};
    return {{out_.get(), made}, State::kMore};
  }

 private:
  struct Free {
    void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
  };

  ByteView rest_;
  bool readable_ = false;
  bool keep_context_ = true;
  LZ4F_decompressOptions_t options_{};
  std::unique_ptr<LZ4F_dctx, Free> context_;
  std::unique_ptr<uint8_t[]> out_{new uint8_t[kPieceSize]};
};

// Kafka's default level, 9, means the fast compressor; any other means the high-compression one, which knows
// 3 to 12.
int library_level(int level) {
  if (level == default_level(Codec::kLz4)) return 0;
  return std::clamp(level, LZ4HC_CLEVEL_MIN, LZ4HC_CLEVEL_MAX);
}

}  // namespace

std::unique_ptr<Decoder> make_lz4_decoder() { return std::make_unique<Lz4Decoder>(); }

void compress_lz4(int level, ByteView input, Bytes& out) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.compressionLevel = library_level(level);
  size_t start = out.size();
  out.resize(start + LZ4F_compressFrameBound(input.size(), &preferences));
  size_t size =
      LZ4F_compressFrame(out.data() + start, out.size() - start, input.data(), input.size(), &preferences);
  CHECK(!LZ4F_isError(size));
  out.resize(start + size);
}

}  // namespace klamm::protocol
