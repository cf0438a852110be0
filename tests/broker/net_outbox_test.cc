// Replies on their way out, over a transport that takes as much as the test lets it, and real files.
#include "tests/testing.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "broker/net/outbox.h"
#include "storage/posix_disk.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using Status = Outbox::Status;

namespace {

// Keeps what was written. `takes` is how much one call takes; `room` what is taken before the socket is full.
struct FakeTransport final : Transport {
  std::string written;
  size_t takes = SIZE_MAX;
  size_t room = SIZE_MAX;
  bool sends_files = true;
  bool refuses_files = false;
  int error = 0;
  size_t writes = 0;
  size_t files = 0;
  bool ended_with_more = false;

  Moved read(std::span<const iovec>) override { return {}; }
  Moved write(std::span<const iovec> pieces, bool more) override {
    if (Moved stop = full(); stop.error != 0) return stop;
    ++writes;
    size_t left = std::min(takes, room);
    size_t moved = 0;
    size_t asked = 0;
    for (const iovec& piece : pieces) {
      size_t size = std::min(left - moved, piece.iov_len);
      written.append(static_cast<const char*>(piece.iov_base), size);
      moved += size;
      asked += piece.iov_len;
    }
    return done(moved, more && moved == asked);
  }
  Moved send_file(int file, uint64_t position, size_t size, bool more) override {
    if (Moved stop = full(); stop.error != 0) return stop;
    if (refuses_files) return {.error = EINVAL};
    ++files;
    std::string bytes(std::min({size, takes, room}), 0);
    ssize_t got = pread(file, bytes.data(), bytes.size(), static_cast<off_t>(position));
    REQUIRE(got >= 0);
    written += bytes.substr(0, static_cast<size_t>(got));
    return done(static_cast<size_t>(got), more);
  }
  bool can_send_files() const override { return sends_files; }

 private:
  Moved full() const {
    if (error != 0) return {.error = error};
    return {.error = room == 0 ? EAGAIN : 0};
  }
  Moved done(size_t moved, bool more) {
    room -= room == SIZE_MAX ? 0 : moved;
    ended_with_more = more;
    return {.bytes = moved};
  }
};

struct Fixture {
  std::string directory;
  storage::PosixDisk disk;
  std::string content;
  std::shared_ptr<storage::SegmentFile> file;
  FakeTransport transport;
  Outbox outbox;
  std::vector<uint8_t> scratch = std::vector<uint8_t>(128 << 10);
  std::string expected;
  uint64_t sent = 0;
  int64_t now_ms = 5500;

  Fixture() {
    char name[] = "/tmp/klamm-outbox-XXXXXX";
    directory = mkdtemp(name);
    for (int i = 0; content.size() < 1 << 20; ++i) content += std::to_string(i) + ",";
    auto opened = disk.open(directory + "/00000000000000000000.log", storage::OpenMode::kCreate);
    REQUIRE(opened.ok());
    REQUIRE((*opened)->write_at(0, as_bytes(content)).ok());
    file = std::make_shared<storage::SegmentFile>(std::move(*opened));
  }
  ~Fixture() { (void)disk.remove_all(directory); }

