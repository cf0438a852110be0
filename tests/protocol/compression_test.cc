#include "tests/testing.h"

#include <string>

#include "protocol/compression.h"
#include "tests/protocol/record_batch_fixture.h"

using namespace klamm;
using namespace klamm::protocol;
using namespace klamm::protocol::fixture;

namespace {

using State = Decompressor::State;

Bytes text_of(size_t size) {
  Bytes text;
  for (int i = 0; text.size() < size; ++i) {
    std::string line = "line " + std::to_string(i * 7919 % 1000) + " of a log, much like any other\n";
    text.insert(text.end(), line.begin(), line.end());
  }
  text.resize(size);
  return text;
}

Bytes noise_of(size_t size) {
  Bytes noise(size);
  uint32_t state = 1;
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return noise;
}

Bytes compressed(Codec codec, ByteView plain, int level) {
  Bytes out;
  Compressor().compress({codec, level}, plain, out);
  return out;
}
Bytes compressed(Codec codec, ByteView plain) { return compressed(codec, plain, default_level(codec)); }

struct Unpacked {
  Bytes plain;
  State state;
};

Unpacked decompress_with(Decompressor& decompressor, Codec codec, ByteView bytes,
                         size_t output_max = 64 << 20) {
  decompressor.start(codec, bytes, output_max);
  Unpacked outcome{};
  for (ByteView piece = decompressor.next(); !piece.empty(); piece = decompressor.next()) {
    outcome.plain.insert(outcome.plain.end(), piece.begin(), piece.end());
  }
  outcome.state = decompressor.state();
  return outcome;
}

Unpacked decompress(Codec codec, ByteView bytes, size_t output_max = 64 << 20) {
  Decompressor decompressor;
  return decompress_with(decompressor, codec, bytes, output_max);
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("what each codec compresses comes back, at all sizes around its blocks") {
  Decompressor reused;
  for (Codec codec : kAllCodecs) {
    for (size_t size : {1, 100, 32767, 32768, 32769, 65535, 65536, 65537, 131072, 300000}) {
      for (const Bytes& plain : {text_of(size), noise_of(size)}) {
        Unpacked outcome = decompress_with(reused, codec, compressed(codec, plain));
        REQUIRE(outcome.state == State::kEnd);
        REQUIRE(outcome.plain == plain);
      }
    }
  }
}

TEST_CASE("every level that Kafka accepts can be read again") {
  Bytes plain = text_of(10000);
  for (Codec codec : kCompressing) {
    for (int level : {-131072, -5, -1, 1, 2, 3, 6, 9, 12, 17, 22}) {
      if (!is_valid_level(codec, level)) continue;
      REQUIRE(decompress(codec, compressed(codec, plain, level)).plain == plain);
    }
  }
}

TEST_CASE("levels are those of Kafka's configuration") {
  REQUIRE(is_valid_level(Codec::kGzip, -1));
  REQUIRE_FALSE(is_valid_level(Codec::kGzip, 0));
  REQUIRE_FALSE(is_valid_level(Codec::kGzip, 10));
  REQUIRE(is_valid_level(Codec::kLz4, 17));
  REQUIRE_FALSE(is_valid_level(Codec::kLz4, 18));
  REQUIRE_FALSE(is_valid_level(Codec::kZstd, 23));
}

TEST_CASE("a codec number that means nothing is none") {
  REQUIRE(codec_of(4) == Codec::kZstd);
  REQUIRE(codec_of(5) == std::nullopt);
  REQUIRE(codec_of(-1) == std::nullopt);
}

TEST_CASE("a stream that is cut anywhere is malformed, or gives a shorter prefix") {
  Bytes plain = text_of(3000);
  Decompressor reused;
  for (Codec codec : kCompressing) {
    Bytes whole = compressed(codec, plain);
    for (size_t size = 0; size < whole.size(); ++size) {
      Unpacked outcome = decompress_with(reused, codec, ByteView(whole).first(size));
      REQUIRE(outcome.plain.size() <= plain.size());
      REQUIRE(std::equal(outcome.plain.begin(), outcome.plain.end(), plain.begin()));
      if (outcome.state == State::kEnd) REQUIRE(outcome.plain.size() < plain.size());
    }
  }
}

TEST_CASE("more output than allowed ends the stream") {
  Bytes plain = text_of(200000);
  for (Codec codec : kAllCodecs) {
    Bytes bytes = compressed(codec, plain);
    REQUIRE(decompress(codec, bytes, plain.size()).state == State::kEnd);
    Unpacked outcome = decompress(codec, bytes, plain.size() - 1);
    REQUIRE(outcome.state == State::kTooLarge);
    REQUIRE(outcome.plain.size() < plain.size());
  }
}

TEST_CASE("gzip members follow one another, and what is not a member is ignored") {
  Bytes one = compressed(Codec::kGzip, text_of(500));
  Bytes two = compressed(Codec::kGzip, noise_of(100000));
  REQUIRE(decompress(Codec::kGzip, one + two).plain == text_of(500) + noise_of(100000));
  Unpacked outcome = decompress(Codec::kGzip, one + Bytes(30, 0xAA));
  REQUIRE(outcome.state == State::kEnd);
  REQUIRE(outcome.plain == text_of(500));
}

TEST_CASE("a gzip member's checksum and length are verified") {
  Bytes bytes = compressed(Codec::kGzip, text_of(500));
  for (size_t from_end : {1, 4, 5, 8}) {
    Bytes broken = bytes;
    broken[broken.size() - from_end] ^= 1;
    REQUIRE(decompress(Codec::kGzip, broken).state == State::kMalformed);
  }
}

TEST_CASE("snappy is read as one raw block too, as librdkafka writes it") {
  // 5 bytes of plain text, as one literal.
  REQUIRE(decompress(Codec::kSnappy, hex("05 10 68656c6c6f")).plain == Bytes{'h', 'e', 'l', 'l', 'o'});
}

TEST_CASE("snappy is written as the xerial stream of Java") {
  Bytes bytes = compressed(Codec::kSnappy, Bytes{'h', 'e', 'l', 'l', 'o'});
  REQUIRE(bytes == hex("82 534e41505059 00  00000001 00000001  00000007  05 10 68656c6c6f"));
}

TEST_CASE("xerial streams follow one another, and a stump of a length ends them") {
  Bytes stream = compressed(Codec::kSnappy, text_of(100));
  REQUIRE(decompress(Codec::kSnappy, stream + stream).plain == text_of(100) + text_of(100));
  Unpacked outcome = decompress(Codec::kSnappy, stream + Bytes{0, 0});
  REQUIRE(outcome.state == State::kEnd);
  REQUIRE(outcome.plain == text_of(100));
}

TEST_CASE("a snappy block that claims more than its bytes can make is refused before room is made") {
  // A claim of 2^32 - 1 bytes.
  REQUIRE(decompress(Codec::kSnappy, hex("ffffffff0f 10 68656c6c6f"), SIZE_MAX).state == State::kMalformed);
  // A claim of 1,000 bytes, which is not even held against the limit.
  REQUIRE(decompress(Codec::kSnappy, hex("e807 10 68656c6c6f"), 100).state == State::kMalformed);
  REQUIRE(decompress(Codec::kSnappy, hex("82534e4150505900 00000001 00000001 7fffffff 00")).state ==
          State::kMalformed);
  REQUIRE(decompress(Codec::kSnappy, {}).state == State::kMalformed);
}

TEST_CASE(
    "lz4 is written as Java's frames: 64 KiB blocks, independent, no checksums, the right header checksum") {
  Bytes bytes = compressed(Codec::kLz4, Bytes{'h', 'i'});
  REQUIRE(bytes == hex("04224d18 60 40 82  02000080 6869  00000000"));
}

TEST_CASE("lz4 frames that Java cannot read are refused") {
  Bytes good = compressed(Codec::kLz4, text_of(100));
  auto with = [&](size_t at, uint8_t value) {
    Bytes frame = good;
    frame[at] = value;
    return decompress(Codec::kLz4, frame).state;
  };
  // Linked blocks, with the right header checksum.
  REQUIRE(decompress(Codec::kLz4, hex("04224d18 40 40 c0 06000080 68656c6c6f0a 00000000")).state ==
          State::kMalformed);
  REQUIRE(with(4, 0x61) == State::kMalformed);  // a dictionary
  REQUIRE(with(4, 0xA0) == State::kMalformed);  // version 2
  REQUIRE(with(5, 0x30) == State::kMalformed);  // blocks of an unknown size
  REQUIRE(with(6, 0x83) == State::kMalformed);  // the header's checksum
  REQUIRE(with(0, 0x02) == State::kMalformed);  // another magic
}

TEST_CASE("lz4 frames with content size and checksums of blocks are read, and the checksums verified") {
  // Made by `lz4 -BX --content-size -B4` from "hello\n".
  Bytes frame = hex("04224d18 7c 40 0600000000000000 79  06000080 68656c6c6f0a f95b6b94  00000000 f95b6b94");
  REQUIRE(as_text(decompress(Codec::kLz4, frame).plain) == "hello\n");
  frame[frame.size() - 9] ^= 1;
  REQUIRE(decompress(Codec::kLz4, frame).state == State::kMalformed);
}

TEST_CASE("zstd frames are read with and without a content size, and one after another") {
  // The first was made by `zstd --no-check` from a pipe, hence without the size.
  Bytes without = hex("28b52ffd 00 58 310000 68656c6c6f0a");
  Bytes with = compressed(Codec::kZstd, as_bytes("hello\n"));
  REQUIRE(as_text(decompress(Codec::kZstd, without + with).plain) == "hello\nhello\n");
  REQUIRE(decompress(Codec::kZstd, with + Bytes{1, 2, 3, 4, 5}).state == State::kMalformed);
}
