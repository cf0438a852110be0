// What a node's file says of metrics, health and its log.
#include "tests/testing.h"

#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

TEST_CASE_METHOD(ConfigFixture, "a node is watched on the loopback unless it is told otherwise") {
  const AdminConfig admin = node().admin;
  REQUIRE(admin.listeners == std::vector<AdminAddress>{{"127.0.0.1", 9404}});
  REQUIRE_FALSE(admin.is_asked_for);
  REQUIRE(admin.per_partition);
  REQUIRE_FALSE(admin.json_log);
  REQUIRE(admin.logger_levels.empty());
  REQUIRE(admin.telemetry_size_max == 1 << 20);
}

TEST_CASE_METHOD(ConfigFixture, "nobody has asked for the address that every container has") {
  const AdminConfig admin = node({{"klamm.admin.listener", ":9404"}}).admin;
  REQUIRE(admin.listeners == std::vector<AdminAddress>{{"", 9404}});
  REQUIRE_FALSE(admin.is_asked_for);
}

TEST_CASE_METHOD(ConfigFixture, "the admin's addresses are a list, of which none is none") {
  const auto listeners = [this](const std::string& value) {
    const AdminConfig admin = node({{"klamm.admin.listener", value}}).admin;
    REQUIRE(admin.is_asked_for);
    return admin.listeners;
  };
  REQUIRE(listeners("") == std::vector<AdminAddress>{});
  REQUIRE(listeners("0.0.0.0:9404") == std::vector<AdminAddress>{{"0.0.0.0", 9404}});
  REQUIRE(listeners(":8080, [::1]:8443") == std::vector<AdminAddress>{{"", 8080}, {"::1", 8443}});
  REQUIRE(listeners("127.0.0.1:0") == std::vector<AdminAddress>{{"127.0.0.1", 0}});
}

TEST_CASE_METHOD(ConfigFixture, "what is no address is refused, with how one looks") {
  for (const std::string wrong : {"9404", "localhost", "localhost:65536", "http://localhost:9404", "a:b"}) {
    CAPTURE(wrong);
    REQUIRE(refusal({{"klamm.admin.listener", wrong}}) ==
            "klamm.admin.listener: '" + wrong +
                "' is not of the form host:port, as in 0.0.0.0:9404, with a port between 0 and 65535");
  }
}

TEST_CASE_METHOD(ConfigFixture, "what is told and how it is logged can be chosen") {
  const AdminConfig admin = node({{"klamm.metrics.per.partition", "false"},
                                  {"klamm.log.format", "json"},
                                  {"telemetry.max.bytes", "1000"}})
                                .admin;
  REQUIRE_FALSE(admin.per_partition);
  REQUIRE(admin.json_log);
  REQUIRE(admin.telemetry_size_max == 1000);
  REQUIRE(refusal({{"klamm.log.format", "xml"}}).find("klamm.log.format") != std::string::npos);
}
