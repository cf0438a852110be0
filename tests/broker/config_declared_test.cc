// What a node's file says of declared topics and users.
#include "tests/testing.h"

#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

TEST_CASE_METHOD(ConfigFixture, "nothing is declared unless a directory is named") {
  const DeclaredConfig declared = node().declared;
  REQUIRE(declared.directory.empty());
  REQUIRE(declared.secrets.empty());
  REQUIRE(declared.corrects_drift);
  REQUIRE(declared.interval_ms == 10'000);
}

TEST_CASE_METHOD(ConfigFixture, "where manifests are, and what is done about drift, can be chosen") {
  const DeclaredConfig declared = node({{"klamm.declared.dir", "/m"},
                                        {"klamm.declared.secrets.dir", "/s"},
                                        {"klamm.declared.drift", "report"},
                                        {"klamm.declared.interval.ms", "500"}})
                                      .declared;
  REQUIRE(declared.directory == "/m");
  REQUIRE(declared.secrets == "/s");
  REQUIRE_FALSE(declared.corrects_drift);
  REQUIRE(declared.interval_ms == 500);
  REQUIRE(refusal({{"klamm.declared.drift", "ignore"}}).find("klamm.declared.drift") != std::string::npos);
  REQUIRE(refusal({{"klamm.declared.interval.ms", "99"}}).find("klamm.declared.interval.ms") !=
          std::string::npos);
}
