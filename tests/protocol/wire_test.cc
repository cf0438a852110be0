#include "tests/testing.h"

#include <limits>

#include "protocol/wire.h"

namespace klamm::protocol {
namespace {

template <class Write>
Bytes written(Write write) {
  Bytes out;
  Writer writer(out);
  write(writer);
  return out;
}

TEST_CASE("numbers are big-endian") {
  REQUIRE(written([](Writer& w) { w.i16(-2); }) == Bytes{0xFF, 0xFE});
  REQUIRE(written([](Writer& w) { w.u16(0xABCD); }) == Bytes{0xAB, 0xCD});
  REQUIRE(written([](Writer& w) { w.i32(0x01020304); }) == Bytes{1, 2, 3, 4});
  REQUIRE(written([](Writer& w) { w.i64(-1); }) == Bytes(8, 0xFF));
  REQUIRE(written([](Writer& w) { w.f64(1.0); }) == Bytes{0x3F, 0xF0, 0, 0, 0, 0, 0, 0});
  REQUIRE(written([](Writer& w) { w.boolean(true); }) == Bytes{1});
}

TEST_CASE("fixed writes what its parts would write one by one, and reads it back") {
  const Uuid uuid = Uuid::of(1, 2);
  const Bytes together =
      written([&](Writer& w) { w.fixed(true, int8_t{-1}, int16_t{5}, int32_t{6}, 2.5, uuid); });
  REQUIRE(together == written([&](Writer& w) {
            w.boolean(true);
            w.i8(-1);
            w.i16(5);
            w.i32(6);
            w.f64(2.5);
            w.uuid(uuid);
          }));
  bool a;
  int8_t b;
  int16_t c;
  int32_t d;
  double e;
  Uuid f;
  Reader reader(together);
  reader.fixed(a, b, c, d, e, f);
  REQUIRE(std::tie(a, b, c, d, e, f) == std::make_tuple(true, int8_t{-1}, int16_t{5}, int32_t{6}, 2.5, uuid));
  REQUIRE((reader.ok() && reader.remaining() == 0));
}

TEST_CASE("variable-length integers come back at every edge") {
  for (uint64_t edge :
       {0ull, 1ull, 127ull, 128ull, 16383ull, 16384ull, 0x7FFFFFFFull, 0x80000000ull, 0xFFFFFFFFull}) {
    const auto value = static_cast<uint32_t>(edge);
    const Bytes bytes = written([&](Writer& w) { w.uvarint(value), w.varint(static_cast<int32_t>(value)); });
    Reader reader(bytes);
    REQUIRE(reader.uvarint() == value);
    REQUIRE(reader.varint() == static_cast<int32_t>(value));
    REQUIRE((reader.ok() && reader.remaining() == 0));
  }
  for (int64_t value : {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{63}, int64_t{64}, INT64_MAX}) {
    const Bytes bytes = written([&](Writer& w) { w.varlong(value); });
    Reader reader(bytes);
    REQUIRE((reader.varlong() == value && reader.ok() && reader.remaining() == 0));
  }
}

TEST_CASE("a variable-length integer that does not end is refused") {
  for (size_t size : {1, 5, 6, 11}) {
    const Bytes endless(size, 0x80);
    Reader narrow{ByteView(endless)}, wide{ByteView(endless)};
    narrow.uvarint();
    wide.varlong();
    REQUIRE_FALSE((narrow.ok() || wide.ok()));
  }
  const Bytes too_wide{0xFF, 0xFF, 0xFF, 0xFF, 0x1F};
  Reader reader{ByteView(too_wide)};
  reader.uvarint();
  REQUIRE_FALSE(reader.ok());
}

TEST_CASE("strings and bytes have an old and a compact form, null apart from empty") {
  REQUIRE(written([](Writer& w) { w.string(false, "ab"); }) == Bytes{0, 2, 'a', 'b'});
  REQUIRE(written([](Writer& w) { w.string(true, "ab"); }) == Bytes{3, 'a', 'b'});
  REQUIRE(written([](Writer& w) { w.nullable_string(false, std::nullopt); }) == Bytes{0xFF, 0xFF});
  REQUIRE(written([](Writer& w) { w.nullable_string(true, std::nullopt); }) == Bytes{0});
  REQUIRE(written([](Writer& w) { w.nullable_string(true, ""); }) == Bytes{1});
  REQUIRE(written([](Writer& w) { w.nullable_bytes(false, std::nullopt); }) == Bytes{0xFF, 0xFF, 0xFF, 0xFF});
  const Bytes null_compact{0}, null_old{0xFF, 0xFF};
  REQUIRE(Reader(null_compact).nullable_string(true) == std::nullopt);
  REQUIRE(Reader(null_old).nullable_string(false) == std::nullopt);
}

TEST_CASE("null where there must be a value, and a length beyond the bytes, are refused") {
  for (const Bytes& bytes : {Bytes{0}, Bytes{200, 1, 'a'}, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, Bytes{}}) {
    Reader reader{ByteView(bytes)};
    REQUIRE(reader.string(true).empty());
    REQUIRE_FALSE(reader.ok());
  }
}

TEST_CASE("a failure is sticky") {
  const Bytes bytes{1, 2};
  Reader reader{ByteView(bytes)};
  reader.i32();
  REQUIRE_FALSE(reader.ok());
  REQUIRE(reader.i16() == 0);
  REQUIRE(reader.remaining() == 0);
}

TEST_CASE("an array must have its elements' bytes there") {
  const Bytes claims_three{0, 0, 0, 3, 1, 1, 1, 1};
  REQUIRE(Reader(claims_three).array(false, 1, 1) == 3);
  Reader reader{ByteView(claims_three)};
  REQUIRE(reader.array(false, 2, 1) == 0);
  REQUIRE_FALSE(reader.ok());
}

TEST_CASE("arrays take the memory of their elements from an allowance that grows with the frame") {
  Bytes frame = written([](Writer& w) { w.array(true, 100'000); });
  frame.resize(frame.size() + 100'000);
  Reader modest{ByteView(frame)}, greedy{ByteView(frame)};
  REQUIRE(modest.array(true, 1, Reader::kAllowancePerByte) == 100'000);
  REQUIRE(greedy.array(true, 1, Reader::kAllowancePerByte + 1) == 0);
  REQUIRE_FALSE(greedy.ok());
}

TEST_CASE("an allowance has a limit of its own where the reader is given one") {
  Bytes frame = written([](Writer& w) { w.array(true, 100'000); });
  frame.resize(frame.size() + 100'000);
  Reader reader{ByteView(frame), 99'999};
  REQUIRE(reader.array(true, 1, 1) == 0);
  REQUIRE_FALSE(reader.ok());
}

TEST_CASE("all arrays of a frame share one allowance") {
  const Bytes arrays = written([](Writer& w) {
    for (int i = 0; i < 10; ++i) w.array(true, 1);
    w.raw(Bytes(90, 0));
  });
  const size_t allowance = arrays.size() * Reader::kAllowancePerByte + Reader::kAllowanceMin;
  Reader reader{ByteView(arrays)};
  for (int i = 0; i < 9; ++i) REQUIRE(reader.array(true, 1, allowance / 10) == 1);
  REQUIRE(reader.array(true, 1, allowance / 10) == 0);  // what the allocator adds was counted too
  REQUIRE_FALSE(reader.ok());
}

TEST_CASE("a tagged field of 128 bytes and more gets a longer size") {
  for (size_t size : {0u, 127u, 128u, 20'000u}) {
    const Bytes value(size, 7);
    const Bytes bytes = written([&](Writer& w) {
      const size_t tag = w.begin_tag(5);
      w.raw(value);
      w.end_tag(tag);
    });
    Reader reader{ByteView(bytes)};
    const Reader::Tag tag = reader.begin_tag();
    REQUIRE((tag.number == 5 && reader.remaining() == size));
    REQUIRE(same_bytes(reader.raw(size), value));
    reader.end_tag(tag);
    REQUIRE((reader.ok() && reader.remaining() == 0));
  }
}

TEST_CASE("a tagged field has to be read to its end and no further") {
  const Bytes bytes{5, 2, 0, 0, 0, 0};
  for (int to_read : {1, 3}) {
    Reader reader{ByteView(bytes)};
    const Reader::Tag tag = reader.begin_tag();
    for (int i = 0; i < to_read; ++i) reader.u8();
    reader.end_tag(tag);
    REQUIRE_FALSE(reader.ok());
  }
}

TEST_CASE("spliced records leave their size, and a place for bytes from elsewhere") {
  Bytes out;
  Writer writer(out);
  writer.records(true, Records{{}, 1000});
  writer.i8(9);
  REQUIRE(out == Bytes{0xE9, 0x07, 9});
  REQUIRE(writer.splices().size() == 1);
  REQUIRE((writer.splices()[0].position == 2 && writer.splices()[0].size == 1000));
}

}  // namespace
}  // namespace klamm::protocol
