// zstd frames (RFC 8878), with or without a content size, one after another, skippable ones among them.
#include <zstd.h>

#include <algorithm>

#include "base/check.h"
#include "protocol/compression_decoder.h"

namespace klamm::protocol {
namespace {

using State = Decompressor::State;

// Java's producers write windows of 2 MiB at the default level. A frame may ask for up to 128 MiB; the
// library allocates that but touches only what comes out. A context that has grown beyond this is not kept.
constexpr size_t kKeptMax = 4 * 1024 * 1024;

class ZstdDecoder : public Decoder {
 public:
  void start(ByteView compressed, size_t) override {
    input_ = {compressed.data(), compressed.size(), 0};
    between_frames_ = true;
    if (context_ && ZSTD_sizeof_DCtx(context_.get()) > kKeptMax) context_.reset();
    if (context_) {
      ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    } else {
      context_.reset(ZSTD_createDCtx());
      CHECK(context_ != nullptr);
    }
  }

  Piece next() override {
    if (between_frames_ && input_.pos == input_.size) return {{}, State::kEnd};
    ZSTD_outBuffer output{out_.get(), kPieceSize, 0};
    size_t taken_before = input_.pos;
    size_t status = ZSTD_decompressStream(context_.get(), &output, &input_);
    ByteView made{out_.get(), output.pos};
    if (ZSTD_isError(status)) return {{}, State::kMalformed};
    between_frames_ = status == 0;
    // Neither input taken nor output made: the input is cut short.
    bool stuck = made.empty() && input_.pos == taken_before;
    if (stuck && !between_frames_) return {{}, State::kMalformed};
    return {made, State::kMore};
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  ZSTD_inBuffer input_{};
  bool between_frames_ = true;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::unique_ptr<uint8_t[]> out_{new uint8_t[kPieceSize]};
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

void compress_zstd(ZSTD_CCtx_s& context, int level, ByteView input, Bytes& out) {
  size_t start = out.size();
  out.resize(start + ZSTD_compressBound(input.size()));
  size_t size =
      ZSTD_compressCCtx(&context, out.data() + start, out.size() - start, input.data(), input.size(), level);
  CHECK(!ZSTD_isError(size));
  out.resize(start + size);
}

}  // namespace klamm::protocol
