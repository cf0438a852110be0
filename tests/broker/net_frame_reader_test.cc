#include "tests/testing.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/net/frame_reader.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using Status = FrameReader::Status;

namespace {

struct Fixture {
  std::shared_ptr<BufferPool> pool = std::make_shared<BufferPool>();
  MemoryPart part{uint64_t{1} << 30};
  FrameReader reader{pool, part, 10'000'000};

  static Bytes frame(const Bytes& content) {
    Bytes out(4);
    store_be32(out.data(), static_cast<uint32_t>(content.size()));
    out.insert(out.end(), content.begin(), content.end());
    return out;
  }
  Status feed(const Bytes& bytes) {
    ByteView view = bytes;
    return reader.feed(view);
  }
  static Bytes content_of(Frame& frame) { return {frame.bytes().begin(), frame.bytes().end()}; }
};

Bytes numbers(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 251);
  return bytes;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "frames come out whole wherever the bytes were cut") {
  SeededRandom random(1);
  std::vector<Bytes> sent;
  Bytes stream;
  for (size_t size : {0, 1, 5, 4095, 4096, 4097, 70'000, 3, 300'000}) {
    sent.push_back(numbers(size));
    Bytes framed = frame(sent.back());
    stream.insert(stream.end(), framed.begin(), framed.end());
  }
  for (int round = 0; round < 50; ++round) {
    std::vector<Bytes> got;
    for (size_t at = 0; at < stream.size();) {
      size_t size = std::min<size_t>(stream.size() - at, 1 + random.below(random.one_in(2) ? 9 : 100'000));
      // A large frame's rest may also be read straight to its place.
      if (reader.wants_room() && random.one_in(2)) {
        auto room = reader.room();
        size = std::min(size, room.size());
        std::copy_n(stream.begin() + static_cast<long>(at), size, room.begin());
        at += size;
        if (reader.filled(size) == Status::kFrame) got.push_back(content_of(*reader.take()));
        continue;
      }
      ByteView view(stream.data() + at, size);
      if (reader.feed(view) == Status::kFrame) got.push_back(content_of(*reader.take()));
      at += size - view.size();
    }
    REQUIRE(got == sent);
  }
  REQUIRE(part.used() == 0);
}

TEST_CASE_METHOD(Fixture, "a size word is believed only as far as bytes have come") {
  Bytes begun = frame(numbers(8'000'000));
  begun.resize(4 + 10);
  REQUIRE(feed(begun) == Status::kMore);
  REQUIRE(part.used() <= 8192);

  // Memory follows what arrives, at no more than four times as much.
  for (size_t arrived = 10; arrived < 8'000'000;) {
    auto room = reader.room();
    REQUIRE(part.used() <= std::max<size_t>(4 * arrived, 16384));
    size_t size = std::min<size_t>(room.size(), 50'000);
    REQUIRE(reader.filled(size) == (arrived + size == 8'000'000 ? Status::kFrame : Status::kMore));
    arrived += size;
  }
  auto whole = reader.take();
  REQUIRE(whole->bytes().size() == 8'000'000);
  whole.reset();
  REQUIRE(part.used() == 0);
}

TEST_CASE_METHOD(Fixture, "a small frame takes what it needs and no more") {
  feed(frame(numbers(100)));
  REQUIRE(part.used() == 100);
}

TEST_CASE_METHOD(Fixture, "sizes below zero and above the limit are refused") {
  for (uint32_t size : {10'000'001u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu}) {
    FrameReader fresh(pool, part, 10'000'000);
    Bytes word(4);
    store_be32(word.data(), size);
    ByteView view = word;
    REQUIRE(fresh.feed(view) == Status::kBadSize);
    REQUIRE(load_be32(fresh.size_word().data()) == size);
  }
}

TEST_CASE_METHOD(Fixture, "the buffer of a large frame serves the next one without growing") {
  Bytes large = frame(numbers(1'000'000));
  feed(large);
  reader.take().reset();
  REQUIRE(pool->kept_bytes() == 1 << 20);
  large.resize(100'000);
  feed(large);
  REQUIRE(pool->kept_bytes() == 0);
  REQUIRE(reader.room().size() == 1'000'004 - 100'000);
}

TEST_CASE_METHOD(Fixture, "a frame keeps the permission under which it was read until it goes") {
  MemoryPart small(10);
  FrameReader own(pool, small, 1000);
  MemoryPart::Charge full(small);
  full.set(10);
  struct Silent final : MemoryPart::Waiter {
    void on_memory() override {}
  };
  REQUIRE(small.admit(std::make_shared<Silent>(), own.overdraft()));
  Bytes bytes = frame(numbers(20));
  ByteView view = bytes;
  REQUIRE(own.feed(view) == Status::kFrame);
  auto held = own.take();

  MemoryPart::Overdraft next;
  REQUIRE_FALSE(small.admit(std::make_shared<Silent>(), next));
  held.reset();
  REQUIRE(small.admit(std::make_shared<Silent>(), next));
}

TEST_CASE("a pool keeps what it was given back up to its limit, and only sizes that it hands out") {
  BufferPool pool(100'000);
  auto first = pool.take(60'000, 60'000);
  auto second = pool.take(60'000, 60'000);
  auto small = pool.take(100, 100);
  REQUIRE(first.capacity == 65536);
  REQUIRE(small.capacity == 100);
  pool.give_back(std::move(first));
  pool.give_back(std::move(second));
  pool.give_back(std::move(small));
  REQUIRE(pool.kept_bytes() == 65536);
  REQUIRE(pool.take(10, 100'000).capacity == 4096);
  REQUIRE(pool.take(40'000, 40'000).capacity == 65536);
  REQUIRE(pool.kept_bytes() == 0);
}
