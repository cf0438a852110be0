#include "storage/batch_search.h"

#include "tests/sim/sim_disk.h"
#include "tests/storage/test_batches.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

struct Searched {
  Searched& noise(size_t size, uint8_t byte = 2) {
    bytes.insert(bytes.end(), size, byte);
    return *this;
  }
  Searched& batch(int64_t offset, size_t value_size = 10) {
    const Bytes batch = TestBatch().at(offset).value_size(value_size).bytes();
    bytes.insert(bytes.end(), batch.begin(), batch.end());
    return *this;
  }
  BatchesFound found(uint32_t from = 0, int64_t lowest = 0) {
    disk.plant("/f", bytes);
    auto file = disk.open("/f", OpenMode::kRead).value();
    return find_batches(*file, from, static_cast<uint32_t>(bytes.size()), Offset{lowest}).value();
  }

  sim::SimDisk disk;
  Bytes bytes;
};

}  // namespace

TEST_CASE_METHOD(Searched, "whole batches are found at any byte") {
  const size_t before = GENERATE(0, 1, 17, 61, 262'084, 262'100, 262'143, 262'144, 300'000);
  const auto found = noise(before).batch(7).noise(5).batch(8, 3000).noise(100).found();
  REQUIRE(found.count == 2);
  REQUIRE(found.end == Offset{9});
}

TEST_CASE_METHOD(Searched, "a batch that is cut, changed, or of an offset that cannot be, does not count") {
  SECTION("cut") {
    batch(7);
    bytes.pop_back();
  }
  SECTION("changed") {
    batch(7);
    bytes.back() ^= 1;
  }
  SECTION("of an offset below") { batch(4); }
  SECTION("nothing but noise") { noise(100'000); }
  REQUIRE(found(0, 5).count == 0);
}

TEST_CASE_METHOD(Searched, "what only looks like batches does not take for ever") {
  // Each byte of it begins a header that claims half of the file and has a wrong checksum.
  Bytes header = TestBatch().at(3).bytes();
  header.resize(BatchHeader::kSize);
  store_be32(header.data() + 8, 8 << 20);
  while (bytes.size() < 16 << 20) bytes.insert(bytes.end(), header.begin(), header.end());
  REQUIRE(found().count == 0);
}
