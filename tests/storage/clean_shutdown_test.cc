#include "storage/clean_shutdown.h"

#include <vector>

#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;
using klamm::sim::DiskOperation;
using klamm::sim::SimDisk;

namespace {

std::optional<int64_t> epoch_in(std::string_view text) {
  return parse_clean_shutdown(as_bytes(text)).broker_epoch;
}

}  // namespace

TEST_CASE("the mark of a clean shutdown is Kafka's JSON") {
  REQUIRE(clean_shutdown_text(4711) == R"({"version":0,"brokerEpoch":4711})");
  REQUIRE(epoch_in(clean_shutdown_text(4711)) == 4711);
  REQUIRE(epoch_in(R"({ "brokerEpoch" : -1, "more": [1, {}], "version": 0 })") == -1);
}

TEST_CASE("a mark without an epoch is a mark all the same") {
  for (const char* text : {"", "{", "[]", "7", "{}", R"({"brokerEpoch":"7"})", R"({"brokerEpoch":1.5})",
                           R"({"brokerEpoch":null})", R"({"brokerEpoch":9223372036854775808})"}) {
    SimDisk disk;
    disk.plant("/d/.kafka_cleanshutdown", text);
    auto mark = take_clean_shutdown(disk, "/d").value();
    REQUIRE(mark);
    REQUIRE_FALSE(mark->broker_epoch);
  }
}

TEST_CASE("the mark is taken once, and is gone for good before its taker goes on") {
  SimDisk disk;
  SeededRandom random(1);
  disk.plant("/d/.kafka_cleanshutdown", clean_shutdown_text(5));
  REQUIRE(take_clean_shutdown(disk, "/d").value()->broker_epoch == 5);
  REQUIRE_FALSE(take_clean_shutdown(disk, "/d").value());
  for (int i = 0; i < 100; ++i) REQUIRE_FALSE(take_clean_shutdown(*disk.crash_image(random), "/d").value());
}

TEST_CASE("without the sync of the directory a taken mark can come back") {
  SimDisk disk;
  SeededRandom random(1);
  disk.plant("/d/.kafka_cleanshutdown", clean_shutdown_text(5));
  disk.inject({.operation = DiskOperation::kSyncDirectory, .code = 0});
  REQUIRE(take_clean_shutdown(disk, "/d").value());
  int back = 0;
  for (int i = 0; i < 100; ++i) back += disk.crash_image(random)->exists("/d/.kafka_cleanshutdown");
  REQUIRE(back > 0);
}

TEST_CASE("a mark that was written survives a power cut") {
  SimDisk disk;
  SeededRandom random(1);
  disk.plant("/d/other", "");
  REQUIRE(write_clean_shutdown(disk, "/d", 9));
  for (int i = 0; i < 100; ++i) {
    REQUIRE(take_clean_shutdown(*disk.crash_image(random), "/d").value()->broker_epoch == 9);
  }
}

TEST_CASE("the previous broker epoch is what all directories agree on") {
  using Marks = std::vector<std::optional<CleanShutdown>>;
  REQUIRE(previous_broker_epoch(Marks{CleanShutdown{7}, CleanShutdown{7}}) == 7);
  REQUIRE(previous_broker_epoch(Marks{CleanShutdown{7}, CleanShutdown{8}}) == -1);
  REQUIRE(previous_broker_epoch(Marks{CleanShutdown{7}, CleanShutdown{}}) == -1);
  REQUIRE(previous_broker_epoch(Marks{CleanShutdown{7}, std::nullopt}) == -1);
  REQUIRE(previous_broker_epoch(Marks{}) == -1);
}
