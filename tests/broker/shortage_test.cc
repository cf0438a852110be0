#include "tests/testing.h"

#include "broker/replica/shortage.h"
#include "tests/broker/fake_loop.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Wanting {
  void refuse(int code, int times = 1) {
    for (int i = 0; i < times; ++i) shortage.on_refused({code, "cannot write /d/t-0"});
  }
  // What was said since the last call: each line up to its first comma.
  std::string said() {
    std::string text;
    for (const std::string& line : std::exchange(lines, {})) text += line.substr(0, line.find(',')) + "; ";
    return text;
  }

  FakeClock clock;
  std::vector<std::string> lines;
  Shortage shortage{clock, [this](LogLevel, const std::string& line) { lines.push_back(line); }};
};

}  // namespace

TEST_CASE_METHOD(Wanting, "that a disk is full is said once, and once that there is room again") {
  refuse(ENOSPC, 400);
  REQUIRE(lines.size() == 1);
  REQUIRE(lines[0].ends_with("cannot write /d/t-0"));
  refuse(EDQUOT);
  REQUIRE(lines.size() == 1);
  clock.now += Shortage::kQuietMs;
  shortage.on_written();
  shortage.on_written();
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[1].ends_with("wanting 401 times"));
  refuse(ENOSPC);
  REQUIRE(lines.size() == 3);
}

TEST_CASE_METHOD(Wanting, "a disk that takes some batches and refuses others is still full") {
  refuse(ENOSPC);
  for (int i = 0; i < 100; ++i) {
    clock.now += Shortage::kQuietMs - 1;
    shortage.on_written();
    refuse(ENOSPC);
  }
  REQUIRE(lines.size() == 1);
}

TEST_CASE_METHOD(Wanting, "want of descriptors is said by itself, with its remedy") {
  refuse(ENOSPC);
  said();
  refuse(GENERATE(EMFILE, ENFILE), 2);
  REQUIRE(lines.size() == 1);
  REQUIRE(lines[0].find("LimitNOFILE") != std::string::npos);
  REQUIRE(said() == "no more files may be open at once; ");
  clock.now += Shortage::kQuietMs - 1;
  refuse(ENOSPC);
  clock.now += 1;
  shortage.on_written();
  REQUIRE(said() == "files can be opened again; ");
}

TEST_CASE_METHOD(Wanting, "nothing is said of room that was never wanting") {
  shortage.on_written();
  REQUIRE(lines.empty());
}
