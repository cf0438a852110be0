// `klamm declared check`.
#include "tests/testing.h"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "broker/declared/check_tool.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

struct Checking {
  int check(std::vector<std::string_view> args = {"check", "/m"}) {
    return run_declared_tool(args, disk, out, err);
  }

  sim::SimDisk disk;
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace

TEST_CASE_METHOD(Checking, "what manifests declare is said before a cluster sees them") {
  disk.plant("/m/a.yaml",
             "kind: KafkaTopic\nmetadata: {name: t, generation: 4}\nspec: {partitions: 2, config: "
             "{retention.ms: 60000}, colour: red}\n");
  disk.plant("/m/b.yaml",
             "kind: KafkaUser\nmetadata: {name: app, generation: 1}\nspec: {authentication: {type: "
             "scram-sha-512}, authorization: {type: simple, acls: [{resource: {type: topic, name: t}, "
             "operations: [Read]}]}}\n");
  disk.plant("/m/c.yaml",
             "kind: KafkaUser\nmetadata: {name: web, generation: 1}\nspec: {authentication: {type: tls}, "
             "authorization: {type: simple, acls: [{resource: {type: topic, name: t}, operation: Read}]}}\n");
  REQUIRE(check() == 0);
  REQUIRE(err.str().empty());
  REQUIRE(out.str() ==
          "a.yaml: KafkaTopic t (generation 4)\n"
          "  create topic t, partitions 2, retention.ms=60000\n"
          "  spec.colour is not acted on\n"
          "b.yaml: KafkaUser app (generation 1)\n"
          "  add User:app ALLOW READ on TOPIC:LITERAL:t from *\n"
          "  set the password of user app\n"
          "c.yaml: KafkaUser web (generation 1)\n"
          "  add User:CN=web ALLOW READ on TOPIC:LITERAL:t from *\n");
}

TEST_CASE_METHOD(Checking, "what is wrong with manifests is said before a cluster sees them") {
  disk.plant("/m/a.yaml", "kind: KafkaTopic\nmetadata: {name: t}\nspec: {config: {retention.ms: soon}}\n");
  disk.plant("/m/b.yaml", "kind: Pod\n");
  REQUIRE(check() == 1);
  REQUIRE(err.str().find("a.yaml: KafkaTopic t: Invalid value soon for configuration retention.ms") !=
          std::string::npos);
  REQUIRE(err.str().find("b.yaml: Pod : kind 'Pod' is neither KafkaTopic nor KafkaUser\n") !=
          std::string::npos);
}

TEST_CASE_METHOD(Checking, "a directory that is not there, and words that are wrong, end with 1") {
  REQUIRE(check({"check", "/none"}) == 1);
  REQUIRE(err.str().find("/none") != std::string::npos);
  REQUIRE(check({"check"}) == 1);
  REQUIRE(err.str().find("usage: klamm declared check DIRECTORY\n") != std::string::npos);
  REQUIRE_FALSE(disk.exists("/none"));
}
