// gzip (RFC 1952). Reading is ISA-L's, three times as fast as zlib's; writing is zlib's, because Kafka's
// levels 1 to 9 mean zlib's and ISA-L has four of its own.
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <limits>

#include "base/check.h"
#include "protocol/compression_decoder.h"

namespace klamm::protocol {
namespace {

// The smallest member is longer than this: a header of 10 bytes, 2 of data, a trailer of 8.
constexpr size_t kTooShortForMember = 18;

class GzipDecoder : public Decoder {
 public:
  void start(ByteView compressed, size_t) override {
    too_long_ = compressed.size() > std::numeric_limits<uint32_t>::max();
    start_member(compressed);
  }

  Piece next() override {
    using State = Decompressor::State;
    if (too_long_) return {{}, State::kMalformed};
    inflate_.next_out = out_.get();
    inflate_.avail_out = kPieceSize;
    int status = isal_inflate(&inflate_);
    ByteView made{out_.get(), kPieceSize - inflate_.avail_out};
    // Java too loses what came before a broken symbol, and checks the trailer after all has been given out.
    if (status == ISAL_INCORRECT_CHECKSUM) return {made, State::kMalformed};
    if (status < 0) return {{}, State::kMalformed};
    if (inflate_.block_state == ISAL_BLOCK_FINISH) {
      ByteView rest{inflate_.next_in, inflate_.avail_in};
      if (!is_member(rest)) return {made, State::kEnd};
      start_member(rest);
      return {made, State::kMore};
    }
    // No end, and room that was not used: the input is cut short.
    if (made.empty()) return {{}, State::kMalformed};
    return {made, State::kMore};
  }

 private:
  void start_member(ByteView compressed) {
    isal_inflate_init(&inflate_);
    inflate_.crc_flag = ISAL_GZIP;
    inflate_.next_in = const_cast<uint8_t*>(compressed.data());
    inflate_.avail_in = static_cast<uint32_t>(compressed.size());
  }

  // Members may follow one another. Like Java, anything else after a member is ignored.
  bool is_member(ByteView bytes) {
    if (bytes.size() <= kTooShortForMember) return false;
    start_member(bytes);
    isal_gzip_header header;
    isal_gzip_header_init(&header);
    return isal_read_gzip_header(&inflate_, &header) == ISAL_DECOMP_OK;
  }

  inflate_state inflate_;
  bool too_long_ = false;
  std::unique_ptr<uint8_t[]> out_{new uint8_t[kPieceSize]};
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() { return std::make_unique<GzipDecoder>(); }

void compress_gzip(int level, ByteView input, Bytes& out) {
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  CHECK(input.size() <= std::numeric_limits<uint32_t>::max());
  CHECK(deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK);
  size_t start = out.size();
  out.resize(start + deflateBound(&stream, input.size()));
  stream.next_in = const_cast<uint8_t*>(input.data());
  stream.avail_in = static_cast<uint32_t>(input.size());
  stream.next_out = out.data() + start;
  stream.avail_out = static_cast<uint32_t>(out.size() - start);
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(start + stream.total_out);
  deflateEnd(&stream);
}

}  // namespace klamm::protocol
