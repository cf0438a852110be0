#include "tests/testing.h"

#include "broker/controller/feature_updates.h"

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::UpdateFeaturesRequest;

namespace {

constexpr int8_t kUpgrade = 1, kSafe = 2, kUnsafe = 3;
constexpr std::string_view kFailed =
    "The update failed for all features since the following feature had an error: ";

// Controller 1, at metadata.version 29 (4.2-IV1), which has lost nothing to 28 and 27; brokers 1 and 2.
struct Updating : ManyBrokers {
  Updating() {
    config.node = NodeId{1};
    apply(feature("eligible.leader.replicas.version", 0));
    apply(feature("metadata.version", 29));
    live({1, 2});
  }
  static UpdateFeaturesRequest to(std::string_view name, int16_t level, int8_t type = kUpgrade) {
    UpdateFeaturesRequest request;
    add(request, name, level, type);
    return request;
  }
  static void add(UpdateFeaturesRequest& request, std::string_view name, int16_t level,
                  int8_t type = kUpgrade) {
    request.feature_updates.push_back({.feature = name, .max_version_level = level, .upgrade_type = type});
  }
  // The records, or what is said behind Kafka's words.
  std::string update(const UpdateFeaturesRequest& request) {
    auto decided = decide_update_features(view(), terms, request, 2);
    if (decided.response.error_code == 0) {
      REQUIRE_FALSE(decided.response.error_message.has_value());
      REQUIRE(decided.response.results.empty());
      return perform(decided.decision);
    }
    REQUIRE(decided.response.error_code == 95);
    REQUIRE(decided.decision.records.empty());
    const std::string message(decided.response.error_message.value());
    REQUIRE(message.starts_with(kFailed));
    return message.substr(kFailed.size());
  }
  std::string update(std::string_view name, int16_t level, int8_t type = kUpgrade) {
    return update(to(name, level, type));
  }
  void register_controller(int32_t number, int16_t max) {
    protocol::RegisterControllerRecord record;
    record.controller_id = number;
    record.incarnation_id = id(500 + static_cast<uint64_t>(number));
    record.features.push_back({"metadata.version", 7, max});
    apply(record);
  }

  FeatureTerms terms{.kraft_version = 1, .voters = {NodeId{1}}, .isr_min = "2"};
};

std::string refusal(std::string_view name, int level, std::string_view why) {
  return "Invalid update version " + std::to_string(level) + " for feature " + std::string(name) + ". " +
         std::string(why);
}

}  // namespace

TEST_CASE_METHOD(Updating, "a level goes up where all nodes support it") {
  REQUIRE(update("metadata.version", 30) == "metadata.version at 30");
  REQUIRE(image.features().metadata_version() == kMetadataVersionLatest);
}

TEST_CASE_METHOD(Updating, "a level that stays is written again, as Kafka does") {
  REQUIRE(update("metadata.version", 29) == "metadata.version at 29");
}

TEST_CASE_METHOD(Updating, "metadata.version goes down where nothing was changed in between") {
  REQUIRE(update("metadata.version", 28, kSafe) == "metadata.version at 28");
  REQUIRE(update("metadata.version", 27, kUnsafe) == "metadata.version at 27");
}

TEST_CASE_METHOD(Updating, "no downgrade of metadata.version loses what records say, whatever its kind") {
  REQUIRE(update("metadata.version", 22, kSafe) ==
          "Unsupported metadata.version downgrade from 29 to 22. Refusing to perform the requested downgrade "
          "because it might delete metadata information.");
  REQUIRE(update("metadata.version", 22, kUnsafe) ==
          "Unsupported metadata.version downgrade from 29 to 22. Unsafe metadata downgrade is not supported "
          "in this version.");
}

TEST_CASE_METHOD(Updating, "a level goes down only for who asks for a downgrade, and up for who does not") {
  REQUIRE(update("metadata.version", 28) ==
          refusal("metadata.version", 28,
                  "Can't downgrade the version of this feature without setting the upgrade type to either "
                  "safe or unsafe downgrade."));
  REQUIRE(update("metadata.version", 30, kSafe) ==
          refusal("metadata.version", 30, "Can't downgrade to a newer version."));
}

TEST_CASE_METHOD(Updating, "levels that are none, and kinds of update that are none, are refused") {
  REQUIRE(update("metadata.version", -1) ==
          refusal("metadata.version", -1, "A feature version cannot be less than 0."));
  for (int8_t type : {0, 4, -1}) {
    REQUIRE(update("metadata.version", 30, type) ==
            refusal("metadata.version", 30, "The controller does not support the given upgrade type."));
  }
}

TEST_CASE_METHOD(Updating, "what this controller does not support is refused first") {
  REQUIRE(update("metadata.version", 31) ==
          refusal("metadata.version", 31, "Local controller 1 only supports versions 7-30"));
  REQUIRE(update("colour.version", 1) ==
          refusal("colour.version", 1, "Local controller 1 does not support this feature."));
  REQUIRE(update("colour.version", 0, kSafe) ==
          refusal("colour.version", 0, "Feature colour.version not found."));
}

