#include "tests/testing.h"

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "broker/net/answer_reader.h"

using namespace klamm;
using namespace klamm::broker::net;
using Status = AnswerReader::Status;

namespace {

Bytes numbers(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 251);
  return bytes;
}

void append_frame(Bytes& stream, const Bytes& content) {
  const size_t start = stream.size();
  stream.resize(start + 4);
  store_be32(stream.data() + start, static_cast<uint32_t>(content.size()));
  stream.insert(stream.end(), content.begin(), content.end());
}

// Passes the next bytes on, to their place where that is possible and chance wants it, and gives their
// number.
size_t pass(AnswerReader& reader, ByteView stream, Random& random, std::vector<Bytes>& got) {
  const size_t size = std::min<size_t>(stream.size(), 1 + random.below(random.one_in(2) ? 9 : 100'000));
  if (reader.missing() > 0 && random.one_in(2)) {
    auto room = reader.room();
    const size_t count = std::min(size, room.size());
    std::ranges::copy(stream.first(count), room.begin());
    if (reader.filled(count) == Status::kFrame) got.push_back(reader.take());
    return count;
  }
  ByteView bytes = stream.first(size);
  while (!bytes.empty()) {
    if (reader.feed(bytes) == Status::kFrame) got.push_back(reader.take());
  }
  return size;
}

Status feed(AnswerReader& reader, const Bytes& bytes) {
  ByteView view = bytes;
  return reader.feed(view);
}

}  // namespace

TEST_CASE("answers come out whole wherever their bytes were cut") {
  SeededRandom random(1);
  std::vector<Bytes> sent;
  Bytes stream;
  for (size_t size : {0, 1, 5, 4095, 4096, 4097, 70'000, 3, 300'000}) {
    sent.push_back(numbers(size));
    append_frame(stream, sent.back());
  }
  for (int round = 0; round < 50; ++round) {
    AnswerReader reader(10'000'000);
    std::vector<Bytes> got;
    for (size_t at = 0; at < stream.size();) at += pass(reader, ByteView(stream).subspan(at), random, got);
    REQUIRE(got == sent);
  }
}

TEST_CASE("an answer that is larger than the limit, or of a negative size, is none") {
  AnswerReader reader(1000);
  REQUIRE(feed(reader, {0, 0, 3, 0xE9}) == Status::kBadSize);
  REQUIRE(reader.size_word()[3] == 0xE9);
  AnswerReader other(1000);
  REQUIRE(feed(other, {0xFF, 0xFF, 0xFF, 0xFF}) == Status::kBadSize);
}

TEST_CASE("an answer of the limit's size is taken") {
  AnswerReader reader(1000);
  Bytes stream;
  append_frame(stream, numbers(1000));
  REQUIRE(feed(reader, stream) == Status::kFrame);
}

TEST_CASE("no memory is taken for bytes that were announced and have not come") {
  AnswerReader reader(100 << 20);
  REQUIRE(feed(reader, {6, 0, 0, 0, 1, 2, 3}) == Status::kMore);
  REQUIRE(reader.missing() == (6 << 24) - 3);
  REQUIRE(reader.room().size() <= 4096);
  const Bytes more(100'000);
  REQUIRE(feed(reader, more) == Status::kMore);
  REQUIRE(reader.room().size() <= 110'000);
}

TEST_CASE("an answer as large as the last one has room for all of it at once") {
  AnswerReader reader(100 << 20);
  Bytes stream;
  append_frame(stream, numbers(300'000));
  REQUIRE(feed(reader, stream) == Status::kFrame);
  reader.take();
  REQUIRE(feed(reader, {0, 6, 0, 0, 1, 2, 3}) == Status::kMore);
  REQUIRE(reader.room().size() == 300'000 - 3);
}
