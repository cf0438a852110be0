// Look-ups in an offset index, and what they read of its file.
#include "storage/offset_index.h"

#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

namespace klamm::storage {
namespace {

constexpr uint32_t kEntries = 700;  // more than a block

// Entries at relative offsets 9, 19, 29 ... and bytes 0, 1000, 2000 ..., all in the file.
class OffsetIndexFixture {
 public:
  OffsetIndexFixture() {
    REQUIRE(disk.make_directories("/logs").ok());
    OffsetIndex writer(files, 0);
    for (uint32_t i = 0; i < kEntries; ++i) writer.append({static_cast<int32_t>(10 * i + 9), 1000 * i});
    REQUIRE(writer.write_out(files).ok());
  }
  SearchStart start_of(int32_t relative_offset) { return index.position_before(relative_offset).value(); }
  // From here on the file says something else.
  void lose_file() {
    disk.plant(files.path(SegmentPart::kOffsetIndex), Bytes(size_t{kEntries} * OffsetEntry::kSize));
    files.close_idle();
  }

  sim::SimDisk disk;
  SegmentFiles files{disk, std::make_shared<const std::string>("/logs"), Offset{0}};
  OffsetIndex index{files, kEntries};
};

}  // namespace

TEST_CASE_METHOD(OffsetIndexFixture, "a search begins at the last entry that is not behind the offset") {
  REQUIRE(start_of(8).position == 0);
  for (int32_t offset : {9, 15, 18}) REQUIRE(start_of(offset).position == 0);
  for (int32_t offset : {19, 24, 28}) REQUIRE(start_of(offset).position == 1000);
  REQUIRE(start_of(6999).position == 699'000);
  REQUIRE(start_of(8000).position == 699'000);
}

TEST_CASE_METHOD(OffsetIndexFixture, "who reads on behind an entry is led to the next one") {
  REQUIRE(start_of(20).directly == 2000u);
  REQUIRE(start_of(30).directly == 3000u);
  REQUIRE(!start_of(19).directly);
  REQUIRE(!start_of(21).directly);
  REQUIRE(!start_of(0).directly);
  REQUIRE(!start_of(7000).directly);
}

TEST_CASE_METHOD(OffsetIndexFixture, "the neighbourhood of the last look-up is not read again") {
  REQUIRE(start_of(3000).position == 299'000);
  lose_file();
  for (int32_t offset = 3000; offset < 3200; ++offset)
    REQUIRE(start_of(offset).position == static_cast<uint32_t>((offset + 1) / 10 * 1000 - 1000));
}

TEST_CASE_METHOD(OffsetIndexFixture, "what was kept of the file is let go with it") {
  REQUIRE(start_of(3000).position == 299'000);
  lose_file();
  index.forget_block();
  REQUIRE(start_of(3000).position == 0);
}

}  // namespace klamm::storage
