#include "tests/testing.h"

#include <string>

#include "broker/metadata/bootstrap.h"
#include "broker/metadata/features.h"
#include "broker/metadata/record_version.h"

namespace klamm::broker {
namespace {

std::string levels_at(int16_t level) {
  std::string text;
  for (const auto& [name, value] : default_levels(MetadataVersion{level})) {
    if (value > 0) text += name.substr(0, name.find(".version")) + "=" + std::to_string(value) + " ";
  }
  return text;
}

int16_t level_named(std::string_view name) {
  const auto version = MetadataVersion::of_name(name);
  return version ? version->level : int16_t{-1};
}

}  // namespace

TEST_CASE("A metadata.version is found by its name and by its release") {
  REQUIRE(level_named("4.3-IV0") == 30);
  REQUIRE(level_named("4.3") == 30);
  REQUIRE(level_named("4.3.1") == 30);
  REQUIRE(level_named("4.0") == 25);
  REQUIRE(level_named("3.7-IV2") == 17);
  REQUIRE(level_named("3.3") == 7);
  // Not stable: only by its full name.
  REQUIRE(level_named("4.4-IV0") == 31);
  REQUIRE(level_named("4.4") == -1);
  REQUIRE(level_named("3.2") == -1);
  REQUIRE(level_named("") == -1);
}

TEST_CASE("Every metadata.version from 7 to 31 has a name that leads back to it") {
  REQUIRE(metadata_versions().size() == 25);
  for (MetadataVersion version : metadata_versions()) {
    REQUIRE(MetadataVersion::of_name(version.name()) == version);
    REQUIRE(MetadataVersion::of_level(version.level) == version);
  }
  REQUIRE_FALSE(MetadataVersion::of_level(6));
  REQUIRE_FALSE(MetadataVersion::of_level(32));
}

TEST_CASE("The levels that changed record formats are Kafka's") {
  std::string changed;
  for (MetadataVersion version : metadata_versions()) {
    if (version.changed_metadata()) changed += std::to_string(version.level) + " ";
  }
  REQUIRE(changed == "7 8 11 13 14 15 17 23 30 ");
}

TEST_CASE("A new cluster's features follow from its metadata.version") {
  REQUIRE(levels_at(21) == "metadata=21 ");
  REQUIRE(levels_at(22) == "group=1 metadata=22 ");
  REQUIRE(levels_at(24) == "group=1 metadata=24 transaction=2 ");
  REQUIRE(levels_at(26) == "eligible.leader.replicas=1 group=1 metadata=26 transaction=2 ");
  REQUIRE(levels_at(28) == "eligible.leader.replicas=1 group=1 metadata=28 share=1 transaction=2 ");
  REQUIRE(levels_at(30) == "eligible.leader.replicas=1 group=1 metadata=30 share=1 streams=1 transaction=2 ");
  REQUIRE(find_feature("kraft.version")->default_level({20}) == 0);
  REQUIRE(find_feature("kraft.version")->default_level({21}) == 1);
}

TEST_CASE("A registration change is written in the lowest version that can say it") {
  protocol::BrokerRegistrationChangeRecord change;
  change.fenced = 1;
  REQUIRE(record_version(change, kMetadataVersionLatest) == 0);
  change.in_controlled_shutdown = 1;
  REQUIRE(record_version(change, kMetadataVersionLatest) == 1);
  change.log_dirs = {Uuid::of(1, 1)};
  REQUIRE(record_version(change, kMetadataVersionLatest) == 2);
  change.cordoned_log_dirs.emplace();
  REQUIRE(record_version(change, kMetadataVersionLatest) == 3);
}

}  // namespace klamm::broker
