// Replies with slices of files, over real sockets.
#include "tests/testing.h"

#include <fcntl.h>
#include <stdlib.h>

#include <string>

#include "storage/posix_disk.h"
#include "tests/broker/net_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;

namespace {

struct FileFixture : NetFixture {
  std::string directory;
  storage::PosixDisk disk;
  std::string content;
  std::shared_ptr<storage::SegmentFile> file;

  FileFixture() {
    char name[] = "/tmp/klamm-net-XXXXXX";
    directory = mkdtemp(name);
    for (int i = 0; content.size() < 8 << 20; ++i) content += std::to_string(i) + ",";
    auto opened = disk.open(directory + "/00000000000000000000.log", storage::OpenMode::kCreate);
    REQUIRE(opened.ok());
    REQUIRE((*opened)->write_at(0, as_bytes(content)).ok());
    file = std::make_shared<storage::SegmentFile>(std::move(*opened));
    handler.on("file", [this](Request, Reply reply) {
      uint32_t half = static_cast<uint32_t>(content.size() / 2);
      uint32_t rest = static_cast<uint32_t>(content.size()) - half;
      reply.send(
          RawBody{.bytes = as_bytes("head"), .splices = {half, 100, rest}, .trailer = as_bytes("tail")},
          {{file, 0, half}, {file, 5, 100}, {file, half, rest}});
    });
  }
  ~FileFixture() { (void)disk.remove_all(directory); }

  // As the protocol writes a bytes field: its size before it.
  std::string expected() const {
    auto field = [](const std::string& bytes) {
      std::string size(4, 0);
      store_be32(reinterpret_cast<uint8_t*>(size.data()), static_cast<uint32_t>(bytes.size()));
      return size + bytes;
    };
    size_t half = content.size() / 2;
    return "head" + field(content.substr(0, half)) + field(content.substr(5, 100)) +
           field(content.substr(half)) + "tail";
  }
};

}  // namespace

TEST_CASE_METHOD(FileFixture, "slices of files arrive where they belong") {
  start();
  auto client = connect();
  client.send(request(1, "file") + request(2, "behind"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
  REQUIRE(client.receive() == Answer{2, "behind"});
}

TEST_CASE_METHOD(FileFixture, "what the page cache has lost is read by the workers") {
  start();
  REQUIRE(file->file().sync().ok());
  posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED);
  auto client = connect();
  client.send(request(1, "file"));
  auto answer = client.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
}

TEST_CASE_METHOD(FileFixture,
                 "a slow reader of a large reply holds nobody up, and the file until it has it all") {
  start();
  TestClient slow(server->port("PLAINTEXT"), 4096);
  slow.send(request(1, "file"));
  REQUIRE(eventually([&] { return server->stats().bytes_out > 0; }));
  settle();
  file.reset();
  auto answer = slow.receive();
  REQUIRE(answer);
  REQUIRE(answer->body == expected());
}

TEST_CASE_METHOD(FileFixture, "a file that was cut under a promise ends the connection") {
  start();
  REQUIRE(file->file().truncate(1000).ok());
  auto client = connect();
  client.send(request(1, "file"));
  REQUIRE_FALSE(client.receive());
  REQUIRE(has_connections(0));
}