  // A reply of `head`, slices of the file, each behind one byte of frame, and `tail`.
  void push(std::string head, std::vector<std::pair<size_t, size_t>> slices, std::string tail) {
    Response response;
    response.frame.assign(head.begin(), head.end());
    expected += head;
    for (auto [position, size] : slices) {
      response.frame.push_back('|');
      response.splices.push_back({response.frame.size(), static_cast<uint32_t>(size)});
      response.slices.push_back({file, position, static_cast<uint32_t>(size)});
      expected += "|" + content.substr(position, size);
    }
    response.frame.insert(response.frame.end(), tail.begin(), tail.end());
    expected += tail;
    outbox.push(std::move(response));
  }
  // Whether the kernel says of this file system what is cached. Where it does not, everything is cold.
  bool can_tell_what_is_cached() const {
    uint8_t byte = 0;
    iovec into{&byte, 1};
    if (preadv2(file->descriptor(), &into, 1, 0, RWF_NOWAIT) == 1 || errno != EOPNOTSUPP) return true;
    WARN("the file system of " << directory << " does not say what is cached");
    return false;
  }
  // Flushes as a connection would, warming what is cold.
  Status flush(size_t turn_bytes = SIZE_MAX) {
    while (true) {
      Status status = outbox.flush(transport, scratch, turn_bytes, now_ms, sent);
      if (status != Status::kCold) return status;
      outbox.warmed();
    }
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "frames and small slices leave in one write") {
  if (!can_tell_what_is_cached()) return;
  push("one", {}, "");
  push("two", {{5, 100}, {1000, 10'000}}, "end");
  push("three", {}, "");
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(transport.written == expected);
  REQUIRE(transport.writes == 1);
  REQUIRE(transport.files == 0);
  REQUIRE(sent == expected.size());
  REQUIRE(outbox.frame_bytes() == 0);
}

TEST_CASE_METHOD(Fixture, "a large slice goes by one sendfile, its small rest with what follows") {
  push("head", {{7, 200'000}}, "tail");
  transport.takes = 190'000;
  REQUIRE(flush() == Status::kBlocked);
  REQUIRE(transport.files == 1);
  transport.takes = SIZE_MAX;
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(transport.written == expected);
  REQUIRE(transport.writes == 2);
  REQUIRE(transport.files == 1);
  REQUIRE_FALSE(transport.ended_with_more);
}

TEST_CASE_METHOD(Fixture, "more is announced when more follows, and not behind the last byte") {
  push("head", {{0, 100'000}}, "");
  transport.room = 5;
  REQUIRE(flush() == Status::kBlocked);
  REQUIRE(transport.ended_with_more);
  transport.room = SIZE_MAX;
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE_FALSE(transport.ended_with_more);
}

TEST_CASE_METHOD(Fixture, "whatever the socket takes at a time, the bytes are the same") {
  SeededRandom random(5);
  for (int round = 0; round < 300; ++round) {
    transport.sends_files = random.one_in(2);
    while (outbox.replies() < 3) {
      std::vector<std::pair<size_t, size_t>> slices;
      for (uint64_t i = random.below(4); i > 0; --i) {
        size_t size = random.one_in(3) ? random.below(150'000) : random.below(3'000);
        slices.emplace_back(random.below(content.size() - size), size);
      }
      push(std::string(random.below(50), 'h'), slices, std::string(random.below(5), 't'));
    }
    transport.takes = 1 + random.below(random.one_in(2) ? 100'000 : 1000);
    transport.room = random.below(200'000);
    Status status = flush(random.one_in(4) ? 10'000 : SIZE_MAX);
    REQUIRE((status == Status::kEmpty || status == Status::kBlocked || status == Status::kYield));
  }
  transport.takes = transport.room = SIZE_MAX;
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(transport.written == expected);
  REQUIRE(sent == expected.size());
}

TEST_CASE_METHOD(Fixture, "a slice of nothing, even at the end, holds nothing up") {
  push("a", {{0, 0}, {0, 0}}, "");
  push("b", {{3, 0}}, "c");
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(transport.written == "a||b|c");
}

TEST_CASE_METHOD(Fixture, "one connection does not send for ever while others wait") {
  push("head", {{0, 1'000'000}}, "");
  REQUIRE(flush(100'000) == Status::kYield);
  REQUIRE(sent >= 100'000);
  REQUIRE(sent < 200'000);
}

TEST_CASE_METHOD(Fixture, "a transport that cannot send files is given their bytes") {
  transport.sends_files = false;
  push("head", {{0, 500'000}}, "tail");
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(transport.written == expected);
  REQUIRE(transport.files == 0);
}

TEST_CASE_METHOD(Fixture, "a file that the kernel will not send is copied") {
  transport.refuses_files = true;
  push("head", {{0, 100'000}}, "tail");
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(transport.written == expected);
}

TEST_CASE_METHOD(Fixture, "a file that is shorter than was promised ends the connection, and says why") {
  push("head", {{content.size() - 10, 100}}, "");
  REQUIRE(flush() == Status::kFailed);
  REQUIRE(outbox.failure().find("ends before") != std::string::npos);

  outbox = Outbox();
  push("head", {{content.size() - 10, 100'000}}, "");
  REQUIRE(flush() == Status::kBlocked);
  REQUIRE(flush() == Status::kFailed);
  REQUIRE(outbox.failure().find("ends before") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a connection that has gone fails without a word") {
  push("head", {}, "");
  transport.error = EPIPE;
  REQUIRE(flush() == Status::kFailed);
  REQUIRE(outbox.failure().empty());
}

TEST_CASE_METHOD(Fixture, "the end is reached behind the reply that closes") {
  push("last words", {}, "");
  Response closing;
  closing.close = true;
  outbox.push(std::move(closing));
  push("never", {}, "");
  REQUIRE(flush() == Status::kEnd);
  REQUIRE(transport.written == "last words");
  REQUIRE_FALSE(transport.ended_with_more);
}

namespace {

// A file of which the kernel cannot say what is cached: its descriptor is a pipe's.
struct UnknowableFile final : storage::File {
  explicit UnknowableFile(std::string content) : content(std::move(content)) { REQUIRE(pipe(ends) == 0); }
  ~UnknowableFile() override {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  storage::DiskResult<size_t> read_at(uint64_t position, std::span<uint8_t> into) const override {
    size_t size = std::min(into.size(), content.size() - position);
    std::copy_n(content.begin() + static_cast<long>(position), size, into.begin());
    return size;
  }
  storage::DiskResult<> write_at(uint64_t, std::span<const ByteView>) override { return {}; }
  storage::DiskResult<> truncate(uint64_t) override { return {}; }
  storage::DiskResult<> sync() override { return {}; }
  storage::DiskResult<> forget_cached() override { return {}; }
  storage::DiskResult<uint64_t> size() const override { return content.size(); }
  int descriptor() const override { return ends[0]; }

  std::string content;
  int ends[2];
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "what may not be in the page cache is asked for in pieces, and each is sent once read") {
  file = std::make_shared<storage::SegmentFile>(std::make_unique<UnknowableFile>(content));
  transport.refuses_files = true;
  push("head", {{1000, 600'000}, {50, 60}}, "");
  std::vector<std::pair<uint64_t, uint32_t>> pieces;
  Status status;
  while ((status = outbox.flush(transport, scratch, SIZE_MAX, now_ms, sent)) == Status::kCold) {
    pieces.emplace_back(outbox.cold().position, outbox.cold().size);
    // Nothing that was not read is sent, and all that was.
    REQUIRE(outbox.flush(transport, scratch, SIZE_MAX, now_ms, sent) == Status::kCold);
    outbox.warmed();
  }
  REQUIRE(status == Status::kEmpty);
  REQUIRE(transport.written == expected);
  REQUIRE(pieces ==
          std::vector<std::pair<uint64_t, uint32_t>>{
              {1000, 262144}, {1000 + 262144, 262144}, {1000 + 524288, 600'000 - 524288}, {50, 60}});
}

TEST_CASE_METHOD(Fixture, "what another connection has just found in the page cache is not asked for again") {
  file = std::make_shared<storage::SegmentFile>(std::make_unique<UnknowableFile>(content));
  for (uint64_t at = 0; at < 300'000; at += storage::WarmBlocks::kBlock) file->warm().note(at, 5);
  transport.refuses_files = true;
  push("head", {{1000, 300'000}}, "");
  now_ms = 5999;
  REQUIRE(outbox.flush(transport, scratch, SIZE_MAX, now_ms, sent) == Status::kEmpty);
  REQUIRE(transport.written == expected);
}

TEST_CASE_METHOD(Fixture, "what was found in the page cache is asked for again in the next second") {
  file = std::make_shared<storage::SegmentFile>(std::make_unique<UnknowableFile>(content));
  for (uint64_t at = 0; at < 300'000; at += storage::WarmBlocks::kBlock) file->warm().note(at, 5);
  push("head", {{1000, 300'000}}, "");
  now_ms = 6000;
  REQUIRE(outbox.flush(transport, scratch, SIZE_MAX, now_ms, sent) == Status::kCold);
}

TEST_CASE_METHOD(Fixture, "what was found in the page cache is told to other connections") {
  if (!can_tell_what_is_cached()) return;
  push("", {{1000, 300'000}}, "");
  REQUIRE(flush() == Status::kEmpty);
  REQUIRE(file->warm().hold(1000, 301'000, 5));
}
