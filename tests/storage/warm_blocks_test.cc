#include "storage/warm_blocks.h"

#include "tests/testing.h"

namespace klamm::storage {
namespace {

constexpr uint64_t kBlock = WarmBlocks::kBlock;

}  // namespace

TEST_CASE("of a file that nobody has read nothing is warm") {
  WarmBlocks warm;
  REQUIRE_FALSE(warm.hold(0, 1, 0));
  REQUIRE_FALSE(warm.hold(5 * kBlock, 6 * kBlock, 77));
}

TEST_CASE("what was found is warm for its second") {
  WarmBlocks warm;
  for (uint64_t block : {3, 4, 5}) warm.note(block * kBlock + 17, 1000);
  REQUIRE(warm.hold(3 * kBlock, 6 * kBlock, 1000));
  REQUIRE(warm.hold(4 * kBlock + 5, 4 * kBlock + 6, 1000));
  REQUIRE_FALSE(warm.hold(3 * kBlock, 6 * kBlock, 1001));
  REQUIRE_FALSE(warm.hold(3 * kBlock - 1, 6 * kBlock, 1000));
  REQUIRE_FALSE(warm.hold(3 * kBlock, 6 * kBlock + 1, 1000));
}

TEST_CASE("a gap is not warm") {
  WarmBlocks warm;
  warm.note(0, 5);
  warm.note(2 * kBlock, 5);
  REQUIRE(warm.hold(0, kBlock, 5));
  REQUIRE_FALSE(warm.hold(0, 3 * kBlock, 5));
}

TEST_CASE("the window follows who reads on, and begins anew with who jumps") {
  WarmBlocks warm;
  for (uint64_t block = 0; block < 1000; ++block) {
    warm.note(block * kBlock, 5);
    REQUIRE(warm.hold((block < 31 ? 0 : block - 31) * kBlock, (block + 1) * kBlock, 5));
  }
  REQUIRE_FALSE(warm.hold(900 * kBlock, 901 * kBlock, 5));
  for (uint64_t block : {2000, 10}) {
    warm.note(block * kBlock, 5);
    REQUIRE(warm.hold(block * kBlock, (block + 1) * kBlock, 5));
    REQUIRE_FALSE(warm.hold(999 * kBlock, 1000 * kBlock, 5));
  }
}

TEST_CASE("a step of up to two windows keeps what is still inside") {
  WarmBlocks warm;
  warm.note(0, 5);
  warm.note(31 * kBlock, 5);
  warm.note(62 * kBlock, 5);
  REQUIRE(warm.hold(31 * kBlock, 32 * kBlock, 5));
  REQUIRE(warm.hold(62 * kBlock, 63 * kBlock, 5));
  REQUIRE_FALSE(warm.hold(0, kBlock, 5));
  warm.note(125 * kBlock, 5);
  REQUIRE(warm.hold(125 * kBlock, 126 * kBlock, 5));
  REQUIRE_FALSE(warm.hold(62 * kBlock, 63 * kBlock, 5));
}

TEST_CASE("no range is warm that is longer than the window, and no empty one") {
  WarmBlocks warm;
  for (uint64_t block = 0; block < 32; ++block) warm.note(block * kBlock, 5);
  REQUIRE(warm.hold(0, 32 * kBlock, 5));
  REQUIRE_FALSE(warm.hold(0, 32 * kBlock + 1, 5));
  REQUIRE_FALSE(warm.hold(kBlock, kBlock, 5));
}

}  // namespace klamm::storage
