// The bytes of a connection, cut anywhere: the frames that come out are those that the size words tell of,
// and the memory that is held stays within a small multiple of what has come.
//
// The input is taken in two: every other byte says how much arrives next, the rest is the stream.
#include <algorithm>
#include <memory>
#include <vector>

#include "base/check.h"
#include "broker/net/frame_reader.h"
#include "protocol/frame.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

constexpr size_t kSizeMax = 1 << 20;
// What has come is held once by the reader, which may have asked for as much again, and twice here, as the
// frames that came out and those that should; a frame of no bytes, which is four on the wire, costs two
// vectors. Beside it: the pool.
constexpr size_t kMemoryPerByte = 32;
constexpr size_t kMemoryBeside = 256 << 10;

// What the stream says, read all at once.
std::vector<Bytes> frames_of(ByteView stream, bool& broken) {
  std::vector<Bytes> frames;
  while (stream.size() >= 4) {
    size_t size = load_be32(stream.data());
    broken = size > kSizeMax;
    if (broken || size > stream.size() - 4) break;
    frames.emplace_back(stream.begin() + 4, stream.begin() + 4 + static_cast<long>(size));
    stream = stream.subspan(4 + size);
  }
  return frames;
}

struct Session {
  std::shared_ptr<BufferPool> pool = std::make_shared<BufferPool>(0);
  MemoryPart part{uint64_t{1} << 40};
  FrameReader reader{pool, part, kSizeMax};
  std::vector<Bytes> frames;
  bool broken = false;

  void on(FrameReader::Status status) {
    broken = status == FrameReader::Status::kBadSize;
    if (status != FrameReader::Status::kFrame) return;
    auto frame = reader.take();
    frames.emplace_back(frame->bytes().begin(), frame->bytes().end());
    // Whatever is in it, a header is found or refused.
    protocol::Reader header(frame->bytes());
    protocol::RequestHeader().read(header);
  }

  void arrive(ByteView bytes, bool to_its_place) {
    while (!bytes.empty() && !broken) {
      if (to_its_place && reader.wants_room()) {
        auto room = reader.room();
        size_t size = std::min(room.size(), bytes.size());
        std::copy_n(bytes.begin(), size, room.begin());
        bytes = bytes.subspan(size);
        on(reader.filled(size));
      } else {
        on(reader.feed(bytes));
      }
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  size_t cuts = std::min<size_t>(size / 2, 64);
  ByteView stream{data + cuts, size - cuts};
  Session session;
  size_t arrived = 0;
  for (size_t i = 0; arrived < stream.size(); ++i) {
    uint8_t cut = i < cuts ? data[i] : 0xFF;
    size_t count = std::min<size_t>(stream.size() - arrived,
                                    (cut & 0x40) != 0 ? (cut & 0x3F) * 256 + 1 : (cut & 0x3F) + 1);
    session.arrive(stream.subspan(arrived, count), (cut & 0x80) != 0);
    arrived += count;
    CHECK(session.part.used() <= 4 * arrived + 16384);
    if (session.broken) break;
  }
  bool broken = false;
  CHECK(session.frames == frames_of(stream, broken));
  CHECK(session.broken == broken);
  return 0;
}