TEST_CASE_METHOD(Updating, "what a broker does not support is refused, whether or not it is there") {
  auto old = registration(3);
  old.features[0].max_supported_version = 29;
  enter(old);
  REQUIRE(update("metadata.version", 30) ==
          refusal("metadata.version", 30, "Broker 3 only supports versions 7-29"));
  REQUIRE(update("group.version", 1) ==
          refusal("group.version", 1, "Broker 1 does not support this feature."));
}

TEST_CASE_METHOD(Updating, "what another controller does not support, or has not said, is refused") {
  terms.voters = {NodeId{1}, NodeId{2}};
  register_controller(1, 7);  // what this one supports it knows itself
  REQUIRE(update("metadata.version", 30) ==
          refusal("metadata.version", 30,
                  "controller 2 has not registered, and may not support this feature"));
  register_controller(2, 29);
  REQUIRE(update("metadata.version", 30) ==
          refusal("metadata.version", 30, "Controller 2 only supports versions 7-29"));
  register_controller(2, 30);
  REQUIRE(update("metadata.version", 30) == "metadata.version at 30");
}

TEST_CASE_METHOD(Updating, "before controllers register nobody knows what they support") {
  apply(feature("metadata.version", 14));
  terms.voters = {NodeId{1}, NodeId{2}};
  REQUIRE(update("metadata.version", 15) == "metadata.version at 15");
}

TEST_CASE_METHOD(Updating, "with KIP-966 all brokers have one min.insync.replicas, which the metadata says") {
  apply(testing::config(ConfigResourceType::kBroker, "2", "min.insync.replicas", "3"));
  apply(testing::config(ConfigResourceType::kBroker, "2", "log.retention.ms", "1"));
  REQUIRE(update("eligible.leader.replicas.version", 1) ==
          "min.insync.replicas of 4 '' is 2; min.insync.replicas of 4 '2' is gone; "
          "eligible.leader.replicas.version at 1");
  REQUIRE(update("eligible.leader.replicas.version", 0, kSafe) == "eligible.leader.replicas.version at 0");
  REQUIRE(update("eligible.leader.replicas.version", 1) == "eligible.leader.replicas.version at 1");
}

TEST_CASE_METHOD(Updating, "a feature that needs a metadata.version waits for it, or comes with it") {
  apply(feature("metadata.version", 22));
  REQUIRE(update("eligible.leader.replicas.version", 1) ==
          refusal("eligible.leader.replicas.version", 1,
                  "eligible.leader.replicas.version could not be set to 1 because it depends on "
                  "metadata.version level 23"));
  auto both = to("eligible.leader.replicas.version", 1);
  add(both, "metadata.version", 30);
  REQUIRE(update(both) ==
          "min.insync.replicas of 4 '' is 2; eligible.leader.replicas.version at 1; metadata.version at 30");
}

TEST_CASE_METHOD(Updating, "of two updates of one feature the last counts") {
  auto twice = to("metadata.version", 31);
  add(twice, "metadata.version", 30);
  REQUIRE(update(twice) == "metadata.version at 30");
}

TEST_CASE_METHOD(Updating, "where one update is refused none is made") {
  auto both = to("metadata.version", 30);
  add(both, "colour.version", 1);
  REQUIRE(update(both) ==
          refusal("colour.version", 1, "Local controller 1 does not support this feature."));
  REQUIRE(image.features().level_of("metadata.version") == 29);
}

TEST_CASE_METHOD(Updating, "what is only tried writes nothing") {
  auto dry = to("eligible.leader.replicas.version", 1);
  dry.validate_only = true;
  REQUIRE(update(dry).empty());
  dry = to("metadata.version", 31);
  dry.validate_only = true;
  REQUIRE(update(dry) == refusal("metadata.version", 31, "Local controller 1 only supports versions 7-30"));
}

TEST_CASE_METHOD(Updating, "kraft.version stays as it was formatted") {
  for (auto& [number, life] : std::vector<std::pair<int32_t, uint64_t>>{{1, 2}, {2, 2}}) {
    auto request = registration(number, life);
    request.features.push_back({"kraft.version", 0, 1});
    sessions.end(NodeId{number}, broker(number).epoch);
    REQUIRE(enter(request).find("registers") != std::string::npos);
  }
  REQUIRE(update("kraft.version", 1).empty());
  REQUIRE(update("kraft.version", 0, kSafe) ==
          refusal("kraft.version", 0, "Can't downgrade the version of this feature."));
  terms.kraft_version = 0;
  REQUIRE(update("kraft.version", 1) ==
          refusal("kraft.version", 1,
                  "This release changes no voters, and leaves kraft.version as it was formatted; update "
                  "other features without it."));
}

TEST_CASE_METHOD(Updating, "below version 2 each feature is told of when all goes well") {
  auto decided = decide_update_features(view(), terms, to("metadata.version", 30), 1);
  REQUIRE(decided.response.results.size() == 1);
  REQUIRE(decided.response.results[0].feature == "metadata.version");
  REQUIRE(decided.response.results[0].error_code == 0);
  REQUIRE(decided.response.results[0].error_message == "NONE");
  decided = decide_update_features(view(), terms, to("metadata.version", 31), 1);
  REQUIRE(decided.response.results.empty());
}
